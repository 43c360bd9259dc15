//! ORG-01…ORG-25: whose word counts for what. Effects are read from the database and from what is served.

use crate::{
    harness::{Canned, Peer, PeerActor, backends, client, eventually, signing},
    world::{PUBLIC, World, activity, cases, is_refusal},
};
use communard::domain::names::{BlockKind, FollowState, InboxKind, Visibility};
use serde_json::{Value, json};
use std::sync::Arc;

/// Each case has peers of its own: what we ask of one host is limited.
struct Case {
    world: Arc<World>,
    /// An honest host.
    harbour: Peer,
    /// A hostile one.
    evil: Peer,
}

impl Case {
    async fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), harbour: Peer::start("harbour").await, evil: Peer::start("evil").await }
    }

    async fn send(&self, actor: &PeerActor, activity: &Value) -> u16 {
        actor.post(&self.world.instance, activity).await
    }

    /// An actor that the collective follows.
    fn followed(&self, peer: &Peer, name: &str) -> PeerActor {
        let actor = peer.actor(name);
        self.world.follow(&actor.uri, FollowState::Accepted);
        actor
    }

    fn stored(&self, object: &Value) -> bool {
        self.world.post(object["id"].as_str().unwrap()).is_some()
    }

    /// A post of a followed actor, published as usual.
    async fn published(&self, actor: &PeerActor, content: &str) -> Value {
        let note = actor.note(content, None);
        assert_eq!(self.send(actor, &actor.create(&note)).await, 202);
        assert!(self.stored(&note), "an honest post is kept");
        note
    }

    /// The kept HTML, without the direction that the sanitiser adds.
    fn html(&self, object: &Value) -> String {
        self.world.post(object["id"].as_str().unwrap()).unwrap().html.replace(" dir=\"auto\"", "")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn org_01_to_org_23_nobody_speaks_for_another() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[]).await);
        cases!(&Case::new(&world).await;
            org_01_activity_on_another_host, org_02_embedded_object_of_another_host, org_03_object_of_another_actor,
            org_04_update_of_anothers_object, org_05_objects_of_ours, org_06_delete_of_anothers_object,
            org_07_undo_of_anothers_activity, org_08_answer_by_somebody_else, org_09_announce_with_forged_copy,
            org_10_update_of_another_actor, org_11_documents_stand_under_their_ids, org_12_content_types,
            org_13_handles_of_other_hosts, org_14_addresses_that_are_none, org_15_homographs, org_16_spellings_of_a_host,
            org_18_inboxes_that_are_not_theirs, org_19_move, org_20_contexts_are_not_fetched, org_21_boost_of_a_blocked_host,
            org_22_create_of_a_known_id, org_23_ids_on_our_host, dat_10_older_updates, dat_12_tombstones,
            every_kind_of_activity_has_its_effect,
        );
    }
}

async fn org_01_activity_on_another_host(case: &Case) {
    let actor = case.followed(&case.evil, "org01");
    let note = actor.note("<p>x</p>", None);
    let mut create = actor.create(&note);
    create["id"] = json!(case.harbour.url("/activities/1"));
    let status = case.send(&actor, &create).await;
    assert!(is_refusal(status) && !case.stored(&note), "{status}");
}

async fn org_02_embedded_object_of_another_host(case: &Case) {
    let mallory = case.followed(&case.evil, "org02");
    let victim = case.harbour.actor("org02-victim");
    let mut forged = victim.note("<p>Forged.</p>", None);
    for author in [&victim.uri, &mallory.uri] {
        forged["attributedTo"] = json!(author);
        let status = case.send(&mallory, &mallory.create(&forged)).await;
        assert!(is_refusal(status) || status == 202, "{status}");
        assert!(!case.stored(&forged), "by {author}");
    }
}

async fn org_03_object_of_another_actor(case: &Case) {
    let mallory = case.followed(&case.evil, "org03");
    let neighbour = case.followed(&case.evil, "org03-neighbour");
    let note = neighbour.note("<p>Forged.</p>", None);
    case.send(&mallory, &mallory.create(&note)).await;
    let mut update = mallory.create(&note);
    update["type"] = json!("Update");
    case.send(&mallory, &update).await;
    let mut anonymous = mallory.note("<p>By nobody.</p>", None);
    anonymous.as_object_mut().unwrap().remove("attributedTo");
    case.send(&mallory, &mallory.create(&anonymous)).await;
    assert!(!case.stored(&note) && !case.stored(&anonymous));
}

