//! Certificates of others: whoever can't prove its name is told nothing.

use crate::{
    harness::{Backend, Instance, signing},
    outgoing_guard::{Ear, stranger},
};
use openssl::{
    asn1::Asn1Time,
    bn::BigNum,
    hash::MessageDigest,
    pkey::{PKey, Private},
    ssl::{SslAcceptor, SslMethod, SslVersion},
    x509::{
        X509, X509NameBuilder,
        extension::{BasicConstraints, SubjectAlternativeName},
    },
};
use serde_json::json;
use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

struct Signer {
    key: PKey<Private>,
    certificate: Option<X509>,
}

/// A certificate for `name`, valid from and to so many seconds from now, signed by `by` or by itself.
fn certificate(name: &str, key: &PKey<Private>, by: &Signer, from: i64, to: i64) -> X509 {
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(by.certificate.as_ref().map_or(&*subject, |issuer| issuer.subject_name())).unwrap();
    builder.set_pubkey(key).unwrap();
    let at = |seconds: i64| Asn1Time::from_unix(chrono::Utc::now().timestamp() + seconds).unwrap();
    builder.set_not_before(&at(from)).unwrap();
    builder.set_not_after(&at(to)).unwrap();
    if by.certificate.is_none() && name == "The authority" {
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    } else {
        let names = SubjectAlternativeName::new().dns(name).build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
    }
    builder.sign(&by.key, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// A server with this certificate, which counts the requests that it could read.
fn server(key: &PKey<Private>, certificate: &X509, newest: SslVersion) -> (Ear, Arc<AtomicUsize>) {
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls_server()).unwrap();
    acceptor.set_min_proto_version(Some(SslVersion::TLS1)).unwrap();
    acceptor.set_max_proto_version(Some(newest)).unwrap();
    // Old versions need old hashes, which are let in by this only.
    acceptor.set_cipher_list("ALL:@SECLEVEL=0").unwrap();
    acceptor.set_private_key(key).unwrap();
    acceptor.set_certificate(certificate).unwrap();
    let acceptor = acceptor.build();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let ear = Ear::open(move |stream, _| {
        let Ok(mut stream) = acceptor.accept(stream) else { return };
        if stream.read(&mut [0; 16]).is_ok_and(|n| n > 0) {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (ear, requests)
}

#[tokio::test(flavor = "multi_thread")]
async fn srf_12_a_server_that_cannot_prove_its_name_gets_no_request() {
    const DAY: i64 = 86_400;
    let (ca_key, other_key, key) = (signing::rsa(2048), signing::rsa(2048), signing::rsa(2048));
    let root = |key: &PKey<Private>| {
        let itself = Signer { key: key.clone(), certificate: None };
        Signer { certificate: Some(certificate("The authority", key, &itself, -DAY, 30 * DAY)), key: key.clone() }
    };
    let (authority, unknown) = (root(&ca_key), root(&other_key));
    let itself = Signer { key: key.clone(), certificate: None };
    let dir = tempfile::tempdir().unwrap();
    let trusted = dir.path().join("ca.pem");
    std::fs::write(&trusted, authority.certificate.as_ref().unwrap().to_pem().unwrap()).unwrap();

    let river = Instance::builder("river", Backend::Sqlite)
        .env("INSTANCE__MODE", "production")
        .env("INSTANCE__DOMAIN", "river.example")
        // The address of this machine is allowed, so that only the certificate stands in the way.
        .env("FEDERATION__ALLOW_PRIVATE_ADDRESSES", "true")
        .env("FEDERATION__EXTRA_CA_FILE", trusted.display())
        .start()
        .await;
    let (tls_1_2, tls_1_3) = (SslVersion::TLS1_2, SslVersion::TLS1_3);
    let good = certificate("ear.localhost", &key, &authority, -DAY, DAY);
    for (name, certificate, newest, read) in [
        ("good", good.clone(), tls_1_3, 1),
        ("good, TLS 1.2", good.clone(), tls_1_2, 1),
        ("TLS 1.1", good, SslVersion::TLS1_1, 0),
        ("expired", certificate("ear.localhost", &key, &authority, -2 * DAY, -60), tls_1_3, 0),
        ("not valid yet", certificate("ear.localhost", &key, &authority, 3_600, DAY), tls_1_3, 0),
        ("of another name", certificate("eye.localhost", &key, &authority, -DAY, DAY), tls_1_3, 0),
        ("self-signed", certificate("ear.localhost", &key, &itself, -DAY, DAY), tls_1_3, 0),
        ("of an authority that nobody knows", certificate("ear.localhost", &key, &unknown, -DAY, DAY), tls_1_3, 0),
    ] {
        let (ear, requests) = server(&key, &certificate, newest);
        let actor = stranger(&format!("https://ear.localhost:{}/users/eve", ear.port));
        let body = json!({ "id": format!("{}/f", actor.uri), "type": "Follow", "actor": actor.uri, "object": "https://river.example/c/river" });
        let body = body.to_string().into_bytes();
        let signed = signing::Signed::post("river.example", "/inbox", &body, &actor.key_id, &actor.key);
        let status = signed.send(&river.url("/inbox"), &body).await.status().as_u16();
        assert!([401, 503].contains(&status), "{name}: {status}");
        assert!(ear.heard() > 0, "{name}: it was tried");
        assert_eq!(requests.load(Ordering::SeqCst), read, "{name}");
    }
}
