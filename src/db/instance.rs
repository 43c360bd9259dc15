//! The one row that says what this instance is.

use super::{DbConn, Json, schema::instance};
use crate::{domain::Timestamp, error::Result};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = instance)]
pub struct InstanceRow {
    pub id: i32,
    /// With a port in local mode only.
    pub domain: String,
    /// Scheme and domain without a slash at the end: every id begins with it.
    pub base_url: String,
    pub name: String,
    pub description: String,
    /// BCP 47 tags, the first is the instance's own.
    pub languages: Json<Vec<String>>,
    pub set_up_at: Timestamp,
}

/// `None` before setup.
pub fn load(conn: &mut DbConn) -> Result<Option<InstanceRow>> {
    Ok(instance::table.select(InstanceRow::as_select()).first(conn).optional()?)
}

pub fn insert(conn: &mut DbConn, row: &InstanceRow) -> Result<()> {
    diesel::insert_into(instance::table).values(row).execute(conn)?;
    Ok(())
}

/// Changes what may change: name, description, languages. The domain never does.
pub fn describe(conn: &mut DbConn, name: &str, description: &str, languages: &[String]) -> Result<()> {
    diesel::update(instance::table)
        .set((
            instance::name.eq(name),
            instance::description.eq(description),
            instance::languages.eq(Json::new(languages.to_vec())),
        ))
        .execute(conn)?;
    Ok(())
}
