//! Both schemes against their documents' own vectors, and whole requests signed and read again.

use super::{keys::KeyCache, verify::read, *};
use crate::{
    config::Settings,
    crypto::keys::{KeyPair, generate_ed25519, generate_rsa},
    domain::{Site, time},
    vocab::multikey,
};
use openssl::pkey::{PKey, Public};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

const BODY: &[u8] = br#"{"type":"Follow","id":"https://meadow.example/1"}"#;
const ACTOR: &str = "https://meadow.example/users/ada";

fn now() -> Timestamp {
    time::parse_rfc3339("2026-11-22T18:00:00Z").unwrap()
}

fn site(domain: &str) -> Site {
    Site {
        domain: domain.into(),
        base_url: format!("https://{domain}"),
        name: String::new(),
        description: String::new(),
        languages: vec![],
        indexable: true,
    }
}

fn settings() -> Settings {
    Settings::load_with(None, []).unwrap()
}

struct Pair {
    signer: Signer,
    public: Arc<PKey<Public>>,
}

fn pair(pair: KeyPair, pem: String) -> Pair {
    let key_id = format!("{ACTOR}#main-key");
    Pair {
        signer: Signer::from_pem(&key_id, &pair.private_pem).unwrap(),
        public: KeyCache::default().public(&key_id, &pem).unwrap(),
    }
}

static RSA: LazyLock<Pair> = LazyLock::new(|| {
    let keys = generate_rsa().unwrap();
    pair(keys.clone(), keys.public)
});
static ED25519: LazyLock<Pair> = LazyLock::new(|| {
    let keys = generate_ed25519().unwrap();
    pair(keys.clone(), multikey::ed25519_pem(&multikey::decode_ed25519(&keys.public).unwrap()))
});

/// A request with all its parts in reach, so that a test can spoil each.
#[derive(Clone, Debug)]
struct Request {
    method: String,
    path: String,
    authority: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    now: Timestamp,
}

impl Request {
    fn signed(scheme: SignatureScheme, pair: &Pair) -> Self {
        let url: Url = "https://river.example/c/river/inbox?x=1".parse().unwrap();
        let body = Some(("application/activity+json", BODY));
        let outgoing = Outgoing { method: "POST", url: &url, body, accept: None, now: now() };
        let headers = sign(scheme, &pair.signer, &outgoing).unwrap();
        Self {
            method: "POST".into(),
            path: "/c/river/inbox?x=1".into(),
            authority: "river.example".into(),
            headers: headers.iter().map(|(k, v)| (k.to_string(), v.to_str().unwrap().to_owned())).collect(),
            body: BODY.to_vec(),
            now: now(),
        }
    }

    /// Reads a file of `tests/vectors`.
    fn vector(text: &str, now: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ');
        let headers: Vec<_> = lines.map(|line| line.split_once(": ").map(|(k, v)| (k.into(), v.into())).unwrap()).collect();
        Self {
            method: first.next().unwrap().into(),
            path: first.next().unwrap().into(),
            authority: "example.com".into(),
            headers,
            body: body.trim_end().into(),
            now: time::parse_rfc3339(now).unwrap(),
        }
    }

    fn read_at(&self, domain: &str) -> Result<Claim, Refusal> {
        let (site, settings) = (site(domain), settings());
        let incoming = Incoming {
            method: &self.method,
            path_and_query: &self.path,
            authority: &self.authority,
            site: &site,
            headers: &self.headers,
            body: &self.body,
            now: self.now,
        };
        read(&incoming, &settings.federation)
    }

    fn check(&self, pair: &Pair) -> Result<(), Refusal> {
        self.read_at("river.example")?.check(&pair.public)
    }

    fn header(&mut self, name: &str) -> &mut String {
        &mut self.headers.iter_mut().find(|(key, _)| key == name).unwrap().1
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self
    }

