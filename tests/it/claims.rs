//! DAT-08, DAT-11, DAT-13: what a text says of itself, and what others claim of theirs.

use crate::{
    harness::{Peer, backends, client},
    world::{World, activity},
};
use communard::domain::names::{FollowState, InboxKind};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn dat_08_one_character_is_a_new_version_with_its_own_digest() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let instance = &world.instance;
        let first = instance.activity_json(&world.statement).await;
        instance.edit(&world.statement, "We stand together!");
        let second = instance.activity_json(&world.statement).await;
        assert_ne!(first["digestMultibase"], second["digestMultibase"]);
        assert!(second["updated"].as_str() > first["published"].as_str(), "{second}");
        // Both stay to be read under addresses of their own, each with its digest.
        for (n, version) in [(1, &first), (2, &second)] {
            let kept = instance.activity_json(&format!("{}/versions/{n}", world.statement)).await;
            assert_eq!((&kept["content"], &kept["digestMultibase"]), (&version["content"], &version["digestMultibase"]));
        }
        // The first text again is a third version, with the first one's digest: it is of the text, not of the time.
        instance.edit(&world.statement, "We stand together.");
        let third = instance.activity_json(&world.statement).await;
        assert_eq!(third["digestMultibase"], first["digestMultibase"]);
        assert!(third["updated"].as_str() >= second["updated"].as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_11_what_is_not_known_is_fetched_whole_or_dropped() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let (harbour, meadow) = (Peer::start("harbour").await, Peer::start("meadow").await);
        let alice = harbour.actor("alice");
        world.follow(&alice.uri, FollowState::Accepted);
        // An edit of a post that never came is taken whole, as if it had just been published.
        let mut edited = alice.note("<p>Edited.</p>", None);
        edited["updated"] = json!("2026-11-22T12:00:00Z");
        assert_eq!(alice.post(&world.instance, &activity(&alice, "Update", edited.clone())).await, 202);
        let row = world.post(edited["id"].as_str().unwrap()).expect("an edit of what isn't known is a publication");
        assert!(row.html.contains("Edited.") && row.actor_uri == alice.uri, "{row:?}");
        assert!(world.has(InboxKind::Post, &alice.uri, &row.uri));
        // A boost of what isn't known: from its own host, with its author.
        let bela = meadow.actor("bela");
        let note = bela.note("<p>Boosted.</p>", None);
        meadow.serve_object(&note);
        let uri = note["id"].as_str().unwrap();
        assert_eq!(alice.post(&world.instance, &activity(&alice, "Announce", json!(uri))).await, 202);
        let row = world.post(uri).expect("fetched");
        assert!(row.html.contains("Boosted.") && row.actor_uri == bela.uri, "{row:?}");
        // One that can't be had leaves nothing: no row, no author, no line on the desk.
        let (carla, before) = (meadow.actor("carla"), world.desk().len());
        let absent = carla.note("<p>Not served.</p>", None);
        let mut half = carla.note("<p>Of another.</p>", None);
        half["attributedTo"] = json!(harbour.url("/users/somebody-else"));
        meadow.serve_object(&half);
        for object in [&absent, &half] {
            let uri = object["id"].as_str().unwrap();
            let status = alice.post(&world.instance, &activity(&alice, "Announce", json!(uri))).await;
            assert!(status < 500, "{status}");
            assert!(world.post(uri).is_none(), "{uri}");
        }
        assert_eq!(world.desk().len(), before);
        assert!(world.known_actor(&carla.uri).is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dat_13_claimed_times_pin_nothing_to_the_top() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let harbour = Peer::start("harbour").await;
        let alice = harbour.actor("alice");
        let mut notes = Vec::new();
        // A clock that goes an hour fast counts by when its posts come, too.
        let fast = (chrono::Utc::now() + chrono::Duration::hours(1)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        for (text, published) in
            [("Far ahead", "2999-01-01T00:00:00Z"), ("As usual", fast.as_str()), ("Long ago", "1970-01-02T00:00:00Z")]
        {
            let mut note = alice.note(&format!("<p>{text}</p>"), Some(&world.statement));
            note["published"] = json!(published);
            assert_eq!(alice.post(&world.instance, &alice.create(&note)).await, 202);
            notes.push(note["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(world.post(&notes[0]).unwrap().published.to_string(), "2999-01-01 00:00:00", "kept as claimed");
        // The desk has the newest first, by when they came.
        let desk: Vec<String> = world.desk().into_iter().filter_map(|(row, _)| row.object_uri).collect();
        assert_eq!(desk, notes.iter().rev().cloned().collect::<Vec<_>>());
        // On the page the first comes first: what claims to be of the future stands where it came, with that day.
        for note in &notes {
            world
                .db
                .write_blocking(|conn| {
                    let row = communard::db::inbox::list(conn, &world.collective_id, 10)?;
                    let item = row.into_iter().find(|(row, _)| row.object_uri.as_ref() == Some(note)).unwrap().0;
                    communard::db::inbox::set_shown(conn, &item.id, true)
                })
                .unwrap();
        }
        let page = client().get(&world.statement).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
        assert!(at("Long ago") < at("Far ahead") && at("Far ahead") < at("As usual"), "{page}");
        assert!(!page.contains("2999"), "{page}");
    }
}
