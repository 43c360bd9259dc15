//! Members, and which collectives they belong to.

use super::{
    DbConn,
    schema::{members, memberships},
};
use crate::{
    domain::names::{MemberState, Role},
    error::Result,
};
use diesel::prelude::*;

/// The role of an active member; `None` for a disabled or unknown one.
pub fn active_role(conn: &mut DbConn, member_id: &str) -> Result<Option<Role>> {
    Ok(members::table
        .find(member_id)
        .filter(members::state.eq(MemberState::Active))
        .select(members::role)
        .first(conn)
        .optional()?)
}

/// Whether an active member belongs to this collective.
pub fn acts_for(conn: &mut DbConn, member_id: &str, collective_id: &str) -> Result<bool> {
    let found: Option<String> = memberships::table
        .inner_join(members::table)
        .filter(memberships::member_id.eq(member_id))
        .filter(memberships::collective_id.eq(collective_id))
        .filter(members::state.eq(MemberState::Active))
        .select(memberships::member_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}
