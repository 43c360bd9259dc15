//! A call on one instance, actions under it on two others; it is postponed, moved and cancelled, and one of them is down
//! meanwhile. What each of the three shows agrees in the end.

use crate::{
    calls::publish_week,
    harness::{Backend, Instance, backends, client, eventually},
};
use icalendar::Component;
use serde_json::{Value, json};

fn hasty(name: &str, backend: Backend) -> crate::harness::Builder {
    Instance::builder(name, backend)
        .env("DELIVERY__POLL_MILLISECONDS", 50)
        .env("DELIVERY__FIRST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_RETRY_SECONDS", 1)
        .env("DELIVERY__LONGEST_PAUSE_SECONDS", 1)
}

fn add(instance: &Instance, call: &str, title: &str, start: &str) -> String {
    let args = ["action", "add", "--collective", &instance.name, "--title", title, "--start", start, "--zone", "Europe/Paris"];
    let made = instance.cli(&[&args[..], &["--place", "Old bridge", "--city", "Lyon", "--country", "FR", call]].concat());
    made["id"].as_str().unwrap().to_owned()
}

/// An action as one of the instances has it, as soon as it fits.
async fn has(instance: &Instance, list: &[&str], id: &str, what: &str, fits: impl Fn(&Value) -> bool) {
    eventually(&format!("{}: {what}", instance.name), 90, || async {
        let rows = instance.cli(&[&["action", "list"][..], list].concat());
        rows.as_array().unwrap().iter().any(|row| row["id"] == id && fits(row)).then_some(())
    })
    .await;
}

/// A page, calendar or document, as soon as it fits.
async fn shows(url: &str, accept: &str, what: &str, fits: impl Fn(&str) -> bool) {
    eventually(&format!("{url}: {what}"), 60, || async {
        let answer = client().get(url).header("accept", accept).send().await.ok()?;
        fits(&answer.text().await.ok()?).then_some(())
    })
    .await;
}

async fn entry(url: &str, id: &str) -> Option<icalendar::Event> {
    let text = client().get(url).send().await.ok()?.text().await.ok()?;
    let read: icalendar::Calendar = text.parse().ok()?;
    read.events().find(|event| event.property_value("UID") == Some(id)).cloned()
}

/// Read by a parser that didn't write it.
async fn in_calendar(url: &str, id: &str, status: &str, start: &str) {
    eventually(&format!("{url} has {id} as {status} at {start}"), 60, || async {
        let event = entry(url, id).await?;
        (event.property_value("STATUS") == Some(status) && event.property_value("DTSTART") == Some(start)).then_some(())
    })
    .await;
}

async fn sequence(url: &str, id: &str) -> String {
    entry(url, id).await.unwrap().property_value("SEQUENCE").unwrap().to_owned()
}

const HTML: &str = "text/html";
const JSON: &str = "application/activity+json";

