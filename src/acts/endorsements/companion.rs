//! The Note that shows an endorsement to everybody whose server doesn't know endorsements: it quotes the statement and says
//! how far the co-signature goes. A statement of ours like others, written by nobody.

use super::{Text, as_clock};
use crate::{
    acts::{Act, consents::quote, statements},
    db::{self, endorsements::EndorsementRow, statements::StatementRow},
    domain::{
        endorsement::EndorsementState,
        names::{StatementForm, StatementState},
        statement::{MAX_TITLE, Quoted, StatementContent},
    },
    error::{Error, Result},
    i18n::Lang,
    text,
};

/// What it says, in the collective's language where there are words for it.
fn content(act: &mut Act, row: &EndorsementRow, quote: Option<Quoted>) -> Result<StatementContent> {
    let collective_id = row.endorser_id.as_deref().ok_or(Error::NotFound)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    let lang = Lang::by_tag(&collective.language).unwrap_or_else(Lang::english);
    let date = |at| lang.date(at);
    let says = match (row.state, row.ratify_by) {
        (EndorsementState::Indicative, Some(by)) => lang.text_with("companion-indicative", &[("date", &date(by))]),
        (EndorsementState::Indicative, None) | (EndorsementState::Ratified, _) => match row.by_steward() {
            None => lang.text("companion-ratified"),
            Some("") => lang.text("companion-steward"),
            Some(reason) => lang.text_with("companion-steward-reason", &[("reason", &reason)]),
        },
        (EndorsementState::Withdrawn, _) => lang.text_with("companion-withdrawn", &[("date", &date(row.updated))]),
        (EndorsementState::Lapsed, _) => lang.text_with("companion-lapsed", &[("date", &date(row.updated))]),
    };
    let title = match row.state.is_final() {
        false => lang.text_with("companion-title", &[("title", &row.title)]),
        true => lang.text_with("companion-title-over", &[("title", &row.title)]),
    };
    let body = match (&row.reason, row.state) {
        (Some(reason), EndorsementState::Withdrawn) => format!("{says}\n\n{reason}"),
        _ => says,
    };
    Ok(StatementContent {
        title: text::excerpt(&title, MAX_TITLE),
        body,
        language: lang.tag().to_owned(),
        form: StatementForm::Note,
        quote,
        ..StatementContent::default()
    })
}

/// Writes it, with the quote of the statement.
pub(super) fn begin(act: &mut Act, row: &EndorsementRow, text: &Text) -> Result<StatementRow> {
    let quoted = Quoted { url: text.url.clone(), ..quote::quoted(&text.target.uri, &text.target)? };
    let content = content(act, row, Some(quoted))?;
    let collective_id = row.endorser_id.clone().ok_or(Error::NotFound)?;
    statements::new_draft(&mut as_clock(act), &collective_id, content)
}

/// Says anew how far the co-signature goes; nothing where it was withdrawn by itself.
pub(super) fn renew(act: &mut Act, row: &EndorsementRow) -> Result<()> {
    let Some(id) = row.companion_id.as_deref() else { return Ok(()) };
    if db::statements::by_id(act.conn, id)?.state != StatementState::Published {
        return Ok(());
    }
    let quote = db::statements::current_draft(act.conn, id)?.content.into_inner().quote;
    let content = content(act, row, quote)?;
    let mut act = as_clock(act);
    statements::save_draft(&mut act, id, content, false)?;
    statements::publish(&mut act, id).map(drop)
}
