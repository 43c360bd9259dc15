//! Who an activity is by when somebody else brings it: its own integrity proof, or its author's host; and what a proof
//! means beside a good signature of the request (SIG-28, ORG-02).

use crate::{
    harness::{Peer, PeerActor, backends, eventually, signing},
    world::{World, cases},
};
use communard::domain::names::{BlockKind, FollowState, InboxKind};
use openssl::pkey::{PKey, Private};
use serde_json::{Value, json};

struct Case {
    world: World,
    harbour: Peer,
    evil: Peer,
}

#[tokio::test(flavor = "multi_thread")]
async fn sig_28_org_02_who_carries_an_activity_is_not_who_says_it() {
    for backend in backends() {
        // Keys change in one of the cases.
        let world = World::start(
            backend,
            &[("FEDERATION__KEY_REFETCH_SECONDS", "1"), ("FEDERATION__KEY_FETCHES_PER_HOST_PER_MINUTE", "1000")],
        )
        .await;
        let case = Case { world, harbour: Peer::start("harbour").await, evil: Peer::start("evil").await };
        cases!(&case;
            a_proof_counts_whoever_carries_it, a_proof_that_is_not_the_authors_counts_nothing,
            an_old_proof_counts_nothing, a_new_key_is_fetched, what_proves_nothing_is_asked_of_its_host,
            a_deletion_is_asked_of_its_host, what_concerns_nobody_here_costs_no_request,
            blocks_hold_for_both, a_neighbour_is_not_who_says_it, a_wrong_proof_ends_what_the_author_signed,
        );
    }
}

/// An actor that lists an Ed25519 key.
struct Author {
    actor: PeerActor,
    method: String,
    key: PKey<Private>,
}

impl Author {
    fn new(peer: &Peer, name: &str) -> Self {
        let actor = peer.actor(name);
        let author = Self { method: format!("{}#ed25519-key", actor.uri), actor, key: signing::ed25519() };
        author.list(peer, name, &author.key);
        author
    }

    fn list(&self, peer: &Peer, name: &str, key: &PKey<Private>) {
        let mut document = peer.actor_document(name, &self.actor);
        document["assertionMethod"] = json!([{
            "id": self.method, "type": "Multikey", "controller": self.actor.uri, "publicKeyMultibase": signing::multibase(key)
        }]);
        peer.serve_object(&document);
    }

    fn prove(&self, activity: &Value) -> Value {
        signing::prove(activity, &self.method, &self.key)
    }
}

impl Case {
    /// A reply to the statement here, and the `Create` of it.
    fn reply(&self, author: &PeerActor, content: &str) -> (Value, Value) {
        let note = author.note(content, Some(&self.world.statement));
        let create = author.create(&note);
        (note, create)
    }

    fn html(&self, note: &Value) -> Option<String> {
        self.world
            .post(note["id"].as_str().unwrap())
            .filter(|row| row.deleted_at.is_none())
            .map(|row| row.html.replace(" dir=\"auto\"", ""))
    }

    async fn carry(&self, carrier: &PeerActor, activity: &Value) -> u16 {
        carrier.post(&self.world.instance, activity).await
    }

    fn fetched(&self, peer: &Peer, note: &Value) -> usize {
        let target = note["id"].as_str().unwrap().strip_prefix(&peer.url("")).unwrap().to_owned();
        peer.requests().iter().filter(|request| request.method == "GET" && request.target == target).count()
    }
}

/// A stand-in for an LD signature: it is there, and nobody reads it.
fn with_ld_signature(activity: &Value, author: &PeerActor) -> Value {
    let mut activity = activity.clone();
    activity["signature"] = json!({
        "type": "RsaSignature2017", "creator": author.key_id, "created": "2026-05-01T10:00:01Z", "signatureValue": "SU5WRU5URUQ="
    });
    activity
}

