//! An invitation that goes out by mail, for the steward's page and the command line.
//!
//! Must not tell or keep where it went: the address is handed in, used once and forgotten.

use crate::{
    acts::{
        Principal,
        invitations::{self, Invitation, NewInvitation},
    },
    error::{Error, Result},
    i18n::Lang,
    mail,
    state::AppState,
};

/// Makes an invitation and mails its link. Where the mail server doesn't take it, the invitation is taken back: nobody else
/// knows its link.
///
/// # Errors
/// `Invalid` for `mail` where mail isn't set up or `to` is no address; `Upstream` where the mail server is the reason; else as
/// [`invitations::invite`].
pub async fn invite_by_mail(state: &AppState, by: Principal, wanted: NewInvitation, lang: Lang, to: &str) -> Result<Invitation> {
    mail::check(&state.settings, to)?;
    let days = state.settings.accounts.invitation_days;
    let made = state.act(by.clone(), move |act| invitations::invite(act, &wanted, days)).await?;
    let site = state.site()?;
    let link = format!("{}/join/{}", site.base_url, made.token);
    match mail::invitation::send(&state.settings, &site, lang, to, &link, made.expires_at).await {
        Ok(mail::Sent::Yes) => Ok(made),
        Ok(mail::Sent::NotConfigured) => Err(Error::invalid("mail", "error-mail-none")),
        Err(error) => {
            let id = made.id;
            state.act(by, move |act| invitations::revoke(act, &id)).await?;
            Err(error)
        }
    }
}
