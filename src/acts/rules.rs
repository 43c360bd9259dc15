//! The rules that a collective gives itself: how it decides, who needs a mandate, who may endorse what it says.

use super::Act;
use crate::{
    db,
    domain::assembly::AssemblyRules,
    error::{Error, Result},
};

/// Sets a collective's rules. Questions that are open keep those under which they were opened.
///
/// # Errors
/// `Forbidden` to others than stewards; `Invalid` with every fault.
pub fn set(act: &mut Act, collective_id: &str, rules: &AssemblyRules) -> Result<()> {
    act.may_steward()?;
    Error::from_faults(rules.faults())?;
    db::collectives::by_id(act.conn, collective_id)?;
    db::decisions::set_rules(act.conn, collective_id, rules)
}