/// The note with a new text and a later `updated`.
fn edited(note: &Value, content: &str) -> Value {
    let mut note = note.clone();
    note["content"] = json!(content);
    note["updated"] = json!((chrono::Utc::now() + chrono::Duration::seconds(60)).format("%Y-%m-%dT%H:%M:%SZ").to_string());
    note
}

async fn org_04_update_of_anothers_object(case: &Case) {
    let (alice, mallory) = (case.followed(&case.harbour, "org04"), case.followed(&case.harbour, "org04-mallory"));
    let note = case.published(&alice, "<p>True.</p>").await;
    for author in [&alice.uri, &mallory.uri] {
        let mut forged = edited(&note, "<p>False.</p>");
        forged["attributedTo"] = json!(author);
        case.send(&mallory, &activity(&mallory, "Update", forged)).await;
        assert_eq!(case.html(&note), "<p>True.</p>");
    }
    // The author's own edit comes through, so it was not the form that was refused.
    assert_eq!(case.send(&alice, &activity(&alice, "Update", edited(&note, "<p>Truer.</p>"))).await, 202);
    assert_eq!(case.html(&note), "<p>Truer.</p>");
}

async fn org_05_objects_of_ours(case: &Case) {
    let mallory = case.followed(&case.evil, "org05");
    let before = case.world.instance.activity_json(&case.world.statement).await;
    let mut forged = edited(&before, "<p>False.</p>");
    forged["attributedTo"] = json!(mallory.uri);
    let actor_before = case.world.instance.activity_json(&case.world.collective).await;
    for (kind, object) in [
        ("Update", forged),
        ("Delete", json!(case.world.statement)),
        ("Delete", json!({ "id": case.world.statement, "type": "Tombstone" })),
        ("Delete", json!(case.world.collective)),
        ("Update", json!({ "id": case.world.collective, "type": "Organization", "inbox": mallory.inbox })),
    ] {
        let status = case.send(&mallory, &activity(&mallory, kind, object.clone())).await;
        assert!(matches!(status, 202 | 403), "{kind} {object}: {status}");
    }
    assert_eq!(case.world.instance.activity_json(&case.world.statement).await, before);
    assert_eq!(case.world.instance.activity_json(&case.world.collective).await, actor_before);
    assert!(case.world.post(&case.world.statement).is_none());
}

async fn org_06_delete_of_anothers_object(case: &Case) {
    let (alice, mallory) = (case.followed(&case.harbour, "org06"), case.followed(&case.harbour, "org06-mallory"));
    let stranger = case.followed(&case.evil, "org06");
    let note = case.published(&alice, "<p>Here to stay.</p>").await;
    for forger in [&mallory, &stranger] {
        for object in [note["id"].clone(), json!({ "id": note["id"], "type": "Tombstone" }), json!(alice.uri)] {
            case.send(forger, &activity(forger, "Delete", object)).await;
        }
    }
    assert_eq!(case.html(&note), "<p>Here to stay.</p>");
    assert_eq!(case.world.following(&alice.uri), Some(FollowState::Accepted));
    assert!(case.world.known_actor(&alice.uri).is_some_and(|row| row.gone_at.is_none()));
    // What a neighbour "deleted" before it was ever seen can still be published by whose it is.
    let note = alice.note("<p>Later.</p>", None);
    case.send(&mallory, &activity(&mallory, "Delete", note["id"].clone())).await;
    assert_eq!(case.send(&alice, &alice.create(&note)).await, 202);
    assert_eq!(case.html(&note), "<p>Later.</p>");
}

