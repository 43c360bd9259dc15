//! What is on in a city, and feeds of calls and actions, on started servers: calendars and XML are read by parsers that didn't write
//! them.

use crate::{
    accounts::text_of,
    calls,
    harness::{Instance, backends, client, eventually},
};
use icalendar::{Component, Event};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Amed, by its number in the gazetteer.
const AMED: &str = "/cities/316541";

async fn get(url: &str) -> (u16, String) {
    let answer = client().get(url).header("accept", "text/html").send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn events(url: &str) -> Vec<Event> {
    let (status, text) = get(url).await;
    assert_eq!(status, 200, "{url}");
    let read: icalendar::Calendar = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    read.events().cloned().collect()
}

fn value<'a>(event: &'a Event, name: &str) -> &'a str {
    event.property_value(name).unwrap_or_else(|| panic!("no {name}"))
}

fn uids(events: &[Event]) -> BTreeSet<String> {
    events.iter().map(|event| value(event, "UID").to_owned()).collect()
}

fn set<'a>(of: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    of.into_iter().cloned().collect()
}

fn call(instance: &Instance, title: &str, more: &[&str]) -> String {
    calls::publish(instance, title, more)["id"].as_str().unwrap().to_owned()
}

fn action(instance: &Instance, call: &str, title: &str, more: &[&str]) -> String {
    let args = [&["action", "add", "--collective", instance.name.as_str(), "--title", title], more, &[call]].concat();
    instance.cli(&args)["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_is_found_by_all_its_names_and_shows_what_is_on_there() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let bridge = ["--place", "Old bridge", "--address", "Quai 3", "--precision", "district"];
        let days = ["--start", "2099-01-25", "--end", "2099-02-01", "--city"];
        let here = call(&river, "Days for the river", &[&days[..], &["Amed"], &bridge].concat());
        let there = call(&river, "Days elsewhere", &[&days[..], &["Lyon"]].concat());
        let past = call(&river, "Days long ago", &["--start", "2020-01-25", "--city", "Amed"]);
        let march = ["--kind", "march", "--start", "2099-01-30T14:00", "--city", "ئامەد"];
        let march = action(&river, &there, "March", &[&march[..], &bridge].concat());

        // By names in three scripts and however it is typed.
        let link = Selector::parse("main ul a").unwrap();
        for name in ["Amed", "Diyarbakır", "diyarbakir", "ئامەد", "ديار بكر", "Диярбакыр", "Diyarbekir, Türkiye"]
        {
            let mut url = reqwest::Url::parse(&river.url("/cities")).unwrap();
            url.query_pairs_mut().append_pair("q", name);
            let page = Html::parse_document(&get(url.as_str()).await.1);
            assert_eq!(page.select(&link).next().and_then(|link| link.attr("href")), Some(AMED), "{name}");
        }
        let several = Html::parse_document(&get(&river.url("/cities?q=Springfield")).await.1);
        assert!(several.select(&link).count() > 3);
        let none = get(&river.url("/cities?q=%3Cscript%3Ealert(1)")).await.1;
        assert!(none.contains("class=\"notice\"") && !none.contains("<script>alert"), "{none}");
        for unknown in ["/cities/999999999", "/cities/x", "/cities/999999999/calendar.ics"] {
            assert_eq!(get(&river.url(unknown)).await.0, 404, "{unknown}");
        }

        let page = get(&river.url(AMED)).await.1;
        let text = text_of(&page, "main");
        assert!(text.contains("Days for the river") && text.contains("March"), "{text}");
        assert!(!text.contains("elsewhere") && !text.contains("long ago") && !text.contains("Quai"), "{text}");
        // The same city in another language of the interface.
        assert!(text_of(&get(&river.url(&format!("/ar{AMED}"))).await.1, "h1").contains("ديار"));

        let calendar = river.url(&format!("{AMED}/calendar.ics"));
        assert!(page.contains(&format!("href=\"{AMED}/calendar.ics\"")));
        let found = events(&calendar).await;
        assert_eq!(uids(&found), set([&here, &march]), "and not {there}, {past}");
        let entry = |events: &[Event], id: &str| events.iter().find(|event| value(event, "UID") == id).unwrap().clone();
        let one = entry(&found, &march);
        assert_eq!(
            (value(&one, "URL"), value(&one, "LOCATION"), value(&one, "STATUS")),
            (&*march, "Old bridge, ئامەد", "CONFIRMED")
        );
        assert_eq!(one.properties()["DTSTART"].params()["TZID"].value(), "Europe/Istanbul", "by the clocks of the city");
        assert_eq!((value(&one, "DTSTART"), value(&entry(&found, &here), "DTEND")), ("20990130T140000", "20990202"));

        // What is cancelled stays, as cancelled; what is withdrawn is gone.
        river.cli(&["action", "cancel", &march]);
        assert_eq!(value(&entry(&events(&calendar).await, &march), "STATUS"), "CANCELLED");
        let page = Html::parse_document(&get(&river.url(AMED)).await.1);
        assert_eq!(page.select(&Selector::parse("[data-action=cancelled]").unwrap()).count(), 1);
        river.cli(&["statement", "withdraw", &here, "--reason", "By mistake."]);
        assert_eq!(uids(&events(&calendar).await), set([&march]));
        assert!(!text_of(&get(&river.url(AMED)).await.1, "main").contains("Days for the river"));
    }
}

