//! Beginning an answer at a desk: a draft, so that a member can look at it before everybody does.

use super::{
    super::{Act, target::Target},
    draft::new_answer,
};
use crate::{
    db::{self, statements::StatementRow},
    domain::statement::StatementContent,
    error::Result,
};

/// Begins an answer in the collective's language, or gives the one that was begun before and isn't public yet.
///
/// # Errors
/// As [`new_answer`].
pub fn begin_answer(act: &mut Act, collective_id: &str, target: &Target) -> Result<StatementRow> {
    act.may_act_for(collective_id)?;
    if let Some(begun) = db::statements::open_answer(act.conn, collective_id, &target.uri)? {
        return Ok(begun);
    }
    let language = db::collectives::by_id(act.conn, collective_id)?.language;
    new_answer(act, collective_id, StatementContent { language, ..Default::default() }, target)
}
