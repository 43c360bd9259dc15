//! SIG-01…SIG-32: who may speak at the inbox. Each case checks the effect in the database, not the status alone.

use crate::{
    harness::{Canned, Peer, PeerActor, backends, signing},
    world::{World, activity, cases, is_refusal},
};
use communard::domain::names::{BlockKind, FollowState, InboxKind};
use openssl::{hash::MessageDigest, pkey::PKey};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// Each case has peers of its own: what we ask of one host is limited.
struct Case {
    world: Arc<World>,
    harbour: Peer,
    evil: Peer,
}

impl Case {
    async fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), harbour: Peer::start("harbour").await, evil: Peer::start("evil").await }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sig_01_to_sig_32_only_proven_actors_have_an_effect() {
    for backend in backends() {
        eprintln!("{backend:?}");
        let world = Arc::new(World::start(backend, &[]).await);
        cases!(&Case::new(&world).await;
            sig_01_without_signature, sig_02_every_good_form, sig_03_body_changed, sig_04_digest_not_covered, sig_05_no_digest,
            sig_06_doubled_headers, sig_07_request_target_not_covered, sig_08_host_not_covered, sig_09_no_time_covered,
            sig_10_too_old, sig_11_too_far_ahead, sig_12_unreadable_date, sig_13_another_host, sig_14_another_path,
            sig_15_another_method_or_query, sig_16_another_actor_of_the_host, sig_17_an_actor_of_another_host,
            sig_18_key_that_its_owner_does_not_list, sig_19_key_that_redirects, sig_20_algorithms, sig_21_bad_keys,
            sig_22_created_and_expires, sig_23_replay, sig_24_key_changed, sig_25_bad_signatures_cost_little,
            sig_26_forms_of_key_ids, sig_27_rfc_9421, sig_28_embedded_signatures, sig_29_key_not_to_be_had,
            sig_30_blocked, sig_31_actor_deleted, sig_32_several_keys,
        );
    }
}

/// A fresh actor, a Like of its own spoilt by `change`: refused with 400, 401 or 421, no effect; and then a good one has its.
async fn refused(case: &Case, name: &str, change: impl FnOnce(&mut signing::Signed)) {
    let actor = case.harbour.actor(name);
    let (status, effect) = case.world.try_like(&actor, change).await;
    assert!(matches!(status, 400 | 401 | 421) && !effect, "{name}: {status}, effect: {effect}");
    case.world.assert_can_like(&actor).await;
}