async fn org_07_undo_of_anothers_activity(case: &Case) {
    let world = &case.world;
    let (alice, mallory) = (case.harbour.actor("org07"), case.harbour.actor("org07-mallory"));
    let (follow, like) = (alice.follow(&world.collective), world.like(&alice));
    let boost = activity(&alice, "Announce", json!(world.statement));
    for given in [&follow, &like, &boost] {
        assert_eq!(case.send(&alice, given).await, 202);
    }
    for given in [&follow, &like, &boost] {
        let mut claimed = given.clone();
        claimed["actor"] = json!(mallory.uri);
        for object in [given.clone(), given["id"].clone(), claimed] {
            case.send(&mallory, &activity(&mallory, "Undo", object)).await;
        }
    }
    let there = || {
        (
            world.follower(&alice.uri).is_some(),
            world.has(InboxKind::Like, &alice.uri, &world.statement),
            world.has(InboxKind::Announce, &alice.uri, &world.statement),
        )
    };
    assert_eq!(there(), (true, true, true));
    // Its own are undone: embedded, by bare id, and with an inner id that we never saw.
    let mut unknown = follow.clone();
    unknown["id"] = json!(format!("{}#follows/", alice.uri));
    for object in [unknown, like.clone(), boost["id"].clone()] {
        assert_eq!(case.send(&alice, &activity(&alice, "Undo", object)).await, 202);
    }
    assert_eq!(there(), (false, false, false));
}

async fn org_08_answer_by_somebody_else(case: &Case) {
    let world = &case.world;
    let (alice, mallory) = (case.harbour.actor("org08"), case.harbour.actor("org08-mallory"));
    let id = world.follow(&alice.uri, FollowState::Pending);
    let follow = |object: &str| json!({ "id": id, "type": "Follow", "actor": world.collective, "object": object });
    for kind in ["Accept", "Reject"] {
        for object in [follow(&alice.uri), follow(&mallory.uri), json!(id)] {
            case.send(&mallory, &activity(&mallory, kind, object)).await;
            assert_eq!(world.following(&alice.uri), Some(FollowState::Pending), "{kind}");
            assert_eq!(world.following(&mallory.uri), None, "{kind}");
        }
    }
    assert_eq!(case.send(&alice, &activity(&alice, "Accept", follow(&alice.uri))).await, 202);
    assert_eq!(world.following(&alice.uri), Some(FollowState::Accepted));
    assert_eq!(case.send(&alice, &activity(&alice, "Reject", json!(id))).await, 202);
    assert!(world.following(&alice.uri).is_none_or(|state| state == FollowState::Rejected));
    // A bare id is enough to accept, and so is a Follow without an id.
    let bob = case.harbour.actor("org08-bob");
    let id = world.follow(&bob.uri, FollowState::Pending);
    assert_eq!(case.send(&bob, &activity(&bob, "Accept", json!(id))).await, 202);
    assert_eq!(world.following(&bob.uri), Some(FollowState::Accepted));
    let carol = case.harbour.actor("org08-carol");
    world.follow(&carol.uri, FollowState::Pending);
    let slim = json!({ "type": "Follow", "actor": world.collective, "object": carol.uri });
    assert_eq!(case.send(&carol, &activity(&carol, "Accept", slim)).await, 202);
    assert_eq!(world.following(&carol.uri), Some(FollowState::Accepted));
}

async fn org_09_announce_with_forged_copy(case: &Case) {
    let booster = case.followed(&case.evil, "org09");
    let victim = case.harbour.actor("org09-victim");
    let mut note = victim.note("<p>What I wrote.</p>", None);
    case.harbour.serve_object(&note);
    let truth = note.clone();
    note["content"] = json!("<p>What they say I wrote.</p>");
    assert_eq!(case.send(&booster, &activity(&booster, "Announce", note.clone())).await, 202);
    assert_eq!(case.html(&truth), "<p>What I wrote.</p>");
    assert!(case.world.has(InboxKind::Announce, &booster.uri, truth["id"].as_str().unwrap()));
    // Not there where it says: nothing is kept.
    let invented = victim.note("<p>Never written.</p>", None);
    case.send(&booster, &activity(&booster, "Announce", invented.clone())).await;
    assert!(!case.stored(&invented));
    // Nobody here follows: nothing is asked.
    let stranger = case.evil.actor("org09-stranger");
    case.harbour.clear_requests();
    case.send(&stranger, &activity(&stranger, "Announce", victim.note("<p>x</p>", None)["id"].clone())).await;
    assert_eq!(case.harbour.fetches(), 0);
}

