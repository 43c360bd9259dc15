//! The desk as an organiser uses it: forms over HTTP without scripts, effects seen where everybody sees them.

use crate::{
    browser::{Browser, File, STATEMENT, select},
    harness::{Canned, Instance, Peer, backends, client, eventually},
};
use chrono::Datelike;
use communard::{
    db::{self, inbox::InboxRow, remote_posts::RemotePostRow},
    domain::names::{InboxKind, Visibility},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_organiser_writes_previews_publishes_edits_and_withdraws() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let mut browser = Browser::signed_in(&instance).await;
        let desk = browser.get("/desk").await;
        assert_eq!(desk.path, "/desk/river", "one collective: straight to its desk");
        assert!(desk.has("a[href='/desk/river/write']"));

        let form = browser.get("/desk/river/write").await;
        let preview = browser.write(&form, STATEMENT, &[], "preview").await;
        assert_eq!(preview.status, 200, "{}", preview.html);
        assert!(preview.text(".preview-own").contains("The assembly said no"), "{}", preview.text(".preview-own"));
        let toot = preview.text(".toot");
        assert!(toot.contains("No dam without the valley") && toot.contains("That the works stop"), "{toot}");
        for (name, value) in STATEMENT.iter().filter(|(name, _)| *name != "hashtags") {
            assert_eq!(preview.field("#write", name), *value);
        }

        let published = browser.write(&preview, &[], &[], "publish").await;
        assert_eq!(published.status, 200, "{}", published.html);
        assert!(published.path.ends_with("/delivery?fresh=1"), "{}", published.path);
        let address = published.text("p.address a");
        let note = instance.activity_json(&address).await;
        assert_eq!(note["type"], "Note");
        assert_eq!(note["name"], "No dam without the valley");
        let page = client().get(&address).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("That the works stop") && page.contains("<strong>no</strong>"));

        let edit = published.path.split("/delivery").next().unwrap().to_owned();
        let form = browser.get(&edit).await;
        assert_eq!(form.text("button[value=publish]"), "Publish this version");
        let saved = browser.write(&form, &[("title", "No dam, ever")], &[], "save").await;
        assert_eq!(saved.field("#write", "title"), "No dam, ever");
        assert_eq!(instance.activity_json(&address).await["name"], "No dam without the valley", "a draft is not public");
        assert!(browser.get("/desk/river").await.text("section[aria-labelledby=published]").contains("has changes"));
        browser.write(&saved, &[], &[], "publish").await;
        let note = instance.activity_json(&address).await;
        assert_eq!(note["name"], "No dam, ever");
        assert!(note["updated"].is_string());

        let ask = browser.get(&format!("{edit}/withdraw")).await;
        let token = ask.field("form[action$=withdraw]", "csrf");
        let again = browser.post(&format!("{edit}/withdraw"), &[("csrf", &token), ("reason", " ")]).await;
        assert_eq!(again.status, 422);
        assert!(again.has("#e-reason"));
        assert_eq!(instance.activity_json(&address).await["name"], "No dam, ever", "without a reason nothing happens");
        browser.post(&format!("{edit}/withdraw"), &[("csrf", &token), ("reason", "The figures were wrong")]).await;
        let gone = client().get(&address).send().await.unwrap();
        assert_eq!(gone.status(), 410);
        assert!(gone.text().await.unwrap().contains("The figures were wrong"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_is_lost_whatever_is_wrong_with_it() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write").await;
    let long = "ä".repeat(301);
    let wrong = [
        ("title", long.as_str()),
        ("body", "Typed <b>by hand</b>\n\nas it is"),
        ("language", ""),
        ("language_other", "not a language"),
        ("contact", "here"),
        ("content_warning", "violence"),
        ("image-2-alt", "A bridge at dawn"),
    ];
    let page = browser.write(&form, &wrong, &[], "publish").await;
    assert_eq!(page.status, 422);
    for (name, value) in wrong {
        assert_eq!(page.field("#write", name), value, "{name}");
    }
    assert!(page.text("#e-title").contains("300"), "{}", page.text("#e-title"));
    assert!(page.has("#e-language"));
    assert!(!page.path.contains("/statements/"), "nothing was saved");

    // Well enough for a draft, too little to publish: it is saved, and says what is missing.
    let page = browser.write(&page, &[("title", ""), ("language_other", "quc")], &[], "publish").await;
    assert_eq!(page.status, 422);
    assert!(page.has("#e-title"));
    assert!(page.action("#write").contains("/statements/"));
    assert_eq!(page.field("#write", "language_other"), "quc");

    // A time that the clocks leap over.
    instance.cli(&["collective", "edit", "river", "--time-zone", "Europe/Rome"]);
    let leap = leap_in_rome();
    let night = [("title", "At night"), ("schedule_date", leap.as_str()), ("schedule_time", "02:30")];
    let page = browser.write(&page, &night, &[], "schedule").await;
    assert_eq!(page.status, 422);
    assert!(page.text("#e-schedule_time").contains("clocks"), "{}", page.html);
    assert_eq!(page.field("#write", "schedule_time"), "02:30");
    let page = browser.write(&page, &[("schedule_time", "03:30")], &[], "schedule").await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(page.field("#write", "schedule_time"), "03:30");
    assert!(browser.get("/desk/river").await.text("section[aria-labelledby=scheduled]").contains("At night"));
    let page = browser.write(&page, &[], &[], "unschedule").await;
    assert!(page.text(".notice.good").contains("draft"));

    // A page from an older session, and no session at all: nothing happens, and the text is there.
    let stale = browser.write(&page, &[("csrf", "wrong"), ("title", "Typed meanwhile")], &[], "publish").await;
    assert_eq!(stale.status, 403);
    assert_eq!(stale.field("#write", "title"), "Typed meanwhile");
    let taken = browser.write(&stale, &[], &[], "save").await;
    assert_eq!(taken.field("#write", "title"), "Typed meanwhile");
    let session = std::mem::take(&mut browser.cookies);
    let out = browser.write(&taken, &[("body", "Written for hours")], &[], "save").await;
    assert_eq!(out.status, 401);
    assert!(out.html.contains("Written for hours"));
    browser.cookies = session;
    let path = taken.action("#write");
    assert!(!browser.get(&path).await.html.contains("Written for hours"));
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_save_themselves_keep_their_history_and_never_overwrite_each_other() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let mut browser = Browser::signed_in(&instance).await;
        let form = browser.get("/desk/river/write").await;
        let first = browser.write_to("/desk/river/write/autosave", &form, STATEMENT, &[], "").await;
        assert_eq!(first.status, 200, "{}", first.html);
        let line = first.dom();
        let line = line.select(&select("#autosaved")).next().unwrap().value();
        let (path, base) = (line.attr("data-action").unwrap().to_owned(), line.attr("data-base").unwrap().to_owned());
        let autosave = format!("{path}/autosave");
        let second = browser.write_to(&autosave, &form, &[("title", "Second"), ("base", &base), ("body", "b")], &[], "").await;
        assert_eq!(second.status, 200);
        assert_eq!(browser.get(&path).await.field("#write", "title"), "Second");

        // The first copy of the text is there still, and comes back.
        let history = browser.get(&format!("{path}/history/1")).await;
        assert!(history.text("#copy").contains("No dam without the valley"));
        let restore = format!("{path}/history/1/restore");
        let token = history.field("form[action$=restore]", "csrf");
        let restored = browser.post(&restore, &[("csrf", &token)]).await;
        assert_eq!(restored.field("#write", "title"), "No dam without the valley");

        // Two have it open; one saves; the other one gets to see both.
        let (one, other) = (browser.get(&path).await, browser.get(&path).await);
        browser.write(&one, &[("body", "One wrote this")], &[], "save").await;
        let refused = browser.write_to(&autosave, &other, &[("body", "The other wrote that")], &[], "").await;
        assert_eq!(refused.status, 409);
        let both = browser.write(&other, &[("body", "The other wrote that")], &[], "save").await;
        assert_eq!(both.status, 409);
        assert!(both.text("#conflict").contains("One wrote this") && both.text("#conflict").contains("The other wrote that"));
        assert_eq!(both.field("#write", "body"), "The other wrote that");
        assert_eq!(browser.get(&path).await.field("#write", "body"), "One wrote this");
        let kept = browser.write(&both, &[], &[], "save").await;
        assert_eq!(kept.status, 200);
        assert_eq!(browser.get(&path).await.field("#write", "body"), "The other wrote that");
    }
}

