//! Registers that others serve so that whoever checks them never ends: a visitor of the page that checks asks for one.

use crate::harness::{Backend, Canned, Instance, Peer, client};
use crate::outgoing_guard::Ear;
use communard::{federation::verify, vocab::digest::digest_multibase};
use scraper::{Html, Selector};
use serde_json::{Value, json};

/// A statement on the host of `peer` whose register is at `/registers/NAME`.
fn statement(peer: &Peer, name: &str) -> String {
    let mut statement = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": peer.url(&format!("/notes/{name}")), "type": "Note",
        "attributedTo": peer.url("/users/eve"), "content": "<p>No dam.</p>", "endorsements": peer.url(&format!("/registers/{name}")),
        "to": ["https://www.w3.org/ns/activitystreams#Public"], "published": "2026-11-23T10:00:00Z"
    });
    statement["digestMultibase"] = json!(digest_multibase(&statement).unwrap());
    peer.serve_object(&statement);
    statement["id"].as_str().unwrap().to_owned()
}

/// So many entries of which nothing but an address is told; or whole ones, each of which makes whoever checks ask for more.
fn entries(host: &str, count: usize, whole: bool) -> Vec<Value> {
    let entry = |n| {
        let id = format!("{host}/endorsements/{n}");
        let endorsement = json!({
            "type": "Endorsement", "id": id, "attributedTo": format!("{host}/users/{n}"), "object": format!("{host}/notes/0"),
            "digestMultibase": "zQm", "state": "ratified", "sequence": 1
        });
        json!({ "type": "EndorsementEntry", "state": "ratified", "endorsement": if whole { endorsement } else { json!(id) } })
    };
    (0..count).map(entry).collect()
}

/// What the page that checks says: each condition of the statement, whether it holds, and how many entries it shows.
async fn check(instance: &Instance, address: &str) -> (Vec<(String, bool)>, usize) {
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("address", address).finish();
    let request = client().post(instance.url("/verify")).header("content-type", "application/x-www-form-urlencoded");
    let answer = request.header("origin", instance.base_url()).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{address}");
    let page = Html::parse_document(&answer.text().await.unwrap());
    let (section, check) = (Selector::parse("section").unwrap(), Selector::parse("[data-check]").unwrap());
    let mut sections = page.select(&section);
    let conditions = sections.next().unwrap().select(&check);
    let conditions = conditions.map(|one| (one.attr("data-check").unwrap().to_owned(), one.attr("data-ok") == Some("true")));
    (conditions.collect(), sections.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn res_07_registers_without_end_are_left() {
    let (peer, ear) = (Peer::start("evil").await, Ear::deaf());
    let (base, away) = (peer.url(""), format!("http://ear.localhost:{}/registers/away", ear.port));
    peer.decide(move |request| {
        let path = request.target.strip_prefix("/registers/")?;
        let (name, page) = path.split_once("?page=").unwrap_or((path, ""));
        let next = match name {
            "self" => format!("{base}/registers/self?page=1"),
            "two" => format!("{base}/registers/two?page={}", if page == "1" { 2 } else { 1 }),
            "back" => format!("{base}/registers/back"),
            "away" => away.clone(),
            _ => format!("{base}/registers/{name}?page={}", page.parse::<u32>().unwrap_or(0) + 1),
        };
        let items = entries(&base, if name == "wide" { 400 } else { 3 }, name == "dear");
        let (kind, follow) = if page.is_empty() { ("OrderedCollection", "first") } else { ("OrderedCollectionPage", "next") };
        let id = format!("{base}{}", request.target);
        Some(Canned::json(&json!({ "id": id, "type": kind, "orderedItems": items, follow: next })))
    });
    let river = Instance::builder("river", Backend::Sqlite).env("FEDERATION__VISITOR_LOOKUPS", 100).start().await;
    for (name, pages, items) in
        [("endless", 10, 33), ("dear", 10, 33), ("self", 1, 6), ("two", 2, 9), ("back", 0, 3), ("away", 0, 3), ("wide", 2, 1_000)]
    {
        let address = statement(&peer, name);
        peer.clear_requests();
        let (conditions, shown) = check(&river, &address).await;
        let asked: Vec<String> = peer.requests().into_iter().map(|request| request.target).collect();
        let register = format!("/registers/{name}");
        let read = asked.iter().filter(|target| **target == register).count();
        assert_eq!(
            (read, asked.iter().filter(|target| target.starts_with(&format!("{register}?"))).count()),
            (1, pages),
            "{name}"
        );
        // It says that it didn't look at all of them, and that nothing stands behind those it looked at.
        let most = verify::MAX_FOR_VISITOR;
        assert!(conditions.contains(&("size".to_owned(), items <= most)), "{name}: {conditions:?}");
        assert_eq!(shown, items.min(most), "{name}");
        assert!(asked.len() <= 40, "{name}: {asked:?}");
        // The command says how many it read.
        let output = river.cli_output(&["verify", &address], "");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), report["parts"].as_array().unwrap().len()), (Some(1), items), "{name}");
    }
    assert_eq!(ear.heard(), 0, "no page of another host is read");
}
