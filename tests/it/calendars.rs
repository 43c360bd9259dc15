//! Calendars, JSON and the map of calls on the started server, read by a parser that didn't write them.

use crate::{
    calls,
    harness::{Instance, backends, client},
};
use icalendar::{Component, Event};
use serde_json::Value;

async fn calendar(url: &str) -> (reqwest::header::HeaderMap, String) {
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    (answer.headers().clone(), answer.text().await.unwrap())
}

async fn events(url: &str) -> Vec<Event> {
    let text = calendar(url).await.1;
    let read: icalendar::Calendar = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    read.events().cloned().collect()
}

fn value<'a>(event: &'a Event, name: &str) -> &'a str {
    event.property_value(name).unwrap_or_else(|| panic!("no {name}"))
}

fn publish(river: &Instance, title: &str, more: &[&str]) -> String {
    calls::publish(river, title, more)["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_stand_in_calendars_and_change_there() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let days = publish(&river, "Days for the river", &["--start", "2027-01-25", "--end", "2027-02-01"]);
        let place = ["--place", "Old bridge", "--address", "Quai 3", "--city", "Amed", "--precision", "district"];
        let march = publish(&river, "March", &[&["--start", "2027-01-30T14:00"][..], &place[..]].concat());

        // Each of the three calendars, and who asks again with the same tag hears that nothing changed.
        let all = river.url("/calendar.ics");
        let own = format!("{}/calendar.ics", river.actor("river"));
        for url in [&all, &own] {
            let found = events(url).await;
            assert_eq!(found.iter().map(|event| value(event, "UID")).collect::<Vec<_>>(), [days.as_str(), march.as_str()]);
        }
        let (headers, _) = calendar(&own).await;
        assert_eq!(headers["content-type"], "text/calendar; charset=utf-8");
        let again = client().get(&own).header("if-none-match", &headers["etag"]).send().await.unwrap();
        assert_eq!(again.status(), 304);

        let one = &events(&format!("{days}/calendar.ics")).await[0];
        assert_eq!((value(one, "DTSTART"), value(one, "DTEND"), value(one, "SEQUENCE")), ("20270125", "20270202", "0"));
        // The city gave the zone and the country; its address isn't told.
        let text = calendar(&format!("{march}/calendar.ics")).await.1;
        assert!(text.contains("DTSTART;TZID=Europe/Istanbul:20270130T140000\r\n"), "{text}");
        assert!(text.contains("LOCATION;LANGUAGE=en:Old bridge\\, Amed\r\n") && !text.contains("Quai"), "{text}");

        // Postponed, then cancelled: the same entry, one higher each time, and it stays.
        for (command, status, sequence) in [("postpone", "TENTATIVE", "1"), ("cancel", "CANCELLED", "2")] {
            river.cli(&["call", command, &march, "--notice", "The river is high."]);
            let changed = &events(&own).await[1];
            assert_eq!(
                (value(changed, "UID"), value(changed, "STATUS"), value(changed, "SEQUENCE")),
                (march.as_str(), status, sequence)
            );
            assert!(value(changed, "DESCRIPTION").starts_with("The river is high."));
        }
        let json: Value = client().get(river.url("/calls.json")).send().await.unwrap().json().await.unwrap();
        let state = |n: usize| (json["calls"][n]["url"].as_str().unwrap(), json["calls"][n]["status"].as_str().unwrap());
        assert_eq!([state(0), state(1)], [(days.as_str(), "announced"), (march.as_str(), "cancelled")]);
        assert_eq!(json["calls"][1]["place"]["country"], "TR");

        // Withdrawn is gone.
        river.cli(&["statement", "withdraw", &march, "--reason", "By mistake."]);
        assert_eq!(events(&all).await.len(), 1);
        assert_eq!(client().get(format!("{march}/calendar.ics")).send().await.unwrap().status(), 404);

        // The page leads there, and shows where it is.
        let page = calendar(&days).await.1;
        assert!(page.contains(&format!("{}/calendar.ics", days.strip_prefix(&river.url("")).unwrap())), "{page}");
        assert!(!page.contains("class=\"map\""), "it is everywhere");
        let vigil = publish(&river, "Vigil", &["--start", "2027-01-30T18:00", "--city", "Lyon", "--precision", "ask"]);
        let page = calendar(&vigil).await.1;
        let document = scraper::Html::parse_document(&page);
        let count = |css: &str| document.select(&scraper::Selector::parse(css).unwrap()).count();
        assert_eq!((count(".map path.land"), count(".map a.dot[href='#where']"), count("#where")), (1, 1, 1), "{page}");
        assert!(count(".map .city text") > 3);
        assert_eq!(count("[style]"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn web_17_a_calendar_stays_well_formed_whatever_a_title_holds() {
    let river = Instance::builder("river", backends()[0]).start().await;
    let evil = "a; b, c\\n]]>\u{200f}\u{2028}\"BEGIN:VALARM";
    let id = publish(&river, evil, &["--start", "2027-01-25", "--place", "x\\;y,\u{85}z"]);
    let found = events(&format!("{id}/calendar.ics")).await;
    assert_eq!(found.len(), 1);
    assert_eq!(value(&found[0], "SUMMARY"), "a; b, c\\n]]>\u{200f} \"BEGIN:VALARM");
    assert_eq!(value(&found[0], "LOCATION"), "x\\;y,z");
}