#[tokio::test(flavor = "multi_thread")]
async fn three_instances_agree_on_a_call_that_changes_and_on_what_becomes_of_its_actions() {
    let all = backends();
    // Where there are two databases each has a part in it.
    let (first, last) = (all[0], all[all.len() - 1]);
    let river = hasty("river", first).start().await;
    let lyon = hasty("lyon", last).start().await;
    let mut hill = hasty("hill", first).start().await;
    let call = publish_week(&river, &[]);
    // Before anybody knew what lyon runs it was sent the note: that is what it gets of this call, and it asks its organisers all
    // the same.
    let (statement, host) = (call.rsplit('/').next().unwrap().to_owned(), lyon.domain.clone());
    let note = communard::domain::call::Face::Note;
    river.db().write_blocking(move |conn| communard::db::calls::keep_face(conn, &statement, &host, note)).unwrap();
    // Who follows the call's author learns what stands under the call.
    eventually("hill follows river", 60, || async {
        let follow = hill.cli(&["follow", "--collective", "hill", &river.actor("river")]);
        (follow["state"] == "accepted").then_some(())
    })
    .await;
    let march = add(&lyon, &call, "March from the old bridge", "2099-01-30T14:00");
    let vigil = add(&hill, &call, "Vigil at the spring", "2099-01-31T20:00");
    let under = ["--call", call.as_str()];
    for (id, organiser) in [(&march, &lyon), (&vigil, &hill)] {
        has(&river, &under, id, "is asked", |row| row["author"] == "pending").await;
        river.cli(&["action", "accept", id]);
        has(organiser, &["--collective", &organiser.name], id, "may stand", |row| row["author"] == "accepted").await;
    }

    has(&hill, &under, &march, "has heard of the other one", |row| row["author"] == "accepted").await;

    // The call moves while one of them is down.
    hill.queue_empties(60).await;
    hill.kill();
    river.cli(&["call", "postpone", &call, "--start", "2099-03-01", "--end", "2099-03-08", "--notice", "The river is high."]);
    has(&lyon, &["--collective", "lyon"], &march, "is asked what becomes of it", |row| row["asked"] == "moved").await;
    shows(&march, HTML, "nobody has said yet", |page| page.contains("haven&#39;t said yet")).await;
    assert_eq!(lyon.cli(&["action", "answer", &march, "move"])["start"], "2099-03-06T14:00");
    has(&river, &under, &march, "moved along", |row| row["start"] == "2099-03-06T14:00" && row["status"] == "moved").await;
    hill.start().await;
    has(&hill, &["--collective", "hill"], &vigil, "is asked once it is back", |row| row["asked"] == "moved").await;
    has(&hill, &under, &march, "has its new date", |row| row["start"] == "2099-03-06T14:00").await;
    assert_eq!(hill.cli(&["action", "answer", &vigil, "keep"])["asked"], Value::Null);

    let starts = |id: &str, start: &'static str| {
        let (id, document) = (id.to_owned(), format!("\"startTime\":\"{start}\""));
        async move { shows(&id, JSON, "begins", |json| json.replace(": ", ":").contains(&document)).await }
    };
    starts(&call, "2099-03-01T00:00:00+14:00").await;
    starts(&march, "2099-03-06T14:00:00+01:00").await;
    starts(&vigil, "2099-01-31T20:00:00+01:00").await;
    shows(&call, HTML, "both with their own dates", |page| {
        page.contains("6 March 2099, 14:00") && page.contains("31 January 2099, 20:00") && page.contains("The river is high.")
    })
    .await;
    shows(&march, HTML, "its new date", |page| page.contains("6 March 2099, 14:00") && !page.contains("said yet")).await;
    shows(&vigil, HTML, "its old date", |page| page.contains("31 January 2099, 20:00") && !page.contains("said yet")).await;
    let calls = river.url("/calls.json");
    let call_is = |status: &'static str, first: &'static str| {
        let (calls, call) = (calls.clone(), call.clone());
        async move {
            shows(&calls, "application/json", status, |text| {
                let list: Value = serde_json::from_str(text).unwrap_or_default();
                list["calls"].as_array().is_some_and(|list| {
                    list.iter().any(|one| one["url"] == call.as_str() && one["status"] == status && one["first_day"] == first)
                })
            })
            .await;
        }
    };
    call_is("moved", "2099-03-01").await;
    let own = |instance: &Instance| format!("{}/calendar.ics", instance.actor(&instance.name));
    let calendar = |id: &str| format!("{id}/calendar.ics");
    for (url, id, status, start) in [
        (calendar(&call), call.clone(), "CONFIRMED", "20990301"),
        (calendar(&call), march.clone(), "CONFIRMED", "20990306T140000"),
        (own(&lyon), march.clone(), "CONFIRMED", "20990306T140000"),
        (calendar(&call), vigil.clone(), "CONFIRMED", "20990131T200000"),
        (own(&hill), vigil.clone(), "CONFIRMED", "20990131T200000"),
    ] {
        in_calendar(&url, &id, status, start).await;
    }
    assert_eq!(sequence(&own(&lyon), &march).await, sequence(&calendar(&call), &march).await, "one count of changes");

    // It is cancelled: both are asked, and each says for itself.
    river.cli(&["call", "cancel", &call]);
    for (id, organiser) in [(&march, &lyon), (&vigil, &hill)] {
        has(organiser, &["--collective", &organiser.name], id, "is asked again", |row| row["asked"] == "cancelled").await;
    }
    assert_eq!(lyon.cli(&["action", "answer", &march, "cancel"])["status"], "cancelled");
    assert_eq!(hill.cli(&["action", "answer", &vigil, "keep"])["status"], "announced");
    has(&river, &under, &march, "is cancelled", |row| row["status"] == "cancelled").await;
    has(&river, &under, &vigil, "takes place", |row| row["status"] == "announced").await;
    call_is("cancelled", "2099-03-01").await;
    has(&hill, &under, &march, "is cancelled", |row| row["status"] == "cancelled").await;
    for url in [calendar(&call), own(&lyon)] {
        in_calendar(&url, &march, "CANCELLED", "20990306T140000").await;
    }
    in_calendar(&calendar(&call), &call, "CANCELLED", "20990301").await;
    shows(&march, JSON, "cancelled", |json| json.contains("CANCELLED")).await;
    shows(&vigil, JSON, "takes place", |json| json.contains("CONFIRMED")).await;
    assert_eq!(river.activity_json(&format!("{call}/actions")).await["orderedItems"], json!([vigil, march]));
    // Taken off the call: who learnt of it by the author learns that too.
    river.cli(&["action", "drop", &march]);
    has(&hill, &under, &march, "doesn't stand any more", |row| row["author"] == "dropped").await;
    // A call that is withdrawn is asked about once more; the vigil is already asked for a cancelled one and kept.
    river.cli(&["statement", "withdraw", &call, "--reason", "It was agreed otherwise."]);
    for instance in [&river, &lyon, &hill] {
        instance.queue_empties(60).await;
    }
}
