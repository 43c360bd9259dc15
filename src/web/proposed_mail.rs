//! Tells people without an instance what was decided about the action that they proposed, for the desk and the command line.

use crate::{acts::proposed::Decided, i18n::Lang, mail, state::AppState};

/// Writes to who proposed it. What was decided stands whether the mail goes out or not; a failure is logged, without the address.
pub async fn tell(state: &AppState, decided: &Decided) {
    let Some(to) = &decided.mail else { return };
    let lang = Lang::by_tag(&decided.row.language).unwrap_or_else(Lang::english);
    match mail::proposed::decided(&state.settings, lang, to, &decided.call_title, &decided.row.content.title, decided.page())
        .await
    {
        Ok(mail::Sent::Yes | mail::Sent::NotConfigured) => {}
        Err(error) => tracing::warn!(%error, "who proposed an action wasn't told what was decided"),
    }
}
