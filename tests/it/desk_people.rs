//! Who may follow a collective that decides it for each: what members press, and what the other's server hears.

use crate::{
    browser::Browser,
    harness::{Instance, Peer, backends, eventually},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn followers_wait_for_an_answer_and_their_servers_hear_it() {
    for backend in backends() {
        let peer = Peer::start("meadow").await;
        let actors = ["alice", "bela", "cem"].map(|name| peer.actor(name));
        let instance = Instance::builder("river", backend).start().await;
        instance.cli(&["collective", "edit", "river", "--approve-followers", "true"]);
        let river = instance.actor("river");
        assert_eq!(instance.activity_json(&river).await["manuallyApprovesFollowers"], true);
        let mut follows = Vec::new();
        for actor in &actors {
            let follow = actor.follow(&river);
            assert_eq!(actor.post(&instance, &follow).await, 202);
            follows.push(follow);
        }
        let mut browser = Browser::signed_in(&instance).await;
        let waiting = {
            let browser = tokio::sync::Mutex::new(&mut browser);
            eventually("three wait", 10, || async {
                let page = browser.lock().await.get("/desk/river/followers").await;
                (page.html.matches("value=\"accept\"").count() == 3).then_some(page)
            })
            .await
        };
        assert!(peer.received().is_empty(), "nobody is answered before a member does");
        assert!(browser.get("/desk/river").await.has(".desk nav .count"), "the desk says that somebody waits");
        assert_eq!(instance.activity_json(&format!("{river}/followers")).await["totalItems"], 0);
        let token = waiting.field("form[action$=followers]", "csrf");
        let press = |word: &'static str, actor: &str| [("csrf", token.clone()), ("do", word.into()), ("actor", actor.to_owned())];
        let answers = [("accept", "Accept", &actors[0]), ("reject", "Reject", &actors[1])];
        for ((word, kind, actor), follow) in answers.into_iter().zip(&follows) {
            let fields = press(word, &actor.uri);
            let page = browser.post("/desk/river/followers", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
            assert!(page.has(".notice.good"), "{}", page.html);
            let answer = peer.expect(kind, |sent| sent["object"]["actor"] == actor.uri.as_str()).await;
            assert_eq!((&answer["actor"], &answer["object"]["id"]), (&json!(river), &follow["id"]));
            assert_eq!(answer["object"]["type"], "Follow");
        }
        // The third one is answered from the inbox.
        let inbox = browser.get("/desk/river/inbox").await;
        assert_eq!(inbox.html.matches("value=\"accept\"").count(), 1, "{}", inbox.html);
        let fields = press("accept", &actors[2].uri);
        let page = browser.post("/desk/river/inbox", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
        assert_eq!(page.status, 200, "{}", page.html);
        peer.expect("Accept", |sent| sent["object"]["id"] == follows[2]["id"]).await;
        assert_eq!(instance.activity_json(&format!("{river}/followers")).await["totalItems"], 2);

        // Removed again, their server hears that too; somebody unknown and an unknown word do nothing.
        let fields = press("remove", &actors[0].uri);
        browser.post("/desk/river/followers", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
        peer.expect("Reject", |sent| sent["object"]["id"] == follows[0]["id"]).await;
        assert_eq!(instance.activity_json(&format!("{river}/followers")).await["totalItems"], 1);
        for (word, actor, status) in [("accept", "https://nobody.example/u", 404), ("love", actors[2].uri.as_str(), 422)] {
            let fields = press(word, actor);
            let page = browser.post("/desk/river/followers", &fields.each_ref().map(|(n, v)| (*n, v.as_str()))).await;
            assert_eq!(page.status, status, "{word}");
        }
        assert_eq!(instance.activity_json(&format!("{river}/followers")).await["totalItems"], 1);
    }
}
