//! Working copies: each save is kept, autosaves replace one another.

use super::{
    super::{Act, Principal, target::Target},
    change, mine,
};
use crate::{
    db::{
        self, Json,
        statements::{DraftRow, StatementRow},
    },
    domain::{
        Id,
        names::{StatementForm, StatementState},
        report::Report,
        statement::StatementContent,
    },
    error::{Error, Result},
};

/// Working copies kept of each statement; older ones are forgotten.
pub const MAX_KEPT_DRAFTS: i32 = 200;

/// Time since the copy before from which on an autosaved copy stays beside the next one.
const AUTOSAVES_TOGETHER: chrono::Duration = chrono::Duration::minutes(10);
/// Where an autosave has lost more characters than this, and half of the text, the one before it stays.
const MUCH: usize = 200;

/// Begins a statement of this collective with a first working copy.
///
/// # Errors
/// `Invalid` with every fault of [`StatementContent::draft_faults`]; `NotFound` to members of other collectives.
pub fn new_draft(act: &mut Act, collective_id: &str, content: StatementContent) -> Result<StatementRow> {
    // What a text answers or reports on is no field of its form: `new_answer` and `new_report` check it.
    begin(act, collective_id, StatementContent { in_reply_to: String::new(), report: None, ..content })
}

/// Begins an answer to a post. Its author is mentioned, so that it reaches them.
///
/// # Errors
/// As [`new_draft`]; `Conflict` where the post wasn't written for everybody, as the answer will be; `NotFound` where it
/// is gone.
pub fn new_answer(act: &mut Act, collective_id: &str, mut content: StatementContent, target: &Target) -> Result<StatementRow> {
    act.may_act_for(collective_id)?;
    let target = target.still(act)?;
    target.for_everybody("error-answer-private")?;
    let own = db::collectives::by_id(act.conn, collective_id)?.uri;
    let author = &target.author;
    if author.uri != own && content.mentions.iter().all(|mention| mention.actor != author.uri) {
        content.mentions.push(author.as_mention());
    }
    target.keep(act)?;
    begin(act, collective_id, StatementContent { in_reply_to: target.uri, report: None, ..content })
}

/// Begins what was checked.
pub(super) fn begin(act: &mut Act, collective_id: &str, content: StatementContent) -> Result<StatementRow> {
    act.may_act_for(collective_id)?;
    let content = checked(act, collective_id, content)?;
    let in_reply_to = Some(content.in_reply_to.clone()).filter(|uri| !uri.is_empty());
    let id = act.new_id();
    let row = StatementRow {
        uri: act.site.statement(&id),
        id,
        collective_id: collective_id.to_owned(),
        state: StatementState::Draft,
        form: StatementForm::Auto,
        in_reply_to,
        version: 0,
        created_by: act.by.member_id().map(str::to_owned),
        created_at: act.now,
        scheduled_at: None,
        published_at: None,
        updated_at: act.now,
        withdrawn_at: None,
        withdrawn_reason: None,
        scheduled_by: None,
    };
    db::statements::insert(act.conn, &row)?;
    db::calls::put(act.conn, &row.id, collective_id, content.call.as_ref(), false, act.now)?;
    put(act, &row.id, 1, content, false)?;
    Ok(row)
}

/// Saves a working copy. What is public stays as it is until [`super::publish`].
///
/// An autosave takes the place of the one before it by the same member, unless a copy of ten minutes' work or of a text
/// that was much longer would be lost; a save without a change is no new copy.
///
/// # Errors
/// As [`new_draft`]; `Conflict` where the statement is withdrawn, or shows an endorsement.
pub fn save_draft(act: &mut Act, id: &str, content: StatementContent, autosave: bool) -> Result<StatementRow> {
    let (was, _) = mine(act, id)?;
    by_its_own_act(act, id)?;
    let current = db::statements::current_draft(act.conn, id)?;
    // What a text answers or reports on is no field of its form.
    let attendance = content.report.as_ref().and_then(|report| report.attendance);
    let report = current.content.report.as_ref().map(|report| Report { of: report.of.clone(), attendance });
    let content = StatementContent { in_reply_to: was.in_reply_to.clone().unwrap_or_default(), report, ..content };
    let content = checked(act, &was.collective_id, content)?;
    let unchanged = *current.content == content;
    if unchanged && (autosave || !current.autosaved) {
        return Ok(was);
    }
    let own_autosave = autosave && current.saved_by.as_deref() == act.by.member_id();
    let replaces = current.autosaved && (unchanged || (own_autosave && !worth_keeping(act, id, &current, &content)?));
    let n = if replaces { current.n } else { current.n + 1 };
    if was.version == 0 {
        db::calls::put(act.conn, id, &was.collective_id, content.call.as_ref(), false, act.now)?;
    }
    put(act, id, n, content, autosave)?;
    db::statements::forget_drafts_below(act.conn, id, n - MAX_KEPT_DRAFTS + 1)?;
    let row = StatementRow { updated_at: act.now, ..was.clone() };
    change(act, &was, &row)?;
    Ok(row)
}

/// What shows an endorsement is written by the endorsement's own acts, and by nobody's hand.
fn by_its_own_act(act: &mut Act, id: &str) -> Result<()> {
    let by_hand = matches!(act.by, Principal::Member(_) | Principal::Console);
    if by_hand && db::endorsements::by_companion(act.conn, id)?.is_some() {
        return Err(Error::Conflict("error-edit-companion"));
    }
    Ok(())
}

/// Whether an autosaved copy must outlive the next one: what was deleted by mistake is saved by itself too.
fn worth_keeping(act: &mut Act, id: &str, current: &DraftRow, content: &StatementContent) -> Result<bool> {
    let (had, has) = (current.content.body.chars().count(), content.body.chars().count());
    if had > has + MUCH && has < had / 2 {
        return Ok(true);
    }
    // An autosaved copy is never the first one.
    let before = db::statements::draft(act.conn, id, current.n - 1)?;
    Ok(act.now - before.saved_at > AUTOSAVES_TOGETHER)
}

/// Brings an earlier working copy back as the newest one.
///
/// # Errors
/// `NotFound` where there is no copy `n`.
pub fn restore_draft(act: &mut Act, id: &str, n: i32) -> Result<StatementRow> {
    mine(act, id)?;
    let content = db::statements::draft(act.conn, id, n)?.content.into_inner();
    save_draft(act, id, content, false)
}

fn checked(act: &mut Act, collective_id: &str, content: StatementContent) -> Result<StatementContent> {
    let content = content.normalised();
    Error::from_faults(content.draft_faults())?;
    let images: Vec<Id> = content.images.iter().map(|image| image.media_id.clone()).collect();
    let posters: Vec<Id> = content.posters.iter().map(|poster| poster.media_id.clone()).collect();
    for (ids, posters, gone) in
        [(images, false, ("images", "error-image-gone")), (posters, true, ("posters", "error-poster-gone"))]
    {
        if !ids.is_empty() {
            let known = db::media::of_collective(act.conn, collective_id, &ids)?;
            let right = |id: &Id| known.iter().any(|media| media.id == *id && media.is_poster() == posters);
            if !ids.iter().all(right) {
                return Err(Error::invalid(gone.0, gone.1));
            }
        }
    }
    Ok(content)
}

fn put(act: &mut Act, id: &str, n: i32, content: StatementContent, autosaved: bool) -> Result<()> {
    let row = DraftRow {
        statement_id: id.to_owned(),
        n,
        content: Json::new(content),
        saved_by: act.by.member_id().map(str::to_owned),
        saved_at: act.now,
        autosaved,
    };
    db::statements::put_draft(act.conn, &row)
}
