//! The inbox of the desk: what members do with what reached them, seen by the peer that it came from.

use crate::{
    browser::{Browser, Page, STATEMENT, select},
    harness::{Backend, Canned, Instance, Peer, PeerActor, backends, eventually},
};
use communard::{
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::names::{InboxKind, Visibility},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const INBOX: &str = "/desk/river/inbox";

async fn instance(backend: Backend) -> Instance {
    Instance::builder("river", backend).start().await
}

/// A note of a peer's actor that names the collective, posted to it; with `to` alone where it is for few.
async fn tell(instance: &Instance, from: &PeerActor, text: &str, public: bool) -> Value {
    let mut note = from.note(text, None);
    if !public {
        note["to"] = json!([]);
    }
    note["cc"] = json!([instance.actor("river")]);
    assert_eq!(from.post(instance, &from.create(&note)).await, 202);
    note
}

/// The inbox once something with these words stands in it, and the id of the item.
async fn arrived(browser: &mut Browser<'_>, words: &str) -> (Page, String) {
    let browser = tokio::sync::Mutex::new(browser);
    eventually(words, 10, || async {
        let page = browser.lock().await.get(INBOX).await;
        let dom = page.dom();
        let item = dom.select(&select(".inbox > li")).find(|item| item.text().collect::<String>().contains(words))?;
        let id = item.value().attr("id")?.strip_prefix("item-")?.to_owned();
        Some((page, id))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_in_the_inbox_is_liked_answered_and_boosted() {
    for backend in backends() {
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let instance = instance(backend).await;
        let mut browser = Browser::signed_in(&instance).await;
        let note = tell(&instance, &alice, "<p>What do you need at the bridge?</p>", true).await;
        let (page, item) = arrived(&mut browser, "What do you need").await;
        let token = page.field("#address form", "csrf");
        let press = |word: &'static str| [("csrf", token.clone()), ("do", word.to_owned()), ("item", item.clone())];
        let fields = |pairs: &[(&'static str, String); 3]| pairs.clone();

        for (word, undo, kind) in [("like", "unlike", "Like"), ("boost", "unboost", "Announce")] {
            let pairs = fields(&press(word));
            let page = browser.post(INBOX, &pairs.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
            assert_eq!(page.status, 200, "{}", page.html);
            assert!(page.has(&format!("#item-{item} button[value={undo}]")), "{}", page.html);
            let sent = peer.expect(kind, |sent| sent["object"] == note["id"]).await;
            let pairs = fields(&press(undo));
            let page = browser.post(INBOX, &pairs.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
            assert!(page.has(&format!("#item-{item} button[value={word}]")), "{}", page.html);
            let undone = peer.expect("Undo", |sent| sent["object"]["type"] == kind).await;
            assert_eq!((&undone["object"]["id"], &undone["object"]["object"]), (&sent["id"], &note["id"]));
        }

        // The answer begins as a draft that names its author; begun twice, it is the same draft.
        let pairs = fields(&press("answer"));
        let pairs = pairs.each_ref().map(|(n, v)| (*n, v.as_str()));
        let form = browser.post(INBOX, &pairs).await;
        assert!(form.text("#answered").contains("What do you need at the bridge?"), "{}", form.html);
        assert_eq!(form.field("#write", "mentions"), format!("@alice@{}", peer.host));
        assert!(!form.has("#f-title") && !form.has("#f-demands"), "an answer has neither title nor demands");
        let again = browser.post(INBOX, &pairs).await;
        assert_eq!(again.path, form.path);
        let (page, _) = arrived(&mut browser, "What do you need").await;
        assert!(page.has(&format!("#item-{item} a[href='{}']", form.path)));

        let empty = browser.write(&again, &[], &[], "publish").await;
        assert_eq!(empty.status, 422);
        assert!(empty.has("#e-body") && empty.has("#answered"));
        let sent = browser.write(&empty, &[("body", "Bread, and people who can stay the night.")], &[], "publish").await;
        assert_eq!(sent.status, 200, "{}", sent.html);
        let create = peer.expect("Create", |_| true).await;
        let answer = &create["object"];
        assert_eq!((&answer["type"], &answer["inReplyTo"]), (&json!("Note"), &note["id"]));
        assert!(answer["content"].as_str().unwrap().contains("stay the night"));
        let names = |tag: &Value| tag["type"] == "Mention" && tag["href"] == alice.uri.as_str();
        assert!(answer["tag"].as_array().unwrap().iter().any(names), "{answer}");
        let (page, _) = arrived(&mut browser, "What do you need").await;
        assert!(page.text(&format!("#item-{item}")).contains("you answered"), "{}", page.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_to_few_is_neither_boosted_nor_answered_in_public() {
    let peer = Peer::start("meadow").await;
    let alice = peer.actor("alice");
    let instance = instance(backends()[0]).await;
    let mut browser = Browser::signed_in(&instance).await;
    let note = tell(&instance, &alice, "<p>Between us: the keys are under the stone.</p>", false).await;
    let (page, item) = arrived(&mut browser, "Between us").await;
    let of = |button: &str| format!("#item-{item} button[value={button}]");
    assert!(page.has(&of("like")) && !page.has(&of("boost")) && !page.has(&of("answer")), "{}", page.html);
    let token = page.field("#address form", "csrf");
    for word in ["boost", "answer"] {
        let page = browser.post(INBOX, &[("csrf", &token), ("do", word), ("item", &item)]).await;
        assert_eq!(page.status, 409, "{word}");
    }
    for word in ["love", "", "boost-", "unlike"] {
        let page = browser.post(INBOX, &[("csrf", &token), ("do", word), ("item", &item)]).await;
        assert_eq!(page.status, 404, "{word}");
    }
    assert!(peer.received().is_empty(), "{:?}", peer.received());
    let file = instance.file("answer.md", "In public");
    let to = note["id"].as_str().unwrap();
    let args = ["statement", "publish", "--collective", "river", "--lang", "en", "--reply-to", to, &file];
    assert_eq!(instance.cli_fails(&args).0, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_elsewhere_is_liked_and_answered_by_its_address() {
    let peer = Peer::start("meadow").await;
    let alice = peer.actor("alice");
    let instance = instance(backends()[0]).await;
    let mut browser = Browser::signed_in(&instance).await;
    let note = alice.note("<p>We block the road on Friday.</p>", None);
    peer.serve_object(&note);
    let id = note["id"].as_str().unwrap();
    let token = browser.get(INBOX).await.field("#address form", "csrf");
    let missing = peer.url("/notes/none");
    peer.serve("/notes/none", Canned::status(404));
    for word in ["like-address", "answer-address"] {
        for address in ["", "no address", missing.as_str()] {
            let page = browser.post(INBOX, &[("csrf", &token), ("do", word), ("address", address)]).await;
            assert!(page.has("#e-address"), "{word} {address}: {}", page.html);
            assert_eq!(page.field("#address form", "address"), address);
        }
    }
    let page = browser.post(INBOX, &[("csrf", &token), ("do", "like-address"), ("address", id)]).await;
    assert!(page.text(".notice.good").contains("like"), "{}", page.html);
    peer.expect("Like", |sent| sent["object"] == id).await;
    let form = browser.post(INBOX, &[("csrf", &token), ("do", "answer-address"), ("address", id)]).await;
    assert!(form.has(&format!("#answered a[href='{id}']")), "{}", form.html);
    let sent = browser.write(&form, &[("body", "We come with two buses.")], &[], "publish").await;
    assert_eq!(sent.status, 200, "{}", sent.html);
    peer.expect("Create", |sent| sent["object"]["inReplyTo"] == id).await;

    // A text of our own isn't liked, but may be answered.
    let form = browser.get("/desk/river/write").await;
    let own = browser.write(&form, STATEMENT, &[], "publish").await.text("p.address a");
    let page = browser.post(INBOX, &[("csrf", &token), ("do", "like-address"), ("address", &own)]).await;
    assert!(page.has("#e-address"), "{}", page.html);
    let form = browser.post(INBOX, &[("csrf", &token), ("do", "answer-address"), ("address", &own)]).await;
    assert!(form.text("#answered").contains("No dam without the valley"), "{}", form.html);
}

/// Posts that came at the same moment.
fn many(instance: &Instance, count: usize, html: &str) {
    let html = html.to_owned();
    let now = communard::domain::time::timestamp(chrono::Utc::now());
    instance
        .db()
        .write_blocking(move |conn| {
            let collective_id = db::collectives::by_handle(conn, "river")?.id;
            for n in 0..count {
                let new_id = || uuid::Uuid::now_v7().to_string();
                let actor = "https://meadow.example/users/alice";
                let post = RemotePostRow {
                    kind: "Note".into(),
                    visibility: Visibility::Public,
                    html: html.replace("%", &n.to_string()),
                    deleted_at: None,
                    ..RemotePostRow::tombstone(new_id(), &format!("{actor}/notes/{n}"), actor, now)
                };
                db::remote_posts::insert(conn, &post)?;
                let item = InboxRow {
                    id: new_id(),
                    collective_id: collective_id.clone(),
                    kind: InboxKind::Post,
                    actor_uri: actor.into(),
                    activity_uri: None,
                    object_uri: Some(post.uri.clone()),
                    post_id: Some(post.id),
                    received_at: now,
                    shown: false,
                    read_at: None,
                    undone_at: None,
                };
                db::inbox::put(conn, &item)?;
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_folds_what_is_long_and_leaves_nothing_out_between_pages() {
    for backend in backends() {
        let instance = instance(backend).await;
        let mut browser = Browser::signed_in(&instance).await;
        let page = browser.get(INBOX).await;
        assert!(page.text(".empty").contains("Nothing has arrived"), "{}", page.html);
        assert!(browser.get(&format!("{INBOX}?kind=like")).await.text(".empty").contains("of this kind"));

        many(&instance, 95, "<p>Short %</p>");
        let mut seen = BTreeSet::new();
        let (mut next, mut pages) = (INBOX.to_owned(), 0);
        while !next.is_empty() {
            let page = browser.get(&next).await;
            pages += 1;
            assert_eq!(page.has("a[rel=prev]"), pages > 1);
            let dom = page.dom();
            seen.extend(dom.select(&select(".inbox > li")).map(|item| item.value().attr("id").unwrap().to_owned()));
            let older = dom.select(&select("a[rel=next]")).next();
            next = older.map(|link| link.value().attr("href").unwrap().to_owned()).unwrap_or_default();
        }
        assert_eq!((seen.len(), pages), (95, 3));
        for odd in ["before=yesterday", "before=1", "before=99999999999999999.x", "kind=love"] {
            assert_eq!(browser.get(&format!("{INBOX}?{odd}")).await.status, 200, "{odd}");
        }

        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let text = format!("<p>At first the river. {}</p><p>The very end.</p>", "Then a long story. ".repeat(60));
        tell(&instance, &alice, &text, true).await;
        let (page, item) = arrived(&mut browser, "At first the river").await;
        assert!(page.has(&format!("#item-{item} details summary")), "{}", page.html);
        assert!(page.text(&format!("#item-{item} summary")).len() < 400);
        assert!(page.text(&format!("#item-{item} details .foreign")).ends_with("The very end."));
        assert!(!page.has(&format!("#item-{item} details[open]")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn web_14_pictures_of_others_are_links_with_their_words_and_nothing_that_a_browser_fetches() {
    let peer = Peer::start("meadow").await;
    let alice = peer.actor("alice");
    let instance = instance(backends()[0]).await;
    let mut browser = Browser::signed_in(&instance).await;
    let mut note = alice.note("<p>Look at the bank <img src=\"http://meadow.example/spy.gif\"></p>", None);
    note["cc"] = json!([instance.actor("river")]);
    note["attachment"] = json!([
        { "type": "Document", "mediaType": "image/jpeg", "url": peer.url("/bank.jpg"), "name": "The bank at dawn" },
        { "type": "Document", "mediaType": "image/jpeg", "url": "javascript:alert(1)", "name": "Evil" },
    ]);
    assert_eq!(alice.post(&instance, &alice.create(&note)).await, 202);
    let (page, item) = arrived(&mut browser, "Look at the bank").await;
    let attached = format!("#item-{item} .attached");
    assert!(page.has(&format!("{attached} a[href='{}']", peer.url("/bank.jpg"))), "{}", page.html);
    assert!(page.text(&attached).contains("The bank at dawn"));
    assert!(!page.has(&format!("#item-{item} img")) && !page.html.contains("javascript:"), "{}", page.html);
}