async fn org_10_update_of_another_actor(case: &Case) {
    let (alice, mallory) = (case.followed(&case.harbour, "org10"), case.followed(&case.harbour, "org10-mallory"));
    case.published(&alice, "<p>x</p>").await;
    let before = case.world.known_actor(&alice.uri).unwrap();
    let mut forged = case.harbour.actor_document("org10", &alice);
    forged["inbox"] = json!(mallory.inbox);
    forged["publicKey"]["publicKeyPem"] = json!(signing::public_pem(&mallory.key));
    case.send(&mallory, &activity(&mallory, "Update", forged.clone())).await;
    let after = case.world.known_actor(&alice.uri).unwrap();
    assert_eq!((after.inbox, after.keys), (before.inbox, before.keys));
    // Its own Update is believed as far as its host confirms it.
    forged["name"] = json!("Claimed");
    let mut document = case.harbour.actor_document("org10", &alice);
    document["name"] = json!("Renamed");
    case.harbour.serve_object(&document);
    assert_eq!(case.send(&alice, &activity(&alice, "Update", forged)).await, 202);
    let after = case.world.known_actor(&alice.uri).unwrap();
    assert_eq!((after.name.as_str(), after.inbox.as_str()), ("Renamed", alice.inbox.as_str()));
}

async fn org_11_documents_stand_under_their_ids(case: &Case) {
    let booster = case.followed(&case.evil, "org11");
    let author = case.harbour.actor("org11");
    let boost = async |url: &str| case.send(&booster, &activity(&booster, "Announce", json!(url))).await;
    // Another host's id, and an id on the same host that answers with something else again.
    let foreign = author.note("<p>Foreign.</p>", None);
    case.evil.serve("/copy", Canned::json(&foreign));
    boost(&case.evil.url("/copy")).await;
    let mut mirrored = author.note("<p>Mirrored.</p>", None);
    case.harbour.serve("/mirror", Canned::json(&mirrored));
    let target = mirrored["id"].as_str().unwrap().to_owned();
    mirrored["id"] = json!(case.harbour.url("/elsewhere"));
    case.harbour.serve(target.strip_prefix(&case.harbour.url("")).unwrap(), Canned::json(&mirrored));
    boost(&case.harbour.url("/mirror")).await;
    assert!(!case.stored(&foreign) && !case.stored(&mirrored) && case.world.post(&target).is_none());
    assert!(case.world.post(&case.harbour.url("/mirror")).is_none() && case.world.post(&case.evil.url("/copy")).is_none());
}

async fn org_12_content_types(case: &Case) {
    let booster = case.followed(&case.evil, "org12");
    let author = case.harbour.actor("org12");
    for kind in ["text/html", "text/plain", "application/json", "application/octet-stream", "image/png"] {
        let note = author.note("<p>Uploaded by somebody.</p>", None);
        let target = note["id"].as_str().unwrap().strip_prefix(&case.harbour.url("")).unwrap().to_owned();
        case.harbour.serve(&target, Canned::json(&note).content_type(kind));
        case.send(&booster, &activity(&booster, "Announce", note["id"].clone())).await;
        assert!(!case.stored(&note), "{kind}");
    }
}

async fn org_13_handles_of_other_hosts(case: &Case) {
    let mallory = case.evil.actor("org13");
    let mut document = case.evil.actor_document("org13", &mallory);
    document["preferredUsername"] = json!("alice");
    document["webfinger"] = json!(format!("alice@{}", case.harbour.host));
    case.evil.serve_object(&document);
    case.harbour.actor("alice");
    case.world.assert_can_like(&mallory).await;
    let row = case.world.known_actor(&mallory.uri).unwrap();
    assert_eq!(row.handle(), format!("@alice@{}", case.evil.host));
}

