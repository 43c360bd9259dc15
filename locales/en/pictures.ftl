# The local actions under a call: lists, maps and timelines; posters.

action-accessibility = Accessibility
action-languages = Languages spoken
actions-all = All actions, with the map
actions-all-day = all day
actions-earlier = Earlier
actions-later = Later
actions-pages = Pages of actions
actions-theirs = Where you are: { $when }
actions-zone = Your city or time zone
actions-zone-help = Times are told by the clock of each place. Say where you are to see yours beside them; it is remembered nowhere.
actions-zone-show = Show my times
actions-zone-shown = Beside each time stands the time in { $zone }.
actions-zone-unknown = We know no city or zone of this name. Try a larger city nearby, or a name like Europe/Paris.
count-actions = { $count ->
    [0] No local actions
    [one] { $count } local action
   *[other] { $count } local actions
}
count-countries = { $count ->
    [one] { $count } country
   *[other] { $count } countries
}
count-towns = { $count ->
    [one] { $count } town
   *[other] { $count } towns
}
map-as-list = The map as a list
poster-link = Poster ({ $size })
poster-pdf = PDF, { $size }
poster-scan = All of it, and every action:
poster-town = Poster for { $town }
timeline-heading = Day by day
timeline-label = Timeline of the days
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-and-day = { $weekday }, { $day }
when-clock = { $start }–{ $end }
