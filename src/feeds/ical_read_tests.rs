//! Calendars of others: what is taken, what isn't and why.

use super::*;
use crate::domain::{recurrence::Recurrence, when::When};

fn defaults() -> Defaults {
    Defaults { given: None, zone: Tz::Europe__Paris, language: "fr".into() }
}

fn calendar(events: &str) -> Calendar {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
    read(text.as_bytes(), &defaults()).unwrap()
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\r\nSUMMARY:Vigil\r\n{lines}END:VEVENT\r\n")
}

fn of(lines: &str) -> Result<Box<Event>, Reason> {
    calendar(&event(lines)).events.remove(0).taken
}

fn call_of(lines: &str) -> Call {
    of(lines).unwrap().content.call.unwrap()
}

fn rule(text: &str) -> Option<Recurrence> {
    Some(Recurrence::parse(text).unwrap())
}

#[test]
fn dates_are_read_in_each_form() {
    let days = |first: &str, last: &str| When::parse(first, last, "").unwrap();
    let hours = |start: &str, end: &str, zone: &str| When::parse(start, end, zone).unwrap();
    for (lines, when) in [
        ("DTSTART;VALUE=DATE:20270125\r\nDTEND;VALUE=DATE:20270202\r\n", days("2027-01-25", "2027-02-01")),
        ("DTSTART;VALUE=DATE:20270125\r\nDTEND;VALUE=DATE:20270125\r\n", days("2027-01-25", "")),
        ("DTSTART;VALUE=DATE:20270125\r\nDURATION:P2D\r\n", days("2027-01-25", "2027-01-26")),
        ("DTSTART;VALUE=DATE:20270125\r\n", days("2027-01-25", "")),
        (
            "DTSTART;TZID=Asia/Beirut:20270130T140000\r\nDTEND;TZID=Asia/Beirut:20270130T160000\r\n",
            hours("2027-01-30T14:00", "16:00", "Asia/Beirut"),
        ),
        // An end by other clocks; a length; UTC, which is told by the collective's clocks; seconds.
        (
            "DTSTART;TZID=Asia/Beirut:20270130T140000\r\nDTEND:20270130T140000Z\r\n",
            hours("2027-01-30T14:00", "16:00", "Asia/Beirut"),
        ),
        ("DTSTART:20270130T140030\r\nDURATION:PT1H30M\r\n", hours("2027-01-30T14:00", "15:30", "Europe/Paris")),
        ("DTSTART:20270130T130000Z\r\nDTEND:20270130T130000Z\r\n", hours("2027-01-30T14:00", "", "Europe/Paris")),
        // By the clocks of the city; by UTC where it comes back, which summer would move.
        ("DTSTART:20270130T120000Z\r\nLOCATION:Beirut\r\n", hours("2027-01-30T14:00", "", "Asia/Beirut")),
        ("DTSTART:20270130T120000Z\r\nRRULE:FREQ=WEEKLY\r\n", hours("2027-01-30T12:00", "", "UTC")),
        (
            "DTSTART;TZID=\"/citadel.org/20190914_1/Europe/Berlin\":20270130T140000\r\n",
            hours("2027-01-30T14:00", "", "Europe/Berlin"),
        ),
        ("DTSTART;TZID=Romance Standard Time:20270130T140000\r\n", hours("2027-01-30T14:00", "", "Europe/Paris")),
    ] {
        assert_eq!(call_of(lines).when, when, "{lines}");
    }
    // The calendar's own zone goes before the one that was given, and both before the city's.
    let given = Defaults { given: Some(Tz::Asia__Baghdad), ..defaults() };
    let one = event("DTSTART:20270130T140000\r\nLOCATION:Lyon\r\n");
    let zone = |text: String| {
        let found = read(text.as_bytes(), &given).unwrap().events.remove(0).taken.unwrap();
        found.content.call.unwrap().when.zone().unwrap()
    };
    assert_eq!(zone(format!("BEGIN:VCALENDAR\n{one}")), Tz::Asia__Baghdad);
    assert_eq!(zone(format!("BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Lisbon\n{one}")), Tz::Europe__Lisbon);
}