async fn org_14_addresses_that_are_none(case: &Case) {
    let actor = case.followed(&case.harbour, "org14");
    for (n, bad) in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://harbour.example/", "/relative", "#x"]
        .into_iter()
        .enumerate()
    {
        // As the id of the activity: dropped.
        let note = actor.note("<p>x</p>", None);
        let mut create = actor.create(&note);
        create["id"] = json!(bad);
        let status = case.send(&actor, &create).await;
        assert!(is_refusal(status) && !case.stored(&note), "{bad}: {status}");
        // As the id of the object: dropped.
        let mut note = actor.note("<p>x</p>", None);
        note["id"] = json!(bad);
        case.send(&actor, &actor.create(&note)).await;
        assert!(!case.stored(&note), "{bad}");
        // In fields: the field is.
        let mut note = actor.note("<p>Kept.</p>", None);
        note["url"] = json!(bad);
        note["attachment"] = json!([{ "type": "Document", "url": bad }]);
        assert_eq!(case.send(&actor, &actor.create(&note)).await, 202);
        let row = case.world.post(note["id"].as_str().unwrap()).unwrap();
        assert_eq!((row.url, case.html(&note).as_str()), (None, "<p>Kept.</p>"), "{bad}");
        // In the actor's document.
        let name = format!("org14-{n}");
        let odd = case.harbour.actor(&name);
        let mut document = case.harbour.actor_document(&name, &odd);
        for field in ["url", "icon", "inbox"] {
            document[field] = json!(bad);
        }
        case.harbour.serve_object(&document);
        case.world.try_like(&odd, |_| {}).await;
        if let Some(row) = case.world.known_actor(&odd.uri) {
            assert_eq!((row.inbox.as_str(), row.icon_url), ("", None), "{bad}");
            assert!(row.url.is_none_or(|url| url == odd.uri), "{bad}");
        }
    }
}

async fn org_15_homographs(case: &Case) {
    // а is Cyrillic: another host, in its ASCII form wherever it is shown.
    let lookalike = Peer::start("xn--hrbour-4nf").await;
    let actor = lookalike.actor("alice");
    case.world.assert_can_like(&actor).await;
    let row = case.world.known_actor(&actor.uri).unwrap();
    assert!(row.handle().is_ascii() && row.handle().contains("xn--hrbour-4nf"), "{}", row.handle());
    let honest = case.harbour.actor("alice");
    assert!(!case.world.has(InboxKind::Like, &honest.uri, &case.world.statement));
}

async fn org_16_spellings_of_a_host(case: &Case) {
    let actor = case.harbour.actor("org16");
    let host = &case.harbour.host;
    let (name, port) = host.split_once(':').unwrap();
    for spelled in [
        format!("HARBOUR.localhost:{port}"),
        format!("{name}.:{port}"),
        format!("user:pw@{host}"),
        format!("user@{host}"),
        format!("%68arbour.localhost:{port}"),
    ] {
        let odd =
            PeerActor { uri: actor.uri.replace(host, &spelled), key_id: actor.key_id.replace(host, &spelled), ..actor.clone() };
        let (status, effect) = case.world.try_like(&odd, |_| {}).await;
        let twice = case.world.known_actor(&odd.uri).is_some();
        assert!(is_refusal(status) && !effect && !twice, "{spelled}: {status}");
    }
    case.world.assert_can_like(&actor).await;
}

async fn org_18_inboxes_that_are_not_theirs(case: &Case) {
    let ours = case.world.instance.url("/inbox");
    for (n, (field, bad)) in [
        ("inbox", ours.clone()),
        ("inbox", "http://127.0.0.1:9/inbox".to_owned()),
        ("sharedInbox", ours.clone()),
        ("sharedInbox", case.evil.url("/inbox")),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("org18-{n}");
        let actor = case.harbour.actor(&name);
        let mut document = case.harbour.actor_document(&name, &actor);
        match field {
            "inbox" => document["inbox"] = json!(bad),
            _ => document["endpoints"]["sharedInbox"] = json!(bad),
        }
        case.harbour.serve_object(&document);
        // Usable all the same.
        assert_eq!(case.send(&actor, &actor.follow(&case.world.collective)).await, 202, "{field} {bad}");
        assert_eq!(case.world.follower(&actor.uri), Some(FollowState::Accepted), "{field} {bad}");
        let row = case.world.known_actor(&actor.uri).unwrap();
        assert!(row.inbox != bad && row.shared_inbox.as_deref() != Some(bad.as_str()), "{field} {bad}");
    }
    assert!(case.evil.received().is_empty());
}