/// What stands in the entries of a feed: id, title, summary, with all rules of RFC 4287 that a reader leans on checked.
async fn feed(url: &str) -> Vec<(String, String, String)> {
    let answer = client().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{url}");
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/atom+xml"), "{url}");
    let text = answer.text().await.unwrap();
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let child = |node: roxmltree::Node, name: &str| -> String {
        let found = node.children().find(|child| child.has_tag_name(("http://www.w3.org/2005/Atom", name)));
        found.and_then(|child| child.text()).unwrap_or_default().to_owned()
    };
    let root = document.root_element();
    let own = root.children().find(|node| node.has_tag_name("link") && node.attribute("rel") == Some("self"));
    assert_eq!((own.and_then(|link| link.attribute("href")), child(root, "id").is_empty()), (Some(url), false), "{text}");
    let time = |text: String| chrono::DateTime::parse_from_rfc3339(&text).unwrap();
    let (changed, mut last) = (time(child(root, "updated")), None);
    let mut entries = Vec::new();
    for entry in root.children().filter(|node| node.has_tag_name("entry")) {
        let (id, updated) = (child(entry, "id"), time(child(entry, "updated")));
        assert!(id.starts_with("http://") && updated <= changed && time(child(entry, "published")) <= updated, "{text}");
        for link in entry.children().filter(|node| node.has_tag_name("link")) {
            assert!(link.attribute("href").unwrap().starts_with("http://"), "{text}");
        }
        if url.ends_with("/actions.atom") {
            assert!(last.is_none_or(|last| updated <= last), "what changed last stands first: {text}");
        }
        last = Some(updated);
        entries.push((id, child(entry, "title"), child(entry, "summary")));
    }
    assert_eq!(entries.iter().map(|entry| &entry.0).collect::<BTreeSet<_>>().len(), entries.len(), "each once: {text}");
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_actions_and_boosted_events_stand_in_feeds_as_they_are_now() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let lyon = Instance::builder("lyon", backend).start().await;
        lyon.cli(&["collective", "add", "mill", "--name", "Mill", "--language", "en"]);
        // Before the call: so lyon hears of it as an event, and of its changes.
        lyon.cli(&["follow", "--collective", "lyon", &river.actor("river")]);
        eventually("river has its follower", 60, || async {
            let followers = river.cli(&["followers", "--collective", "river"]);
            (!followers.as_array().unwrap().is_empty()).then_some(())
        })
        .await;
        let nights = call(&river, "Days & nights <for> the river", &["--start", "2099-01-25", "--end", "2099-02-01"]);
        let vigil = call(&river, "Vigil", &["--start", "2099-01-30T18:00", "--city", "Lyon"]);
        let songs = ["--start", "2020-01-30T10:00", "--zone", "Europe/Lisbon", "--spoken", "pt", "--text", "Bread & <songs>"];
        let songs = action(&river, &vigil, "Songs <loud> & long", &songs);
        let march = ["--kind", "march", "--start", "2099-01-30T14:00", "--city", "Lyon", "--precision", "ask"];
        let march = action(&lyon, &vigil, "March", &march);
        eventually("river is asked", 60, || async {
            let list = river.cli(&["action", "list", "--call", &vigil]);
            list.as_array().unwrap().iter().any(|one| one["id"] == march.as_str()).then_some(())
        })
        .await;
        river.cli(&["action", "accept", &march]);
        let report = river.file("report.md", "Many came, and an otter.\n");
        let report = river.cli(&["action", "report", &songs, "--title", "How it was", "--attendance", "200-250", &report]);

        // actions.json: whole, with absolute addresses and what a diary needs.
        let plain = || async {
            let answer = client().get(format!("{vigil}/actions.json")).send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]),
                (200, &"*".parse().unwrap())
            );
            answer.json::<Value>().await.unwrap()
        };
        let all = plain().await;
        assert_eq!((&all["call"], &all["title"]), (&json!(vigil), &json!("Vigil")));
        assert_eq!((&all["totals"]["actions"], &all["totals"]["people"]["least"]), (&json!(2), &json!(200)), "{all}");
        let urls: Vec<&str> = all["actions"].as_array().unwrap().iter().map(|one| one["url"].as_str().unwrap()).collect();
        assert_eq!(urls, [songs.as_str(), march.as_str()], "by when they begin");
        let one = &all["actions"][1];
        assert_eq!(
            (&one["start"], &one["zone"], &one["place"]["country"], &one["organiser"]["url"], &one["status"]),
            (
                &json!("2099-01-30T14:00:00+01:00"),
                &json!("Europe/Paris"),
                &json!("FR"),
                &json!(lyon.actor("lyon")),
                &json!("announced")
            )
        );
        assert_eq!(all["actions"][0]["languages"], json!(["pt"]));

        // Cancelled by those who organise it: said in each of them, and left out where it is counted.
        lyon.cli(&["action", "cancel", &march]);
        let all = eventually("it is cancelled", 60, || async {
            let all = plain().await;
            // What is counted is read before what is listed.
            (all["actions"][1]["status"] == "cancelled" && all["totals"]["actions"] == 1).then_some(all)
        })
        .await;
        assert_eq!(all["actions"][0]["status"], "announced");
        let entries = feed(&format!("{vigil}/actions.atom")).await;
        let ids = entries.iter().map(|entry| entry.0.clone()).collect::<BTreeSet<_>>();
        assert_eq!(ids, set([&songs, &march, &report["id"].as_str().unwrap().to_owned()]));
        let of = |entries: &[(String, String, String)], id: &str| entries.iter().find(|entry| entry.0 == id).unwrap().clone();
        assert_eq!(of(&entries, &songs).1, "Songs <loud> & long");
        let (cancelled, stands) = (of(&entries, &march).2, of(&entries, &songs).2);
        assert!(
            cancelled.starts_with("cancelled · 30 January 2099, 14:00") && !stands.contains("cancelled"),
            "{cancelled} {stands}"
        );
        assert_eq!(events(&format!("{vigil}/calendar.ics")).await.len(), 3);

        // calls.atom, of all and of one collective.
        for url in [river.url("/calls.atom"), format!("{}/calls.atom", river.actor("river"))] {
            let entries = feed(&url).await;
            assert_eq!(entries.iter().map(|entry| entry.0.clone()).collect::<BTreeSet<_>>(), set([&vigil, &nights]));
            let (_, title, summary) = of(&entries, &nights);
            assert_eq!(title, "Days & nights <for> the river");
            assert!(summary.starts_with("25 January – 1 February 2099"), "{summary}");
        }
        assert!(feed(&lyon.url("/calls.atom")).await.is_empty(), "nobody calls there");

        // What a collective boosted stands in its calendar and in its instance's, and in no other's, as its author tells it now.
        let calendar = |handle: &str| format!("{}/calendar.ics", lyon.actor(handle));
        assert!(!uids(&events(&calendar("lyon")).await).contains(&nights), "who follows has said nothing yet");
        lyon.cli(&["boost", "--collective", "lyon", &nights]);
        for url in [calendar("lyon"), lyon.url("/calendar.ics")] {
            let found = events(&url).await;
            assert_eq!(uids(&found), set([&nights, &march]), "beside its own action");
            let one = found.iter().find(|event| value(event, "UID") == nights).unwrap();
            assert_eq!((value(one, "URL"), value(one, "SUMMARY")), (&*nights, "Days & nights <for> the river"));
            assert_eq!((value(one, "DTSTART"), value(one, "DTEND"), value(one, "STATUS")), ("20990125", "20990202", "CONFIRMED"));
        }
        assert!(events(&calendar("mill")).await.is_empty());
        river.cli(&["call", "cancel", &nights, "--notice", "The storm took the bridge."]);
        let summary = of(&feed(&river.url("/calls.atom")).await, &nights).2;
        assert!(summary.starts_with("cancelled · 25 January"), "{summary}");
        eventually("lyon's calendar has it cancelled", 60, || async {
            let found = events(&calendar("lyon")).await;
            let one = found.iter().find(|event| value(event, "UID") == nights)?;
            (value(one, "STATUS") == "CANCELLED").then_some(())
        })
        .await;
        lyon.cli(&["unboost", "--collective", "lyon", &nights]);
        assert_eq!(uids(&events(&calendar("lyon")).await), set([&march]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_city_that_several_bear_the_name_of_is_asked_for_and_not_guessed() {
    let river = Instance::builder("river", backends()[0]).start().await;
    let text = river.file("call.md", "Come.\n");
    let draft = |city: &str| {
        [
            "call",
            "draft",
            "--collective",
            "river",
            "--title",
            "Days",
            "--lang",
            "en",
            "--start",
            "2099-01-25",
            "--city",
            city,
            &text,
        ]
        .map(str::to_owned)
    };
    fn words(of: &[String]) -> Vec<&str> {
        of.iter().map(String::as_str).collect()
    }
    let refused = |args: &[&str]| {
        let (code, said) = river.cli_fails(args);
        assert_eq!(code, 2, "{said}");
        // Each with its number, and how to say which one.
        assert!(said.contains("Carabobo, Venezuela") && said.contains("2509954 Valencia") && said.contains("comma"), "{said}");
    };
    refused(&words(&draft("Valencia")));
    assert_eq!(river.cli(&["statement", "list", "--collective", "river"]), json!([]), "nothing is saved");
    for (city, id, country, name) in [
        ("Valencia, VE", 3_625_549, "VE", "Valencia"),
        ("2509954", 2_509_954, "ES", "Valencia"),
        ("Springfield, Illinois", 4_250_542, "US", "Springfield"),
        ("Upper Mill-on-the-River", 0, "", "Upper Mill-on-the-River"),
    ] {
        let done = river.cli(&words(&draft(city)));
        let place = &river.cli(&["call", "show", done["id"].as_str().unwrap()])["call"]["place"];
        assert_eq!(
            (&place["city"]["id"], &place["country"], &place["city"]["name"]),
            (&json!(id), &json!(country), &json!(name))
        );
    }
    let days = call(&river, "Days", &["--start", "2099-01-25", "--city", "Lyon"]);
    refused(&["call", "edit", &days, "--city", "Valencia"]);
    let add = ["action", "add", "--collective", "river", "--title", "March", "--start", "2099-01-30T14:00", "--city", "Valencia"];
    refused(&[&add[..], &[&days]].concat());
    let march = action(&river, &days, "March", &["--start", "2099-01-30T14:00", "--city", "Valencia", "--country", "VE"]);
    refused(&["action", "edit", &march, "--city", "Valencia"]);
    let list = river.cli(&["action", "list", "--collective", "river"]);
    assert_eq!((&list[0]["place"]["city"]["id"], &list[0]["zone"]), (&json!(3_625_549), &json!("America/Caracas")));
    assert_eq!(river.cli(&["call", "show", &days])["call"]["place"]["city"]["name"], "Lyon", "what is refused changes nothing");
}
