# Words that every page shares. Each message here is text, never HTML.

again-count = { $often } ({ $count } times in all)
again-daily = every day
again-monthly = every month
again-often = again and again, as the calendar says
again-until = { $often } until { $day }
again-weekly = every week
again-yearly = every year
city-as-typed = None of these: “{ $name }”, as I typed it
city-find = Find the city
city-help = In any language or script: Amed, القاهرة, “Paris, Texas”. A village that isn't found stays as you type it.
city-label = City
city-source = The cities are from
city-which = Which one do you mean?
date = { $day } { $month } { $year }
date-time = { $date }, { $time } UTC
file-size-kilobytes = { $n } kB
file-size-megabytes = { $n } MB
map-around = { $count } in and around { $place }
map-label = Map ({ $count } places)
map-more = and { $count } more
map-several = { $count } in { $place }
map-source = The map is made from
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

page-title = { $page } · { $site }
skip-to-content = Skip to the content
nav-main = Main
nav-languages = Language of this site
nav-statements = Statements
nav-about = About
nav-sign-in = Sign in
nav-desk = Desk
nav-steward = Stewards
footer-privacy = No trackers, no third parties, no logs of your address.
footer-software = Runs on Communard { $version }, free software.

count-statements = { $count ->
    [one] { $count } statement
   *[other] { $count } statements
}

pages-newer = Newer
pages-older = Older
pages-label = Pages
optional = optional
error-summary-heading = { $count ->
    [one] One thing needs another look
   *[other] { $count } things need another look
}
error-try-again = Try again
error-go-home = To the first page
error-status = Error { $status }