async fn org_19_move(case: &Case) {
    let world = &case.world;
    let moves = |old: &PeerActor, object: &str, target: &str| {
        let mut moved = activity(old, "Move", json!(object));
        moved["target"] = json!(target);
        moved
    };
    let (old, new) = (case.followed(&case.harbour, "org19-old"), case.evil.actor("org19-new"));
    // The new account doesn't name the old one.
    case.send(&old, &moves(&old, &old.uri, &new.uri)).await;
    assert_eq!((world.following(&old.uri), world.following(&new.uri)), (Some(FollowState::Accepted), None));
    // It does, but somebody else says so.
    let mut document = case.evil.actor_document("org19-new", &new);
    document["alsoKnownAs"] = json!([old.uri]);
    case.evil.serve_object(&document);
    let mallory = case.harbour.actor("org19-mallory");
    for object in [&old.uri, &mallory.uri] {
        case.send(&mallory, &moves(&mallory, object, &new.uri)).await;
    }
    assert_eq!((world.following(&old.uri), world.following(&new.uri)), (Some(FollowState::Accepted), None));
    assert_eq!(case.send(&old, &moves(&old, &old.uri, &new.uri)).await, 202);
    assert_eq!((world.following(&old.uri), world.following(&new.uri)), (None, Some(FollowState::Pending)));
    assert_eq!((world.queued("Undo", &old.uri), world.queued("Follow", &new.uri)), (1, 1));
}

async fn org_20_contexts_are_not_fetched(case: &Case) {
    let actor = case.followed(&case.harbour, "org20");
    let note = actor.note("<p>Context.</p>", None);
    let mut create = actor.create(&note);
    let mut contexts = vec![json!("https://www.w3.org/ns/activitystreams")];
    contexts.extend((0..1_000).map(|n| json!(case.evil.url(&format!("/contexts/{n}")))));
    create["@context"] = json!(contexts);
    assert_eq!(case.send(&actor, &create).await, 202);
    assert!(case.stored(&note));
    assert_eq!(case.evil.requests().len(), 0);
}

async fn org_21_boost_of_a_blocked_host(case: &Case) {
    let world = &case.world;
    let booster = case.followed(&case.harbour, "org21");
    let author = case.evil.actor("org21");
    let (by_host, by_actor) = (author.note("<p>Blocked.</p>", None), case.harbour.actor("org21-bad"));
    case.evil.serve_object(&by_host);
    let note = by_actor.note("<p>Blocked too.</p>", None);
    case.harbour.serve_object(&note);
    world.block(&case.evil.host, BlockKind::Host);
    world.block(&by_actor.uri, BlockKind::Actor);
    eventually("the block holds", 10, || async {
        let (status, _) = world.try_like(&author, |_| {}).await;
        (status == 403).then_some(())
    })
    .await;
    case.evil.clear_requests();
    for object in [&by_host, &note] {
        assert_eq!(case.send(&booster, &activity(&booster, "Announce", object["id"].clone())).await, 202);
        assert!(!case.stored(object));
        assert!(!world.has(InboxKind::Announce, &booster.uri, object["id"].as_str().unwrap()));
    }
    assert_eq!(case.evil.fetches(), 0);
}

async fn org_22_create_of_a_known_id(case: &Case) {
    let alice = case.followed(&case.harbour, "org22");
    let mallory = case.followed(&case.harbour, "org22-mallory");
    let mut note = alice.note("<p>For my followers.</p>", None);
    note["to"] = json!([format!("{}/followers", alice.uri)]);
    note["cc"] = json!([]);
    assert_eq!(case.send(&alice, &alice.create(&note)).await, 202);
    let row = |case: &Case| case.world.post(note["id"].as_str().unwrap()).unwrap();
    assert_eq!(row(case).visibility, Visibility::Followers);
    let mut wider = edited(&note, "<p>For all.</p>");
    wider["to"] = json!([PUBLIC]);
    assert_eq!(case.send(&alice, &alice.create(&wider)).await, 202);
    let mut stolen = wider.clone();
    stolen["attributedTo"] = json!(mallory.uri);
    case.send(&mallory, &mallory.create(&stolen)).await;
    let kept = row(case);
    assert_eq!((kept.visibility, kept.actor_uri.as_str()), (Visibility::Followers, alice.uri.as_str()));
    assert_eq!(case.html(&note), "<p>For my followers.</p>");
    // An edit may change the text, never the audience.
    assert_eq!(case.send(&alice, &activity(&alice, "Update", wider)).await, 202);
    assert_eq!((row(case).visibility, case.html(&note).as_str()), (Visibility::Followers, "<p>For all.</p>"));
}

