//! The mail that carries an invitation, from the steward's page or the command line.
//!
//! The address is used for this one mail and kept nowhere: no row, no log, no answer has it.

use super::Sent;
use crate::{
    config::Settings,
    domain::{Site, Timestamp},
    error::Result,
    i18n::Lang,
};

/// The language that somebody chose for it, else the instance's own, else English.
pub fn language(chosen: &str, site: &Site) -> Lang {
    let own = site.languages.first().map(String::as_str).unwrap_or_default();
    Lang::by_tag(chosen).or_else(|| Lang::by_tag(own)).unwrap_or_else(Lang::english)
}

/// Sends the link of an invitation that is good until `until`.
///
/// # Errors
/// As [`super::send`].
pub async fn send(settings: &Settings, site: &Site, lang: Lang, to: &str, link: &str, until: Timestamp) -> Result<Sent> {
    let subject = lang.text_with("account-mail-invitation-subject", &[("site", &site.name)]);
    let time = lang.date_time(until);
    let body = lang.text_with("account-mail-invitation-body", &[("site", &site.name), ("link", &link), ("time", &time)]);
    super::send(settings, to, &subject, &body).await
}