#[test]
fn a_rule_is_taken_where_ours_can_say_it_and_else_the_first_time_alone() {
    let start = "DTSTART;TZID=Europe/Paris:20270130T003000\r\n";
    for (line, expected) in [
        ("RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=SA", rule("FREQ=WEEKLY;BYDAY=SA")),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA", None),
        ("RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=30", rule("FREQ=YEARLY")),
        ("RRULE:FREQ=YEARLY;BYMONTHDAY=30", None),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=30", rule("FREQ=MONTHLY")),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=29", None),
        // Half past midnight in Paris is the day before in UTC, and the last one counts.
        ("RRULE:FREQ=DAILY;UNTIL=20270201T233000Z", rule("FREQ=DAILY;UNTIL=20270202")),
        ("RRULE:FREQ=DAILY;UNTIL=20270201T232900Z", rule("FREQ=DAILY;UNTIL=20270201")),
        ("RRULE:FREQ=HOURLY", None),
        ("RRULE:FREQ=DAILY\r\nEXDATE:20270131T003000", None),
        ("RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY", None),
        ("RDATE:20270205T003000", None),
    ] {
        let taken = of(&format!("{start}{line}\r\n")).unwrap();
        assert_eq!((&taken.content.call.unwrap().recurrence, taken.first_alone), (&expected, expected.is_none()), "{line}");
    }
    assert!(!of(start).unwrap().first_alone);
}

