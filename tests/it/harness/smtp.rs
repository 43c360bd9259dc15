//! A mail server that takes everything and keeps it (RFC 5321, no more of it than a client needs).

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// A mail as it was handed over.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    pub hello: String,
    pub from: String,
    pub to: Vec<String>,
    /// Header and body as sent, with dots put back.
    pub data: String,
}

pub struct MailServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let kept = mails.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                // A client that hangs up early is no concern of the test.
                std::thread::spawn(move || drop(talk(stream, &kept)));
            }
        });
        Self { port, mails }
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

fn talk(stream: TcpStream, kept: &Mutex<Vec<Mail>>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut mail = Mail::default();
    out.write_all(b"220 mail.localhost ready\r\n")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let upper = line.to_ascii_uppercase();
        let answer = match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => {
                mail.hello = line[4..].trim().to_owned();
                "250-mail.localhost\r\n250 8BITMIME"
            }
            "MAIL" => {
                mail.from = between(&line);
                "250 fine"
            }
            "RCPT" => {
                mail.to.push(between(&line));
                "250 fine"
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    mail.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.data.push('\n');
                }
                kept.lock().unwrap().push(std::mem::take(&mut mail));
                "250 taken"
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 fine",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// What stands between the angle brackets.
fn between(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

impl Mail {
    /// A header's value, unfolded and decoded (RFC 2047).
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\n\n").next()?.replace("\n ", " ").replace("\n\t", " ");
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{}:", name.to_ascii_lowercase())))?;
        Some(decoded_words(line.split_once(':')?.1.trim()))
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let body = self.data.split_once("\n\n").map_or("", |(_, body)| body);
        let bytes = match self.header("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
            "base64" => openssl::base64::decode_block(&body.split_whitespace().collect::<String>()).unwrap(),
            "quoted-printable" => unquoted(&body.replace("=\n", "")),
            _ => body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }
}

fn unquoted(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex =
            (bytes[at] == b'=').then(|| text.get(at + 1..at + 3)).flatten().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    out
}

fn decoded_words(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("=?") {
        // White space between two encoded words is none.
        bytes.extend(if bytes.is_empty() { before } else { before.trim() }.bytes());
        let mut pieces = after.splitn(3, '?');
        let (_, kind, word) = (pieces.next(), pieces.next().unwrap(), pieces.next().unwrap());
        let (word, left) = word.split_once("?=").unwrap();
        bytes.extend(match kind.to_ascii_lowercase().as_str() {
            "b" => openssl::base64::decode_block(word).unwrap(),
            _ => unquoted(&word.replace('_', " ")),
        });
        rest = left;
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).unwrap()
}
