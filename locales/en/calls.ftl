# Calls: their dates and states, on pages and on the wire.

action-asked-cancelled = The call was cancelled; its organisers haven't said yet what becomes of this.
action-asked-moved = The call was moved; its organisers haven't said yet what becomes of this.
action-asked-postponed = The call was postponed; its organisers haven't said yet what becomes of this.
action-author-accepted = stands under the call
action-author-declined = declined
action-author-dropped = taken off the call
action-author-pending = waits for the call's author
action-by-people = people there, without an instance of their own
action-cancelled = Cancelled: this doesn't take place.
action-kind-assembly = assembly
action-kind-blockade = blockade
action-kind-culture = culture
action-kind-march = march
action-kind-other = action
action-kind-strike = strike
action-kind-talk = talk
action-kind-vigil = vigil
action-moved = This takes place at another time than it was announced for.
action-postponed = This is postponed; the new date isn't known yet.
actions-heading = Local actions
actions-help = What collectives do where they are. Each decides for its own.
actions-under = Under the call
attendance-about = About { $most } people came.
attendance-between = Between { $least } and { $most } people came.
call-cancelled = This call is cancelled: it doesn't take place.
call-dates = Dates and place
call-day-of = day { $day } of { $days }
call-everywhere = Everywhere
call-kicker = Call to action
call-moved = This call takes place on other dates than it was announced for.
call-moved-from = This call was moved. It was announced for { $dates }.
call-postponed = This call is postponed; the new dates aren't known yet. It was announced for { $dates }.
call-state-announced = announced
call-state-cancelled = cancelled
call-state-moved = moved
call-state-over = over
call-state-postponed = postponed
call-state-under-way = under way
call-supporters = What you can do
calls-cities = What happens in a city
calls-heading = Calls to come
cities-heading = What happens where
cities-help = In any language: Amed, Diyarbakır, ئامەد.
cities-none = No city of 15,000 people or more has this name.
city-nothing = Nothing is announced here for now.
date-short = { $day } { $month }
desk-action-accept = Let it stand
desk-action-accessibility = Accessibility
desk-action-accessibility-help = Steps, toilets, places to sit, interpretation, children: what people need to know before they come.
desk-action-add = Add this action
desk-action-added-done = Added. Its page is public at once; under the call it stands as soon as the call's author agrees.
desk-action-asked-cancelled = The call was cancelled.
desk-action-asked-moved = The call was moved.
desk-action-asked-postponed = The call is postponed; its new dates aren't known yet.
desk-action-author-accepted = The call's author let it stand there. Its page is public.
desk-action-author-declined = The call's author didn't let it stand there. Its own page is public all the same.
desk-action-author-dropped = The call's author took it off the call. Its own page is public all the same.
desk-action-author-pending = The call's author was asked. Its own page is public already; under the call it stands once they agree.
desk-action-call = Address of the call
desk-action-call-help = As it stands in your browser, on this instance or on another.
desk-action-calls = Calls to come on this instance
desk-action-cancel = Cancel this action
desk-action-cancel-back = Don't cancel it
desk-action-cancel-confirm = Cancel it, and say so
desk-action-cancel-heading = Cancel “{ $title }”?
desk-action-cancel-it = Cancel it
desk-action-cancel-lead = It doesn't take place. Its page stays and says so, under the call and in calendars too. This can't be taken back; you can add another action.
desk-action-cancelled-done = Cancelled. Its page says so.
desk-action-changed-done = Changed. The call's author is told.
desk-action-contact = Contact
desk-action-contact-help = Public: an address, a number or a page for those who want to come or help. With “write to us” people need it.
desk-action-declined-done = Declined. Its organisers are told.
desk-action-drop = Take it off the call
desk-action-drop-button = Take it off
desk-action-drop-help = It no longer stands under your call. Its own page stays with its organisers. This is final.
desk-action-dropped-done = Taken off the call. Its organisers are told.
desk-action-edit = Change it
desk-action-edit-help = What you change is public at once, and the call's author gets it. With another day or hour the action says that it was moved.
desk-action-keep = It stays as it is
desk-action-keep-done = It stays as it is.
desk-action-kind = What kind of action
desk-action-let-in-done = It stands under your call now. Its organisers are told.
desk-action-look = Look it up
desk-action-move = Move it along
desk-action-move-done = Moved along with the call, to the same hour.
desk-action-new-heading = Add a local action
desk-action-new-lead = What your collective does where you are, under a call to days of action of whoever it is. The call's author is asked to let it stand there.
desk-action-nothing = There is no call at this address.
desk-action-other-call = Under another call
desk-action-public = Its public page
desk-action-question = What becomes of yours?
desk-action-question-help = Nothing is decided for you. Until you answer, its page says that you haven't said yet. To choose another day, change it.
desk-action-queue-heading = Actions under your calls
desk-action-queue-lead = What collectives here and elsewhere want to do under your calls. Whom you let stand is shown on the call's page, on its map and in its calendar.
desk-action-queue-none = No action waits for your answer.
desk-action-queue-others = All others
desk-action-queue-rule = The same rule holds for those who endorse you and for those who act under your calls.
desk-action-queue-rule-change = Change the rule
desk-action-save = Save and publish
desk-action-spoken = Languages spoken there
desk-action-spoken-other = Further languages
desk-action-spoken-other-help = By their tags, with commas: zza, hyw.
desk-action-text = What people should know
desk-action-text-help = In a few lines: where to meet, what to bring. Plain text.
desk-action-title = What it is called
desk-action-title-help = As on a poster: “March from the old bridge”.
desk-action-what-is-public = All that you type here is public at once, on this instance and on others, but for the address and the point where you chose not to tell them. The names of members stay here.
desk-action-where-help = Leave it empty for something without a place, such as a talk online.
desk-actions-asked = What becomes of these?
desk-actions-heading = Your local actions
desk-actions-lead = What your collective does under calls, its own and others'. Each is yours: nobody cancels or moves it but you.
desk-actions-new = Add a local action
desk-actions-none = Your collective has no local action yet.
desk-authorize-act-lead = With which of your collectives do you add an action?
desk-calendar-drafts = Saved as drafts
desk-calendar-file = The calendar (.ics)
desk-calendar-file-hint = As other programs export it: two megabytes and 200 events at most.
desk-calendar-heading = Take dates over from a calendar
desk-calendar-import = Save as drafts
desk-calendar-lead = Each event becomes a draft of a call, with its dates, place and text. Nothing is published. What we can't read is named here, and the rest is taken.
desk-calendar-line = line { $line }
desk-calendar-preview = Show what would come of it
desk-calendar-refused = Not taken
desk-calendar-would = So it would be. Nothing was saved yet: choose the file again and save.
desk-call-address = Street and number
desk-call-again = Does it come back?
desk-call-again-hint = It is announced again by itself: its page and the calendars show the next time.
desk-call-again-nightly = Every day or night, until the day below
desk-call-again-once = No, it takes place this once
desk-call-again-rule-hint = This rule was made at the command line. It stays as it is.
desk-call-again-until = The last day on which it begins
desk-call-again-until-hint = May stay empty for what comes back each week or each year.
desk-call-again-weekly = Every week, on the same day of the week
desk-call-again-yearly = Every year, on the same date
desk-call-back = Back to the text
desk-call-cancel = Cancel it
desk-call-cancel-button = Cancel this call
desk-call-cancel-help = It doesn't take place. The page stays, and says so; everybody who got the call is told. Those who organise an action under it decide for themselves.
desk-call-change = Postpone, move, cancel
desk-call-changed = Done. Everybody who got the call is told.
desk-call-country = Country
desk-call-end = Last day
desk-call-end-time = Ends at
desk-call-everywhere = Everywhere
desk-call-everywhere-hint = Collectives act where they are.
desk-call-heading = What becomes of “{ $title }”
desk-call-lead = Its text stays as it is: to change that, edit it. What you write here stands at the top of its page.
desk-call-move = Move it to other dates
desk-call-move-button = Move this call
desk-call-move-help = The new dates take the place of the old ones; those stay beside them. Who endorsed the call is asked whether that holds for the new dates.
desk-call-new-heading = Call to days of action
desk-call-new-note = A call is a statement with dates. Servers that show events get it as an event, all others as a post with the dates written out.
desk-call-notice = What people should know of it (may stay empty)
desk-call-open = People without an instance
desk-call-open-hint = A form under the call: title, time, place and a mail address that isn't public. They confirm by a link, then it waits at your desk. What you let in is told to others as an action of your collective, with a word that people there organise it.
desk-call-open-label = They may propose actions under this call
desk-call-place = At a place
desk-call-place-details = Which place
desk-call-place-hint = One demonstration, one assembly: all come there.
desk-call-place-name = What people call the place
desk-call-postpone = Postpone it, without a date yet
desk-call-postpone-button = Postpone this call
desk-call-postpone-help = It will take place, you don't know when yet. Move it once you do.
desk-call-precision = How exactly is it told?
desk-call-precision-ask = “Write to us”: city and country alone
desk-call-precision-district = The part of the town, no address
desk-call-precision-exact = Exactly
desk-call-resume = It takes place after all
desk-call-resume-button = Say that it takes place
desk-call-resume-help = On the dates that it had last.
desk-call-start = First day
desk-call-start-time = Begins at
desk-call-supporters = What supporters can do
desk-call-supporters-hint = Organise something, endorse, send a letter: in a few lines, in Markdown like the text.
desk-call-when = When
import-added = New draft.
import-edited = It says something else now, but what came of it was edited or published here. That stays as it is.
import-first-alone = It comes back on days that we can't say by a rule: the draft has the first time alone.
import-left = { $count } more events stood behind these. Take them from a calendar of their own.
import-older = What we have is newer. Nothing was changed.
import-unchanged = Already there, unchanged.
import-updated = Its draft is up to date again.
reminder-moved = It takes place at another time than it was first announced for.
reminder-title = Soon: { $title }
desk-call-when-hint = Leave the hours empty for whole days: they last from where the day begins first on earth to where it ends last.
desk-call-where = Where
desk-call-zone = Time zone of the hours
desk-inbox-act = Add our action
desk-nav-action-requests = Actions under your calls
desk-nav-actions = Local actions
desk-nav-call = New call
desk-nav-reports = Reports
desk-overview-action-requests = Waiting for your answer
desk-proposed = From people without an instance
desk-proposed-help = They confirmed their mail address, which you alone see; it is erased when you decline, when they cancel, and two weeks after it took place. What you let in is an action of your collective's own from then on: when the call moves, you answer for it.
desk-report-attendance = How many came (may stay empty)
desk-report-attendance-hint = Your own count, as a range such as 200-300. It is added to the totals on the call's page.
desk-report-begin = Write a report
desk-reports-heading = Report on your actions
desk-reports-lead = After an action, tell how it was: a text, up to four photos, and how many came. The report stands on the page of the action and of the call.
desk-reports-none = None of your actions has begun yet.
interact-act = Go on there
interact-act-heading = Add your action
interact-act-help = Your collective does something where it is? Add it from its own instance. Tell us where that is, and you go on there. We keep nothing.
interact-act-plain = That server doesn't say that it can add actions under calls. You can go on to the call there; a boost or a like adds nothing.
mail-proposed-accepted-subject = “{ $title }” stands under the call
mail-proposed-declined-subject = “{ $title }” doesn't stand under the call
mail-proposed-subject = Please confirm: your action under “{ $call }”
propose-back = To the call
propose-button = Propose it
propose-heading = Propose an action
propose-lead = You do something where you are, and your group has no instance of its own? Tell { $collective } here. They read it and decide whether it stands under their call.
propose-mail = Your mail address
propose-mail-help = We write to you at it: a link to confirm, and one to cancel at any time. Only those who call see it. It is erased when they decline, when you cancel, and { $count } days after it took place.
propose-sent = Look into your mail
propose-sent-help = We sent you a link. Open it and confirm within { $count } days; until then nobody reads what you wrote.
propose-trap = Leave this field empty
propose-what-is-public = If it is let in, all that you type here is public, but for your mail address, and for the street and the point where you chose not to tell them. Write no names of people who don't want that.
propose-without = No instance of your own?
propose-without-help = Propose an action with a mail address alone.
propose-without-link = Propose an action
proposed-cancel = Cancel it
proposed-cancel-help = Cancelled, it doesn't take place. Where it stands under the call already, it stays there as cancelled. Your mail address is erased.
proposed-cancelled = Cancelled. Your mail address is erased.
proposed-confirm = Confirm it
proposed-confirm-help = Then those who call read it and decide whether it stands under their call. They write to you.
proposed-confirmed = Confirmed. Those who call read it now, and you hear of it by mail.
proposed-state-accepted = It stands under the call.
proposed-state-cancelled = It is cancelled.
proposed-state-declined = Those who call didn't let it stand under their call.
proposed-state-unconfirmed = It waits for you to confirm it.
proposed-state-waiting = It waits for an answer of those who call.
report-of = Report of
report-photos = Photos
report-read = Read the whole report
reports-heading = Reports
reports-help = Written by those who organised it; the numbers are their own count.
totals-actions = { $count ->
    [one] { $count } action
   *[other] { $count } actions
}
totals-cities = { $count ->
    [one] { $count } city
   *[other] { $count } cities
}
totals-collectives = { $count ->
    [one] { $count } collective
   *[other] { $count } collectives
}
totals-countries = { $count ->
    [one] { $count } country
   *[other] { $count } countries
}
totals-heading = In numbers
totals-help = Counted here, from actions that stand under this call and aren't cancelled.
totals-people = Between { $least } and { $most } people, counted by the organisers
totals-people-about = About { $most } people, counted by the organisers
when-days = { $first } – { $last }
when-hour = { $date }, { $start } ({ $zone })
when-hours = { $date }, { $start }–{ $end } ({ $zone })
when-hours-days = { $date }, { $start } – { $last }, { $end } ({ $zone })
when-zone-hint = Leave it as it is: it becomes that of the city once you name one. Or type a part of the name, such as Paris, and choose. Whole days need none.
where-country-hint = Of a city that we know, the country is filled in by itself.
where-point = Exact point on the map
where-point-hint = Latitude and longitude as your map shows them, such as 45.758, 4.832. Without it the map shows the middle of the city. Told by its district, the point is moved onto a coarse grid; with “write to us” it isn't kept.
where-point-label = Latitude, longitude
where-precision-ask-hint = Nobody reads where it is, only the city and the country. Who wants to come writes to the contact. The rest isn't even kept here.
where-precision-district-hint = The name of the place is public, such as the part of the town. Street and number aren't kept.
where-precision-exact-hint = Name, street and point are public, on the page, in calendars and on other servers.
where-precision-hint = What was public once can't be called back. Choose as little as people need to come.
desk-action-asked-earlier = { $count ->
    [one] The call was moved and begins a day earlier.
   *[other] The call was moved and begins { $count } days earlier.
}
desk-action-asked-later = { $count ->
    [one] The call was moved and begins a day later.
   *[other] The call was moved and begins { $count } days later.
}
mail-proposed-accepted-body =
    Hello,

    your action “{ $title }” stands under the call “{ $call }” now:

    { $page }

    You can cancel it at any time by the second link in our first mail.
mail-proposed-body =
    Hello,

    somebody, hopefully you, proposed the action “{ $title }” under the call “{ $call }”. Confirm it within { $days } days:

    { $link }

    To cancel it, now or later, keep this link:

    { $cancel }

    If you know nothing of this, do nothing: it is forgotten then, and your address too.
mail-proposed-declined-body =
    Hello,

    those who call to “{ $call }” didn't let your action “{ $title }” stand under their call. Your address is erased here.
