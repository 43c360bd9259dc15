//! Mandates, whose they are, and who wants them recalled; draws by lot.

use super::{
    DbConn, Json,
    schema::{draws, mandate_holders, mandates, recall_wishes},
};
use crate::{
    domain::{
        Id, Timestamp,
        lot::Lot,
        mandate::{Term, Terms},
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = mandates, treat_none_as_null = true)]
pub struct MandateRow {
    pub id: Id,
    pub collective_id: Id,
    pub terms: Json<Terms>,
    /// The end of the term, as in `terms`.
    pub until_at: Timestamp,
    pub granted_at: Timestamp,
    /// The decision that granted it; none where a steward did.
    pub decision_id: Option<Id>,
    /// The last warning given, in days before the end.
    pub warned: Option<i32>,
    pub recalled_at: Option<Timestamp>,
    /// `decision:ID`, `members`, `holder` or `steward`.
    pub recalled_by: Option<String>,
}

/// A draw by lot.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = draws, treat_none_as_null = true)]
pub struct DrawRow {
    pub id: Id,
    pub collective_id: Id,
    /// What is drawn for.
    pub purpose: String,
    /// Fixed before the seed is known.
    pub lot: Json<Lot>,
    pub seed: Option<String>,
    /// The chosen tickets, in the order of the lot.
    pub drawn: Option<Json<Vec<String>>>,
    /// Which ticket is whose. Never published.
    pub tickets: Json<BTreeMap<String, Id>>,
    pub created_at: Timestamp,
    pub drawn_at: Option<Timestamp>,
}

pub fn insert(conn: &mut DbConn, row: &MandateRow, holders: &[Id]) -> Result<()> {
    diesel::insert_into(mandates::table).values(row).execute(conn)?;
    for member in holders {
        diesel::insert_into(mandate_holders::table)
            .values((mandate_holders::mandate_id.eq(&row.id), mandate_holders::member_id.eq(member)))
            .execute(conn)?;
    }
    Ok(())
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<MandateRow> {
    Ok(mandates::table.find(id).select(MandateRow::as_select()).first(conn)?)
}

/// A collective's mandates, those that end last first; with their holders.
pub fn list(conn: &mut DbConn, collective_id: &str, most: i64) -> Result<Vec<(MandateRow, Vec<Id>)>> {
    let rows: Vec<MandateRow> = mandates::table
        .filter(mandates::collective_id.eq(collective_id))
        .order((mandates::until_at.desc(), mandates::id.desc()))
        .limit(most)
        .select(MandateRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let holders = holders(conn, &row.id)?;
            Ok((row, holders))
        })
        .collect()
}

/// All that a member holds or held for a collective, also what is over or recalled, the last to end first. Nobody recalls
/// one of these before this transaction ends: whoever acts by it and commits was empowered at that moment (AUT-09).
pub fn held(conn: &mut DbConn, collective_id: &str, member_id: &str) -> Result<Vec<MandateRow>> {
    let own = mandate_holders::table.filter(mandate_holders::member_id.eq(member_id)).select(mandate_holders::mandate_id);
    let query = mandates::table
        .filter(mandates::collective_id.eq(collective_id))
        .filter(mandates::id.eq_any(own))
        .order((mandates::until_at.desc(), mandates::id.desc()));
    Ok(match conn {
        // Its one writer is this transaction.
        DbConn::Sqlite(c) => query.select(MandateRow::as_select()).load(c)?,
        DbConn::Postgres(c) => query.select(MandateRow::as_select()).for_share().load(c)?,
    })
}

pub fn holders(conn: &mut DbConn, mandate_id: &str) -> Result<Vec<Id>> {
    Ok(mandate_holders::table
        .filter(mandate_holders::mandate_id.eq(mandate_id))
        .order(mandate_holders::member_id)
        .select(mandate_holders::member_id)
        .load(conn)?)
}