async fn a_proof_counts_whoever_carries_it(case: &Case) {
    let (alice, carrier) = (Author::new(&case.harbour, "carried1"), case.evil.actor("carrier1"));
    let (note, create) = case.reply(&alice.actor, "<p>Said once.</p>");
    let proven = alice.prove(&create);
    // An LD signature beside it is left out of what is proven.
    for _ in 0..2 {
        assert_eq!(case.carry(&carrier, &with_ld_signature(&proven, &alice.actor)).await, 202);
        assert_eq!(case.html(&note).as_deref(), Some("<p>Said once.</p>"));
    }
    assert_eq!(case.fetched(&case.harbour, &note), 0, "it needs no other word");
    let id = note["id"].as_str().unwrap();
    let rows = case.world.desk().into_iter().filter(|(_, post)| post.as_ref().is_some_and(|post| post.uri == id)).count();
    assert_eq!(rows, 1, "brought twice, it is there once");
    assert!(case.world.has(InboxKind::Reply, &alice.actor.uri, id), "it is the author's and not the carrier's");
    let like = case.world.like(&alice.actor);
    assert_eq!(case.carry(&carrier, &alice.prove(&like)).await, 202);
    assert!(case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement));
    assert!(!case.world.has(InboxKind::Like, &carrier.uri, &case.world.statement));
}

async fn a_proof_that_is_not_the_authors_counts_nothing(case: &Case) {
    let alice = Author::new(&case.harbour, "carried2");
    let mallory = Author::new(&case.evil, "carrier2");
    let neighbour = Author::new(&case.harbour, "neighbour2");
    let (note, create) = case.reply(&alice.actor, "<p>Never said.</p>");
    let mut changed = alice.prove(&create);
    changed["object"]["content"] = json!("<p>Never said!</p>");
    let mut purpose = alice.prove(&create);
    purpose["proof"]["proofPurpose"] = json!("authentication");
    for (name, forged) in [
        ("changed after it was made", changed),
        ("made for another purpose", purpose),
        ("by the carrier's key under its own name", mallory.prove(&create)),
        ("by the carrier's key under the author's name", signing::prove(&create, &alice.method, &mallory.key)),
        ("by another key of the author's host", neighbour.prove(&create)),
        ("by a key that is not listed", signing::prove(&create, &format!("{}#other", alice.actor.uri), &alice.key)),
    ] {
        assert_eq!(case.carry(&mallory.actor, &forged).await, 202, "{name}");
        assert_eq!(case.html(&note), None, "{name}");
    }
    let like = signing::prove(&case.world.like(&alice.actor), &alice.method, &mallory.key);
    assert_eq!(case.carry(&mallory.actor, &like).await, 202);
    assert!(!case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement));
    // Nothing of that stands in the way of the true one.
    assert_eq!(case.carry(&mallory.actor, &alice.prove(&create)).await, 202);
    assert!(case.html(&note).is_some());
}

async fn an_old_proof_counts_nothing(case: &Case) {
    let (alice, carrier) = (Author::new(&case.harbour, "carried3"), case.evil.actor("carrier3"));
    let like = case.world.like(&alice.actor);
    for seconds in [-31 * 86_400, 2 * 3_600] {
        let old = signing::prove_at(&like, &alice.method, &alice.key, seconds);
        assert_eq!(case.carry(&carrier, &old).await, 202);
        assert!(!case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement), "{seconds}");
    }
    let recent = signing::prove_at(&like, &alice.method, &alice.key, -20 * 86_400);
    assert_eq!(case.carry(&carrier, &recent).await, 202);
    assert!(case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement));
}

async fn a_new_key_is_fetched(case: &Case) {
    let (mut alice, carrier) = (Author::new(&case.harbour, "carried4"), case.evil.actor("carrier4"));
    case.world.assert_can_like(&alice.actor).await;
    let old = alice.key.clone();
    alice.key = signing::ed25519();
    alice.list(&case.harbour, "carried4", &alice.key);
    let (note, create) = case.reply(&alice.actor, "<p>With a new key.</p>");
    assert_eq!(case.carry(&carrier, &alice.prove(&create)).await, 202);
    assert!(case.html(&note).is_some());
    let (note, create) = case.reply(&alice.actor, "<p>With the old key.</p>");
    assert_eq!(case.carry(&carrier, &signing::prove(&create, &alice.method, &old)).await, 202);
    assert_eq!(case.html(&note), None);
}

