//! What becomes of texts before anybody outside sees them: discarded, or sent out at their time.

use crate::{
    browser::{Browser, STATEMENT},
    commune::{falls_due, id_of},
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

        let at = (chrono::Utc::now() + chrono::Duration::hours(1)).to_rfc3339();
        let file = instance.file("text.md", "At the hour that we chose.");
        let schedule = || {
            let args = ["statement", "publish", "--collective", "river", "--title", "At the hour", "--lang", "en", "--schedule"];
            let scheduled = instance.cli(&[&args[..], &[&at, &file]].concat());
            assert_eq!(scheduled["state"], "scheduled");
            scheduled["id"].as_str().unwrap().to_owned()
        };
        let (first, held, last) = (schedule(), schedule(), schedule());
        let status = async |id: &str| client().get(id).send().await.unwrap().status().as_u16();
        assert_eq!(status(&first).await, 404);
        // It can't be discarded under way: whoever is at the desk takes the time back first.
        assert_eq!(instance.cli_fails(&["statement", "discard", &first]).0, 4);
        let due = chrono::Utc::now() - chrono::Duration::seconds(1);
        falls_due(&instance, &first);
        let create = peer.expect("Create", |_| true).await;
        assert_eq!(create["object"]["id"], first.as_str(), "what has an hour to go stays");
        let published = create["object"]["published"].as_str().unwrap();
        let published = chrono::DateTime::parse_from_rfc3339(published).unwrap().to_utc();
        assert!(published >= due && published <= chrono::Utc::now(), "{published} for {due}");
        assert!(create["object"]["content"].as_str().unwrap().contains("At the hour that we chose."));
        assert_eq!((status(&first).await, status(&last).await), (200, 404));

        // One whose time is taken back stays here, also when that time has come.
        let mut browser = Browser::signed_in(&instance).await;
        let form = browser.get(&format!("/desk/river/statements/{}", id_of(&held))).await;
        let back = browser.write(&form, &[], &[], "unschedule").await;
        assert!(back.text(".notice.good").contains("draft"), "{}", back.html);
        falls_due(&instance, &held);
        falls_due(&instance, &last);
        eventually("the last is public", 20, || async { (status(&last).await == 200).then_some(()) }).await;
        assert_eq!(status(&held).await, 404);
    }
}