async fn org_23_ids_on_our_host(case: &Case) {
    let world = &case.world;
    let actor = case.followed(&case.harbour, "org23");
    let note = actor.note("<p>x</p>", None);
    let mut create = actor.create(&note);
    create["id"] = json!(world.instance.url(&format!("/activities/{}", uuid::Uuid::now_v7())));
    let status = case.send(&actor, &create).await;
    assert!(status != 500 && !case.stored(&note), "{status}");
    let unknown = world.instance.url(&format!("/statements/{}", uuid::Uuid::now_v7()));
    let mut forged = actor.note("<p>Planted.</p>", None);
    forged["id"] = json!(unknown);
    case.send(&actor, &actor.create(&forged)).await;
    for kind in ["Like", "Announce", "Delete", "Update"] {
        case.send(&actor, &activity(&actor, kind, json!(unknown))).await;
    }
    case.send(&actor, &actor.follow(&world.instance.actor("nobody"))).await;
    assert!(!case.stored(&forged) && !world.desk().iter().any(|(row, _)| row.object_uri.as_deref() == Some(unknown.as_str())));
    let answer = client().get(&unknown).header("accept", "application/activity+json").send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert_eq!(actor.post_to(&world.instance, "/c/nobody/inbox", &world.like(&actor)).await, 404);
}

async fn dat_10_older_updates(case: &Case) {
    let alice = case.followed(&case.harbour, "dat10");
    let note = case.published(&alice, "<p>One.</p>").await;
    let newest = edited(&note, "<p>Three.</p>");
    assert_eq!(case.send(&alice, &activity(&alice, "Update", newest.clone())).await, 202);
    let mut older = edited(&note, "<p>Two.</p>");
    older["updated"] = note["published"].clone();
    let mut same = newest;
    same["content"] = json!("<p>Four.</p>");
    let mut undated = note.clone();
    undated["content"] = json!("<p>Five.</p>");
    for update in [older, same, undated] {
        assert_eq!(case.send(&alice, &activity(&alice, "Update", update)).await, 202);
        assert_eq!(case.html(&note), "<p>Three.</p>");
    }
}

async fn dat_12_tombstones(case: &Case) {
    let world = &case.world;
    let alice = case.followed(&case.harbour, "dat12");
    // Create, Delete, Create: gone.
    let note = case.published(&alice, "<p>Gone.</p>").await;
    let tombstone = json!({ "id": note["id"], "type": "Tombstone" });
    assert_eq!(case.send(&alice, &activity(&alice, "Delete", tombstone)).await, 202);
    assert_eq!(case.send(&alice, &alice.create(&note)).await, 202);
    assert_eq!(case.send(&alice, &activity(&alice, "Update", edited(&note, "<p>Back.</p>"))).await, 202);
    // Delete before Create: refused when it comes.
    let late = alice.note("<p>Late.</p>", None);
    assert_eq!(case.send(&alice, &activity(&alice, "Delete", late["id"].clone())).await, 202);
    assert_eq!(case.send(&alice, &alice.create(&late)).await, 202);
    for note in [&note, &late] {
        let row = world.post(note["id"].as_str().unwrap()).unwrap();
        assert!(row.deleted_at.is_some() && row.html.is_empty());
        assert!(!world.has(InboxKind::Post, &alice.uri, note["id"].as_str().unwrap()));
    }
}

