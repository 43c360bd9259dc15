//! Endorsements: by collectives of ours, and by others of what is ours; and all that their endorsers said of them.

use super::{
    DbConn,
    schema::{endorsement_claims, endorsement_policies, endorsements, kept_endorsements},
};
use crate::{
    domain::{
        Id, Timestamp,
        consent::Verdict,
        endorsement::{AuthorState, Claim, EndorsementState, Endorsing, Event, Fault, Life, Shown},
    },
    error::Result,
    on_backend,
};
use diesel::prelude::*;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = endorsements, treat_none_as_null = true)]
pub struct EndorsementRow {
    pub id: Id,
    pub uri: String,
    pub endorser_uri: String,
    /// The collective of ours that endorses.
    pub endorser_id: Option<Id>,
    /// The statement of ours that is endorsed.
    pub statement_id: Option<Id>,
    pub statement_uri: String,
    pub author_uri: String,
    /// Of the statement, plain text, for lists.
    pub title: String,
    pub state: EndorsementState,
    pub sequence: i32,
    pub digest: String,
    pub ratify_by: Option<Timestamp>,
    /// As claimed by the endorser.
    pub published: Timestamp,
    pub updated: Timestamp,
    pub received_at: Timestamp,
    /// As it came, with its proof; empty for one of ours.
    pub document: String,
    pub author_state: AuthorState,
    pub stamp_uri: Option<String>,
    /// The Note that shows it to those who don't know endorsements.
    pub companion_uri: Option<String>,
    /// The statement of ours that is this Note.
    pub companion_id: Option<Id>,
    /// Whether the endorser said two things under one number.
    pub equivocal: bool,
    pub erased_at: Option<Timestamp>,
    /// What the doer could go by: `mandate:ID`, `decision:ID`, `steward` or `steward:REASON`, or nothing for an indicative one.
    pub basis: Option<String>,
    pub created_by: Option<Id>,
    /// Digest of the statement's text as last seen.
    pub text_digest: String,
    pub checked_at: Option<Timestamp>,
    pub next_check_at: Option<Timestamp>,
    /// What a later look at its own host found wrong, and when first.
    pub fault: Option<Fault>,
    pub fault_since: Option<Timestamp>,
    /// Why it was withdrawn, or shall be once that is decided. Of our own alone.
    pub reason: Option<String>,
    /// When the author last asked to confirm the text as it is.
    pub asked_at: Option<Timestamp>,
    /// Whether the author keeps a register; else it could only be asked for a quote.
    pub register: bool,
}

impl EndorsementRow {
    /// As far as the endorser's own rules go.
    pub fn endorsing(&self) -> Endorsing {
        Endorsing { state: self.state, sequence: self.sequence, digest: self.digest.clone(), ratify_by: self.ratify_by }
    }

    /// Whether a steward's word alone stands behind a ratified one, and why; an assembly never decided on it (AUT-13).
    pub fn by_steward(&self) -> Option<&str> {
        let why = self.basis.as_deref().filter(|_| self.state == EndorsementState::Ratified)?.strip_prefix("steward")?;
        Some(why.strip_prefix(':').unwrap_or_default())
    }

    /// How it is shown beside the text as last seen.
    pub fn shown(&self, now: Timestamp) -> Shown {
        if self.erased_at.is_some() {
            return Shown::Erased;
        }
        let claim = Claim {
            sequence: self.sequence,
            state: self.state,
            digest: self.digest.clone(),
            ratify_by: self.ratify_by,
            fingerprint: String::new(),
        };
        let stamp = || self.stamp_uri.clone().unwrap_or_else(|| self.uri.clone());
        let author = match self.author_state {
            AuthorState::Pending => Vec::new(),
            AuthorState::Accepted => vec![Event::Stamped(stamp())],
            AuthorState::Declined => vec![Event::Declined],
            AuthorState::Dropped => vec![Event::StampGone(stamp())],
        };
        let shown = Life::of(std::iter::once(Event::Claimed(claim)).chain(author)).shown(&self.text_digest, now);
        if self.fault.is_some() && (shown.counts() || shown == Shown::EarlierVersion) { Shown::Unverified } else { shown }
    }
}

/// One thing that an endorser said.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = endorsement_claims)]
pub struct ClaimRow {
    pub endorsement_uri: String,
    pub sequence: i32,
    pub fingerprint: String,
    pub state: EndorsementState,
    pub digest: String,
    pub ratify_by: Option<Timestamp>,
    pub document: String,
    pub received_at: Timestamp,
}

