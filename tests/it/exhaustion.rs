//! RES-01…RES-03: what is too large, too deep or too many costs nothing and breaks nothing.

use crate::{
    harness::{Peer, PeerActor, backends},
    world::{World, activity, cases},
};
use communard::domain::names::{FollowState, InboxKind};
use serde_json::{Value, json};
use std::sync::Arc;

struct Case {
    world: Arc<World>,
    harbour: Peer,
}

impl Case {
    async fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), harbour: Peer::start("harbour").await }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn res_01_to_res_03_what_is_too_much_is_refused_or_cut() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[("FEDERATION__INBOX_PER_HOST_PER_MINUTE", "40")]).await);
        cases!(&Case::new(&world).await; res_01_large_bodies, res_02_deep_json, res_03_many_recipients, res_14_a_host_that_floods);
        // Whatever came before, the server is the same process and answers.
        assert!(world.instance.log().matches("panicked").count() == 0);
    }
}

const MIB: usize = 1 << 20;

/// A Like that is this many bytes of JSON.
fn like_of(case: &Case, actor: &PeerActor, bytes: usize) -> Vec<u8> {
    let mut like = case.world.like(actor);
    like["padding"] = json!("");
    let short = like.to_string().len();
    like["padding"] = json!("x".repeat(bytes - short));
    let body = like.to_string().into_bytes();
    assert_eq!(body.len(), bytes);
    body
}

async fn res_01_large_bodies(case: &Case) {
    let world = &case.world;
    let signed = |actor: &PeerActor, body: &[u8]| {
        crate::harness::signing::Signed::post(&world.instance.domain, "/inbox", body, &actor.key_id, &actor.key).headers()
    };
    let has = |actor: &PeerActor| world.has(InboxKind::Like, &actor.uri, &world.statement);
    let exact = case.harbour.actor("res01-exact");
    let body = like_of(case, &exact, MIB);
    assert_eq!((world.raw_post("/inbox", &signed(&exact, &body), &body), has(&exact)), (202, true));
    let over = case.harbour.actor("res01-over");
    let body = like_of(case, &over, MIB + 1);
    let headers = signed(&over, &body);
    assert_eq!((world.raw_post("/inbox", &headers, &body), has(&over)), (413, false));
    // Without a length, and far beyond: the answer comes before the end is sent.
    let mut head = "POST /inbox HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n".to_owned();
    for (name, value) in &headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    let endless = [head.as_bytes(), b"\r\n", &chunk.repeat(64)].concat();
    assert_eq!((world.raw(&endless), has(&over)), (413, false));
    // A length that is announced is refused before a byte of it is read.
    let mut announced = "POST /inbox HTTP/1.1\r\nconnection: close\r\ncontent-length: 1073741824\r\n".to_owned();
    for (name, value) in &headers {
        announced.push_str(&format!("{name}: {value}\r\n"));
    }
    announced.push_str("\r\n");
    assert_eq!(world.raw(announced.as_bytes()), 413);
}

async fn res_02_deep_json(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("res02");
    world.assert_can_like(&actor).await;
    let nested = |depth: usize| {
        let head = format!(
            "{{\"type\":\"Like\",\"id\":\"{}\",\"actor\":\"{}\",\"object\":\"{}\",\"x\":",
            actor.new_id("x"),
            actor.uri,
            world.statement
        );
        format!("{head}{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1)).into_bytes()
    };
    for (depth, expected) in [(64, 202), (65, 400), (100_000, 400)] {
        let body = nested(depth);
        let signed = crate::harness::signing::Signed::post(&world.instance.domain, "/inbox", &body, &actor.key_id, &actor.key);
        assert_eq!(signed.send(&world.instance.url("/inbox"), &body).await.status().as_u16(), expected, "{depth}");
    }
    assert!(world.instance.log().matches("panicked").count() == 0);
}

async fn res_03_many_recipients(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("res03");
    world.follow(&actor.uri, FollowState::Accepted);
    let many = |n: usize| (0..n).map(|n| json!(case.harbour.url(&format!("/users/{n}")))).collect::<Vec<Value>>();
    let mut note = actor.note("<p>To all.</p>", None);
    note["cc"] = json!(many(6_000));
    note["tag"] = many(6_000).into_iter().map(|href| json!({ "type": "Mention", "href": href })).collect();
    case.harbour.clear_requests();
    assert_eq!(actor.post(&world.instance, &activity(&actor, "Create", note.clone())).await, 202);
    assert!(world.post(note["id"].as_str().unwrap()).is_some());
    // The sender itself, and nobody that it names.
    assert!(case.harbour.fetches() <= 1, "{}", case.harbour.fetches());
}

async fn res_14_a_host_that_floods(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("res14");
    // Many at once: two in three seconds would go on for ever. Nobody knows the sender yet, and one look has to do for all.
    case.harbour.clear_requests();
    let mut refused = false;
    for _ in 0..10 {
        let posts = (0..20).map(async |_| {
            let (signed, body) = actor.signed(&world.instance, "/inbox", &activity(&actor, "View", json!(world.statement)));
            signed.send(&world.instance.url("/inbox"), &body).await
        });
        for answer in futures::future::join_all(posts).await {
            if answer.status() == 429 {
                let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=60).contains(&wait), "{wait}");
                refused = true;
            } else {
                assert_eq!(answer.status(), 202);
            }
        }
        if refused {
            break;
        }
    }
    assert!(refused, "never told to slow down");
    assert!(case.harbour.fetches() <= 1, "{}", case.harbour.fetches());
    // Another host's share is its own.
    let quiet = Peer::start("quiet").await;
    world.assert_can_like(&quiet.actor("res14")).await;
}