#[test]
fn what_is_not_understood_is_said_and_nothing_is_guessed() {
    for (lines, why, detail) in [
        ("DTSTART;TZID=Nowhere Time:20270130T140000\r\n", "error-import-zone", "Nowhere Time"),
        ("DTSTART:tomorrow\r\n", "error-import-time", "tomorrow"),
        ("DTSTART:20270231T140000\r\n", "error-import-time", "20270231T140000"),
        ("DTSTART;VALUE=DATE:20270230\r\n", "error-import-time", "20270230"),
        ("", "error-when-start-empty", ""),
        ("DTSTART:20270130T140000\r\nSTATUS:CANCELLED\r\n", "error-import-cancelled", ""),
        ("DTSTART:20270130T140000\r\nRECURRENCE-ID:20270130T140000\r\n", "error-import-exception", ""),
        ("DTSTART:20270130T140000\r\nDTEND;VALUE=DATE:20270131\r\n", "error-when-mixed", ""),
        ("DTSTART:20270130T140000\r\nDTEND:20270130T130000\r\n", "error-when-order", ""),
        ("DTSTART;VALUE=DATE:20270130\r\nDTEND;VALUE=DATE:20270129\r\n", "error-when-order", ""),
        ("DTSTART:20270328T023000\r\n", "error-when-gap", ""),
        ("DTSTART:18000130T140000\r\n", "error-when-year", ""),
        ("DTSTART:20270130T140000\r\nDURATION:P1M\r\n", "error-import-time", "P1M"),
        ("DTSTART:20270130T140000\r\nDURATION:P9999999D\r\n", "error-import-time", "P9999999D"),
        ("DTSTART:20270130T140000\r\nDESCRIPTION:First\r\nand a second line\r\n", "error-import-line", "7"),
    ] {
        assert_eq!(of(lines).unwrap_err(), Reason { message: why, detail: detail.into() }, "{lines}");
    }
    for (text, why) in [
        ("", "error-import-form"),
        ("<!doctype html>\r\n<p>No calendar: sign in.", "error-import-form"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:Bread\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", "error-import-none"),
    ] {
        assert_eq!(read(text.as_bytes(), &defaults()).unwrap_err(), why, "{text}");
    }
    assert_eq!(read(&vec![b'x'; MAX_CALENDAR + 1], &defaults()).unwrap_err(), "error-import-large");
    let whole = format!("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n{}", event("DTSTART:20270130T140000\r\n"));
    assert_eq!(
        read(whole.as_bytes(), &defaults()).unwrap().events[0].taken.as_ref().unwrap_err().message,
        "error-import-cancelled"
    );
}

#[test]
fn an_event_becomes_a_draft_with_all_that_it_says() {
    let lines = "DTSTART;VALUE=DATE:20270125\r\nRRULE:FREQ=YEARLY\r\nLOCATION:Old bridge\\, 69001 Lyon\\, France\r\nGEO:45.758;4.832\r\n\
                 DESCRIPTION:Bring light\\, and\\nsoup.\r\nURL:https://lyon.example/1\r\nCATEGORIES:Water,No dam\\, ever\r\n\
                 CONTACT:Ask at the mill\r\nSEQUENCE:4\r\nBEGIN:VALARM\r\nDESCRIPTION:Wake up\r\nEND:VALARM\r\n";
    let taken = of(lines).unwrap();
    let content = taken.content;
    assert_eq!((content.title.as_str(), content.language.as_str(), taken.sequence), ("Vigil", "fr", 4));
    assert_eq!(content.body, "Bring light, and\nsoup.\n\nhttps://lyon.example/1");
    assert_eq!(
        (content.hashtags, content.contact.as_str()),
        (vec!["Water".to_owned(), "Nodamever".to_owned()], "Ask at the mill")
    );
    let call = content.call.unwrap();
    assert_eq!(call.recurrence, Some(Recurrence::yearly()));
    let place = call.place.unwrap();
    assert_eq!((place.city.unwrap().id, place.country.as_str()), (2_996_944, "FR"));
    assert_eq!((place.name.as_str(), place.coordinates), ("Old bridge, 69001", Coordinates::new(45.758, 4.832)));

    let day = "DTSTART;VALUE=DATE:20270125\r\n";
    let place_of = |location: &str| call_of(&format!("{day}LOCATION:{location}\r\n")).place.unwrap();
    assert_eq!(place_of("Old bridge\\, Lyon").name, "Old bridge");
    let lyon = place_of("Lyon");
    assert_eq!((lyon.name.as_str(), lyon.city.unwrap().id), ("", 2_996_944));
    // Several bear the name, and a number is no city: the text stands.
    for text in ["Springfield", "Hall, 2996944", "https://talk.example/room"] {
        let place = place_of(&text.replace(',', "\\,"));
        assert_eq!((place.name.as_str(), place.city), (text, None));
    }
    // A location that is too long for a place stands in the text, whole.
    let long = format!("{} bridge", "old ".repeat(60));
    let content = of(&format!("{day}LOCATION:{long}\r\nURL:javascript:alert(1)\r\n")).unwrap().content;
    assert_eq!(content.body, crate::domain::statement::one_line(&long));
    let name = content.call.unwrap().place.unwrap().name;
    assert!(long.starts_with(&name) && (MAX_PLACE_NAME - 1..=MAX_PLACE_NAME).contains(&name.chars().count()), "{name}");
}

#[test]
fn each_event_is_named_by_its_line_and_the_number_is_bounded() {
    let good = event("DTSTART;VALUE=DATE:20270125\r\n");
    let found = calendar(&format!(
        "{good}{}BEGIN:VEVENT\r\nSUMMARY:Cut\r\n{good}{}",
        event("DTSTART:x\r\n"),
        "BEGIN:VEVENT\r\nSUMMARY:Cut at the end\r\n"
    ));
    let lines: Vec<_> = found.events.iter().map(|one| (one.line, one.taken.as_ref().err().map(|why| why.message))).collect();
    assert_eq!(
        lines,
        [(3, None), (7, Some("error-import-time")), (11, Some("error-import-cut")), (13, None), (17, Some("error-import-cut"))]
    );
    let many = calendar(&good.repeat(MAX_EVENTS + 2));
    assert_eq!((many.events.len(), many.left), (MAX_EVENTS, 2));
    let twice = calendar(&event("UID:1\r\nDTSTART;VALUE=DATE:20270125\r\n").repeat(2));
    assert_eq!(twice.events[1].taken.as_ref().unwrap_err().message, "error-import-twice");
}

#[test]
fn folded_lines_are_one_again_also_within_a_character() {
    let folded = calendar("BEGIN:VEVENT\nSUMMARY:Vi\n gil\r\nDTSTART;VALUE=DATE:2027\r\n\t0125\nEND:VEVENT\n");
    assert_eq!((folded.events[0].title.as_str(), folded.events[0].taken.is_ok()), ("Vigil", true));
    let mut bytes =
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270125\r\nSUMMARY:Na\xc3\r\n \xafve\r\nEND:VEVENT\r\n".to_vec();
    bytes.extend(b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270125\r\nSUMMARY:Na\xefve\r\nEND:VEVENT\r\n");
    let found = read(&bytes, &defaults()).unwrap().events;
    assert_eq!((found[0].title.as_str(), found[0].taken.is_ok()), ("Naïve", true));
    assert_eq!(found[1].taken.as_ref().unwrap_err(), &Reason::with("error-import-encoding", "9"));
}

proptest::proptest! {
    #[test]
    fn nothing_that_comes_makes_it_fail(text in "(?s).{0,200}", lines in proptest::collection::vec("(BEGIN|END|DTSTART|RRULE|SUMMARY)[;:][A-Z0-9=;:,]{0,20}", 0..20)) {
        let _ = read(text.as_bytes(), &defaults());
        let _ = read(lines.join("\r\n").as_bytes(), &defaults());
        calendar(&event(&lines.join("\r\n")));
    }
}
