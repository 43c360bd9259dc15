//! The mail that reminds somebody of the end of their mandate.

use super::Sent;
use crate::{config::Settings, domain::Timestamp, error::Result, i18n::Lang};

/// What it says.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    pub collective: &'a str,
    /// Empty where it has no name.
    pub office: &'a str,
    pub days: i64,
    pub until: Timestamp,
}

/// Reminds one holder, in their own language.
///
/// # Errors
/// As [`super::send`].
pub async fn send(settings: &Settings, lang: Lang, to: &str, ending: Ending<'_>) -> Result<Sent> {
    let (days, time) = (lang.number(ending.days), lang.date_time(ending.until));
    let subject = lang.text_with("mail-mandate-subject", &[("collective", &ending.collective), ("days", &days)]);
    let body = match ending.office {
        "" => lang.text_with("mail-mandate-body", &[("collective", &ending.collective), ("time", &time)]),
        office => lang
            .text_with("mail-mandate-body-office", &[("collective", &ending.collective), ("office", &office), ("time", &time)]),
    };
    super::send(settings, to, &subject, &body).await
}