async fn what_proves_nothing_is_asked_of_its_host(case: &Case) {
    let (alice, carrier) = (case.harbour.actor("carried5"), case.evil.actor("carrier5"));
    let (note, create) = case.reply(&alice, "<p>As the carrier has it.</p>");
    let carried = with_ld_signature(&create, &alice);
    assert_eq!(case.carry(&carrier, &carried).await, 202);
    assert_eq!(case.html(&note), None, "its host knows nothing of it");
    let mut true_note = note.clone();
    true_note["content"] = json!("<p>As its host has it.</p>");
    case.harbour.serve_object(&true_note);
    let mut again = carried.clone();
    again["id"] = json!(alice.new_id("activities"));
    assert_eq!(case.carry(&carrier, &again).await, 202);
    assert_eq!(case.html(&note).as_deref(), Some("<p>As its host has it.</p>"));
    // By somebody else of that host than the activity says.
    let other = case.harbour.actor("other5");
    let (mut note, create) = case.reply(&alice, "<p>Whose?</p>");
    note["attributedTo"] = json!(other.uri);
    case.harbour.serve_object(&note);
    assert_eq!(case.carry(&carrier, &with_ld_signature(&create, &alice)).await, 202);
    assert_eq!(case.html(&note), None);
    // Nobody can be asked whether somebody likes something.
    assert_eq!(case.carry(&carrier, &with_ld_signature(&case.world.like(&alice), &alice)).await, 202);
    assert!(!case.world.has(InboxKind::Like, &alice.uri, &case.world.statement));
}

async fn a_deletion_is_asked_of_its_host(case: &Case) {
    let (alice, carrier) = (case.harbour.actor("carried6"), case.evil.actor("carrier6"));
    let (note, create) = case.reply(&alice, "<p>Still here.</p>");
    case.harbour.serve_object(&note);
    assert_eq!(alice.post(&case.world.instance, &create).await, 202);
    let delete = |n: u8| {
        let delete = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": alice.new_id(&format!("delete{n}")), "type": "Delete",
            "actor": alice.uri, "object": { "id": note["id"], "type": "Tombstone" }
        });
        with_ld_signature(&delete, &alice)
    };
    assert_eq!(case.carry(&carrier, &delete(1)).await, 202);
    assert!(case.html(&note).is_some(), "its host still has it");
    case.harbour.remove(note["id"].as_str().unwrap().strip_prefix(&case.harbour.url("")).unwrap());
    assert_eq!(case.carry(&carrier, &delete(2)).await, 202);
    assert_eq!(case.html(&note), None);
}

async fn what_concerns_nobody_here_costs_no_request(case: &Case) {
    let (alice, carrier) = (case.harbour.actor("carried7"), case.evil.actor("carrier7"));
    let note = alice.note("<p>To others.</p>", None);
    case.harbour.serve_object(&note);
    case.harbour.clear_requests();
    assert_eq!(case.carry(&carrier, &with_ld_signature(&alice.create(&note), &alice)).await, 202);
    assert_eq!((case.harbour.fetches(), case.html(&note)), (0, None));
    // By somebody followed it does concern.
    case.world.follow(&alice.uri, FollowState::Accepted);
    assert_eq!(case.carry(&carrier, &with_ld_signature(&alice.create(&note), &alice)).await, 202);
    assert_eq!((case.fetched(&case.harbour, &note), case.html(&note).is_some()), (1, true));
    // Who speaks for another and brings nothing of theirs is refused.
    assert_eq!(case.carry(&carrier, &alice.create(&note)).await, 403);
}

async fn blocks_hold_for_both(case: &Case) {
    let (alice, carrier) = (Author::new(&case.harbour, "carried8"), case.evil.actor("carrier8"));
    let honest = case.evil.actor("honest8");
    let (note, create) = case.reply(&alice.actor, "<p>Blocked.</p>");
    case.world.block(&carrier.uri, BlockKind::Actor);
    // Blocks are kept in memory for seconds.
    eventually("the block holds", 10, || async {
        (case.carry(&carrier, &alice.prove(&case.world.like(&alice.actor))).await == 403).then_some(())
    })
    .await;
    assert_eq!(case.carry(&carrier, &alice.prove(&create)).await, 403);
    assert_eq!(case.html(&note), None);
    let (note, create) = case.reply(&alice.actor, "<p>Blocked too.</p>");
    case.world.block(&alice.actor.uri, BlockKind::Actor);
    eventually("the block holds", 10, || async {
        (case.carry(&honest, &alice.prove(&case.world.like(&alice.actor))).await == 403).then_some(())
    })
    .await;
    assert_eq!(case.carry(&honest, &alice.prove(&create)).await, 403);
    assert_eq!(case.html(&note), None);
}

