//! https served directly, and a new certificate taken without a restart.

use crate::harness::{Backend, Instance, client, eventually};
use openssl::{
    asn1::Asn1Time,
    bn::BigNum,
    ec::{EcGroup, EcKey},
    hash::MessageDigest,
    nid::Nid,
    pkey::PKey,
    x509::{X509, X509NameBuilder, extension::SubjectAlternativeName},
};
use std::path::Path;

/// A self-signed certificate with this serial number, as PEM files.
fn write_certificate(dir: &Path, serial: u32) {
    let key = PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "river.localhost").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    let names = SubjectAlternativeName::new().dns("river.localhost").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    std::fs::write(dir.join("key.pem"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    std::fs::write(dir.join("cert.pem"), builder.build().to_pem().unwrap()).unwrap();
}

/// The serial number of the certificate that the server shows now.
fn serial(port: u16) -> Option<String> {
    use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
    let mut connector = SslConnector::builder(SslMethod::tls()).ok()?;
    connector.set_verify(SslVerifyMode::NONE);
    let stream = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    let stream = connector.build().connect("river.localhost", stream).ok()?;
    let certificate = stream.ssl().peer_certificate()?;
    Some(certificate.serial_number().to_bn().ok()?.to_dec_str().ok()?.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_served_directly_and_a_hangup_takes_the_new_certificate() {
    let dir = tempfile::tempdir().unwrap();
    write_certificate(dir.path(), 41);
    let mut instance = Instance::builder("river", Backend::Sqlite)
        .not_set_up()
        .env("SERVER__TLS__CERT", dir.path().join("cert.pem").display())
        .env("SERVER__TLS__KEY", dir.path().join("key.pem").display())
        .prepare();
    instance.leave_queue();
    instance.spawn();
    let port = instance.port;
    eventually("the server shows its certificate", 20, || async { serial(port).filter(|serial| serial == "41") }).await;

    let trust = reqwest::Certificate::from_pem(&std::fs::read(dir.path().join("cert.pem")).unwrap()).unwrap();
    let https = reqwest::Client::builder()
        .no_proxy()
        .add_root_certificate(trust)
        .resolve("river.localhost", std::net::SocketAddr::from(([127, 0, 0, 1], 0)))
        .build()
        .unwrap();
    let answer = https.get(format!("https://river.localhost:{port}/healthz")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "ok\n");
    assert!(client().get(instance.url("/healthz")).send().await.is_err(), "plain http is not answered on the TLS port");

    write_certificate(dir.path(), 42);
    instance.signal("HUP");
    eventually("the new certificate is shown", 10, || async { serial(port).filter(|serial| serial == "42") }).await;

    std::fs::write(dir.path().join("cert.pem"), "broken").unwrap();
    instance.signal("HUP");
    eventually("the fault is logged", 10, || async { instance.log().contains("server.tls.cert").then_some(()) }).await;
    assert_eq!(serial(port).as_deref(), Some("42"), "the old certificate stays in use");
}

#[tokio::test(flavor = "multi_thread")]
async fn web_07_over_https_the_cookies_are_bound_to_this_host() {
    let dir = tempfile::tempdir().unwrap();
    write_certificate(dir.path(), 43);
    let mut instance = Instance::builder("river", Backend::Sqlite)
        .env("INSTANCE__MODE", "production")
        .env("INSTANCE__DOMAIN", "river.localhost")
        .env("SERVER__TLS__CERT", dir.path().join("cert.pem").display())
        .env("SERVER__TLS__KEY", dir.path().join("key.pem").display())
        .prepare();
    instance.leave_queue();
    instance.spawn();
    let port = instance.port;
    eventually("the server shows its certificate", 20, || async { serial(port) }).await;
    let trust = reqwest::Certificate::from_pem(&std::fs::read(dir.path().join("cert.pem")).unwrap()).unwrap();
    let https = reqwest::Client::builder()
        .no_proxy()
        .add_root_certificate(trust)
        .redirect(reqwest::redirect::Policy::none())
        .resolve("river.localhost", std::net::SocketAddr::from(([127, 0, 0, 1], 0)))
        .http1_only()
        .build()
        .unwrap();
    let url = format!("https://river.localhost:{port}/sign-in");
    let page = https.get(&url).header("host", "river.localhost").send().await.unwrap();
    let good = |cookie: &str, name: &str| {
        assert!(cookie.starts_with(&format!("__Host-{name}=")), "{cookie}");
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    };
    let cookie = |answer: &reqwest::Response, name: &str| {
        let all = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        all.into_iter().find(|cookie| cookie.contains(name)).unwrap_or_else(|| panic!("no {name}: {answer:?}"))
    };
    assert!(page.headers().contains_key("strict-transport-security"));
    let form = good(&cookie(&page, "form"), "form");
    let token = crate::accounts::token_in(&page.text().await.unwrap()).unwrap();
    let fields = [("csrf", token.as_str()), ("name", "ada"), ("passphrase", crate::harness::instance::PASSPHRASE)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let answer = https
        .post(&url)
        .header("host", "river.localhost")
        .header("cookie", form)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    let session = good(&cookie(&answer, "session"), "session");
    let account =
        https.get(format!("https://river.localhost:{port}/account")).header("host", "river.localhost").header("cookie", session);
    assert_eq!(account.send().await.unwrap().status(), 200);
}
