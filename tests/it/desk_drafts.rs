//! What becomes of texts before anybody outside sees them: discarded, or sent out at their time.

use crate::{
    browser::{Browser, STATEMENT},
    harness::{Instance, Peer, backends, client, eventually},
};
use communard::db;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_discarded_for_good_and_changes_to_a_public_text_too() {
    for backend in backends() {
        let instance = Instance::builder("river", backend).start().await;
        let mut browser = Browser::signed_in(&instance).await;
        let form = browser.get("/desk/river/write").await;
        assert!(!form.has("a[href$=discard]"), "nothing to discard before it is saved");
        let saved = browser.write(&form, STATEMENT, &[], "save").await;
        let path = saved.action("#write");
        assert!(saved.has(&format!("a[href='{path}/discard']")));
        let ask = browser.get(&format!("{path}/discard")).await;
        assert!(ask.text("main").contains("No dam without the valley"), "{}", ask.html);
        let token = ask.field("form[action$=discard]", "csrf");
        assert_eq!(browser.post(&format!("{path}/discard"), &[("csrf", "wrong")]).await.status, 403);
        assert_eq!(browser.get(&path).await.status, 200, "not without the token");
        let gone = browser.post(&format!("{path}/discard"), &[("csrf", &token)]).await;
        assert_eq!(gone.path, "/desk/river?done=discarded");
        assert!(gone.has(".notice.good") && !gone.html.contains("No dam without the valley"), "{}", gone.html);
        assert_eq!(browser.get(&path).await.status, 404);
        let id = path.rsplit('/').next().unwrap().to_owned();
        let left = instance.db().read_blocking(move |conn| db::desk::draft_lines(conn, &id, 9)).unwrap();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(browser.post(&format!("{path}/discard"), &[("csrf", &token)]).await.status, 404);

        // Changes to what is public go, the public text stays.
        let form = browser.get("/desk/river/write").await;
        let published = browser.write(&form, STATEMENT, &[], "publish").await;
        let address = published.text("p.address a");
        let path = published.path.split("/delivery").next().unwrap().to_owned();
        let form = browser.get(&path).await;
        assert!(!form.has("a[href$=discard]"), "there are no changes");
        let refused = browser.post(&format!("{path}/discard"), &[("csrf", &token)]).await;
        assert_eq!(refused.status, 409);
        let changed = browser.write(&form, &[("title", "Another title")], &[], "save").await;
        assert!(changed.has("a[href$=discard]"));
        let back = browser.post(&format!("{path}/discard"), &[("csrf", &token)]).await;
        assert_eq!(back.field("#write", "title"), "No dam without the valley");
        assert!(back.has(".notice.good"), "{}", back.html);
        assert_eq!(instance.activity_json(&address).await["name"], "No dam without the valley");
        assert!(browser.get(&format!("{path}/history/2")).await.text("#copy").contains("Another title"));

        // The same by command.
        let file = instance.file("text.md", "Ours alone");
        let draft = instance.cli(&["statement", "draft", "--collective", "river", "--title", "T", "--lang", "en", &file]);
        let id = draft["id"].as_str().unwrap();
        assert_eq!(instance.cli(&["statement", "discard", id])["state"], "discarded");
        assert_eq!(instance.cli_fails(&["statement", "show", id]).0, 3);
        assert_eq!(instance.cli_fails(&["statement", "discard", id]).0, 3);
        instance.cli(&["statement", "edit", &address, "--save-only", "--title", "A third title"]);
        assert_eq!(instance.cli(&["statement", "discard", &address])["state"], "published");
        assert_eq!(instance.cli(&["statement", "show", &address])["title"], "No dam without the valley");
        assert_eq!(instance.cli_fails(&["statement", "discard", &address]).0, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_statement_leaves_at_its_time() {
    for backend in backends() {
        let peer = Peer::start("meadow").await;
        let alice = peer.actor("alice");
        let instance = Instance::builder("river", backend).start().await;
        assert_eq!(alice.post(&instance, &alice.follow(&instance.actor("river"))).await, 202);
        peer.expect("Accept", |_| true).await;

        let at = chrono::Utc::now() + chrono::Duration::seconds(4);
        let file = instance.file("text.md", "At the hour that we chose.");
        let args = ["statement", "publish", "--collective", "river", "--title", "At the hour", "--lang", "en"];
        let scheduled = instance.cli(&[&args[..], &["--schedule", &at.to_rfc3339(), &file]].concat());
        assert_eq!(scheduled["state"], "scheduled");
        let id = scheduled["id"].as_str().unwrap().to_owned();
        assert_eq!(client().get(&id).send().await.unwrap().status(), 404);
        // It can't be discarded under way: whoever is at the desk takes the time back first.
        assert_eq!(instance.cli_fails(&["statement", "discard", &id]).0, 4);
        let create = peer.expect("Create", |sent| sent["object"]["id"] == id.as_str()).await;
        assert!(chrono::Utc::now() >= at, "not before its time");
        let published = create["object"]["published"].as_str().unwrap();
        let published = chrono::DateTime::parse_from_rfc3339(published).unwrap();
        assert!((published.to_utc() - at).num_seconds().abs() <= 5, "{published} for {at}");
        assert!(create["object"]["content"].as_str().unwrap().contains("At the hour that we chose."));
        let page = client().get(&id).send().await.unwrap();
        assert_eq!(page.status(), 200);

        // One whose time is taken back stays here.
        let later = (chrono::Utc::now() + chrono::Duration::seconds(3)).to_rfc3339();
        let held = instance.cli(&[&args[..], &["--schedule", &later, &file]].concat());
        let mut browser = Browser::signed_in(&instance).await;
        let path = format!("/desk/river/statements/{}", held["id"].as_str().unwrap().rsplit('/').next().unwrap());
        let form = browser.get(&path).await;
        let back = browser.write(&form, &[], &[], "unschedule").await;
        assert!(back.text(".notice.good").contains("draft"), "{}", back.html);
        // A third one, scheduled after it, leaves: the clock went past the time of the one that was held.
        let third = (chrono::Utc::now() + chrono::Duration::seconds(4)).to_rfc3339();
        let third = instance.cli(&[&args[..], &["--schedule", &third, &file]].concat());
        let id = third["id"].as_str().unwrap().to_owned();
        eventually("the third is public", 20, || async {
            (client().get(&id).send().await.unwrap().status() == 200).then_some(())
        })
        .await;
        assert_eq!(client().get(held["id"].as_str().unwrap()).send().await.unwrap().status(), 404);
    }
}
