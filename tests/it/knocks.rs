//! Two ways to sign: which one a host gets first, the second knock, what is remembered of it. Signatures are checked here
//! with openssl alone, over a base built from the request as it came in.

use crate::{
    delivery::{enqueue, hasty, inbox, one, queue_empties},
    harness::{Canned, Instance, Peer, Recorded, backends, eventually},
};
use communard::{
    db::{peers, schema::peers as table},
    domain::names::SignatureScheme,
};
use diesel::prelude::*;
use openssl::{hash::MessageDigest, pkey::PKey, sha::sha256, sign::Verifier};
use serde_json::{Value, json};

/// Which scheme a request is signed in.
fn scheme(request: &Recorded) -> &'static str {
    if request.header("signature-input").is_some() { "rfc9421" } else { "cavage" }
}

fn schemes(requests: &[Recorded]) -> Vec<&'static str> {
    requests.iter().map(scheme).collect()
}

/// Lets in what is signed as `only`; anything else gets `status`.
fn accept_only(peer: &Peer, only: &'static str, status: u16) {
    peer.decide(move |request| (scheme(request) != only).then(|| Canned::status(status)));
}

fn shown(instance: &Instance, host: &str) -> Value {
    instance.cli(&["peer", "show", host])
}

/// Whether the RSA key of this actor document signed the request as RFC 9421 says.
fn assert_signed(request: &Recorded, actor: &Value) {
    let input = request.header("signature-input").unwrap().strip_prefix("sig1=").unwrap();
    let (covered, parameters) = input.strip_prefix('(').unwrap().split_once(')').unwrap();
    let parameter = |name: &str| {
        let found = parameters.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_else(|| panic!("no {name} in {input}"))
    };
    let number = |name: &str| parameter(name).parse::<i64>().unwrap();
    assert!((number("created") - chrono::Utc::now().timestamp()).abs() < 300, "{input}");
    assert_eq!(number("expires") - number("created"), 3_600, "{input}");
    assert_eq!(parameter("alg"), "\"rsa-v1_5-sha256\"");
    assert_eq!(parameter("keyid"), format!("{}", actor["publicKey"]["id"]));
    let host = request.header("host").unwrap();
    let mut base = String::new();
    for name in covered.split(' ') {
        let value = match name.trim_matches('"') {
            "@method" => request.method.clone(),
            "@target-uri" => format!("http://{host}{}", request.target),
            header => request.header(header).unwrap_or_else(|| panic!("{header} is covered and missing")).to_owned(),
        };
        base.push_str(&format!("{name}: {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {input}"));
    for part in ["@method", "@target-uri"].into_iter().chain((request.method == "POST").then_some("content-digest")) {
        assert!(covered.contains(&format!("\"{part}\"")), "{covered}");
    }
    if request.method == "POST" {
        let digest = format!("sha-256=:{}:", openssl::base64::encode_block(&sha256(&request.body)));
        assert_eq!(request.header("content-digest"), Some(digest.as_str()));
    }
    let value = request.header("signature").unwrap().strip_prefix("sig1=:").unwrap().strip_suffix(':').unwrap();
    let pem = actor["publicKey"]["publicKeyPem"].as_str().unwrap();
    let key = PKey::public_key_from_pem(pem.as_bytes()).unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    verifier.update(base.as_bytes()).unwrap();
    assert!(verifier.verify(&openssl::base64::decode_block(value).unwrap()).unwrap(), "{base}");
}

/// Makes what was learned older than it is.
fn age(instance: &Instance, host: &str, days: i64) {
    let at = chrono::Utc::now().naive_utc() - chrono::Duration::days(days);
    let changed = instance.db().write_blocking(|conn| {
        let row = diesel::update(table::table.find(host));
        Ok(row.set(table::signature_learned_at.eq(at)).execute(conn)?)
    });
    assert_eq!(changed.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_wants_rfc_9421_is_knocked_at_twice_once_only() {
    for backend in backends() {
        let peer = Peer::start("modern").await;
        accept_only(&peer, "rfc9421", 401);
        let instance = hasty(backend).start().await;
        let actor = instance.activity_json(&instance.actor("river")).await;
        let host = format!("r.{}", peer.host);
        for n in 1..=3 {
            enqueue(&instance, &format!("o{n}"), n, &one(inbox(&peer, "r")));
            queue_empties(&instance, 10).await;
        }
        let requests = peer.requests();
        assert_eq!(schemes(&requests), ["cavage", "rfc9421", "rfc9421", "rfc9421"], "{backend:?}");
        requests[1..].iter().for_each(|request| assert_signed(request, &actor));
        let row = shown(&instance, &host);
        assert_eq!((&row["signature"], &row["state"]), (&json!("rfc9421"), &json!("well")), "no failure is counted");
        assert!(row["signature_learned"].is_string(), "{row}");
        assert_eq!((&row["failing_since"], &row["why"]), (&Value::Null, &Value::Null));

        // It changes its mind: the remembered one fails, and the other is taken in the same attempt.
        accept_only(&peer, "cavage", 400);
        peer.clear_requests();
        for n in 4..=5 {
            enqueue(&instance, &format!("o{n}"), n, &one(inbox(&peer, "r")));
            queue_empties(&instance, 10).await;
        }
        assert_eq!(schemes(&peer.requests()), ["rfc9421", "cavage", "cavage"], "{backend:?}");
        assert_eq!(shown(&instance, &host)["signature"], "cavage");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_asked_for_again_after_a_month() {
    for backend in backends() {
        let peer = Peer::start("modern").await;
        accept_only(&peer, "rfc9421", 401);
        let instance = hasty(backend).start().await;
        let host = format!("r.{}", peer.host);
        let mut n = 0;
        let mut deliver = async || {
            n += 1;
            peer.clear_requests();
            enqueue(&instance, &format!("o{n}"), n, &one(inbox(&peer, "r")));
            queue_empties(&instance, 10).await;
            schemes(&peer.requests())
        };
        assert_eq!(deliver().await, ["cavage", "rfc9421"]);
        age(&instance, &host, 29);
        assert_eq!(deliver().await, ["rfc9421"], "{backend:?}");
        age(&instance, &host, 31);
        assert_eq!(deliver().await, ["cavage", "rfc9421"], "{backend:?}: asked again, it says the same");
        assert_eq!(deliver().await, ["rfc9421"], "which is believed for another month");
        age(&instance, &host, 31);
        peer.decide(|_| None);
        assert_eq!(deliver().await, ["cavage"], "it takes both now");
        assert_eq!(shown(&instance, &host)["signature"], "cavage");
        assert_eq!(deliver().await, ["cavage"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_refuses_both_gets_two_requests_an_attempt_and_no_more() {
    for backend in backends() {
        let peer = Peer::start("grim").await;
        peer.decide(|_| Some(Canned::status(400)));
        let instance = hasty(backend).start().await;
        enqueue(&instance, "o1", 1, &one(inbox(&peer, "r")));
        queue_empties(&instance, 10).await;
        assert_eq!(schemes(&peer.requests()), ["cavage", "rfc9421"], "{backend:?}: 400 is final");
        let row = shown(&instance, &format!("r.{}", peer.host));
        assert_eq!((&row["signature"], &row["signature_learned"]), (&json!("cavage"), &Value::Null), "nothing was learned");
        // What it answers for other reasons says nothing about signatures.
        for status in [403, 404, 410, 500] {
            peer.clear_requests();
            peer.decide(move |_| Some(Canned::status(status)));
            let name = format!("s{status}");
            enqueue(&instance, &name, 1, &one(inbox(&peer, &name)));
            eventually("it is tried", 10, || async { (!peer.requests().is_empty()).then_some(()) }).await;
            peer.decide(|_| None);
            queue_empties(&instance, 10).await;
            assert_eq!(schemes(&peer.requests())[..1], ["cavage"], "{status}");
            assert!(!schemes(&peer.requests()).contains(&"rfc9421"), "{status}");
        }
    }
}

/// Whether the key of this PEM made the request's draft-cavage signature.
fn signed_with(request: &Recorded, pem: &str) -> bool {
    let key = PKey::public_key_from_pem(pem.as_bytes()).unwrap();
    let header = request.header("signature").unwrap_or_default();
    let Some((_, value)) = header.split_once("signature=\"") else { return false };
    let covered = header.split_once("headers=\"").unwrap().1.split('"').next().unwrap();
    let lines: Vec<String> = covered
        .split(' ')
        .map(|name| match name {
            "(request-target)" => format!("{name}: post {}", request.target),
            name => format!("{name}: {}", request.header(name).unwrap()),
        })
        .collect();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    verifier.update(lines.join("\n").as_bytes()).unwrap();
    verifier.verify(&openssl::base64::decode_block(value.trim_end_matches('"')).unwrap()).unwrap()
}

/// A command rotates in a process of its own; who has heard of the new key may drop what the old one signs after a 202.
#[tokio::test(flavor = "multi_thread")]
async fn ops_10_what_is_published_after_a_rotation_by_command_is_signed_with_the_new_key() {
    for backend in backends() {
        let peer = Peer::start("valley").await;
        let instance = hasty(backend).start().await;
        let ana = peer.actor("ana");
        assert_eq!(ana.post(&instance, &ana.follow(&instance.actor("river"))).await, 202);
        peer.expect("Accept", |_| true).await;
        let text = instance.file("text.md", "The river is for everybody.");
        let publish = |title: &str| {
            let made =
                ["statement", "publish", &text, "--collective", "river", "--title", title, "--lang", "en", "--summary", "Come."];
            instance.cli(&made)["id"].as_str().unwrap().to_owned()
        };
        for round in 0..2 {
            // The server has just signed with the old key.
            let before = publish("Before");
            peer.expect("Create", |activity| activity["object"]["id"] == before.as_str()).await;
            instance.cli(&["keys", "rotate", "--collective", "river"]);
            let new = instance.activity_json(&instance.actor("river")).await;
            let after = publish("After");
            peer.expect("Create", |activity| activity["object"]["id"] == after.as_str()).await;
            let brought: Vec<Recorded> =
                peer.requests().into_iter().filter(|request| request.json()["object"]["id"] == after.as_str()).collect();
            assert!(
                signed_with(&brought[0], new["publicKey"]["publicKeyPem"].as_str().unwrap()),
                "{backend:?}, round {round}: the first attempt carries the old key's signature"
            );
        }
    }
}

/// A new key is announced under the old one; to a host that never saw the old one, under the new one.
#[tokio::test(flavor = "multi_thread")]
async fn ops_10_a_rotation_is_told_in_two_requests_an_attempt() {
    for backend in backends() {
        let peer = Peer::start("valley").await;
        let instance = hasty(backend).start().await;
        let ana = peer.actor("ana");
        assert_eq!(ana.post(&instance, &ana.follow(&instance.actor("river"))).await, 202);
        peer.expect("Accept", |_| true).await;
        peer.clear_requests();
        // Knows the current key alone, and RFC 9421 alone.
        let actor = instance.actor("river");
        peer.decide(|request| (request.method == "POST").then(|| Canned::status(401)));
        instance.cli(&["keys", "rotate", "--collective", "river"]);
        let new = instance.activity_json(&actor).await;
        let pem = new["publicKey"]["publicKeyPem"].as_str().unwrap().to_owned();
        let is_current = move |request: &Recorded| signed_with(request, &pem);
        eventually("both knocks", 10, || async { (peer.requests().len() >= 2).then_some(()) }).await;
        let first: Vec<Recorded> = peer.requests().into_iter().take(2).collect();
        assert_eq!(schemes(&first), ["cavage", "cavage"], "{backend:?}");
        assert!(!is_current(&first[0]) && is_current(&first[1]), "the old key vouches first, then the new one speaks");
        peer.decide(move |request| (request.method == "POST" && !is_current(request)).then(|| Canned::status(401)));
        queue_empties(&instance, 20).await;
        let update = peer.received().pop().unwrap();
        assert_eq!(update["object"]["publicKey"], new["publicKey"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_get_knocks_twice_and_remembers_it_for_deliveries_too() {
    for backend in backends() {
        let peer = Peer::start("modern").await;
        let ana = peer.actor("ana");
        let bo = peer.actor("bo");
        let instance = hasty(backend).start().await;
        let river = instance.actor("river");
        let signer = instance.activity_json(&instance.url("/actor")).await;
        let (of_actors, target) =
            (|request: &Recorded| request.target.starts_with("/users/"), |name: &str| format!("/users/{name}"));
        peer.decide(move |request| (of_actors(request) && scheme(request) != "rfc9421").then(|| Canned::status(401)));
        assert_eq!(ana.post(&instance, &ana.follow(&river)).await, 202);
        peer.expect("Accept", |_| true).await;
        let gets: Vec<Recorded> = peer.requests().into_iter().filter(|request| request.target == target("ana")).collect();
        assert_eq!(schemes(&gets), ["cavage", "rfc9421"], "{backend:?}");
        assert_signed(&gets[1], &signer);
        assert_eq!(shown(&instance, &peer.host)["signature"], "rfc9421");
        let accept = peer.requests().into_iter().find(|request| request.method == "POST").unwrap();
        assert_eq!(scheme(&accept), "rfc9421", "what a GET taught holds for deliveries");
        // The next one needs one request, and what the host refuses for good two.
        peer.clear_requests();
        assert_eq!(bo.post(&instance, &bo.follow(&river)).await, 202);
        let gets: Vec<Recorded> = peer.requests().into_iter().filter(|request| request.target == target("bo")).collect();
        assert_eq!(schemes(&gets), ["rfc9421"], "{backend:?}");
        peer.decide(|request| request.target.starts_with("/users/cy").then(|| Canned::status(401)));
        let cy = peer.actor("cy");
        assert_eq!(cy.post(&instance, &cy.follow(&river)).await, 401);
        let gets: Vec<Recorded> = peer.requests().into_iter().filter(|request| request.target == target("cy")).collect();
        assert_eq!(schemes(&gets), ["rfc9421", "cavage"], "{backend:?}");
        let row = instance.db().read_blocking(|conn| peers::get(conn, &peer.host)).unwrap().unwrap();
        assert_eq!(row.signature, SignatureScheme::Rfc9421, "a refusal of both teaches nothing");
    }
}