/// The terms that anybody had in an office of this name.
pub fn terms_in(conn: &mut DbConn, collective_id: &str, office: &str) -> Result<Vec<Term>> {
    let rows: Vec<(MandateRow, Id)> = mandates::table
        .inner_join(mandate_holders::table.on(mandate_holders::mandate_id.eq(mandates::id)))
        .filter(mandates::collective_id.eq(collective_id))
        .select((MandateRow::as_select(), mandate_holders::member_id))
        .load(conn)?;
    let of_office = rows.into_iter().filter(|(row, _)| row.terms.office == office);
    Ok(of_office
        .map(|(row, member)| Term {
            member,
            from: row.terms.from,
            end: row.recalled_at.map_or(row.until_at, |at| at.min(row.until_at)),
        })
        .collect())
}

/// Ends a mandate; `false` where it was recalled before.
pub fn recall(conn: &mut DbConn, id: &str, now: Timestamp, by: &str) -> Result<bool> {
    let one = mandates::table.filter(mandates::id.eq(id)).filter(mandates::recalled_at.is_null());
    let set = (mandates::recalled_at.eq(now), mandates::recalled_by.eq(by));
    Ok(diesel::update(one).set(set).execute(conn)? > 0)
}

/// Notes that a member wants it recalled; gives all who do.
pub fn wish_recall(conn: &mut DbConn, mandate_id: &str, member_id: &str) -> Result<BTreeSet<Id>> {
    let row = (recall_wishes::mandate_id.eq(mandate_id), recall_wishes::member_id.eq(member_id));
    on_backend!(conn, c => diesel::insert_into(recall_wishes::table).values(row).on_conflict_do_nothing().execute(c))?;
    recall_wishes(conn, mandate_id)
}

/// Who wants it recalled.
pub fn recall_wishes(conn: &mut DbConn, mandate_id: &str) -> Result<BTreeSet<Id>> {
    let rows: Vec<Id> =
        recall_wishes::table.filter(recall_wishes::mandate_id.eq(mandate_id)).select(recall_wishes::member_id).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Those in force that end until then, for warnings.
pub fn ending(conn: &mut DbConn, now: Timestamp, until: Timestamp) -> Result<Vec<MandateRow>> {
    Ok(mandates::table
        .filter(mandates::recalled_at.is_null())
        .filter(mandates::until_at.gt(now))
        .filter(mandates::until_at.le(until))
        .order(mandates::until_at)
        .select(MandateRow::as_select())
        .load(conn)?)
}

pub fn set_warned(conn: &mut DbConn, id: &str, days: i32) -> Result<()> {
    diesel::update(mandates::table.find(id)).set(mandates::warned.eq(days)).execute(conn)?;
    Ok(())
}

pub fn insert_draw(conn: &mut DbConn, row: &DrawRow) -> Result<()> {
    diesel::insert_into(draws::table).values(row).execute(conn)?;
    Ok(())
}

pub fn draw(conn: &mut DbConn, id: &str) -> Result<DrawRow> {
    Ok(draws::table.find(id).select(DrawRow::as_select()).first(conn)?)
}

/// Writes what came out; `false` where it was drawn before: nobody draws until it suits them.
pub fn set_drawn(conn: &mut DbConn, id: &str, seed: &str, drawn: &[String], now: Timestamp) -> Result<bool> {
    let drawn = Json::new(drawn.to_vec());
    let one = draws::table.filter(draws::id.eq(id)).filter(draws::drawn_at.is_null());
    let set = (draws::seed.eq(seed), draws::drawn.eq(&drawn), draws::drawn_at.eq(now));
    Ok(diesel::update(one).set(set).execute(conn)? > 0)
}

/// A collective's draws, newest first.
pub fn draws(conn: &mut DbConn, collective_id: &str, most: i64) -> Result<Vec<DrawRow>> {
    Ok(draws::table
        .filter(draws::collective_id.eq(collective_id))
        .order((draws::created_at.desc(), draws::id.desc()))
        .limit(most)
        .select(DrawRow::as_select())
        .load(conn)?)
}