async fn every_kind_of_activity_has_its_effect(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("all");
    // A follow, asked twice: answered twice, followed once.
    for n in 1..=2 {
        assert_eq!(actor.post_to(&world.instance, "/c/river/inbox", &actor.follow(&world.collective)).await, 202);
        assert_eq!((world.follower(&actor.uri), world.queued("Accept", &actor.uri)), (Some(FollowState::Accepted), n));
    }
    assert!(world.has(InboxKind::Follow, &actor.uri, &world.collective));
    // A reply, a mention, a quote; what concerns nobody is dropped.
    let reply = actor.note("<p>With you. <script>alert(1)</script></p>", Some(&world.statement));
    let mut mention = actor.note("<p>Look.</p>", None);
    mention["cc"] = json!(world.collective);
    let mut quote = actor.note("<p>RE</p>", None);
    quote["quoteUri"] = json!(world.statement);
    let other = actor.note("<p>Lunch.</p>", None);
    for note in [&reply, &mention, &quote, &other] {
        assert_eq!(case.send(&actor, &actor.create(note)).await, 202);
    }
    for (note, kind) in [(&reply, InboxKind::Reply), (&mention, InboxKind::Mention), (&quote, InboxKind::Quote)] {
        assert!(world.has(kind, &actor.uri, note["id"].as_str().unwrap()), "{kind}");
    }
    assert!(!case.stored(&other) && !case.html(&reply).contains("script"));
    // An Article of somebody followed.
    let followed = case.followed(&case.harbour, "all-followed");
    let mut article = followed.note("<p>Long.</p>", None);
    (article["type"], article["name"], article["contentMap"]) =
        (json!("Article"), json!("On water"), json!({ "ar": "<p>Long.</p>" }));
    assert_eq!(case.send(&followed, &followed.create(&article)).await, 202);
    let row = world.post(article["id"].as_str().unwrap()).unwrap();
    assert_eq!((row.kind.as_str(), row.title.as_str(), row.language.as_deref()), ("Article", "On water", Some("ar")));
    assert!(world.has(InboxKind::Post, &followed.uri, &row.uri));
    // A report goes to the stewards, without what isn't ours.
    let mut flag = activity(&actor, "Flag", json!([world.collective, world.statement, other["id"], followed.uri]));
    flag["content"] = json!("Not polite");
    assert_eq!(case.send(&actor, &flag).await, 202);
    let reports = world.db.read_blocking(communard::db::reports::list).unwrap();
    let report = reports.iter().find(|report| report.actor_uri == actor.uri).unwrap();
    assert_eq!(
        (report.content.as_str(), &**report.objects),
        ("Not polite", [world.collective.clone(), world.statement.clone()].as_slice())
    );
    // A block ends every tie.
    assert_eq!(case.send(&followed, &followed.follow(&world.collective)).await, 202);
    let block = activity(&followed, "Block", json!(world.collective));
    assert_eq!(case.send(&followed, &block).await, 202);
    assert_eq!((world.follower(&followed.uri), world.following(&followed.uri)), (None, None));
    assert_eq!(case.send(&followed, &activity(&followed, "Undo", block)).await, 202);
    // What nobody here knows, and what has no id, is taken and changes nothing.
    let before = world.desk().len();
    for kind in ["Add", "Remove", "EmojiReact", "View", "Join", "QuoteRequest", "FeatureRequest", "Invented"] {
        let mut unknown = activity(&actor, kind, json!(world.statement));
        unknown.as_object_mut().unwrap().remove("id");
        if kind == "FeatureRequest" {
            unknown.as_object_mut().unwrap().remove("actor");
        }
        assert_eq!(case.send(&actor, &unknown).await, 202, "{kind}");
    }
    assert_eq!(world.desk().len(), before);
}

/// Signed for `river.example`, which only its own headers name here.
#[tokio::test(flavor = "multi_thread")]
async fn org_17_plain_http_is_refused_in_production() {
    let backend = backends()[0];
    let env = [("INSTANCE__MODE", "production"), ("INSTANCE__DOMAIN", "river.example")];
    let world = World::start(backend, &env).await;
    let harbour = Peer::start("harbour").await;
    let actor = harbour.actor("org17");
    let body = world.like(&actor).to_string().into_bytes();
    let signed = signing::Signed::post("river.example", "/inbox", &body, &actor.key_id, &actor.key);
    assert_eq!(world.raw_post("/inbox", &signed.headers(), &body), 400);
    assert_eq!((world.desk().len(), harbour.requests().len()), (0, 0));
}
