//! The mails to people without an instance who propose an action under a call: to confirm or cancel it, and what was decided.

use super::Sent;
use crate::{config::Settings, error::Result, i18n::Lang};

/// Asks somebody to confirm what they proposed. `link` leads to a page with both buttons.
///
/// # Errors
/// As [`super::send`].
pub async fn confirm(settings: &Settings, lang: Lang, to: &str, call: &str, title: &str, link: &str, days: i64) -> Result<Sent> {
    let subject = lang.text_with("mail-proposed-subject", &[("call", &call)]);
    let cancel = format!("{link}?cancel=1");
    let body = lang.text_with(
        "mail-proposed-body",
        &[("call", &call), ("title", &title), ("link", &link), ("cancel", &cancel), ("days", &days)],
    );
    super::send(settings, to, &subject, &body).await
}

/// Tells them what those who call decided. `page` is where it stands now, or empty where it was declined.
///
/// # Errors
/// As [`super::send`].
pub async fn decided(settings: &Settings, lang: Lang, to: &str, call: &str, title: &str, page: &str) -> Result<Sent> {
    let accepted = !page.is_empty();
    let subject = if accepted { "mail-proposed-accepted-subject" } else { "mail-proposed-declined-subject" };
    let body = if accepted { "mail-proposed-accepted-body" } else { "mail-proposed-declined-body" };
    let subject = lang.text_with(subject, &[("call", &call), ("title", &title)]);
    let body = lang.text_with(body, &[("call", &call), ("title", &title), ("page", &page)]);
    super::send(settings, to, &subject, &body).await
}
