//! Whom to remind of an open question by mail: those who could say something and haven't, once for each stage.

use super::super::Act;
use crate::{
    db::{self, collectives::CollectiveRow, decisions::DecisionRow},
    error::Result,
};
use chrono::Duration;

/// Questions of which members are reminded at one look.
pub const MOST_REMINDED: i64 = 50;

/// An open question, and whom to tell.
#[derive(Debug, Clone)]
pub struct Reminder {
    pub row: DecisionRow,
    pub collective: CollectiveRow,
    /// Mail addresses and languages of members who gave one.
    pub to: Vec<(String, String)>,
}

/// Reminders that are due: so long before the end of a stage, or in the middle of one that is shorter than twice that. They
/// are noted down here, so that none is given twice even where a mail is lost.
///
/// # Errors
/// Those of the database.
pub fn remind(act: &mut Act, before: Duration) -> Result<Vec<Reminder>> {
    let mut due = Vec::new();
    for row in db::decisions::unreminded(act.conn, act.now, act.now + before, MOST_REMINDED)? {
        if row.closes_at - act.now > before.min((row.closes_at - row.opened_at) / 2) {
            continue;
        }
        db::decisions::set_reminded(act.conn, &row.id, act.now)?;
        let mut to = Vec::new();
        for id in db::decisions::silent(act.conn, &row)? {
            if db::members::acts_for(act.conn, &id, &row.collective_id)? {
                let member = db::members::by_id(act.conn, &id)?;
                to.extend(member.mail.map(|mail| (mail, member.language)));
            }
        }
        let collective = db::collectives::by_id(act.conn, &row.collective_id)?;
        due.push(Reminder { row, collective, to });
    }
    Ok(due)
}
