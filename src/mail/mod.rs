//! Mail, where SMTP is configured; everything works without: links are then handed over by hand.
//!
//! Must not say anything that isn't in the locales, and must not know clients: no address of a person's machine is in
//! what it sends.

use crate::{
    config::Settings,
    domain::statement,
    error::{Error, Result},
    text,
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, SinglePart, header::ContentType},
    transport::smtp::extension::ClientId,
};
use std::time::Duration;

pub mod invitation;
pub mod mandate;
pub mod proposed;
pub mod vote;

/// Longest wait for the mail server, for each step.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Longest subject, in characters; longer ones are cut.
const MAX_SUBJECT: usize = 200;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Sent {
    /// The mail server took it.
    Yes,
    /// `mail.smtp_url` is empty: the caller shows the link instead.
    NotConfigured,
}

/// Whether mail goes out from here at all.
pub fn is_set_up(settings: &Settings) -> bool {
    !settings.mail.smtp_url.is_empty()
}

/// Whether a mail could be sent to an address: asked before anything is made that the mail is to carry.
///
/// # Errors
/// `Invalid` for the field `mail` where mail isn't set up, or where `to` is no address.
pub fn check(settings: &Settings, to: &str) -> Result<()> {
    if settings.mail.smtp_url.is_empty() {
        return Err(Error::invalid("mail", "error-mail-none"));
    }
    to.trim().parse::<Address>().map(drop).map_err(|_| Error::invalid("mail", "error-mail-form"))
}

/// Sends one mail of plain text, in any language, to one address.
///
/// Its Message-ID is random, at the host of `mail.from`; it names neither this machine nor whoever caused it (PRV-06).
///
/// # Errors
/// `Invalid` for the field `mail` where `to` is no address; `Config` where `mail.from` or `mail.smtp_url` is wrong;
/// `Upstream` where the mail server didn't take it: also in the log, without the address.
pub async fn send(settings: &Settings, to: &str, subject: &str, body: &str) -> Result<Sent> {
    if settings.mail.smtp_url.is_empty() {
        return Ok(Sent::NotConfigured);
    }
    let (message, host) = compose(&settings.mail.from, to, subject, body)?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.mail.smtp_url)
        // The error isn't shown: it may repeat the address with its password.
        .map_err(|_| Error::Config("mail.smtp_url: not an address such as smtps://user:password@host:465".into()))?
        .hello_name(ClientId::Domain(host))
        .timeout(Some(TIMEOUT))
        .build();
    match transport.send(message).await {
        Ok(_) => Ok(Sent::Yes),
        Err(error) => {
            let kind = if error.is_permanent() { "refused" } else { "not taken" };
            tracing::error!("mail {kind} by the mail server: {}", reason(&error));
            Err(Error::Upstream(format!("the mail server didn't take the mail: {}", reason(&error))))
        }
    }
}

/// The reply's code or the kind of failure. Not the reply's text: it often repeats the recipient's address.
fn reason(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(
        || if error.is_timeout() { "no answer in time".into() } else { "no connection, or not in order".into() },
        |code| format!("it answered {code}"),
    )
}

/// The message, and the host that it comes from.
fn compose(from: &str, to: &str, subject: &str, body: &str) -> Result<(Message, String)> {
    let wrong = |_| Error::Config("mail.from: not an address such as “River <office@river.example>”".into());
    let from: Mailbox = from.parse().map_err(wrong)?;
    let to: Address = to.trim().parse().map_err(|_| Error::invalid("mail", "error-mail-form"))?;
    let host = from.email.domain().to_owned();
    // A line break in a subject would begin a header of the sender's choice (WEB-17).
    let subject: String = statement::one_line(&text::tame(subject)).chars().take(MAX_SUBJECT).collect();
    let message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(subject)
        .message_id(Some(format!("<{:032x}@{host}>", rand::random::<u128>())))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text::tame(body)))
        .map_err(Error::internal)?;
    Ok((message, host))
}

#[cfg(test)]
mod tests;