impl ClaimRow {
    pub fn claim(&self) -> Claim {
        Claim {
            sequence: self.sequence,
            state: self.state,
            digest: self.digest.clone(),
            ratify_by: self.ratify_by,
            fingerprint: self.fingerprint.clone(),
        }
    }
}

/// `false` where there is one under this id already, also one that came in this very moment.
pub fn insert(conn: &mut DbConn, row: &EndorsementRow) -> Result<bool> {
    let done = on_backend!(conn, c => diesel::insert_into(endorsements::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(done > 0)
}

/// As [`by_uri`], and nobody else changes it before this transaction ends.
pub fn locked_by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<EndorsementRow>> {
    Ok(match conn {
        // Its one writer is this transaction.
        DbConn::Sqlite(c) => {
            endorsements::table.filter(endorsements::uri.eq(uri)).select(EndorsementRow::as_select()).first(c).optional()?
        }
        DbConn::Postgres(c) => endorsements::table
            .filter(endorsements::uri.eq(uri))
            .select(EndorsementRow::as_select())
            .for_update()
            .first(c)
            .optional()?,
    })
}

/// Writes the row if its endorser said nothing further since it was read; else gives `false` and writes nothing.
pub fn update_from(conn: &mut DbConn, sequence: i32, row: &EndorsementRow) -> Result<bool> {
    let one = endorsements::table.filter(endorsements::id.eq(&row.id)).filter(endorsements::sequence.eq(sequence));
    Ok(diesel::update(one).set(row).execute(conn)? > 0)
}

/// Notes down that the collective keeps it, unless it said so before.
pub fn set_kept(conn: &mut DbConn, id: &str, now: Timestamp) -> Result<()> {
    let row = (kept_endorsements::endorsement_id.eq(id), kept_endorsements::kept_at.eq(now));
    on_backend!(conn, c => diesel::insert_into(kept_endorsements::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// When the collective said that it keeps it.
pub fn kept_at(conn: &mut DbConn, id: &str) -> Result<Option<Timestamp>> {
    Ok(kept_endorsements::table.find(id).select(kept_endorsements::kept_at).first(conn).optional()?)
}

/// Authors of what a collective of ours endorses and hasn't said since that it keeps, one for each endorsement.
pub fn standing_authors(conn: &mut DbConn, collective_id: &str) -> Result<Vec<String>> {
    Ok(endorsements::table
        .filter(endorsements::endorser_id.eq(collective_id))
        .filter(endorsements::state.eq_any([EndorsementState::Indicative, EndorsementState::Ratified]))
        .filter(endorsements::id.ne_all(kept_endorsements::table.select(kept_endorsements::endorsement_id)))
        .select(endorsements::author_uri)
        .load(conn)?)
}

pub fn by_id(conn: &mut DbConn, id: &str) -> Result<EndorsementRow> {
    Ok(endorsements::table.find(id).select(EndorsementRow::as_select()).first(conn)?)
}

pub fn by_uri(conn: &mut DbConn, uri: &str) -> Result<Option<EndorsementRow>> {
    Ok(endorsements::table.filter(endorsements::uri.eq(uri)).select(EndorsementRow::as_select()).first(conn).optional()?)
}

/// The one that is shown by this statement of ours.
pub fn by_companion(conn: &mut DbConn, companion_id: &str) -> Result<Option<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::companion_id.eq(companion_id))
        .select(EndorsementRow::as_select())
        .first(conn)
        .optional()?)
}

/// What stands of a collective of ours under a statement: neither withdrawn nor lapsed.
pub fn standing(conn: &mut DbConn, endorser_id: &str, statement_uri: &str) -> Result<Option<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::endorser_id.eq(endorser_id))
        .filter(endorsements::statement_uri.eq(statement_uri))
        .filter(endorsements::state.eq_any([EndorsementState::Indicative, EndorsementState::Ratified]))
        .select(EndorsementRow::as_select())
        .first(conn)
        .optional()?)
}

/// What a collective of ours endorsed, newest first.
pub fn of_endorser(conn: &mut DbConn, endorser_id: &str, most: i64) -> Result<Vec<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::endorser_id.eq(endorser_id))
        .order((endorsements::published.desc(), endorsements::id.desc()))
        .limit(most)
        .select(EndorsementRow::as_select())
        .load(conn)?)
}

