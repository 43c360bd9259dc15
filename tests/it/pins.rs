//! Pins: first on the page, in `featured`, and told to followers; attachments of others' posts.

use crate::{
    harness::{Backend, Instance, Peer, PeerActor, backends, client, eventually},
    world::PUBLIC,
};
use serde_json::{Value, json};

async fn river_with_follower(backend: Backend) -> (Instance, Peer, PeerActor) {
    let river = Instance::builder("river", backend).start().await;
    let peer = Peer::start("hill").await;
    let ana = peer.actor("ana");
    assert_eq!(ana.post(&river, &ana.follow(&river.actor("river"))).await, 202);
    peer.expect("Accept", |_| true).await;
    (river, peer, ana)
}

fn publish(river: &Instance, title: &str) -> String {
    let file = river.file("text.md", format!("{title}: the whole text.\n"));
    let args = ["statement", "publish", "--collective", "river", "--title", title, "--lang", "en", &file];
    river.cli(&args)["id"].as_str().unwrap().to_owned()
}

async fn featured(river: &Instance) -> Value {
    let collection = river.activity_json(&format!("{}/featured", river.actor("river"))).await;
    assert_eq!(collection["type"], "OrderedCollection");
    assert_eq!(collection["totalItems"], collection["orderedItems"].as_array().unwrap().len());
    collection["orderedItems"].clone()
}

async fn page(river: &Instance) -> String {
    client().get(river.actor("river")).header("accept", "text/html").send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_statement_stands_first_everywhere() {
    for backend in backends() {
        let (river, peer, _) = river_with_follower(backend).await;
        let (first, second) = (publish(&river, "First words"), publish(&river, "Second words"));
        assert_eq!(featured(&river).await, json!([]));
        assert_eq!(river.cli(&["statement", "pin", &first])["pinned"], true);
        river.cli(&["statement", "pin", &first]);
        let target = format!("{}/featured", river.actor("river"));
        let add = peer.expect("Add", |activity| activity["object"] == first).await;
        assert_eq!((&add["target"], &add["to"]), (&json!(target), &json!([PUBLIC])));
        assert_eq!(add["actor"], river.actor("river"));
        assert_eq!(featured(&river).await, json!([first]));
        let html = page(&river).await;
        let place = |html: &str, what: &str| html.find(&format!("{what}</a>")).unwrap_or_else(|| panic!("no {what} in {html}"));
        assert!(place(&html, "First words") < place(&html, "Second words"), "{html}");
        assert_eq!(html.matches("First words</a>").count(), 1, "each stands once");

        river.cli(&["statement", "pin", &second]);
        assert_eq!(featured(&river).await, json!([second, first]), "the last pinned first");
        assert_eq!(river.cli(&["statement", "unpin", &first])["pinned"], false);
        let remove = peer.expect("Remove", |activity| activity["object"] == first).await;
        assert_eq!(remove["target"], target);
        assert_eq!(featured(&river).await, json!([second]));

        // A withdrawn one isn't pinned.
        river.cli(&["statement", "withdraw", &second, "--reason", "It is over."]);
        assert_eq!(featured(&river).await, json!([]));
        peer.expect("Delete", |_| true).await;
        eventually("all is delivered", 10, || async { (river.cli(&["queue"])["waiting"] == 0).then_some(()) }).await;
        let adds = peer.received().iter().filter(|activity| activity["type"] == "Add").count();
        assert_eq!(adds, 2, "pinning twice is told once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_public_is_pinned_and_five_at_most() {
    let (river, peer, ana) = river_with_follower(Backend::Sqlite).await;
    let file = river.file("text.md", "Not yet.\n");
    let draft = river.cli(&["statement", "draft", "--collective", "river", "--title", "Draft", "--lang", "en", &file]);
    let note = ana.note("<p>Come.</p>", None);
    peer.serve_object(&note);
    let to = note["id"].as_str().unwrap();
    let answer = river.cli(&["statement", "publish", "--collective", "river", "--lang", "en", "--reply-to", to, &file]);
    for bad in [&draft, &answer] {
        let (code, said) = river.cli_fails(&["statement", "pin", bad["id"].as_str().unwrap()]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains("public can be pinned"), "{said}");
    }
    let ids: Vec<String> = (0..6).map(|n| publish(&river, &format!("Number {n}"))).collect();
    for id in &ids[..5] {
        river.cli(&["statement", "pin", id]);
    }
    let (code, said) = river.cli_fails(&["statement", "pin", &ids[5]]);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("Five"), "{said}");
    assert_eq!(river.cli_fails(&["statement", "unpin", &ids[5]]).0, 3);
    assert_eq!(river.cli_fails(&["statement", "pin", "nothing"]).0, 3);
    assert_eq!(featured(&river).await.as_array().unwrap().len(), 5);
    river.queue_empties(90).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_of_others_come_without_an_id_and_are_no_fault() {
    let (river, _peer, ana) = river_with_follower(Backend::Sqlite).await;
    for kind in ["Add", "Remove"] {
        let activity = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": kind, "actor": ana.uri,
            "target": format!("{}/collections/featured", ana.uri), "object": ana.new_id("notes")
        });
        assert_eq!(ana.post(&river, &activity).await, 202, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_04_attachments_of_others_are_kept_and_listed() {
    for backend in backends() {
        let (river, peer, ana) = river_with_follower(backend).await;
        let mut note = ana.note("<p>Look.</p>", None);
        let picture = |n: usize| {
            json!({
                "type": "Document", "mediaType": "image/jpeg", "url": peer.url(&format!("/{n}.jpg")),
                "name": format!("River\u{202e} number {n}")
            })
        };
        let bad = ["data:image/png;base64,AA", "http://10.0.0.1/x.png", "http://printer.local/x.png", "javascript:alert(1)"];
        let bad = bad.iter().map(|url| json!({ "type": "Document", "mediaType": "image/png", "url": url, "name": "" }));
        note["attachment"] = bad.chain((0..20).map(picture)).collect();
        note["tag"] = json!([{ "type": "Mention", "href": river.actor("river"), "name": "@river" }]);
        assert_eq!(ana.post(&river, &ana.create(&note)).await, 202);
        let item = eventually("the mention is there", 10, || async {
            let items = river.cli(&["inbox", "list", "--collective", "river"]);
            items.as_array().unwrap().iter().find(|item| item["object"] == note["id"]).cloned()
        })
        .await;
        let attachments = item["attachments"].as_array().unwrap();
        // `http://printer.local` is an address, so it takes a place among the sixteen; it isn't shown.
        assert!((15..=16).contains(&attachments.len()), "{item}");
        assert_eq!(attachments[0]["url"], peer.url("/0.jpg"));
        assert_eq!(attachments[0]["media_type"], "image/jpeg");
        assert_eq!(attachments[0]["alt"], "River number 0", "direction marks are tamed");
        assert!(attachments.iter().all(|one| one["url"].as_str().unwrap().starts_with(&peer.url("/"))), "{item}");

        // Nothing of it was fetched, and a deleted post keeps none.
        assert!(peer.requests().iter().all(|request| !request.target.ends_with(".jpg")));
        let mut delete = ana.create(&json!({ "id": note["id"], "type": "Tombstone", "to": [PUBLIC], "cc": [] }));
        delete["type"] = json!("Delete");
        assert_eq!(ana.post(&river, &delete).await, 202);
        let uri = note["id"].as_str().unwrap().to_owned();
        let kept = river.db().read_blocking(|conn| communard::db::remote_posts::by_uri(conn, &uri)).unwrap().unwrap();
        assert!(kept.deleted_at.is_some() && kept.attachments.is_empty());
    }
}