    /// Signs these lines by hand as draft-cavage with the RSA key.
    fn cavage(lines: &[(&str, &str)], parameters: &str, extra: &[(&str, &str)]) -> Self {
        let text = lines.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join("\n");
        let covered = lines.iter().map(|(k, _)| *k).collect::<Vec<_>>().join(" ");
        let signature = openssl::base64::encode_block(&RSA.signer.sign(text.as_bytes()).unwrap());
        let header = format!(r#"keyId="{ACTOR}#main-key",{parameters}headers="{covered}",signature="{signature}""#);
        let mut headers: Vec<(String, String)> =
            lines.iter().filter(|(k, _)| !k.starts_with('(') && *k != "host").map(|(k, v)| ((*k).into(), (*v).into())).collect();
        headers.extend(extra.iter().map(|(k, v)| ((*k).into(), (*v).into())));
        headers.push(("signature".into(), header));
        Self { headers, ..Self::signed(SignatureScheme::Cavage, &RSA) }
    }
}

fn is_401(result: Result<(), Refusal>) -> bool {
    matches!(result, Err(Refusal::Unauthorized(_)))
}

const TARGET: (&str, &str) = ("(request-target)", "post /c/river/inbox?x=1");
const HOST: (&str, &str) = ("host", "river.example");
const DATE: (&str, &str) = ("date", "Sun, 22 Nov 2026 18:00:00 GMT");

#[test]
fn the_vectors_of_draft_cavage_hold() {
    let key = PKey::public_key_from_pem(include_bytes!("../../../tests/vectors/cavage-key.pem")).unwrap();
    let all = Request::vector(include_str!("../../../tests/vectors/cavage-c3.http"), "2014-01-05T21:31:40Z");
    assert_eq!(all.read_at("example.com").unwrap().check(&key), Ok(()));
    // Without a digest it is a true signature, but not one for a POST.
    let basic = Request::vector(include_str!("../../../tests/vectors/cavage-c2.http"), "2014-01-05T21:31:40Z");
    assert_eq!(basic.read_at("example.com").unwrap_err(), Refusal::Unauthorized("the digest of the body is not signed"));
    // Its body emptied and called a GET it passes the reader; the target line then differs.
    let get = Request { method: "GET".into(), body: vec![], ..basic };
    assert!(is_401(get.read_at("example.com").unwrap().check(&key)));
}

#[test]
fn sig_02_what_we_sign_verifies_in_both_schemes_with_both_keys() {
    for scheme in [SignatureScheme::Cavage, SignatureScheme::Rfc9421] {
        for pair in [&*RSA, &*ED25519] {
            let request = Request::signed(scheme, pair);
            assert_eq!(request.check(pair), Ok(()), "{scheme:?} {request:?}");
        }
        assert!(is_401(Request::signed(scheme, &RSA).check(&ED25519)));
    }
}

#[test]
fn sig_02_created_and_expires_stand_in_for_date() {
    let digest = digest::digest(BODY);
    let seconds = now().and_utc().timestamp();
    let (created, expires) = (seconds.to_string(), (seconds + 60).to_string());
    let lines = [TARGET, HOST, ("(created)", created.as_str()), ("(expires)", expires.as_str()), ("digest", digest.as_str())];
    let parameters = format!("algorithm=\"hs2019\",created={created},expires={expires},");
    assert_eq!(Request::cavage(&lines, &parameters, &[]).check(&RSA), Ok(()));
    let lines = [("digest", digest.as_str()), DATE, HOST, TARGET];
    assert_eq!(Request::cavage(&lines, "", &[]).check(&RSA), Ok(()), "any order, no algorithm");
}

#[test]
fn sig_04_to_09_too_little_covered_is_401() {
    let digest = digest::digest(BODY);
    let digest = ("digest", digest.as_str());
    for (lines, extra) in [
        (vec![TARGET, HOST, DATE], vec![digest]),
        (vec![TARGET, HOST, DATE], vec![]),
        (vec![HOST, DATE, digest], vec![]),
        (vec![TARGET, DATE, digest], vec![]),
        (vec![TARGET, HOST, digest], vec![]),
        (vec![TARGET, HOST, digest], vec![DATE]),
    ] {
        let request = Request::cavage(&lines, "algorithm=\"rsa-sha256\",", &extra);
        assert!(is_401(request.read_at("river.example").map(|_| ())), "{lines:?}");
    }
    let rfc = Request::signed(SignatureScheme::Rfc9421, &RSA);
    for part in ["\"@method\" ", "\"@target-uri\" ", "\"content-digest\" "] {
        let mut request = rfc.clone();
        let input = request.header("signature-input").replace(part, "");
        *request.header("signature-input") = input;
        assert!(is_401(request.read_at("river.example").map(|_| ())), "{part}");
    }
    assert!(is_401(rfc.without("content-digest").check(&RSA)));
}

#[test]
fn sig_06_doubled_headers_are_refused_before_all_else() {
    for name in ["signature", "digest", "date", "content-type"] {
        let mut request = Request::signed(SignatureScheme::Cavage, &RSA);
        let copy = (name.to_uppercase(), request.header(name).clone());
        request.headers.push(copy);
        assert!(matches!(request.check(&RSA), Err(Refusal::BadRequest(_))), "{name}");
    }
}

#[test]
fn sig_10_to_12_dates_out_of_range_or_unreadable() {
    let settings = settings();
    let age = i64::try_from(settings.federation.signature_max_age_seconds).unwrap();
    let skew = i64::try_from(settings.federation.signature_max_skew_seconds).unwrap();
    for scheme in [SignatureScheme::Cavage, SignatureScheme::Rfc9421] {
        let at = |seconds: i64| {
            let request = Request::signed(scheme, &RSA);
            Request { now: now() + chrono::Duration::seconds(seconds), ..request }.check(&RSA)
        };
        // Our own RFC 9421 signatures say that they end sooner.
        let end = if scheme == SignatureScheme::Rfc9421 { rfc9421::VALID.num_seconds() } else { age };
        assert_eq!(at(end - 1), Ok(()));
        assert!(is_401(at(end + 1)));
        assert_eq!(at(1 - skew), Ok(()));
        assert!(is_401(at(-1 - skew)));
    }
    let digest = digest::digest(BODY);
    for date in ["", "yesterday", "2026-11-22T18:00:00Z", "Sun, 22 Nov 2026"] {
        let lines = [TARGET, HOST, ("date", date), ("digest", digest.as_str())];
        assert!(is_401(Request::cavage(&lines, "", &[]).check(&RSA)), "{date}");
    }
}

#[test]
fn sig_13_to_15_a_signature_is_for_one_host_path_and_method() {
    for scheme in [SignatureScheme::Cavage, SignatureScheme::Rfc9421] {
        let good = Request::signed(scheme, &RSA);
        assert!(is_401(Request { authority: "meadow.example".into(), ..good.clone() }.check(&RSA)));
        assert!(is_401(good.read_at("meadow.example").map(|_| ())));
        assert!(is_401(Request { path: "/inbox?x=1".into(), ..good.clone() }.check(&RSA)));
        assert!(is_401(Request { path: "/c/river/inbox?x=2".into(), ..good.clone() }.check(&RSA)));
        assert!(is_401(Request { method: "PUT".into(), ..good.clone() }.check(&RSA)));
    }
}

#[test]
fn sig_20_only_what_was_verified_may_be_stated() {
    let digest = digest::digest(BODY);
    let lines = [TARGET, HOST, DATE, ("digest", digest.as_str())];
    for name in ["hmac-sha256", "rsa-sha1", "rsa-sha512", "none", "RSA-PSS", "ed25519", ""] {
        let request = Request::cavage(&lines, &format!("algorithm=\"{name}\","), &[]);
        assert!(is_401(request.check(&RSA)), "{name}");
    }
    let text = lines.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join("\n");
    // HMAC keyed with the public PEM, and SHA-1 under the name of SHA-256.
    let pem = RSA.public.public_key_to_pem().unwrap();
    let hmac = PKey::hmac(&pem).unwrap();
    let forged = openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &hmac)
        .unwrap()
        .sign_oneshot_to_vec(text.as_bytes())
        .unwrap();
    let key = PKey::from_rsa(openssl::rsa::Rsa::generate(2048).unwrap()).unwrap();
    let sha1 = openssl::sign::Signer::new(openssl::hash::MessageDigest::sha1(), &key)
        .unwrap()
        .sign_oneshot_to_vec(text.as_bytes())
        .unwrap();
    let public = PKey::public_key_from_pem(&key.public_key_to_pem().unwrap()).unwrap();
    for (signature, public) in [(forged, &*RSA.public), (sha1, &public)] {
        let mut request = Request::cavage(&lines, "algorithm=\"rsa-sha256\",", &[]);
        let header = request.header("signature");
        let cut = header.find("signature=").unwrap();
        *header = format!("{}signature=\"{}\"", &header[..cut], openssl::base64::encode_block(&signature));
        assert!(is_401(request.read_at("river.example").unwrap().check(public)));
    }
}

