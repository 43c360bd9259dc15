//! The mail that reminds a member of an open question on which they have said nothing yet.

use super::Sent;
use crate::{config::Settings, error::Result, i18n::Lang};

/// What it says.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub collective: &'a str,
    pub question: &'a str,
    /// When the stage ends, with its zone.
    pub time: &'a str,
    /// Where the member can say something.
    pub url: &'a str,
}

/// Reminds one member, in their own language.
///
/// # Errors
/// As [`super::send`].
pub async fn send(settings: &Settings, lang: Lang, to: &str, asked: Asked<'_>) -> Result<Sent> {
    let Asked { collective, question, time, url } = asked;
    let subject = lang.text_with("mail-vote-subject", &[("collective", &collective), ("question", &question)]);
    let body =
        lang.text_with("mail-vote-body", &[("collective", &collective), ("question", &question), ("time", &time), ("url", &url)]);
    super::send(settings, to, &subject, &body).await
}
