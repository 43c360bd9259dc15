//! Mail over a socket, to a mail server on loopback: a forgotten passphrase.

use crate::{
    accounts::{Browser, join, path_of},
    harness::{
        Instance, backends, eventually,
        instance::PASSPHRASE,
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

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_goes_out_by_mail_and_its_address_is_kept_nowhere() {
    for backend in backends() {
        let server = MailServer::start();
        let instance = with_mail(backend, &server).await;
        let mail = async |nth: usize| eventually("the mail comes", 30, || async { server.mails().get(nth).cloned() }).await;
        let join_link = |mail: &Mail| {
            let text = mail.text();
            let start = text.find(&instance.url("/join/")).unwrap_or_else(|| panic!("no link in {text}"));
            path_of(text[start..].split_whitespace().next().unwrap())
        };
        let made = instance.cli(&["member", "invite", "--mail", "bela@valley.example", "--language", "ar"]);
        assert_eq!((&made["sent"], &made["url"]), (&serde_json::json!(true), &serde_json::Value::Null));
        let first = mail(0).await;
        assert_eq!(first.to, ["bela@valley.example"]);
        assert!(first.text().contains("مرة واحدة"), "{}", first.text());
        let path = join_link(&first);
        let mut bela = Browser::new(&instance, "198.51.100.31");
        assert_eq!(bela.submit(&path, &path, &[("name", "Bela"), ("passphrase", OLD), ("repeat", OLD)]).await.status, 303);
        assert!(bela.is_in().await);

        // By a steward's page, in the instance's own language unless another is chosen.
        let mut ada = Browser::new(&instance, "198.51.100.32");
        ada.sign_in("ada", PASSPHRASE).await;
        let collective = instance.db().read_blocking(|conn| communard::db::collectives::by_handle(conn, "river")).unwrap().id;
        let fields = |to| vec![("role", "member"), ("collective", collective.as_str()), ("mail", to), ("language", "en")];
        let page = ada.submit("/steward/members", "/steward/members/invite", &fields("dora@valley.example")).await;
        assert!(page.status == 200 && page.body.contains("on its way") && !page.body.contains("/join/"), "{}", page.body);
        let second = mail(1).await;
        assert!(second.text().contains("invites you") && second.to == ["dora@valley.example"]);
        let page = ada.submit("/steward/members", "/steward/members/invite", &fields("no address")).await;
        assert_eq!(page.status, 422);
        assert_eq!(server.mails().len(), 2);
        let (code, said) = instance.cli_fails(&["member", "invite", "--mail", "nonsense"]);
        assert!(code == 2 && said.contains("mail address"), "{code} {said}");
        assert_eq!(instance.cli_fails(&["member", "invite", "--mail", "a@b.example", "--language", "xx"]).0, 2);
        assert!(!instance.log().contains("valley.example"));
        let rows = instance.db().read_blocking(|conn| {
            communard::db::tokens::list_open(
                conn,
                communard::domain::names::TokenPurpose::Invitation,
                chrono::Utc::now().naive_utc(),
            )
        });
        let rows = rows.unwrap();
        assert!(rows.len() == 1 && !format!("{rows:?}").contains("valley.example"), "one is open, and no faulty one was made");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_no_mail_carries_is_taken_back() {
    let open = |instance: &Instance| {
        let now = chrono::Utc::now().naive_utc();
        let purpose = communard::domain::names::TokenPurpose::Invitation;
        instance.db().read_blocking(|conn| communard::db::tokens::list_open(conn, purpose, now)).unwrap().len()
    };
    let plain = Instance::builder("river", crate::harness::Backend::Sqlite).start().await;
    let (code, said) = plain.cli_fails(&["member", "invite", "--mail", "bela@valley.example"]);
    assert!(code == 2 && said.contains("no mail server"), "{code} {said}");
    assert_eq!(open(&plain), 0);
    let nobody = format!("smtp://127.0.0.1:{}", crate::harness::free_port());
    let builder = Instance::builder("river", crate::harness::Backend::Sqlite);
    let away = builder.env("MAIL__SMTP_URL", nobody).env("MAIL__FROM", "office@river.example").start().await;
    let (code, said) = away.cli_fails(&["member", "invite", "--mail", "bela@valley.example"]);
    assert!(code == 1 && said.contains("mail server") && !said.contains("bela"), "{code} {said}");
    assert_eq!(open(&away), 0);
}