/// Who endorses statements of a collective of ours, newest first.
pub fn of_author(conn: &mut DbConn, author_uri: &str, most: i64) -> Result<Vec<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::author_uri.eq(author_uri))
        .filter(endorsements::statement_id.is_not_null())
        .order((endorsements::received_at.desc(), endorsements::id.desc()))
        .limit(most)
        .select(EndorsementRow::as_select())
        .load(conn)?)
}

/// How many of a collective's own stand, are accepted, and are bound to an earlier text than the one that is known now.
pub fn count_outdated(conn: &mut DbConn, endorser_id: &str) -> Result<i64> {
    Ok(endorsements::table
        .filter(endorsements::endorser_id.eq(endorser_id))
        .filter(endorsements::state.eq_any([EndorsementState::Indicative, EndorsementState::Ratified]))
        .filter(endorsements::author_state.eq(AuthorState::Accepted))
        .filter(endorsements::digest.ne(endorsements::text_digest))
        .count()
        .get_result(conn)?)
}

/// How many wait for the author's answer under statements of a collective of ours: neither withdrawn nor lapsed.
pub fn count_waiting(conn: &mut DbConn, author_uri: &str) -> Result<i64> {
    Ok(endorsements::table
        .filter(endorsements::author_uri.eq(author_uri))
        .filter(endorsements::statement_id.is_not_null())
        .filter(endorsements::author_state.eq(AuthorState::Pending))
        .filter(endorsements::state.eq_any([EndorsementState::Indicative, EndorsementState::Ratified]))
        .filter(endorsements::erased_at.is_null())
        .count()
        .get_result(conn)?)
}

/// Notes when the author asked to confirm the text as it is.
pub fn set_asked(conn: &mut DbConn, ids: &[Id], at: Timestamp) -> Result<()> {
    diesel::update(endorsements::table.filter(endorsements::id.eq_any(ids))).set(endorsements::asked_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Notes why one of ours is withdrawn, or shall be.
pub fn set_reason(conn: &mut DbConn, id: &str, reason: Option<&str>) -> Result<()> {
    diesel::update(endorsements::table.find(id)).set(endorsements::reason.eq(reason)).execute(conn)?;
    Ok(())
}

/// All endorsements of a statement that are known here, in the order in which they came.
pub fn of_statement(conn: &mut DbConn, statement_uri: &str) -> Result<Vec<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::statement_uri.eq(statement_uri))
        .order((endorsements::received_at, endorsements::id))
        .select(EndorsementRow::as_select())
        .load(conn)?)
}

/// Indicative ones of ours whose time to be ratified is over.
pub fn due_to_lapse(conn: &mut DbConn, now: Timestamp, most: i64) -> Result<Vec<Id>> {
    Ok(endorsements::table
        .filter(endorsements::endorser_id.is_not_null())
        .filter(endorsements::state.eq(EndorsementState::Indicative))
        .filter(endorsements::ratify_by.le(now))
        .order(endorsements::ratify_by)
        .limit(most)
        .select(endorsements::id)
        .load(conn)?)
}

/// Those that stand and have a side on another instance, whose time to be looked at has come, the longest due first.
pub fn due_for_check(conn: &mut DbConn, now: Timestamp, most: i64) -> Result<Vec<EndorsementRow>> {
    Ok(endorsements::table
        .filter(endorsements::next_check_at.le(now))
        .filter(endorsements::state.eq_any([EndorsementState::Indicative, EndorsementState::Ratified]))
        .filter(endorsements::author_state.eq_any([AuthorState::Pending, AuthorState::Accepted]))
        .filter(endorsements::erased_at.is_null())
        .filter(endorsements::endorser_id.is_null().or(endorsements::statement_id.is_null()))
        .order(endorsements::next_check_at)
        .limit(most)
        .select(EndorsementRow::as_select())
        .load(conn)?)
}

/// Takes one that is due, so that no other process looks at it too; `false` where one did.
pub fn take_for_check(conn: &mut DbConn, row: &EndorsementRow, until: Timestamp) -> Result<bool> {
    let one = endorsements::table.find(&row.id).filter(endorsements::next_check_at.eq(row.next_check_at));
    Ok(diesel::update(one).set(endorsements::next_check_at.eq(until)).execute(conn)? > 0)
}