async fn sig_01_without_signature(case: &Case) {
    let actor = case.harbour.actor("sig01");
    case.harbour.clear_requests();
    let (status, effect) = {
        let (signed, body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
        (
            case.world.raw_post("/inbox", &signed.headers, &body),
            case.world.has(InboxKind::Like, &actor.uri, &case.world.statement),
        )
    };
    assert_eq!((status, effect, case.harbour.requests().len()), (401, false, 0));
    case.world.assert_can_like(&actor).await;
}

async fn sig_02_every_good_form(case: &Case) {
    let now = chrono::Utc::now().timestamp();
    let created = |signed: &mut signing::Signed| {
        signed.algorithm = Some("hs2019");
        (signed.created, signed.expires) = (Some(now), Some(now + 300));
        signed.remove("date").cover(&["(request-target)", "(created)", "(expires)", "host", "digest"]);
    };
    type Change<'a> = Box<dyn FnOnce(&mut signing::Signed) + 'a>;
    let forms: Vec<(&str, Change)> = vec![
        ("rsa-sha256", Box::new(|_| {})),
        ("hs2019", Box::new(|signed| signed.algorithm = Some("hs2019"))),
        ("none-stated", Box::new(|signed| signed.algorithm = None)),
        ("created", Box::new(created)),
        (
            "another-order",
            Box::new(|signed| {
                signed.cover(&["digest", "(request-target)", "date", "host"]);
            }),
        ),
        (
            "label",
            Box::new(|signed| {
                let digest = signed.headers.iter().find(|(name, _)| name == "digest").unwrap().1.replace("SHA-256=", "sha-256=");
                signed.set("digest", &digest);
            }),
        ),
    ];
    for (name, change) in forms {
        let actor = case.harbour.actor(&format!("sig02-{name}"));
        assert_eq!(case.world.try_like(&actor, change).await, (202, true), "{name}");
    }
}

async fn sig_03_body_changed(case: &Case) {
    let actor = case.harbour.actor("sig03");
    let (signed, mut body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
    let at = body.iter().rposition(|byte| *byte == b'}').unwrap();
    body.insert(at, b' ');
    let status = signed.send(&case.world.instance.url("/inbox"), &body).await.status().as_u16();
    assert_eq!((status, case.world.has(InboxKind::Like, &actor.uri, &case.world.statement)), (401, false));
    case.world.assert_can_like(&actor).await;
}

async fn sig_04_digest_not_covered(case: &Case) {
    refused(case, "sig04", |signed| {
        signed.cover(&["host", "date", "content-type", "(request-target)"]);
    })
    .await;
}

async fn sig_05_no_digest(case: &Case) {
    refused(case, "sig05", |signed| {
        signed.remove("digest").cover(&["host", "date", "(request-target)"]);
    })
    .await;
    refused(case, "sig05-empty", |signed| {
        signed.remove("digest").cover(&["host", "date", "digest", "(request-target)"]);
    })
    .await;
}

async fn sig_06_doubled_headers(case: &Case) {
    let actor = case.harbour.actor("sig06");
    for name in ["signature", "signature-input", "authorization", "digest", "content-digest", "date", "host", "content-type"] {
        let (signed, body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
        let headers = signed.headers();
        let value = headers.iter().find(|(other, _)| other == name).map_or_else(|| "x".to_owned(), |(_, value)| value.clone());
        let missing = headers.iter().all(|(other, _)| other != name);
        let again = std::iter::repeat_n((name.to_owned(), value), 1 + usize::from(missing));
        let doubled: Vec<(String, String)> = headers.into_iter().chain(again).collect();
        case.harbour.clear_requests();
        let status = case.world.raw_post("/inbox", &doubled, &body);
        assert!(matches!(status, 400 | 401), "{name}: {status}");
        assert!(!case.world.has(InboxKind::Like, &actor.uri, &case.world.statement), "{name}");
        assert_eq!(case.harbour.requests().len(), 0, "{name}");
    }
    case.world.assert_can_like(&actor).await;
}

async fn sig_07_request_target_not_covered(case: &Case) {
    refused(case, "sig07", |signed| {
        signed.cover(&["host", "date", "content-type", "digest"]);
    })
    .await;
}

async fn sig_08_host_not_covered(case: &Case) {
    refused(case, "sig08", |signed| {
        signed.cover(&["date", "content-type", "digest", "(request-target)"]);
    })
    .await;
}

async fn sig_09_no_time_covered(case: &Case) {
    refused(case, "sig09", |signed| {
        signed.cover(&["host", "digest", "(request-target)"]);
    })
    .await;
    refused(case, "sig09-absent", |signed| {
        signed.remove("date").cover(&["host", "digest", "(request-target)"]);
    })
    .await;
    refused(case, "sig09-empty", |signed| {
        signed.remove("date").cover(&["host", "date", "digest", "(request-target)"]);
    })
    .await;
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Signs with `(created)` in place of a date.
fn created_at(signed: &mut signing::Signed, created: i64, expires: Option<i64>) {
    let now = chrono::Utc::now().timestamp();
    signed.algorithm = Some("hs2019");
    (signed.created, signed.expires) = (Some(now + created), expires.map(|seconds| now + seconds));
    let mut covered = vec!["(request-target)", "(created)", "host", "digest"];
    covered.extend(expires.map(|_| "(expires)"));
    signed.remove("date").cover(&covered);
}

async fn sig_10_too_old(case: &Case) {
    refused(case, "sig10", |signed| {
        signed.set("date", &signing::date(-13 * HOUR - MINUTE));
    })
    .await;
    refused(case, "sig10-created", |signed| created_at(signed, -13 * HOUR - MINUTE, None)).await;
}

async fn sig_11_too_far_ahead(case: &Case) {
    refused(case, "sig11", |signed| {
        signed.set("date", &signing::date(HOUR + MINUTE));
    })
    .await;
    refused(case, "sig11-created", |signed| created_at(signed, HOUR + MINUTE, None)).await;
}

async fn sig_12_unreadable_date(case: &Case) {
    for (n, date) in ["", "yesterday", "0", "2026-05-01T10:00:00Z"].into_iter().enumerate() {
        refused(case, &format!("sig12-{n}"), |signed| {
            signed.set("date", date);
        })
        .await;
    }
}

async fn sig_13_another_host(case: &Case) {
    for host in ["other.localhost", "evil.localhost:1"] {
        refused(case, &format!("sig13-{}", host.len()), |signed| {
            signed.set("host", host);
        })
        .await;
    }
    // Signed for another host, sent with our own name.
    let actor = case.harbour.actor("sig13-switched");
    let (mut signed, body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
    signed.set("host", "other.localhost");
    let mut headers = signed.headers();
    for (name, value) in &mut headers {
        if name == "host" {
            case.world.instance.domain.clone_into(value);
        }
    }
    assert_eq!(case.world.raw_post("/inbox", &headers, &body), 401);
    assert!(!case.world.has(InboxKind::Like, &actor.uri, &case.world.statement));
    case.world.assert_can_like(&actor).await;
}

async fn sig_14_another_path(case: &Case) {
    refused(case, "sig14", |signed| signed.target = "/c/river/inbox".into()).await;
}

async fn sig_15_another_method_or_query(case: &Case) {
    let actor = case.harbour.actor("sig15");
    for (method, target) in [("put", "/inbox"), ("get", "/inbox"), ("post", "/inbox?page=1")] {
        let (mut signed, body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
        (signed.method, signed.target) = (method, target.to_owned());
        let status = case.world.raw_post("/inbox", &signed.headers(), &body);
        assert!(matches!(status, 400 | 401), "{method} {target}: {status}");
    }
    let (signed, body) = actor.signed(&case.world.instance, "/inbox", &case.world.like(&actor));
    assert_eq!(case.world.raw_post("/inbox?page=1", &signed.headers(), &body), 401);
    assert!(!case.world.has(InboxKind::Like, &actor.uri, &case.world.statement));
    case.world.assert_can_like(&actor).await;
}

/// `signer` signs what `speaker` is to have said.
async fn speaks_for(case: &Case, signer: &PeerActor, speaker: &PeerActor) -> u16 {
    let (signed, body) = signer.signed(&case.world.instance, "/inbox", &case.world.like(speaker));
    signed.send(&case.world.instance.url("/inbox"), &body).await.status().as_u16()
}

async fn sig_16_another_actor_of_the_host(case: &Case) {
    let (mallory, alice) = (case.harbour.actor("sig16-mallory"), case.harbour.actor("sig16-alice"));
    case.world.assert_can_like(&mallory).await;
    let status = speaks_for(case, &mallory, &alice).await;
    assert!(matches!(status, 401 | 403), "{status}");
    // Also with both keys known.
    let other = case.harbour.actor("sig16-bob");
    case.world.assert_can_like(&alice).await;
    assert!(matches!(speaks_for(case, &alice, &other).await, 401 | 403));
    assert!(!case.world.has(InboxKind::Like, &other.uri, &case.world.statement));
}

async fn sig_17_an_actor_of_another_host(case: &Case) {
    let (mallory, alice) = (case.evil.actor("sig17-mallory"), case.harbour.actor("sig17-alice"));
    let status = speaks_for(case, &mallory, &alice).await;
    assert!(matches!(status, 401 | 403), "{status}");
    assert!(!case.world.has(InboxKind::Like, &alice.uri, &case.world.statement));
}

async fn sig_18_key_that_its_owner_does_not_list(case: &Case) {
    let alice = case.harbour.actor("sig18");
    let key = signing::rsa(2048);
    for (name, host) in [("evil", &case.evil), ("harbour", &case.harbour)] {
        let key_id = host.url("/keys/sig18");
        let document = json!({
            "@context": "https://w3id.org/security/v1", "id": key_id, "type": "Key", "owner": alice.uri, "controller": alice.uri,
            "publicKeyPem": signing::public_pem(&key)
        });
        host.serve("/keys/sig18", Canned::json(&document));
        let (status, effect) = case
            .world
            .try_like(&alice, |signed| {
                signed.key = key.clone();
                signed.key_id = key_id;
            })
            .await;
        assert!(matches!(status, 401 | 403) && !effect, "{name}: {status}");
    }
    case.world.assert_can_like(&alice).await;
}

async fn sig_19_key_that_redirects(case: &Case) {
    let (alice, mallory) = (case.harbour.actor("sig19-alice"), case.evil.actor("sig19-mallory"));
    // An address of harbour that leads to evil, whose document calls itself harbour's.
    let mut document = case.evil.actor_document("sig19-mallory", &mallory);
    let claimed = case.harbour.url("/users/sig19-open");
    document["id"] = json!(claimed);
    document["publicKey"]["owner"] = json!(claimed);
    document["publicKey"]["id"] = json!(format!("{claimed}#main-key"));
    case.evil.serve("/redirected", Canned::json(&document));
    case.harbour.serve("/users/sig19-open", Canned::status(302).header("location", &case.evil.url("/redirected")));
    let open = PeerActor {
        uri: claimed.clone(),
        key_id: format!("{claimed}#main-key"),
        inbox: alice.inbox.clone(),
        key: mallory.key.clone(),
    };
    let (status, effect) = case.world.try_like(&open, |_| {}).await;
    assert!(matches!(status, 401 | 403) && !effect, "{status}");
    assert!(case.world.known_actor(&claimed).is_none_or(|row| row.keys.is_empty()));
    // A document whose id is not where it was got from.
    case.harbour.serve("/users/sig19-copy", Canned::json(&case.harbour.actor_document("sig19-alice", &alice)));
    let copy = case.harbour.url("/users/sig19-copy");
    let copied =
        PeerActor { uri: copy.clone(), key_id: format!("{copy}#main-key"), inbox: alice.inbox.clone(), key: alice.key.clone() };
    let (status, effect) = case.world.try_like(&copied, |_| {}).await;
    assert!(matches!(status, 401 | 403) && !effect, "{status}");
    assert!(case.world.known_actor(&copy).is_none());
}

async fn sig_20_algorithms(case: &Case) {
    let actor = case.harbour.actor("sig20");
    case.world.assert_can_like(&actor).await;
    let fresh = |name: &str| PeerActor { ..case.harbour.actor(name) };
    // Stated and not allowed, though the signature itself is good.
    for (n, algorithm) in ["rsa-sha1", "rsa-sha512", "none", "hmac-sha256", "quantum", "ecdsa-sha256"].into_iter().enumerate() {
        let actor = fresh(&format!("sig20-{n}"));
        let (status, effect) = case.world.try_like(&actor, |signed| signed.algorithm = Some(algorithm)).await;
        assert!(matches!(status, 400 | 401) && !effect, "{algorithm}: {status}");
    }
    // Labelled as allowed, made otherwise.
    for (name, hash) in [("sha1", MessageDigest::sha1()), ("sha512", MessageDigest::sha512())] {
        let actor = fresh(&format!("sig20-{name}"));
        let (status, effect) = case.world.try_like(&actor, |signed| signed.hash = hash).await;
        assert!(status == 401 && !effect, "{name}: {status}");
    }
    // An HMAC keyed with what everybody knows.
    let actor = fresh("sig20-hmac");
    let secret = PKey::hmac(signing::public_pem(&actor.key).as_bytes()).unwrap();
    for algorithm in ["hmac-sha256", "hs2019", "rsa-sha256"] {
        let (status, effect) = case
            .world
            .try_like(&actor, |signed| {
                signed.algorithm = Some(algorithm);
                signed.key = secret.clone();
            })
            .await;
        assert!(matches!(status, 400 | 401) && !effect, "{algorithm}: {status}");
    }
}

async fn sig_21_bad_keys(case: &Case) {
    let small = case.harbour.actor("sig21-small");
    let small = PeerActor { key: signing::rsa(1024), ..small };
    case.harbour.serve_object(&case.harbour.actor_document("sig21-small", &small));
    let (status, effect) = case.world.try_like(&small, |_| {}).await;
    assert!(status == 401 && !effect, "1024 bits: {status}");
    for (name, pem) in
        [("unreadable", "-----BEGIN PUBLIC KEY-----\nINVENTED\n-----END PUBLIC KEY-----\n"), ("empty", ""), ("text", "x")]
    {
        let actor = case.harbour.actor(&format!("sig21-{name}"));
        let mut document = case.harbour.actor_document(&format!("sig21-{name}"), &actor);
        document["publicKey"]["publicKeyPem"] = json!(pem);
        case.harbour.serve_object(&document);
        let (status, effect) = case.world.try_like(&actor, |_| {}).await;
        assert!(status == 401 && !effect, "{name}: {status}");
    }
}

async fn sig_22_created_and_expires(case: &Case) {
    refused(case, "sig22-past", |signed| created_at(signed, -10 * MINUTE, Some(-2 * HOUR))).await;
    refused(case, "sig22-before", |signed| created_at(signed, 0, Some(-5 * MINUTE))).await;
    refused(case, "sig22-missing", |signed| {
        created_at(signed, 0, None);
        signed.created = None;
    })
    .await;
}

async fn sig_23_replay(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("sig23");
    let follow = actor.follow(&world.collective);
    // As if it had been under way for 50 minutes.
    let (mut signed, body) = actor.signed(&world.instance, "/inbox", &follow);
    signed.set("date", &signing::date(-50 * MINUTE));
    for _ in 0..3 {
        assert_eq!(signed.send(&world.instance.url("/inbox"), &body).await.status().as_u16(), 202);
    }
    assert_eq!((world.follower(&actor.uri), world.queued("Accept", &actor.uri)), (Some(FollowState::Accepted), 1));
    // Undone, then the first one again: nothing comes back.
    assert_eq!(actor.post(&world.instance, &activity(&actor, "Undo", follow.clone())).await, 202);
    assert_eq!(world.follower(&actor.uri), None);
    assert_eq!(signed.send(&world.instance.url("/inbox"), &body).await.status().as_u16(), 202);
    assert_eq!((world.follower(&actor.uri), world.queued("Accept", &actor.uri)), (None, 1));
}

async fn sig_24_key_changed(case: &Case) {
    let world = &case.world;
    let old = case.harbour.actor("sig24");
    world.assert_can_like(&old).await;
    let new = PeerActor { key: signing::rsa(2048), ..old.clone() };
    case.harbour.serve_object(&case.harbour.actor_document("sig24", &new));
    case.harbour.clear_requests();
    let note = new.note("<p>With my new key.</p>", Some(&world.statement));
    let status = new.post(&world.instance, &new.create(&note)).await;
    assert_eq!((status, world.post(note["id"].as_str().unwrap()).is_some()), (202, true));
    assert_eq!(case.harbour.fetches(), 1);
    let note = old.note("<p>With my old key.</p>", Some(&world.statement));
    let status = old.post(&world.instance, &old.create(&note)).await;
    assert_eq!((status, world.post(note["id"].as_str().unwrap()).is_some()), (401, false));
}

async fn sig_25_bad_signatures_cost_little(case: &Case) {
    let world = &case.world;
    let actor = case.harbour.actor("sig25");
    world.assert_can_like(&actor).await;
    let forger = PeerActor { key: signing::rsa(2048), ..actor.clone() };
    case.harbour.clear_requests();
    for _ in 0..100 {
        let status = forger.post(&world.instance, &world.like(&forger)).await;
        assert!(matches!(status, 401 | 503), "{status}");
    }
    let fetches = case.harbour.fetches();
    assert!(fetches <= 1, "{fetches} fetches of a known actor");
    // A host of its own: other cases need theirs.
    let crowd = Peer::start("crowd").await;
    for n in 0..100 {
        let uri = crowd.url(&format!("/users/{n}"));
        let ghost = PeerActor { key_id: format!("{uri}#main-key"), inbox: format!("{uri}/inbox"), uri, key: forger.key.clone() };
        let status = ghost.post(&world.instance, &world.like(&ghost)).await;
        assert!(matches!(status, 401 | 429 | 503), "{status}");
    }
    let first = crowd.fetches();
    assert!((1..=10).contains(&first), "{first} fetches of one host");
    // Failures are remembered: the same ghosts again cost nothing more.
    for n in 0..10 {
        let uri = crowd.url(&format!("/users/{n}"));
        let ghost = PeerActor { key_id: format!("{uri}#main-key"), inbox: format!("{uri}/inbox"), uri, key: forger.key.clone() };
        ghost.post(&world.instance, &world.like(&ghost)).await;
    }
    assert_eq!(crowd.fetches(), first);
}

async fn sig_26_forms_of_key_ids(case: &Case) {
    for form in ["{}#main-key", "{}/main-key", "{}"] {
        let name = format!("sig26-{}", form.len());
        let mut actor = case.harbour.actor(&name);
        actor.key_id = form.replace("{}", &actor.uri);
        case.harbour.serve_object(&case.harbour.actor_document(&name, &actor));
        // What GoToSocial serves at the key's own address: a stub of the actor.
        let stub = json!({
            "@context": "https://w3id.org/security/v1", "id": actor.uri, "type": "Person",
            "publicKey": { "id": actor.key_id, "owner": actor.uri, "publicKeyPem": signing::public_pem(&actor.key) }
        });
        case.harbour.serve(&format!("/users/{name}/main-key"), Canned::json(&stub));
        case.world.assert_can_like(&actor).await;
    }
}

/// A POST signed as RFC 9421 says, with `spoil` applied to the signature base.
async fn rfc9421(case: &Case, actor: &PeerActor, components: &[&str], spoil: impl Fn(String) -> String) -> (u16, bool) {
    let world = &case.world;
    let body = world.like(actor).to_string().into_bytes();
    let digest = format!("sha-256=:{}:", signing::base64(&openssl::sha::sha256(&body)));
    let target = world.instance.url("/inbox");
    let list = components.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" ");
    let params = format!("({list});created={};keyid=\"{}\"", chrono::Utc::now().timestamp(), actor.key_id);
    let value = |name: &str| match name {
        "@method" => "POST".to_owned(),
        "@target-uri" => target.clone(),
        _ => digest.clone(),
    };
    let mut base: String = components.iter().map(|name| format!("\"{name}\": {}\n", value(name))).collect();
    base.push_str(&format!("\"@signature-params\": {params}"));
    let signature = signing::sign(&actor.key, MessageDigest::sha256(), &spoil(base));
    let headers = [
        ("host", world.instance.domain.clone()),
        ("content-type", "application/activity+json".to_owned()),
        ("content-digest", digest.clone()),
        ("signature-input", format!("sig1={params}")),
        ("signature", format!("sig1=:{signature}:")),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let status = world.raw_post("/inbox", &headers, &body);
    (status, world.has(InboxKind::Like, &actor.uri, &world.statement))
}

async fn sig_27_rfc_9421(case: &Case) {
    let actor = case.harbour.actor("sig27");
    for (name, components) in [
        ("no digest", &["@method", "@target-uri"][..]),
        ("no method", &["@target-uri", "content-digest"]),
        ("no target", &["@method", "content-digest"]),
    ] {
        assert_eq!(rfc9421(case, &actor, components, |base| base).await, (401, false), "{name}");
    }
    let all = ["@method", "@target-uri", "content-digest"];
    assert_eq!(rfc9421(case, &actor, &all, |base| base.replace("/inbox", "/outbox")).await, (401, false));
    assert_eq!(rfc9421(case, &actor, &all, |base| base).await, (202, true));
}

async fn sig_28_embedded_signatures(case: &Case) {
    let world = &case.world;
    let (mallory, alice) = (case.evil.actor("sig28-mallory"), case.harbour.actor("sig28-alice"));
    let note = alice.note("<p>Never said.</p>", Some(&world.statement));
    let mut forwarded = alice.create(&note);
    forwarded["signature"] = json!({ "type": "RsaSignature2017", "creator": alice.key_id, "created": "2026-05-01T10:00:01Z", "signatureValue": "SU5WRU5URUQ=" });
    forwarded["proof"] = json!({ "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z1" });
    let status = mallory.post(&world.instance, &forwarded).await;
    assert!(is_refusal(status) || status == 202, "{status}");
    assert!(world.post(note["id"].as_str().unwrap()).is_none());
    assert!(!world.desk().iter().any(|(row, _)| row.actor_uri == alice.uri));
}

async fn sig_29_key_not_to_be_had(case: &Case) {
    let world = &case.world;
    let broken = Peer::start("broken").await;
    for (name, canned) in [
        ("error", Canned::status(500)),
        ("missing", Canned::status(404)),
        ("page", Canned::status(200).content_type("text/html")),
        ("slow", Canned::status(200).delay(Duration::from_secs(3))),
    ] {
        let actor = broken.actor(name);
        broken.serve(&format!("/users/{name}"), canned);
        broken.clear_requests();
        let (status, effect) = world.try_like(&actor, |_| {}).await;
        assert!(matches!(status, 401 | 503) && !effect, "{name}: {status}");
        let first = broken.fetches();
        let (status, effect) = world.try_like(&actor, |_| {}).await;
        assert!(matches!(status, 401 | 503) && !effect, "{name} again: {status}");
        assert_eq!(broken.fetches(), first, "{name}: asked again at once");
    }
}

async fn sig_30_blocked(case: &Case) {
    let world = &case.world;
    let blocked = Peer::start("blocked").await;
    let known = case.harbour.actor("sig30-known");
    world.assert_can_like(&known).await;
    world.block(&blocked.host, BlockKind::Host);
    world.block(&known.uri, BlockKind::Actor);
    let stranger = blocked.actor("sig30");
    blocked.clear_requests();
    case.harbour.clear_requests();
    // The list is read again every few seconds.
    crate::harness::eventually("the block holds", 10, || async {
        let note = known.note("<p>Blocked.</p>", Some(&world.statement));
        let status = known.post(&world.instance, &known.create(&note)).await;
        let stored = world.post(note["id"].as_str().unwrap()).is_some();
        (status == 403 && !stored).then_some(())
    })
    .await;
    assert_eq!(world.try_like(&stranger, |_| {}).await, (403, false));
    let shouting = PeerActor {
        key_id: stranger.key_id.replace("blocked", "BLOCKED"),
        uri: stranger.uri.replace("blocked", "BLOCKED"),
        ..stranger
    };
    assert_eq!(world.try_like(&shouting, |_| {}).await, (403, false));
    assert_eq!((blocked.requests().len(), case.harbour.fetches()), (0, 0));
}

async fn sig_31_actor_deleted(case: &Case) {
    let world = &case.world;
    let delete = |actor: &PeerActor| activity(actor, "Delete", json!(actor.uri));
    // Never seen: no request is made.
    let stranger = case.harbour.actor("sig31-stranger");
    case.harbour.clear_requests();
    assert_eq!(stranger.post(&world.instance, &delete(&stranger)).await, 202);
    assert_eq!((case.harbour.requests().len(), world.known_actor(&stranger.uri).is_some()), (0, false));
    // Known, and still there: nothing is purged on its word.
    let alive = case.harbour.actor("sig31-alive");
    assert_eq!(alive.post(&world.instance, &alive.follow(&world.collective)).await, 202);
    assert_eq!(alive.post(&world.instance, &delete(&alive)).await, 202);
    assert_eq!(world.follower(&alive.uri), Some(FollowState::Accepted));
    // Known, and its host confirms.
    for (name, answer) in [
        ("gone", Canned::status(410)),
        ("missing", Canned::status(404)),
        (
            "tombstone",
            Canned::json(
                &json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": case.harbour.url("/users/sig31-tombstone"), "type": "Tombstone" }),
            ),
        ),
    ] {
        let actor = case.harbour.actor(&format!("sig31-{name}"));
        let note = actor.note("<p>Soon gone.</p>", Some(&world.statement));
        assert_eq!(actor.post(&world.instance, &actor.follow(&world.collective)).await, 202);
        assert_eq!(actor.post(&world.instance, &actor.create(&note)).await, 202);
        case.harbour.serve(&format!("/users/sig31-{name}"), answer);
        assert_eq!(actor.post(&world.instance, &delete(&actor)).await, 202, "{name}");
        let post = world.post(note["id"].as_str().unwrap()).unwrap();
        assert!(world.follower(&actor.uri).is_none() && post.deleted_at.is_some() && post.html.is_empty(), "{name}");
        assert!(!world.desk().iter().any(|(row, _)| row.actor_uri == actor.uri), "{name}");
    }
}

async fn sig_32_several_keys(case: &Case) {
    let first = case.harbour.actor("sig32");
    let second = PeerActor { key_id: format!("{}#second", first.uri), key: signing::rsa(2048), ..first.clone() };
    let mut document = case.harbour.actor_document("sig32", &first);
    let key =
        |actor: &PeerActor| json!({ "id": actor.key_id, "owner": actor.uri, "publicKeyPem": signing::public_pem(&actor.key) });
    document["publicKey"] = json!([key(&first), key(&second), null, 5, "x"]);
    case.harbour.serve_object(&document);
    let (status, effect) = case.world.try_like(&second, |_| {}).await;
    assert!(matches!((status, effect), (202, true) | (401, false)), "{status}");
    let body: Value = case.world.like(&first);
    assert_eq!(first.post(&case.world.instance, &body).await, 202);
}
