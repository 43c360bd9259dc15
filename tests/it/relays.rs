//! Relays of both sorts (FEP-ae0c), played by fake peers: subscribing, what goes there, what comes from there, leaving.

use crate::{
    browser::Browser,
    harness::{Instance, Peer, PeerActor, backends, eventually},
    world::{PUBLIC, World, activity, cases},
};
use communard::domain::names::{FollowState, InboxKind};
use serde_json::{Value, json};
use std::sync::Arc;

/// A relay's own actor; its inbox is `/inbox`, as with most.
fn relay(peer: &Peer) -> PeerActor {
    let actor = PeerActor { inbox: peer.url("/inbox"), ..peer.actor("relay") };
    let mut document = peer.actor_document("relay", &actor);
    document["type"] = json!("Application");
    peer.serve_object(&document);
    actor
}

fn listed(instance: &Instance, address: &str) -> Value {
    let list = instance.cli(&["relay", "list"]);
    list.as_array().unwrap().iter().find(|relay| relay["address"] == address).cloned().unwrap_or_default()
}

fn answer(relay: &PeerActor, kind: &str, follow: &Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": relay.new_id("answers"), "type": kind, "actor": relay.uri,
        "object": follow
    })
}

async fn is(instance: &Instance, address: &str, state: &str) -> Value {
    eventually(&format!("{address} is {state}"), 20, || async {
        Some(listed(instance, address)).filter(|relay| relay["state"] == state)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_in_mastodons_way_gets_public_statements_until_it_is_left() {
    for backend in backends() {
        let river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("relay").await;
        let relay = relay(&peer);
        let address = peer.url("/inbox");
        let ours = river.url("/actor");
        assert_eq!(river.cli(&["relay", "add", &address])["state"], "asked");
        let follow = peer.expect("Follow", |follow| follow["object"] == PUBLIC).await;
        assert_eq!(follow["actor"], json!(ours));
        assert!(follow.get("to").is_none(), "what names Public in `to` some relays take for something to pass on");

        // Nothing goes there before it said yes, and nobody else can say it.
        let early = river.publish("Too early", "We begin.");
        let stranger = Peer::start("stranger").await;
        let liar = stranger.actor("liar");
        liar.post(
            &river,
            &answer(&liar, "Accept", &json!({ "id": follow["id"], "type": "Follow", "actor": ours, "object": PUBLIC })),
        )
        .await;
        assert_eq!(listed(&river, &address)["state"], "asked");
        assert_eq!(relay.post(&river, &answer(&relay, "Reject", &follow["id"])).await, 202);
        is(&river, &address, "refused").await;
        assert_eq!(relay.post(&river, &answer(&relay, "Accept", &follow)).await, 202);
        let line = is(&river, &address, "accepted").await;
        assert_eq!((&line["actor"], &line["takes"], &line["style"]), (&json!(relay.uri), &json!(true), &json!("mastodon")));

        let id = river.publish("No dam", "We stand together.");
        let create = peer.expect("Create", |create| create["object"]["id"] == id.as_str()).await;
        assert_eq!(create["actor"], json!(river.actor("river")));
        assert!(create["proof"].is_object(), "what relays pass on is proven by itself");
        river.edit(&id, "We still stand together.");
        peer.expect("Update", |update| update["object"]["id"] == id.as_str()).await;
        river.cli(&["statement", "withdraw", "--reason", "It was not ours to say.", &id]);
        peer.expect("Delete", |delete| delete["object"]["id"] == id.as_str()).await;
        let about: Vec<String> = peer.received().iter().map(|activity| activity["type"].as_str().unwrap().to_owned()).collect();
        assert_eq!(about, ["Follow", "Create", "Update", "Delete"], "in this order, and nothing of {early}");

        // Once is enough; and left, it hears that and nothing else.
        assert_eq!(river.cli_fails(&["relay", "add", &address]).0, 4);
        river.cli(&["relay", "remove", &address]);
        let undo = peer.expect("Undo", |undo| undo["object"]["id"] == follow["id"]).await;
        assert_eq!((&undo["actor"], &undo["object"]["object"]), (&json!(ours), &json!(PUBLIC)));
        river.publish("Among ourselves", "Later.");
        river.queue_empties(20).await;
        assert_eq!(peer.received().len(), 5);
        assert_eq!(river.cli(&["relay", "list"]), json!([]));
        assert_eq!(river.cli_fails(&["relay", "remove", &address]).0, 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_in_litepubs_way_follows_back_and_hears_by_announce() {
    for backend in backends() {
        let mut river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("relay").await;
        let relay = relay(&peer);
        let ours = river.url("/actor");
        let about_us = river.activity_json(&ours).await;
        assert_eq!(about_us["followers"], json!(format!("{ours}/followers")));
        river.cli(&["relay", "add", &format!("@relay@{}", peer.host)]);
        let follow = peer.expect("Follow", |follow| follow["object"] == relay.uri.as_str()).await;
        assert_eq!((&follow["actor"], &follow["to"]), (&json!(ours), &json!([relay.uri])));

        // A stranger who follows the instance's actor is nobody's follower.
        let stranger = Peer::start("stranger").await.actor("eve");
        stranger.post(&river, &stranger.follow(&ours)).await;
        // The relay's own Follow may come before its answer.
        let back = relay.follow(&ours);
        assert_eq!(relay.post(&river, &back).await, 202);
        let accepted = peer.expect("Accept", |accept| accept["object"]["id"] == back["id"]).await;
        assert_eq!(accepted["actor"], json!(ours));
        relay.post(&river, &answer(&relay, "Accept", &follow)).await;
        assert_eq!(is(&river, &relay.uri, "accepted").await["takes"], json!(true));
        assert_eq!(river.activity_json(&format!("{ours}/followers")).await["totalItems"], 1);

        let id = river.publish("No dam", "We stand together.");
        let announce = peer.expect("Announce", |announce| announce["object"] == id.as_str()).await;
        assert_eq!((&announce["actor"], &announce["to"]), (&json!(ours), &json!([format!("{ours}/followers")])));
        assert!(announce["published"].is_string() && announce["proof"].is_object());
        river.edit(&id, "We still stand together.");
        peer.expect("Update", |update| update["object"]["id"] == id.as_str()).await;
        river.cli(&["statement", "withdraw", "--reason", "It was not ours to say.", &id]);
        peer.expect("Undo", |undo| undo["object"]["id"] == announce["id"] && undo["object"]["object"] == id.as_str()).await;
        peer.expect("Delete", |delete| delete["object"]["id"] == id.as_str()).await;
        assert!(peer.received().iter().all(|activity| activity["type"] != "Create"), "an Announce is enough");
        // What the instance passes on isn't in a collective's outbox, nor counted as a boost.
        let outbox = river.activity_json(&format!("{}/outbox", river.actor("river"))).await;
        assert_eq!(outbox["totalItems"], 0);

        // It stops following: accepted, but it gets nothing.
        let undo = json!({ "id": back["id"], "type": "Follow", "actor": relay.uri, "object": ours });
        relay.post(&river, &activity(&relay, "Undo", undo)).await;
        eventually("it takes nothing", 20, || async { (listed(&river, &relay.uri)["takes"] == json!(false)).then_some(()) })
            .await;
        let before = peer.received().len();
        river.publish("Among ourselves", "Later.");
        river.queue_empties(20).await;
        assert_eq!(peer.received().len(), before);
        relay.post(&river, &relay.follow(&ours)).await;
        river.cli(&["relay", "remove", &relay.uri]);
        peer.expect("Undo", |undo| undo["object"]["id"] == follow["id"]).await;
        peer.expect("Reject", |reject| reject["object"]["actor"] == relay.uri.as_str()).await;
        river.queue_empties(20).await;

        // Gone for good: said so, and asked no more.
        river.cli(&["relay", "add", &relay.uri]);
        let follow = peer.expect("Follow", |again| again["object"] == relay.uri.as_str() && again["id"] != follow["id"]).await;
        relay.post(&river, &relay.follow(&ours)).await;
        relay.post(&river, &answer(&relay, "Accept", &follow)).await;
        is(&river, &relay.uri, "accepted").await;
        river.queue_empties(20).await;
        peer.decide(|request| (request.method == "POST").then(|| crate::harness::Canned::status(410)));
        river.publish("Who is there?", "Nobody.");
        is(&river, &relay.uri, "gone").await;
        river.leave_queue();
    }
}

struct Case {
    world: World,
    peer: Peer,
    relay: PeerActor,
    harbour: Peer,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_relays_bring_costs_nothing_and_blocks_hold_for_them() {
    for backend in backends() {
        let world = World::start(backend, &[]).await;
        let peer = Peer::start("relay").await;
        let relay = relay(&peer);
        world.instance.cli(&["relay", "add", &relay.uri]);
        let follow = peer.expect("Follow", |_| true).await;
        relay.post(&world.instance, &answer(&relay, "Accept", &follow)).await;
        is(&world.instance, &relay.uri, "accepted").await;
        let case = Case { world, peer, relay, harbour: Peer::start("harbour").await };
        let case = Arc::new(case);
        cases!(&case;
            announces_cause_no_request_and_no_boost, what_it_passes_on_is_asked_of_its_host_only_where_it_concerns_us,
            a_shut_out_relay_is_forgotten,
        );
    }
}

async fn announces_cause_no_request_and_no_boost(case: &Arc<Case>) {
    let world = &case.world;
    let author = case.harbour.actor("poet");
    let note = author.note("<p>Far away.</p>", None);
    case.harbour.serve_object(&note);
    for object in [&note["id"], &json!(world.statement)] {
        assert_eq!(case.relay.post(&world.instance, &activity(&case.relay, "Announce", object.clone())).await, 202);
    }
    assert_eq!(case.harbour.fetches(), 0);
    assert!(world.post(note["id"].as_str().unwrap()).is_none());
    assert!(!world.has(InboxKind::Announce, &case.relay.uri, &world.statement), "a relay is no reader");
    // Somebody's boost is one, also from the relay's own server.
    let reader = case.peer.actor("reader");
    assert_eq!(reader.post(&world.instance, &activity(&reader, "Announce", json!(world.statement))).await, 202);
    assert!(world.has(InboxKind::Announce, &reader.uri, &world.statement));
}

async fn what_it_passes_on_is_asked_of_its_host_only_where_it_concerns_us(case: &Arc<Case>) {
    let world = &case.world;
    let carry = async |carrier: &PeerActor, activity: &Value| {
        let body = activity.to_string().into_bytes();
        let signed =
            crate::harness::signing::Signed::post(&world.instance.domain, "/inbox", &body, &carrier.key_id, &carrier.key);
        signed.send(&world.instance.url("/inbox"), &body).await.status().as_u16()
    };
    let (author, followed) = (case.harbour.actor("stranger"), case.harbour.actor("friend"));
    world.follow(&followed.uri, FollowState::Accepted);
    let (far, near) = (author.note("<p>Far.</p>", None), followed.note("<p>Near.</p>", None));
    case.harbour.serve_object(&far);
    case.harbour.serve_object(&near);
    // That it took us in is seen within seconds by the gate.
    eventually("the relay may pass on", 20, || async { (carry(&case.relay, &author.create(&far)).await == 202).then_some(()) })
        .await;
    assert_eq!(case.harbour.fetches(), 0);
    let mut forged = near.clone();
    forged["content"] = json!("<p>Forged.</p>");
    assert_eq!(carry(&case.relay, &followed.create(&forged)).await, 202);
    let kept = eventually("the post of somebody followed", 20, || async { world.post(near["id"].as_str().unwrap()) }).await;
    assert!(kept.html.contains("Near.") && !kept.html.contains("Forged"), "its host's word counts: {}", kept.html);
    assert!(world.post(far["id"].as_str().unwrap()).is_none());
    // Whoever is no relay of ours needs the author's own proof, as ever.
    let evil = case.peer.actor("evil");
    assert_eq!(carry(&evil, &followed.create(&followed.note("<p>No.</p>", None))).await, 403);
}

async fn a_shut_out_relay_is_forgotten(case: &Arc<Case>) {
    let instance = &case.world.instance;
    let host = case.peer.host.split(':').next().unwrap();
    assert_eq!(instance.cli(&["block", "add", &format!("{host}:{}", case.peer.port())])["ties"], 1);
    assert_eq!(instance.cli(&["relay", "list"]), json!([]));
    let (code, said) = instance.cli_fails(&["relay", "add", &case.peer.url("/inbox")]);
    assert!(code == 2 && said.contains("shut out"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_no_relay_gets_a_clear_answer() {
    for backend in backends() {
        let mut river = Instance::builder("river", backend).start().await;
        let peer = Peer::start("meadow").await;
        let ana = peer.actor("ana");
        let gone = Peer::start("gone").await;
        let away = gone.url("/inbox");
        gone.leave().await;
        for (address, says) in [
            ("nonsense", "no relay's address"),
            ("ftp://relay.example/inbox", "no relay's address"),
            ("http://127.0.0.1/inbox", "no relay's address"),
            (&river.url("/inbox"), "this instance itself"),
            (&river.url("/actor"), "this instance itself"),
            (&peer.url("/nothing"), "no relay there"),
            (&ana.uri, "somebody's account"),
            (&away, "Nobody answers"),
        ] {
            let (code, said) = river.cli_fails(&["relay", "add", address]);
            assert!(code == 2 && said.contains(says), "{address}: {code} {said}");
        }
        assert_eq!(river.cli_fails(&["relay", "add", &ana.uri, "--style", "pigeon"]).0, 2);
        let (code, said) = river.cli_fails(&["relay", "add", &format!("@ana@{}", peer.host), "--style", "mastodon"]);
        assert!(code == 2 && said.contains("by its inbox"), "{code} {said}");
        assert_eq!(river.cli(&["relay", "list"]), json!([]));

        // What is no relay shows in what becomes of the request, on the page too; and it can be left.
        peer.decide(|request| (request.method == "POST").then(|| crate::harness::Canned::status(404)));
        let address = peer.url("/blog/inbox");
        let mut ada = Browser::signed_in(&river).await;
        let csrf = ada.get("/steward/relays").await.field("form.panel", "csrf");
        let page = ada.post("/steward/relays", &[("csrf", &csrf), ("address", "nonsense"), ("style", "")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text(".fault").contains("no relay's address"));
        assert_eq!(ada.post("/steward/relays", &[("csrf", &csrf), ("address", &address), ("style", "")]).await.status, 200);
        eventually("why it didn't arrive", 20, || async {
            let line = listed(&river, &address);
            (line["why"].as_str().is_some_and(|why| why.contains("404")) && line["delivery"] == "refused").then_some(())
        })
        .await;
        let page = ada.get("/steward/relays").await;
        assert!(page.text("#relays").contains("404"), "{}", page.text("#relays"));
        assert_eq!(ada.post("/steward/relays/remove", &[("csrf", &csrf), ("address", &address)]).await.status, 200);
        assert_eq!(river.cli(&["relay", "list"]), json!([]));
        river.leave_queue();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_in_production_is_https_and_in_the_public_network() {
    let world =
        World::start(crate::harness::Backend::Sqlite, &[("INSTANCE__MODE", "production"), ("INSTANCE__DOMAIN", "river.example")])
            .await;
    for (address, says) in [
        ("http://relay.example/inbox", "begins with https"),
        ("https://river.example/inbox", "this instance itself"),
        ("https://relay.localhost/inbox", "private network"),
    ] {
        let (code, said) = world.instance.cli_fails(&["relay", "add", address]);
        assert!(code == 2 && said.contains(says), "{address}: {code} {said}");
    }
}
