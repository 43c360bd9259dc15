//! Mail against a small SMTP receiver in this process.

use super::*;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

/// Takes one mail and gives all that the client said. `refuse` answers RCPT with 550.
async fn receiver(refuse: bool) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let said = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 mail.example\r\n").await.unwrap();
        let (mut said, mut in_data) = (String::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            said += &line;
            said.push('\n');
            let answer: &[u8] = match line.split([' ', ':']).next() {
                _ if in_data && line != "." => continue,
                Some(".") => {
                    in_data = false;
                    b"250 taken\r\n"
                }
                Some("RCPT") if refuse => b"550 <member@home.example> unknown here\r\n",
                Some("DATA") => {
                    in_data = true;
                    b"354 go on\r\n"
                }
                Some("QUIT") => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            if write.write_all(answer).await.is_err() || line == "QUIT" {
                break;
            }
        }
        said
    });
    (url, said)
}

fn settings(smtp_url: String) -> Settings {
    let mut settings = Settings::load_with(None, []).unwrap();
    settings.mail.smtp_url = smtp_url;
    settings.mail.from = "River Watch <office@river.example>".into();
    settings
}

#[tokio::test]
async fn prv_06_a_mail_arrives_and_says_nothing_of_a_machine() {
    let (url, said) = receiver(false).await;
    let sent = send(&settings(url), "member@home.example", "دعوة من نهرنا", "Hello,\n\nhttps://river.example/join/abc\n").await;
    assert_eq!(sent.unwrap(), Sent::Yes);
    let said = said.await.unwrap();
    assert!(said.contains("EHLO river.example\n"), "{said}");
    assert!(said.contains("RCPT TO:<member@home.example>") && said.contains("https://river.example/join/abc"), "{said}");
    let id = said.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
    assert!(id.ends_with("@river.example>") && id.len() > 40, "{id}");
    assert!(said.contains("Content-Type: text/plain; charset=utf-8"), "{said}");
    for leak in ["127.0.0.1", "X-", "User-Agent", "Received", "<img", "localhost"] {
        assert!(!said.contains(leak), "{leak} in {said}");
    }
}

#[tokio::test]
async fn web_17_no_header_can_be_slipped_in() {
    let (url, said) = receiver(false).await;
    let sent = send(&settings(url), "member@home.example", "Hello\r\nBcc: all@home.example\0", "text\r\n.\r\nQUIT").await;
    assert_eq!(sent.unwrap(), Sent::Yes);
    let said = said.await.unwrap();
    assert!(said.contains("Subject: Hello Bcc: all@home.example\n"), "{said}");
    assert!(!said.lines().any(|line| line.starts_with("Bcc")), "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("RCPT")).count(), 1);
    for to in ["member@home.example\r\nRCPT TO:<x@y.example>", "a@b.example, c@d.example", "nobody", ""] {
        let error = compose("office@river.example", to, "s", "b").unwrap_err();
        assert!(matches!(error, Error::Invalid(faults) if faults[0].message == "error-mail-form"), "{to}");
    }
}

#[tokio::test]
async fn failures_are_reported_without_the_address() {
    let (url, said) = receiver(true).await;
    let error = send(&settings(url), "member@home.example", "s", "b").await.unwrap_err().to_string();
    assert!(error.contains("550") && !error.contains("member"), "{error}");
    said.await.unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", nobody.local_addr().unwrap());
    drop(nobody);
    assert!(matches!(send(&settings(url), "member@home.example", "s", "b").await, Err(Error::Upstream(_))));
}

#[tokio::test]
async fn without_settings_nothing_is_sent() {
    assert_eq!(send(&settings(String::new()), "member@home.example", "s", "b").await.unwrap(), Sent::NotConfigured);
    let wrong = send(&settings("http://u:secret@mail".into()), "member@home.example", "s", "b").await.unwrap_err().to_string();
    assert!(wrong.contains("mail.smtp_url") && !wrong.contains("secret"), "{wrong}");
}