/// Notes what a look at its own host found, and when the next one is due.
pub fn set_checked(
    conn: &mut DbConn,
    id: &str,
    (fault, since): (Option<Fault>, Option<Timestamp>),
    at: Option<Timestamp>,
    next: Timestamp,
) -> Result<()> {
    diesel::update(endorsements::table.find(id))
        .set((
            endorsements::fault.eq(fault),
            endorsements::fault_since.eq(since),
            endorsements::checked_at.eq(at),
            endorsements::next_check_at.eq(next),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes which text a statement has now.
pub fn set_text(conn: &mut DbConn, statement_uri: &str, digest: &str) -> Result<usize> {
    Ok(diesel::update(endorsements::table.filter(endorsements::statement_uri.eq(statement_uri)))
        .set(endorsements::text_digest.eq(digest))
        .execute(conn)?)
}

/// Notes where the author of the statement stands.
pub fn set_author(conn: &mut DbConn, uri: &str, state: AuthorState, stamp: Option<&str>) -> Result<()> {
    diesel::update(endorsements::table.filter(endorsements::uri.eq(uri)))
        .set((endorsements::author_state.eq(state), endorsements::stamp_uri.eq(stamp)))
        .execute(conn)?;
    Ok(())
}

/// `false` where this was said before.
pub fn insert_claim(conn: &mut DbConn, row: &ClaimRow) -> Result<bool> {
    let done = on_backend!(conn, c => diesel::insert_into(endorsement_claims::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(done > 0)
}

/// All that its endorser said, the earliest first.
pub fn claims(conn: &mut DbConn, endorsement_uri: &str) -> Result<Vec<ClaimRow>> {
    Ok(endorsement_claims::table
        .filter(endorsement_claims::endorsement_uri.eq(endorsement_uri))
        .order((endorsement_claims::sequence, endorsement_claims::fingerprint))
        .select(ClaimRow::as_select())
        .load(conn)?)
}

/// Forgets all that was said, where the endorser had it erased.
pub fn forget_claims(conn: &mut DbConn, endorsement_uri: &str) -> Result<()> {
    diesel::delete(endorsement_claims::table.filter(endorsement_claims::endorsement_uri.eq(endorsement_uri))).execute(conn)?;
    Ok(())
}

/// Whether a post shows an endorsement of this statement that its author accepted.
pub fn is_accepted_companion(conn: &mut DbConn, companion_uri: &str, statement_uri: &str) -> Result<bool> {
    let found: Option<Id> = endorsements::table
        .filter(endorsements::companion_uri.eq(companion_uri))
        .filter(endorsements::statement_uri.eq(statement_uri))
        .filter(endorsements::author_state.eq(AuthorState::Accepted))
        .select(endorsements::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// How many one actor made of one statement.
pub fn count_of(conn: &mut DbConn, endorser_uri: &str, statement_uri: &str) -> Result<i64> {
    Ok(endorsements::table
        .filter(endorsements::endorser_uri.eq(endorser_uri))
        .filter(endorsements::statement_uri.eq(statement_uri))
        .count()
        .get_result(conn)?)
}

/// What a collective answers one actor, or one host, whatever its general rule says.
pub fn policy(conn: &mut DbConn, collective_id: &str, subjects: &[&str]) -> Result<Vec<(String, Verdict)>> {
    let rows: Vec<(String, Verdict)> = endorsement_policies::table
        .filter(endorsement_policies::collective_id.eq(collective_id))
        .filter(endorsement_policies::subject.eq_any(subjects))
        .select((endorsement_policies::subject, endorsement_policies::verdict))
        .load(conn)?;
    Ok(rows)
}

/// All of a collective's answers of that kind.
pub fn policies(conn: &mut DbConn, collective_id: &str) -> Result<Vec<(String, Verdict)>> {
    Ok(endorsement_policies::table
        .filter(endorsement_policies::collective_id.eq(collective_id))
        .order(endorsement_policies::subject)
        .select((endorsement_policies::subject, endorsement_policies::verdict))
        .load(conn)?)
}

/// Sets one, or takes it away.
pub fn set_policy(conn: &mut DbConn, collective_id: &str, subject: &str, verdict: Option<Verdict>, now: Timestamp) -> Result<()> {
    diesel::delete(endorsement_policies::table.find((collective_id, subject))).execute(conn)?;
    if let Some(verdict) = verdict {
        diesel::insert_into(endorsement_policies::table)
            .values((
                endorsement_policies::collective_id.eq(collective_id),
                endorsement_policies::subject.eq(subject),
                endorsement_policies::verdict.eq(verdict),
                endorsement_policies::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}
