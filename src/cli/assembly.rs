//! In whose name the command line takes part in what members do.

use super::Context;
use crate::{
    acts::Principal,
    db,
    domain::Id,
    error::{Error, Result},
};

/// The member of this name, who must be one of the collective; without a name the only one there is.
///
/// # Errors
/// `Invalid` for `as` where there is none or several, or they belong to another collective; `NotFound` for an unknown name.
pub fn member_id(ctx: &Context, collective_id: &str, name: Option<&str>) -> Result<Id> {
    ctx.state.db.read_blocking(|conn| {
        let assembly = db::decisions::assembly(conn, collective_id)?;
        match (name, assembly.as_slice()) {
            (Some(name), _) => {
                let id = db::members::by_name(conn, name)?.id;
                if assembly.contains(&id) { Ok(id) } else { Err(Error::invalid("as", "error-as-stranger")) }
            }
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err(Error::invalid("as", "error-as-nobody")),
            (None, _) => Err(Error::invalid("as", "error-as-missing")),
        }
    })
}

/// As whom an act is done: a member with their own mandate or none, or the command line, which may do all that a steward may.
///
/// # Errors
/// As [`member_id`].
pub fn principal(ctx: &Context, collective_id: &str, as_member: Option<&str>) -> Result<Principal> {
    match as_member {
        Some(name) => Ok(Principal::Member(member_id(ctx, collective_id, Some(name))?)),
        None => Ok(Principal::Console),
    }
}
