//! What leaves the queue without being sent: by a block, and by age.

use crate::harness::{Canned, Instance, Peer, PeerActor, backends, eventually};
use communard::db::schema::{activities, deliveries};
use diesel::prelude::*;
use serde_json::{Value, json};

async fn follower(river: &Instance, peer: &Peer, name: &str) -> PeerActor {
    let actor = peer.actor(name);
    assert_eq!(actor.post(river, &actor.follow(&river.actor("river"))).await, 202);
    peer.expect("Accept", |activity| activity["to"][0] == actor.uri).await;
    actor
}

fn publish(river: &Instance, title: &str) -> String {
    let file = river.file("text.md", format!("{title}: the whole text.\n"));
    let args = ["statement", "publish", "--collective", "river", "--title", title, "--lang", "en", &file];
    river.cli(&args)["id"].as_str().unwrap().to_owned()
}

fn follower_uris(river: &Instance) -> Vec<Value> {
    let list = river.cli(&["followers", "--collective", "river"]);
    list.as_array().unwrap().iter().map(|row| row["actor"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_cancels_what_waits_and_lets_followers_go() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let (evil, calm) = (Peer::start("evil").await, Peer::start("calm").await);
        let (eve, ana, bo) =
            (follower(&river, &evil, "eve").await, follower(&river, &calm, "ana").await, follower(&river, &calm, "bo").await);
        river.cli(&["follow", "--collective", "river", &eve.uri]);
        evil.expect("Follow", |_| true).await;
        // It falls ill, so that something waits for it.
        evil.decide(|request| (request.method == "POST").then(|| Canned::status(503)));
        let id = publish(&river, "Before the block");
        calm.expect("Create", |activity| activity["object"]["id"] == id).await;
        eventually("a delivery waits", 10, || async { (river.cli(&["queue"])["waiting"] == 1).then_some(()) }).await;

        let blocked = river.cli(&["block", "add", &evil.host, "--reason", "Raids"]);
        assert_eq!((&blocked["kind"], &blocked["deliveries"], &blocked["ties"]), (&json!("host"), &json!(1), &json!(1)));
        assert_eq!(river.cli(&["queue"])["waiting"], 0);
        assert_eq!(follower_uris(&river), [json!(ana.uri), json!(bo.uri)]);
        let list = river.cli(&["block", "list"]);
        assert_eq!((&list[0]["subject"], &list[0]["reason"]), (&json!(evil.host), &json!("Raids")));
        evil.clear_requests();
        let id = publish(&river, "After the block");
        calm.expect("Create", |activity| activity["object"]["id"] == id).await;
        assert_eq!(evil.requests().len(), 0);

        // One account alone: its neighbours on the same server stay.
        let blocked = river.cli(&["block", "add", &bo.uri]);
        assert_eq!((&blocked["kind"], &blocked["ties"]), (&json!("actor"), &json!(1)));
        assert_eq!(follower_uris(&river), [json!(ana.uri)]);
        for bad in ["", "harbour", "javascript://x", &river.domain, &river.actor("river")] {
            let (code, said) = river.cli_fails(&["block", "add", bad]);
            assert_eq!(code, 2, "{bad}: {said}");
        }
        river.cli(&["block", "remove", &evil.host]);
        assert_eq!(river.cli_fails(&["block", "remove", &evil.host]).0, 3);
        assert_eq!(follower_uris(&river), [json!(ana.uri)], "who was let go isn't brought back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_of_one_account_leaves_what_others_of_its_server_get() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let valley = Peer::start("valley").await;
        let (ana, bo) = (follower(&river, &valley, "ana").await, follower(&river, &valley, "bo").await);
        let (carl, dora) = (valley.actor("carl"), valley.actor("dora"));
        river.queue_empties(20).await;
        valley.decide(|request| (request.method == "POST").then(|| Canned::status(503)));
        let waiting = |many: u64| {
            let river = &river;
            eventually("so much waits", 20, move || async move { (river.cli(&["queue"])["waiting"] == many).then_some(()) })
        };
        let cancelled = |actor: &PeerActor| river.cli(&["block", "add", &actor.uri])["deliveries"].clone();
        let with_mention = |title: &str, of: &PeerActor| {
            let file = river.file("text.md", format!("{title}: the whole text.\n"));
            let args = ["statement", "publish", "--collective", "river", "--title", title, "--mention", &of.uri, &file];
            river.cli(&args);
        };
        // One delivery to the shared inbox for ana and bo, one for them and carl, who follows nobody.
        publish(&river, "For followers");
        with_mention("For carl too", &carl);
        waiting(2).await;
        assert_eq!(cancelled(&ana), 0, "bo follows as well");
        assert_eq!(cancelled(&bo), 1, "nobody else is there for the first, but carl is for the second");
        waiting(1).await;
        assert_eq!(cancelled(&carl), 1);
        waiting(0).await;
        // From now on none of the three makes a delivery; dora does.
        publish(&river, "To nobody there");
        with_mention("Of carl, not to him", &carl);
        waiting(0).await;
        with_mention("To dora", &dora);
        waiting(1).await;
        assert_eq!(cancelled(&dora), 1);
        waiting(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_and_old_is_forgotten_at_the_next_start() {
    for backend in backends() {
        let mut river = Instance::builder("river", backend).env("DELIVERY__KEEP_DONE_DAYS", 30).start().await;
        let calm = Peer::start("calm").await;
        follower(&river, &calm, "ana").await;
        let stays = publish(&river, "It stays");
        let goes = publish(&river, "It goes");
        river.cli(&["statement", "withdraw", &goes, "--reason", "It is over."]);
        calm.expect("Delete", |_| true).await;
        eventually("all is delivered", 10, || async { (river.cli(&["queue"])["waiting"] == 0).then_some(()) }).await;
        river.terminate();
        let db = river.db();
        let aged = |days: i64| chrono::Utc::now().naive_utc() - chrono::Duration::days(days);
        let counts = || {
            db.read_blocking(|conn| {
                let done: i64 = deliveries::table.count().get_result(conn)?;
                let kinds: Vec<String> = activities::table.order(activities::seq).select(activities::kind).load(conn)?;
                Ok((done, kinds))
            })
            .unwrap()
        };
        assert_eq!(counts().1, ["Accept", "Create", "Create", "Delete"]);
        let age = |days: i64| {
            db.write_blocking(|conn| {
                diesel::update(deliveries::table).set(deliveries::done_at.eq(aged(days))).execute(conn)?;
                diesel::update(activities::table).set(activities::created_at.eq(aged(days))).execute(conn)?;
                Ok(())
            })
            .unwrap();
        };
        // Younger than the setting: all is there after a start that cleaned up.
        age(29);
        db.write_blocking(|conn| communard::db::received::insert(conn, "old", aged(400))).unwrap();
        river.start().await;
        eventually("the first round is over", 10, || async { river.log().contains("forgot what is over").then_some(()) }).await;
        assert_eq!(counts().0, 4);
        river.terminate();
        age(31);
        river.start().await;
        eventually("old rows are gone", 10, || async { (counts() == (0, vec!["Create".to_owned()])).then_some(()) }).await;
        // What stands can still be read, in the outbox and by itself.
        let outbox = river.activity_json(&format!("{}/outbox?page=true", river.actor("river"))).await;
        assert_eq!(outbox["orderedItems"][0]["object"]["id"], stays);
        river.activity_json(outbox["orderedItems"][0]["id"].as_str().unwrap()).await;
    }
}
