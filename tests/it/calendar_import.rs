//! Calendars of others taken as drafts, at the command line and at the desk.

use crate::{
    browser::{Browser, File},
    harness::{Instance, backends},
};
use serde_json::{Value, json};

/// Four events: a folded title, one by the clocks of its city, one in a zone that nobody knows, and one that is cancelled.
fn calendar(sequence: u32, text: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
         BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Days for the ri\r\n ver\r\nDTSTART;VALUE=DATE:20990125\r\nDTEND;VALUE=DATE:20990202\r\n\
         SEQUENCE:{sequence}\r\nDESCRIPTION:{text}\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Vigil\r\nDTSTART:20990130T140000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n\
         LOCATION:Old bridge\\, Beirut\r\nDESCRIPTION:{text}\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:Odd\r\nDTSTART;TZID=Nowhere Time:20990130T140000\r\nEND:VEVENT\r\n\
         BEGIN:VEVENT\r\nUID:4\r\nSUMMARY:Off\r\nSTATUS:CANCELLED\r\nDTSTART:20990130T140000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn outcomes(done: &Value) -> Vec<(&str, &str)> {
    let word = |one| Value::as_str(one).unwrap();
    done["drafts"].as_array().unwrap().iter().map(|one| (word(&one["title"]), word(&one["outcome"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_become_drafts_once_and_what_cannot_be_taken_is_named() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let import =
            |file: &str, more: &[&str]| river.cli(&[&["calendar", "import", "--collective", "river", file][..], more].concat());
        let first = river.file("first.ics", calendar(0, "Come\\, all."));
        let dry = import(&first, &["--dry-run"]);
        assert_eq!(outcomes(&dry), [("Days for the river", "added"), ("Vigil", "added")]);
        assert_eq!(
            (&dry["drafts"][0]["id"], &river.cli(&["statement", "list", "--collective", "river"])),
            (&Value::Null, &json!([])),
            "nothing is saved"
        );

        let done = import(&first, &[]);
        assert_eq!(outcomes(&done), outcomes(&dry));
        let refused: Vec<_> = done["refused"].as_array().unwrap().iter().map(|one| (&one["uid"], &one["reason"])).collect();
        assert_eq!(refused, [(&json!("3"), &json!("error-import-zone")), (&json!("4"), &json!("error-import-cancelled"))]);
        assert!(done["refused"][0]["text"].as_str().unwrap().contains("Nowhere Time"), "{done}");
        let id = |n: usize| done["drafts"][n]["id"].as_str().unwrap().to_owned();
        let vigil = river.cli(&["call", "show", &id(1)]);
        assert_eq!(
            (&vigil["state"], &vigil["call"]["start"], &vigil["call"]["zone"], &vigil["call"]["recurrence"]),
            (&json!("draft"), &json!("2099-01-30T14:00"), &json!("Asia/Beirut"), &json!("FREQ=WEEKLY;COUNT=3"))
        );
        assert_eq!(vigil["call"]["place"]["city"]["name"], "Beirut");
        assert_eq!(river.cli(&["call", "list"]), json!([]), "nothing is published");

        // The same again makes no twins; what changed goes into drafts that nobody touched, and into no others.
        assert_eq!(outcomes(&import(&first, &[])), [("Days for the river", "unchanged"), ("Vigil", "unchanged")]);
        river.cli_with_input(&["call", "edit", "--save-only", &id(1), "-"], "In our own words.");
        let second = river.file("second.ics", calendar(1, "Bring soup."));
        assert_eq!(outcomes(&import(&second, &["--dry-run"])), [("Days for the river", "updated"), ("Vigil", "edited")]);
        let again = import(&second, &[]);
        assert_eq!(outcomes(&again), [("Days for the river", "updated"), ("Vigil", "edited")]);
        assert_eq!((&again["drafts"][0]["id"], &again["drafts"][1]["id"]), (&json!(id(0)), &json!(id(1))));
        assert_eq!(river.cli(&["statement", "show", &id(0)])["content"]["body"], "Bring soup.");
        assert_eq!(river.cli(&["statement", "show", &id(1)])["content"]["body"], "In our own words.");
        assert_eq!(outcomes(&import(&first, &[]))[0], ("Days for the river", "older"), "by its SEQUENCE");
        assert_eq!(river.cli(&["statement", "list", "--collective", "river"]).as_array().unwrap().len(), 2);
        // What was published stays as it is; of what was discarded nothing is left, so it comes anew.
        river.cli(&["call", "publish", "--draft", &id(0)]);
        river.cli(&["statement", "discard", &id(1)]);
        let third = river.file("third.ics", calendar(2, "Bring bread."));
        assert_eq!(outcomes(&import(&third, &[])), [("Days for the river", "edited"), ("Vigil", "added")]);
        assert_eq!(river.cli(&["statement", "show", &id(0)])["content"]["body"], "Bring soup.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_shows_what_would_come_of_a_calendar_and_takes_it() {
    let river = Instance::builder("river", backends()[0]).start().await;
    // Identifiers that are too long are told apart all the same, and what has none is known again by what it says.
    let long = "x".repeat(300);
    let odd: String = [format!("UID:{long}1\r\n"), format!("UID:{long}2\r\n"), String::new()]
        .map(|uid| format!("BEGIN:VEVENT\r\n{uid}SUMMARY:Vigil\r\nDTSTART;VALUE=DATE:20990125\r\nEND:VEVENT\r\n"))
        .concat();
    let odd = river.file("odd.ics", format!("BEGIN:VCALENDAR\r\n{odd}END:VCALENDAR\r\n"));
    for outcome in ["added", "unchanged"] {
        let done = river.cli(&["calendar", "import", "--collective", "river", &odd]);
        assert_eq!(outcomes(&done), [("Vigil", outcome); 3]);
    }
    for draft in river.cli(&["statement", "list", "--collective", "river"]).as_array().unwrap() {
        river.cli(&["statement", "discard", draft["id"].as_str().unwrap()]);
    }
    // Of too many the first are taken, and the others counted.
    let one = |n: usize| format!("BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Vigil\r\nDTSTART;VALUE=DATE:20990125\r\nEND:VEVENT\r\n");
    let many = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", (0..203).map(one).collect::<String>());
    let done = river.cli(&["calendar", "import", "--dry-run", "--collective", "river", &river.file("many.ics", many)]);
    assert_eq!((done["drafts"].as_array().unwrap().len(), &done["left"]), (200, &json!(3)));
    for (name, text, why) in [
        ("not.ics", "No calendar.".to_owned(), "no calendar"),
        ("large.ics", "BEGIN:VCALENDAR\r\n".repeat(130_000), "two megabytes"),
        ("none.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned(), "no event"),
    ] {
        let (code, said) = river.cli_fails(&["calendar", "import", "--collective", "river", &river.file(name, text)]);
        assert!(code == 2 && said.contains(why), "{code} {said}");
    }

    let mut desk = Browser::signed_in(&river).await;
    let form = desk.get("/desk/river/write?call=1").await;
    assert!(form.has("a[href$='/desk/river/calendar']"), "{}", form.html);
    let form = desk.get("/desk/river/calendar").await;
    let file = || File { field: "file", name: "theirs.ics", bytes: calendar(0, "Come.").into_bytes() };
    let page = desk.upload(&form, "#import", &[("preview", "1")], &[file()]).await;
    assert!(page.status == 200 && page.has("#drafts [data-outcome=added] b"), "{}", page.html);
    assert_eq!(river.cli(&["statement", "list", "--collective", "river"]), json!([]), "nothing is saved");
    let page = desk.upload(&form, "#import", &[("save", "1")], &[file()]).await;
    let (drafts, refused) = (page.text("#drafts"), page.text("#refused"));
    assert!(drafts.contains("Vigil") && drafts.contains("Beirut") && page.has("#drafts [data-outcome=added] a"), "{}", page.html);
    assert!(refused.contains("Odd") && refused.contains("Nowhere Time") && refused.contains("Off"), "{refused}");
    let page = desk.upload(&form, "#import", &[("save", "1")], &[file()]).await;
    assert!(page.has("#drafts [data-outcome=unchanged] a") && !page.has("[data-outcome=added]"), "{}", page.html);
    assert_eq!(river.cli(&["statement", "list", "--collective", "river"]).as_array().unwrap().len(), 2);
    let page = desk.upload(&form, "#import", &[], &[]).await;
    assert!(page.status == 422 && page.has("#e-file"), "{}", page.html);
    // Without the token of the form nothing is taken.
    let page = desk.upload(&form, "#import", &[("csrf", "stale")], &[file()]).await;
    assert_eq!(page.status, 403, "{}", page.html);
}
