//! PRV-01: whatever is logged, nothing of those who come is in it, nor in the database, nor in any file.

use crate::{
    accounts::{Browser, join, path_of},
    harness::{Backend, Crowd, Instance, backends, eventually, instance::PASSPHRASE, postgres, smtp::MailServer},
};
use communard::db::schema::actor_keys;
use diesel::prelude::*;
use std::path::Path;

/// The address that the proxy on loopback vouches for, and one that comes without a proxy.
const FORWARDED: &str = "203.0.113.77";
const DIRECT: &str = "127.0.0.77";

/// A client that comes from an address of its own.
fn from(address: &str) -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve("river.localhost", std::net::SocketAddr::from(([127, 0, 0, 1], 0)))
        .local_address(address.parse::<std::net::IpAddr>().unwrap())
        .build()
        .unwrap()
}

fn files(dir: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    // On PostgreSQL the folder comes with the first image.
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push((path.display().to_string(), std::fs::read(path).unwrap())),
        }
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn prv_01_at_the_most_talkative_level_no_address_and_no_secret_is_kept() {
    for backend in backends() {
        let server = MailServer::start();
        let mut instance = Instance::builder("river", backend)
            .env("LOG__FILTER", "trace")
            .env("MAIL__SMTP_URL", format!("smtp://office:smtp-secret-77@127.0.0.1:{}", server.port))
            .env("MAIL__FROM", "office@river.example")
            .start()
            .await;
        instance.leave_queue();
        let crowd = Crowd::start("valley", ["ana"]).await;
        crowd.follow(&instance).await;
        let mut secrets =
            vec![PASSPHRASE.to_owned(), "smtp-secret-77".into(), "wrong-guess-77-wrong".into(), "a hidden passphrase 77".into()];

        // Through the proxy: pages, a failed sign-in, a good one, an invitation, an address, a lost passphrase.
        let mut browser = Browser::new(&instance, FORWARDED);
        for path in
            ["/", "/c/river", "/c/river/feed.atom", "/nothing/here", "/.well-known/webfinger?resource=acct:x@y", "/sign-in"]
        {
            browser.get(path).await;
        }
        assert_eq!(browser.sign_in("ada", "wrong-guess-77-wrong").await.status, 422);
        assert_eq!(browser.sign_in("ada", PASSPHRASE).await.status, 303);
        secrets.extend(browser.cookies.values().cloned());
        let mut member = join(&instance, "bo", "a hidden passphrase 77").await;
        assert_eq!(
            member.submit("/account", "/account/details", &[("mail", "bo-77@valley.example"), ("language", "en")]).await.status,
            303
        );
        secrets.extend(member.cookies.values().cloned());
        let mut stranger = Browser::new(&instance, FORWARDED);
        stranger.submit("/reset", "/reset", &[("name", "bo")]).await;
        let invitation = path_of(instance.cli(&["member", "invite"])["url"].as_str().unwrap());
        stranger.get(&invitation).await;
        secrets.push(invitation.rsplit('/').next().unwrap().to_owned());
        stranger.get("/reset/no-such-token-77").await;
        secrets.push("no-such-token-77".into());

        // Without a proxy, from an address that stands out: pages, forms, and inboxes with good and bad signatures.
        let direct = from(DIRECT);
        for path in ["/", "/c/river", "/sign-in", "/nothing"] {
            direct.get(instance.url(path)).send().await.unwrap();
        }
        let form = [("name", "ada"), ("passphrase", "wrong-guess-77-wrong")];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let answer = direct.post(instance.url("/sign-in")).header("content-type", "application/x-www-form-urlencoded").body(body);
        answer.send().await.unwrap();
        let id = instance.publish("Water", "We ask for water.");
        let ana = &crowd.actors[0];
        for good in [true, false] {
            let note = ana.note("<p>With you.</p>", Some(&id));
            let (mut signed, body) = ana.signed(&instance, "/inbox", &ana.create(&note));
            if !good {
                signed.set("date", &crate::harness::signing::date(-90_000));
            }
            let mut request = direct.post(instance.url("/inbox")).body(body);
            for (name, value) in signed.headers() {
                request = request.header(name, value);
            }
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status, if good { 202 } else { 401 }, "{backend:?}");
        }
        // Broken requests make servers talk.
        for nonsense in ["GET / HTTP/1.1\r\nhost: x\r\ncontent-length: a\r\n\r\n", "\u{16}\u{3}nonsense\r\n\r\n"] {
            use std::io::{Read, Write};
            let mut stream = std::net::TcpStream::connect(("127.0.0.1", instance.port)).unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
            stream.write_all(nonsense.as_bytes()).unwrap();
            let _ = stream.read(&mut [0; 1024]);
        }
        eventually("the mail comes or is refused", 30, || async {
            (!server.mails().is_empty() || instance.log().contains("a reset link was not sent")).then_some(())
        })
        .await;
        let private: Vec<String> = instance
            .db()
            .read_blocking(|conn| Ok(actor_keys::table.select(actor_keys::private_key).load::<String>(conn)?))
            .unwrap();
        let (code, _) = instance.terminate();
        assert_eq!(code, Some(0));

        let log = instance.log();
        assert!(log.contains("TRACE"), "it was talkative");
        for address in [FORWARDED, DIRECT] {
            let line = log.lines().find(|line| line.contains(address));
            assert_eq!(line, None, "{backend:?}: {address} is in the log");
        }
        for secret in &secrets {
            let line = log.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(line, None, "{backend:?}: {secret} is in the log");
        }
        assert!(!log.contains("bo-77@valley.example"), "{backend:?}: a mail address is in the log");
        assert!(!log.contains("PRIVATE KEY"), "{backend:?}");
        for pem in &private {
            let middle = pem.lines().nth(1).unwrap();
            assert!(!log.contains(middle), "{backend:?}: a private key is in the log");
        }
        // Nor in the database and the data folder, the write-ahead log included.
        let mut kept = Vec::new();
        files(&instance.data_dir(), &mut kept);
        if backend == Backend::Postgres {
            kept.push(("the database".into(), postgres::dump(&instance.settings().database.url)));
        }
        assert!(!kept.is_empty());
        for (name, bytes) in &kept {
            for text in [FORWARDED, DIRECT].into_iter().chain(secrets.iter().map(String::as_str)) {
                assert!(!holds(bytes, text), "{backend:?}: {text} is in {name}");
            }
        }
    }
}