#[test]
fn sig_22_expiry_is_kept() {
    let digest = digest::digest(BODY);
    let seconds = now().and_utc().timestamp();
    for (created, expires) in [(Some(seconds - 100), Some(seconds - 1)), (Some(seconds), Some(seconds - 50)), (None, None)] {
        let text = |at: Option<i64>| at.unwrap_or(seconds).to_string();
        let (c, e) = (text(created), text(expires));
        let lines = [TARGET, HOST, ("(created)", c.as_str()), ("(expires)", e.as_str()), ("digest", digest.as_str())];
        let mut parameters = "algorithm=\"hs2019\",".to_owned();
        if created.is_some() {
            parameters.push_str(&format!("created={c},expires={e},"));
        }
        assert!(is_401(Request::cavage(&lines, &parameters, &[]).check(&RSA)), "{created:?} {expires:?}");
    }
}

#[test]
fn spellings_of_our_host_are_ours() {
    for (authority, scheme) in [("RIVER.example", SignatureScheme::Rfc9421), ("river.example:443", SignatureScheme::Rfc9421)] {
        let request = Request { authority: authority.into(), ..Request::signed(scheme, &RSA) };
        assert_eq!(request.check(&RSA), Ok(()), "{authority}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any change of one byte in any part that is covered ends the proof.
    #[test]
    fn sig_03_one_byte_changed_anywhere_is_found(part in 0_usize..6, at in 0_usize..4_000, flip in 1_u8..128, rfc in any::<bool>()) {
        let scheme = if rfc { SignatureScheme::Rfc9421 } else { SignatureScheme::Cavage };
        let mut request = Request::signed(scheme, &ED25519);
        prop_assert_eq!(request.check(&ED25519), Ok(()));
        let digest = if rfc { "content-digest" } else { "digest" };
        let before = request.clone();
        let spoil = |text: &mut String| {
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(changed) = String::from_utf8(bytes) { *text = changed; }
        };
        match part {
            0 => { let at = at % request.body.len(); request.body[at] ^= flip; }
            1 => spoil(&mut request.path),
            2 => spoil(&mut request.authority),
            3 => spoil(request.header(digest)),
            4 => spoil(request.header("content-type")),
            _ => {
                let header = request.header("signature");
                let start = if rfc { 0 } else { header.find("headers=").unwrap() };
                let mut tail = header.split_off(start);
                spoil(&mut tail);
                header.push_str(&tail);
            }
        }
        let changed = format!("{before:?}") != format!("{request:?}");
        // The host's letter case and spaces around a value mean nothing; of base64 the last bits of a padded end neither.
        let same = request.authority.trim().eq_ignore_ascii_case(&before.authority) && part == 2
            || request.clone().header("content-type").trim() == before.clone().header("content-type").trim() && part == 4
            || part == 3 && request.clone().header(digest).to_lowercase() == before.clone().header(digest).to_lowercase();
        prop_assert!(!changed || same || request.check(&ED25519).is_err(), "{request:?}");
    }

    #[test]
    fn no_header_makes_it_panic(signature in "(?s).{0,200}", near in r#"(keyId|headers|signature|created)="?[a-z0-9\\" ,=()]{0,40}"#) {
        for text in [signature, near] {
            let mut request = Request::signed(SignatureScheme::Cavage, &ED25519);
            *request.header("signature") = text;
            let _ = request.check(&ED25519);
        }
    }
}
