//! Two real instances: what one does arrives at the other, on both databases.

use crate::harness::{Backend, Instance, Peer, backends, client, eventually};
use serde_json::Value;

async fn pair(backend: Backend) -> (Instance, Instance) {
    let river = Instance::builder("river", backend).start().await;
    let valley = Instance::builder("valley", backend).start().await;
    (river, valley)
}

/// What is on a collective's desk, of one type.
fn inbox(instance: &Instance, handle: &str, kind: &str) -> Vec<Value> {
    let items = instance.cli(&["inbox", "list", "--collective", handle]);
    items.as_array().unwrap().iter().filter(|item| item["type"] == kind).cloned().collect()
}

async fn arrives(instance: &Instance, handle: &str, kind: &str, check: impl Fn(&Value) -> bool) -> Value {
    eventually(&format!("{} has a {kind}", instance.name), 20, || async {
        inbox(instance, handle, kind).into_iter().find(|item| check(item))
    })
    .await
}

/// The stored copy of a post, as the receiving instance has it.
fn copy(instance: &Instance, uri: &str) -> Option<communard::db::remote_posts::RemotePostRow> {
    instance.db().read_blocking(|conn| communard::db::remote_posts::by_uri(conn, uri)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_does_arrives_at_the_other() {
    for backend in backends() {
        let (river, valley) = pair(backend).await;

        // valley follows river.
        let followed = valley.cli(&["follow", "--collective", "valley", &format!("@river@{}", river.domain)]);
        assert_eq!(followed["actor"], river.actor("river"));
        eventually("river has its follower", 20, || async {
            let followers = river.cli(&["followers", "--collective", "river"]);
            (followers[0]["actor"] == valley.actor("valley")).then_some(())
        })
        .await;
        eventually("valley's follow is accepted", 20, || async {
            let again = valley.cli(&["follow", "--collective", "valley", &river.actor("river")]);
            (again["state"] == "accepted").then_some(())
        })
        .await;

        // river publishes; valley has it.
        let file = river.file("dam.md", "We refuse the dam.\n\n- the water is everybody's\n- no permit without a hearing\n");
        let args = [
            "statement",
            "publish",
            "--collective",
            "river",
            "--title",
            "No dam",
            "--lang",
            "en",
            "--demand",
            "A hearing in the valley",
            &file,
        ];
        let published = river.cli(&args);
        assert_eq!(published["type"], "Note");
        let id = published["id"].as_str().unwrap();
        let item = arrives(&valley, "valley", "Create", |item| item["object"] == id).await;
        assert_eq!(item["actor"], river.actor("river"));
        assert!(item["content"].as_str().unwrap().contains("the water is everybody"), "{item}");

        // river edits; valley's copy changes.
        let file = river.file("dam2.md", "We refuse the dam, for the fourth time.\n");
        river.cli(&["statement", "edit", id, &file]);
        eventually("valley has the edit", 20, || async { copy(&valley, id).filter(|post| post.html.contains("fourth time")) })
            .await;

        // valley boosts, likes and answers; each is on river's desk.
        valley.cli(&["boost", "--collective", "valley", id]);
        arrives(&river, "river", "Announce", |item| item["object"] == id && item["actor"] == valley.actor("valley")).await;
        valley.cli(&["like", "--collective", "valley", id]);
        arrives(&river, "river", "Like", |item| item["object"] == id && item["actor"] == valley.actor("valley")).await;
        let file = valley.file("answer.md", "We come with forty people.\n");
        let answer = valley.cli(&["statement", "publish", "--collective", "valley", "--lang", "en", "--reply-to", id, &file]);
        let answer_id = answer["id"].as_str().unwrap();
        let reply = arrives(&river, "river", "Create", |item| item["object"] == answer_id).await;
        assert!(reply["content"].as_str().unwrap().contains("forty people"), "{reply}");
        assert_eq!(valley.activity_json(answer_id).await["inReplyTo"], id);
        assert_eq!(copy(&river, answer_id).unwrap().in_reply_to.as_deref(), Some(id));

        // An answer isn't among valley's own statements.
        let page = client().get(valley.actor("valley")).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        assert!(!page.contains("forty people"), "an answer is no statement of the collective");

        // What valley takes back is gone from river's desk.
        valley.cli(&["unlike", "--collective", "valley", id]);
        valley.cli(&["unboost", "--collective", "valley", id]);
        eventually("river's desk forgets both", 20, || async {
            (inbox(&river, "river", "Like").is_empty() && inbox(&river, "river", "Announce").is_empty()).then_some(())
        })
        .await;

        // river withdraws; valley keeps a tombstone, river's address says why.
        river.cli(&["statement", "withdraw", id, "--reason", "The dam is off."]);
        eventually("valley forgets the text", 20, || async {
            copy(&valley, id).filter(|post| post.deleted_at.is_some() && post.html.is_empty())
        })
        .await;
        let gone = client().get(id).header("accept", "text/html").send().await.unwrap();
        assert_eq!(gone.status(), 410);
        assert!(gone.text().await.unwrap().contains("The dam is off."));

        // valley unfollows.
        valley.cli(&["unfollow", "--collective", "valley", &river.actor("river")]);
        eventually("river has no follower", 20, || async {
            (river.cli(&["followers", "--collective", "river"]) == serde_json::json!([])).then_some(())
        })
        .await;
    }
}

/// A rejection stands until the follower is removed: only then may they ask again.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_turned_down_can_be_let_ask_again() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("hill").await;
        let ana = peer.actor("ana");
        let follow = |state: &str| {
            let listed = river.cli(&["followers", "--collective", "river", "--state", state]);
            listed.as_array().unwrap().iter().any(|one| one["actor"] == ana.uri.as_str())
        };
        let answered = async |kind: &str| {
            peer.clear_requests();
            assert_eq!(ana.post(&river, &ana.follow(&river.actor("river"))).await, 202);
            peer.expect(kind, |_| true).await
        };
        answered("Accept").await;
        river.cli(&["followers", "reject", "--collective", "river", &ana.uri]);
        answered("Reject").await;
        assert!(follow("rejected"), "{backend:?}");
        river.cli(&["followers", "remove", "--collective", "river", &ana.uri]);
        assert!(!follow("rejected"), "{backend:?}: the rejection is forgotten");
        answered("Accept").await;
        assert!(follow("accepted"), "{backend:?}");
    }
}