/// An account of the author's own host is somebody else as well: the actor counts, not its host.
async fn a_neighbour_is_not_who_says_it(case: &Case) {
    let (alice, bob) = (Author::new(&case.harbour, "carried10"), Author::new(&case.harbour, "neighbour10"));
    let (note, create) = case.reply(&alice.actor, "<p>Never said.</p>");
    assert_eq!(case.carry(&bob.actor, &create).await, 401, "nothing of hers is with it");
    for forged in [bob.prove(&create), signing::prove(&create, &alice.method, &bob.key), with_ld_signature(&create, &alice.actor)]
    {
        assert_eq!(case.carry(&bob.actor, &forged).await, 202);
        assert_eq!(case.html(&note), None);
    }
    // As her host has it now, whatever he says of it.
    let mut as_it_is = note.clone();
    as_it_is["content"] = json!("<p>As it is.</p>");
    case.harbour.serve_object(&as_it_is);
    let mut again = with_ld_signature(&create, &alice.actor);
    again["id"] = json!(alice.actor.new_id("activities"));
    assert_eq!(case.carry(&bob.actor, &again).await, 202);
    assert_eq!(case.html(&note).as_deref(), Some("<p>As it is.</p>"));
    // Her own proof counts, and makes it hers.
    let (note, create) = case.reply(&alice.actor, "<p>Proven.</p>");
    assert_eq!(case.carry(&bob.actor, &alice.prove(&create)).await, 202);
    assert_eq!(case.html(&note).as_deref(), Some("<p>Proven.</p>"));
    let like = case.world.like(&alice.actor);
    assert_eq!(case.carry(&bob.actor, &bob.prove(&like)).await, 202);
    assert!(!case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement));
    assert_eq!(case.carry(&bob.actor, &alice.prove(&like)).await, 202);
    assert!(case.world.has(InboxKind::Like, &alice.actor.uri, &case.world.statement));
    assert!(!case.world.has(InboxKind::Like, &bob.actor.uri, &case.world.statement));
    // What he signs under her name with a key that he says is hers.
    let mut lying = bob.actor.clone();
    lying.key_id = alice.actor.key_id.clone();
    let (note, create) = case.reply(&alice.actor, "<p>Under her name.</p>");
    assert_eq!(case.carry(&lying, &with_ld_signature(&create, &alice.actor)).await, 401);
    assert_eq!(case.html(&note), None);
}

/// FEP-8b32: the proof has precedence over the signature of the request.
async fn a_wrong_proof_ends_what_the_author_signed(case: &Case) {
    let alice = Author::new(&case.harbour, "own9");
    let stranger = signing::ed25519();
    let (note, create) = case.reply(&alice.actor, "<p>Proven and signed.</p>");
    let mut changed = alice.prove(&create);
    changed["object"]["content"] = json!("<p>Changed.</p>");
    assert_eq!(alice.actor.post(&case.world.instance, &changed).await, 401);
    let forged = signing::prove(&create, &alice.method, &stranger);
    assert_eq!(alice.actor.post(&case.world.instance, &forged).await, 401);
    assert_eq!(case.html(&note), None);
    assert_eq!(alice.actor.post(&case.world.instance, &alice.prove(&create)).await, 202);
    assert_eq!(case.html(&note).as_deref(), Some("<p>Proven and signed.</p>"));
    // One that can't be checked counts as none: the request is signed.
    let mut suite = alice.prove(&create);
    suite["proof"]["cryptosuite"] = json!("mldsa44-jcs-2024");
    for (name, unknown) in [("suite", suite), ("key", signing::prove(&create, &format!("{}#other", alice.actor.uri), &stranger))]
    {
        let mut activity = unknown;
        let (note, create) = case.reply(&alice.actor, name);
        activity["id"] = create["id"].clone();
        activity["object"] = create["object"].clone();
        assert_eq!(alice.actor.post(&case.world.instance, &activity).await, 202, "{name}");
        assert!(case.html(&note).is_some(), "{name}");
    }
}