/// The next night in which the clocks of Rome leap from two to three: before the last Sunday of March.
fn leap_in_rome() -> String {
    let today = chrono::Utc::now().date_naive();
    let mut day = today + chrono::Days::new(2);
    while !(day.month() == 3 && day.day() > 24 && day.weekday() == chrono::Weekday::Sun) {
        day = day + chrono::Days::new(1);
    }
    day.to_string()
}

/// A JPEG with an EXIF block that says where it was taken.
fn photograph() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0SECRET-PLACE 48.8584 2.2945";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut with = jpeg[..2].to_vec();
    with.extend([0xFF, 0xE1]);
    with.extend(length);
    with.extend(exif);
    with.extend(&jpeg[2..]);
    with
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_loses_its_exif_and_needs_a_description() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write").await;
    let picture = File { field: "image-1-file", name: "IMG_2026.jpg", bytes: photograph() };
    assert!(picture.bytes.windows(12).any(|w| w == b"SECRET-PLACE"));
    let page = File { field: "image-2-file", name: "page.jpg", bytes: b"<html><script>alert(1)</script>".to_vec() };
    let refused = browser.write(&form, STATEMENT, &[picture, page], "publish").await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    assert!(refused.has("#f-image-2 .fault") && refused.has("#f-image-1 img"), "{}", refused.html);

    let refused = browser.write(&refused, &[], &[], "publish").await;
    assert_eq!(refused.status, 422, "no description yet");
    assert!(refused.has("#e-images"));
    let published = browser.write(&refused, &[("image-1-alt", "A bridge")], &[], "publish").await;
    assert_eq!(published.status, 200, "{}", published.html);
    let note = instance.activity_json(&published.text("p.address a")).await;
    let attachment = &note["attachment"][0];
    assert_eq!(attachment["name"], "A bridge");
    let bytes = client().get(attachment["url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    assert!(!bytes.windows(4).any(|w| w == b"Exif") && !bytes.windows(12).any(|w| w == b"SECRET-PLACE"));
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn mentions_are_looked_up_and_what_is_not_found_is_kept_and_named() {
    let peer = Peer::start("meadow").await;
    let alice = peer.actor("alice");
    let instance = Instance::builder("river", backends()[0]).start().await;
    let mut browser = Browser::signed_in(&instance).await;
    let form = browser.get("/desk/river/write").await;
    let found = format!("@alice@{}", peer.host);
    let lost = format!("@nobody@{}", peer.host);
    let typed = format!("{found}\n{lost}");
    let page = browser.write(&form, &[STATEMENT, &[("mentions", &typed)]].concat(), &[], "publish").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.field("#write", "mentions"), typed);
    assert!(page.text("#e-mentions").contains(&lost), "{}", page.html);
    assert!(!page.text("#e-mentions").contains(&found));
    assert!(page.has(".mentions .ratified") && page.has(".mentions .indicative"));

    let page = browser.write(&page, &[("mentions", &found)], &[], "publish").await;
    assert_eq!(page.status, 200, "{}", page.html);
    let create = peer.expect("Create", |_| true).await;
    assert!(create["object"]["tag"].as_array().unwrap().iter().any(|tag| tag["href"] == alice.uri.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collective_follows_boosts_and_lets_replies_show() {
    for backend in backends() {
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let instance = Instance::builder("river", backend).start().await;
        let mut browser = Browser::signed_in(&instance).await;

        let page = browser.get("/desk/river/following").await;
        let token = page.field("form[action$=following]", "csrf");
        let press = |address: &str| [("csrf", token.clone()), ("do", "follow".into()), ("address", address.to_owned())];
        let said = |fields: &[(&'static str, String); 3]| fields.clone();
        let fields = said(&press("not an address"));
        let page = browser.post("/desk/river/following", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
        assert!(page.has("#e-address"));
        assert_eq!(page.field("form[action$=following]", "address"), "not an address");
        let fields = said(&press(&format!("@alice@{}", peer.host)));
        let page = browser.post("/desk/river/following", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
        assert!(page.text(".people").contains("no answer yet"), "{}", page.html);
        let follow = peer.expect("Follow", |_| true).await;
        assert_eq!(follow["object"], alice.uri.as_str());

        let mut note = alice.note("<p>The meadow stands with you.</p>", None);
        note["id"] = json!(peer.url("/notes/1"));
        peer.serve_object(&note);
        let inbox = [("csrf", token.as_str()), ("do", "boost-address"), ("address", note["id"].as_str().unwrap())];
        let page = browser.post("/desk/river/inbox", &inbox).await;
        assert_eq!(page.status, 200, "{}", page.html);
        let announce = peer.expect("Announce", |_| true).await;
        assert_eq!(announce["object"], note["id"]);
        peer.serve("/notes/2", Canned::status(404));
        let missing = peer.url("/notes/2");
        let page = browser.post("/desk/river/inbox", &[("csrf", &token), ("do", "boost-address"), ("address", &missing)]).await;
        assert!(page.has("#e-address"), "{}", page.html);
        assert_eq!(page.field("#address form", "address"), missing);

        // A reply is seen by members alone until one of them lets it show.
        let form = browser.get("/desk/river/write").await;
        let published = browser.write(&form, STATEMENT, &[], "publish").await;
        let statement = published.text("p.address a");
        let item = reply(&instance, &alice.uri, &statement);
        let seen = |html: &str| html.contains("We are with you from far away");
        let public = || async { client().get(&statement).send().await.unwrap().text().await.unwrap() };
        assert!(!seen(&public().await));
        assert!(browser.get("/desk/river").await.has("a[href='/desk/river/inbox?kind=reply']"));
        let page = browser.get("/desk/river/inbox").await;
        assert!(seen(&page.html) && page.text(".inbox li").contains("No dam without the valley"), "{}", page.html);
        for (button, shown) in [("show", true), ("hide", false)] {
            let fields = [("csrf", token.as_str()), ("do", button), ("item", item.as_str())];
            assert_eq!(browser.post("/desk/river/inbox", &fields).await.status, 200);
            eventually("the reply on the page", 5, || async { (seen(&public().await) == shown).then_some(()) }).await;
        }
        let page = browser.post("/desk/river/inbox", &[("csrf", &token), ("do", "read")]).await;
        assert!(!page.has(".inbox .new"));
    }
}

/// A reply as it was received, and its place in the inbox; gives the item's id.
fn reply(instance: &Instance, actor: &str, statement: &str) -> String {
    let (actor, statement) = (actor.to_owned(), statement.to_owned());
    let now = communard::domain::time::timestamp(chrono::Utc::now());
    instance
        .db()
        .write_blocking(move |conn| {
            let new_id = || uuid::Uuid::now_v7().to_string();
            let post = RemotePostRow {
                kind: "Note".into(),
                visibility: Visibility::Public,
                html: "<p>We are with you from far away</p>".into(),
                in_reply_to: Some(statement),
                deleted_at: None,
                attachments: Default::default(),
                ..RemotePostRow::tombstone(new_id(), &format!("{actor}/notes/9"), &actor, now)
            };
            db::remote_posts::insert(conn, &post)?;
            let item = InboxRow {
                id: new_id(),
                collective_id: db::collectives::by_handle(conn, "river")?.id,
                kind: InboxKind::Reply,
                actor_uri: actor,
                activity_uri: None,
                object_uri: Some(post.uri.clone()),
                post_id: Some(post.id),
                received_at: now,
                shown: false,
                read_at: None,
                undone_at: None,
            };
            db::inbox::put(conn, &item)?;
            Ok(item.id)
        })
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn aut_07_the_desk_of_another_collective_does_not_exist() {
    let instance = Instance::builder("river", backends()[0]).start().await;
    instance.cli(&["collective", "add", "valley", "--name", "The Valley", "--lang", "en"]);
    let mut browser = Browser::signed_in(&instance).await;
    let file = instance.file("text.md", "Ours alone");
    let draft = instance.cli(&["statement", "draft", "--collective", "valley", "--title", "T", "--lang", "en", &file]);
    let id = draft["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let form = browser.get("/desk/river/write").await;
    let token = form.field("#write", "csrf");
    for desk in ["valley", "river"] {
        let statement = format!("/desk/{desk}/statements/{id}");
        for path in ["", "/history", "/history/1", "/preview", "/delivery", "/withdraw", "/discard"] {
            assert_eq!(browser.get(&format!("{statement}{path}")).await.status, 404, "{desk} {path}");
        }
        for path in ["", "/autosave"] {
            let changes = [("title", "Taken over"), ("base", "")];
            let page = browser.write_to(&format!("{statement}{path}"), &form, &changes, &[], "publish").await;
            assert_eq!(page.status, 404, "{desk} {path}");
        }
        for path in ["/withdraw", "/discard", "/history/1/restore"] {
            let page = browser.post(&format!("{statement}{path}"), &[("csrf", &token), ("reason", "r")]).await;
            assert_eq!(page.status, 404, "{desk} {path}");
        }
    }
    for path in ["", "/write", "/inbox", "/followers", "/following"] {
        assert_eq!(browser.get(&format!("/desk/valley{path}")).await.status, 404, "{path}");
    }
    let row = instance.db().read_blocking(move |conn| db::statements::current_draft(conn, &id)).unwrap();
    assert_eq!((row.n, row.content.title.as_str()), (1, "T"));
}
