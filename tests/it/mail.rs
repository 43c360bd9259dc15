//! Mail over a socket, to a mail server on loopback: a forgotten passphrase.

use crate::{
    accounts::{Browser, join, path_of},
    harness::{
        Instance, backends, eventually,
        smtp::{Mail, MailServer},
    },
};

const OLD: &str = "the mill turns at night";

async fn with_mail(backend: crate::harness::Backend, server: &MailServer) -> Instance {
    Instance::builder("river", backend)
        .env("MAIL__SMTP_URL", format!("smtp://127.0.0.1:{}", server.port))
        .env("MAIL__FROM", "River <office@river.example>")
        .start()
        .await
}

/// Asks for a link and waits for the mail.
async fn ask(server: &MailServer, browser: &mut Browser, name: &str) -> Mail {
    let before = server.mails().len();
    let page = browser.submit("/reset", "/reset", &[("name", name)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    eventually("the mail comes", 30, || async { server.mails().get(before).cloned() }).await
}

fn link(mail: &Mail, instance: &Instance) -> String {
    let text = mail.text();
    let start = text.find(&instance.url("/reset/")).unwrap_or_else(|| panic!("no link in {text}"));
    text[start..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_passphrase_is_mended_by_a_mail_in_ones_own_language() {
    for backend in backends() {
        let server = MailServer::start();
        let instance = with_mail(backend, &server).await;
        for (name, language, subject, greeting) in [
            ("bo", "en", "A new passphrase for river Commune", "bo"),
            ("ليلى", "ar", "عبارة مرور جديدة على river Commune", "ليلى"),
        ] {
            let address = format!("member-{language}@valley.example");
            let mut owner = join(&instance, name, OLD).await;
            let page = owner.submit("/account", "/account/details", &[("mail", &address), ("language", language)]).await;
            assert_eq!(page.status, 303, "{}", page.body);

            let mut browser = Browser::new(&instance, "198.51.100.23");
            let mail = ask(&server, &mut browser, name).await;
            assert_eq!((mail.from.as_str(), &mail.to), ("office@river.example", &vec![address.clone()]), "{backend:?}");
            // Without the marks that keep a name's direction apart.
            let without = |text: &str| text.replace(['\u{2068}', '\u{2069}'], "");
            assert_eq!(without(&mail.header("subject").unwrap()), subject);
            assert_eq!(mail.header("to").unwrap(), address);
            assert!(mail.header("content-type").unwrap().starts_with("text/plain; charset=utf-8"));
            let text = without(&mail.text());
            assert!(text.contains(greeting) && (text.contains("60") || text.contains("٦٠")), "{text}");
            assert_eq!(text.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c)), language == "ar", "{text}");
            // PRV-06: nothing of whoever asked, nothing of this machine.
            assert!(!mail.data.contains("198.51.100.23") && !mail.data.contains("127.0.0.1"), "{}", mail.data);
            assert!(mail.header("message-id").unwrap().ends_with("@river.example>"));
            assert_eq!(mail.hello, "river.example");

            // The link works once, from any browser; the old passphrase is void.
            let path = path_of(&link(&mail, &instance));
            let new = format!("a new one for {language} people");
            assert_eq!(browser.submit(&path, &path, &[("passphrase", &new), ("repeat", &new)]).await.status, 303);
            assert!(browser.is_in().await);
            assert!(!owner.is_in().await, "{backend:?}: the old sessions are over");
            let mut later = Browser::new(&instance, "198.51.100.24");
            assert_eq!(later.get(&path).await.status, 403, "{backend:?}: it was used");
            assert_eq!(later.sign_in(name, OLD).await.status, 422);
            assert_eq!(later.sign_in(name, &new).await.status, 303);
        }
        // Who is unknown, and who gave no address, gets the same page and no mail.
        let before = server.mails().len();
        let mut stranger = Browser::new(&instance, "198.51.100.25");
        for name in ["nobody", "ada"] {
            assert_eq!(stranger.submit("/reset", "/reset", &[("name", name)]).await.status, 200);
        }
        // The next mail comes after those would have.
        ask(&server, &mut stranger, "bo").await;
        assert_eq!(server.mails().len(), before + 1);
        let log = instance.log();
        for secret in ["valley.example", "/reset/0", &server.mails()[before].to[0]] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_logged_without_the_address_and_changes_no_page() {
    let nobody = format!("smtp://127.0.0.1:{}", crate::harness::free_port());
    let builder = Instance::builder("river", crate::harness::Backend::Sqlite);
    let mut instance = builder.env("MAIL__SMTP_URL", nobody).env("MAIL__FROM", "office@river.example").start().await;
    let mut owner = join(&instance, "bo", OLD).await;
    owner.submit("/account", "/account/details", &[("mail", "bo@valley.example"), ("language", "en")]).await;
    let mut browser = Browser::new(&instance, "198.51.100.23");
    assert_eq!(browser.submit("/reset", "/reset", &[("name", "bo")]).await.status, 200);
    eventually("it is logged", 30, || async { instance.log().contains("a reset link was not sent").then_some(()) }).await;
    assert!(!instance.log().contains("bo@valley.example"));
    assert!(owner.is_in().await, "asking changes nothing");
    instance.leave_queue();
}
