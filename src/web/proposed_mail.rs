//! Tells people without an instance what was decided about the action that they proposed, for the desk and the command line.

use crate::{acts::proposed::Decided, db, i18n::Lang, mail, state::AppState};

/// Writes to who proposed it. What was decided stands whether the mail goes out or not; a failure is logged, without the address.
pub async fn tell(state: &AppState, decided: &Decided) {
    let Some(to) = &decided.mail else { return };
    let id = decided.row.statement_id.clone();
    let read = state.db.read(move |conn| {
        let row = db::statements::by_id(conn, &id)?;
        Ok(db::statements::version(conn, &row.id, row.version)?.title)
    });
    let call = match read.await {
        Ok(call) => call,
        Err(error) => return tracing::warn!(%error, "who proposed an action wasn't told what was decided"),
    };
    let lang = Lang::by_tag(&decided.row.language).unwrap_or_else(Lang::english);
    let page = decided.action.as_ref().map_or("", |action| action.uri.as_str());
    match mail::proposed::decided(&state.settings, lang, to, &call, &decided.row.content.title, page).await {
        Ok(mail::Sent::Yes | mail::Sent::NotConfigured) => {}
        Err(error) => tracing::warn!(%error, "who proposed an action wasn't told what was decided"),
    }
}
