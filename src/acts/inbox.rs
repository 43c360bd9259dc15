//! What members do with what reached their desk: let a reply show, hide it again, mark things as read.
//!
//! Must not know where replies are shown.

use super::Act;
use crate::{
    db::{self, inbox::InboxRow},
    domain::names::{InboxKind, Visibility},
    error::{Error, Result},
};

/// Lets a reply show under its statement, or hides it again.
///
/// # Errors
/// `NotFound` for items of other desks; `Conflict` for what isn't a public reply: what was written to few isn't shown to all.
pub fn show(act: &mut Act, collective_id: &str, item_id: &str, shown: bool) -> Result<()> {
    let item = mine(act, collective_id, item_id)?;
    if shown {
        let post = match &item.post_id {
            Some(id) => db::remote_posts::by_id(act.conn, id)?,
            None => return Err(Error::Conflict("error-not-a-reply")),
        };
        let public = matches!(post.visibility, Visibility::Public | Visibility::Unlisted);
        if item.kind != InboxKind::Reply || post.deleted_at.is_some() || item.undone_at.is_some() {
            return Err(Error::Conflict("error-not-a-reply"));
        }
        if !public {
            return Err(Error::Conflict("error-reply-private"));
        }
    }
    db::inbox::set_shown(act.conn, &item.id, shown)?;
    if item.read_at.is_none() {
        db::inbox::set_read(act.conn, &item.id, act.now)?;
    }
    Ok(())
}

/// Marks everything on a desk as read, or everything of one kind; gives how many were new.
///
/// # Errors
/// `NotFound` for the desk of a collective that the doer doesn't belong to.
pub fn mark_read(act: &mut Act, collective_id: &str, kind: Option<InboxKind>) -> Result<usize> {
    act.may_act_for(collective_id)?;
    db::inbox::set_all_read(act.conn, collective_id, kind, act.now)
}

fn mine(act: &mut Act, collective_id: &str, item_id: &str) -> Result<InboxRow> {
    act.may_act_for(collective_id)?;
    let item = db::inbox::by_id(act.conn, item_id)?;
    if item.collective_id == collective_id { Ok(item) } else { Err(Error::NotFound) }
}
