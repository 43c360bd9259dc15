//! Signing in and out: sessions, the second factor.
//!
//! Must not know cookies or pages. A session's token is made here and kept only as a hash.

use super::secret;
use crate::{
    db::{self, DbConn, members::MemberRow, sessions::SessionRow},
    domain::{
        Timestamp,
        names::{MemberState, SessionStage},
    },
    error::{Error, Result},
    state::AppState,
};
use chrono::Duration;
use std::net::IpAddr;
use totp_rs::{Builder, Secret, Totp};

/// Minutes in which the code must follow the passphrase.
const HALF_WAY_MINUTES: i64 = 10;
/// Seconds of one time step (RFC 6238, 5.2).
pub const TOTP_STEP: u64 = 30;

/// A session that has just begun. `token` goes into the cookie and exists nowhere else.
pub struct Started {
    pub token: String,
    pub stage: SessionStage,
    pub member: MemberRow,
}

/// Begins a session with a new id.
pub fn start(conn: &mut DbConn, now: Timestamp, member_id: &str, stage: SessionStage, days: u32) -> Result<String> {
    let token = secret::new_token()?;
    let length = match stage {
        SessionStage::Full => Duration::days(i64::from(days)),
        SessionStage::SecondFactor => Duration::minutes(HALF_WAY_MINUTES),
    };
    let row = SessionRow {
        id_hash: secret::hash(&token),
        member_id: member_id.to_owned(),
        csrf: secret::new_token()?,
        stage,
        created_at: now,
        seen_at: now,
        expires_at: now + length,
    };
    db::sessions::insert(conn, &row)?;
    Ok(token)
}

/// Takes a name and a passphrase. With a second factor the session is half-way and good for nothing but the code.
///
/// An unknown name, a wrong passphrase and a disabled member answer the same and take the same time (AUT-02).
///
/// # Errors
/// `Invalid` on `passphrase`; `TooMany` after too many tries from this address or at this account; `Busy`.
pub async fn sign_in(
    state: &AppState,
    address: Option<IpAddr>,
    name: String,
    passphrase: String,
    old: Option<String>,
) -> Result<Started> {
    let now = state.now();
    state.limits.count(address, Some(&name), now)?;
    let member = {
        let name = name.clone();
        state
            .db
            .read(move |conn| match db::members::by_name(conn, &name) {
                Err(Error::NotFound) => Ok(None),
                other => other.map(Some),
            })
            .await?
    };
    let fits = state.hasher.verify(passphrase, member.as_ref().map(|member| member.passphrase_hash.clone())).await?;
    let member = match member {
        Some(member) if fits && member.state == MemberState::Active => member,
        _ => return Err(Error::invalid("passphrase", "error-sign-in")),
    };
    let stage = if member.has_second_factor() { SessionStage::SecondFactor } else { SessionStage::Full };
    if stage == SessionStage::Full {
        state.limits.succeeded(address, &name, now)?;
    }
    let days = state.settings.accounts.session_days;
    let id = member.id.clone();
    let token = state
        .db
        .write(move |conn| {
            // A session that this browser had before ends with the new one.
            if let Some(old) = old {
                db::sessions::delete(conn, &secret::hash(&old))?;
            }
            start(conn, now, &id, stage, days)
        })
        .await?;
    Ok(Started { token, stage, member })
}

/// Takes the code of the second factor and makes the session whole, with a new id.
///
/// # Errors
/// `Invalid` on `code`, also for a code that was used before; `TooMany`.
pub async fn second_factor(
    state: &AppState,
    address: Option<IpAddr>,
    half: &SessionRow,
    member: &MemberRow,
    code: String,
) -> Result<Started> {
    let now = state.now();
    state.limits.count(address, Some(&member.name), now)?;
    let days = state.settings.accounts.session_days;
    let (half, member) = (half.id_hash.clone(), member.id.clone());
    let started = state
        .db
        .write(move |conn| {
            let member = db::members::by_id(conn, &member)?;
            take_code(conn, &member, &code, now)?;
            if !db::sessions::delete(conn, &half)? {
                return Err(Error::invalid("code", "error-code-wrong"));
            }
            let token = start(conn, now, &member.id, SessionStage::Full, days)?;
            Ok(Started { token, stage: SessionStage::Full, member })
        })
        .await?;
    state.limits.succeeded(address, &started.member.name, now)?;
    Ok(started)
}

/// Uses up a code: it fits this time step or the one beside it, and none is taken twice (RFC 6238, 5.2).
pub fn take_code(conn: &mut DbConn, member: &MemberRow, code: &str, now: Timestamp) -> Result<()> {
    let wrong = || Error::invalid("code", "error-code-wrong");
    let secret = member.totp_secret.as_deref().ok_or_else(wrong)?;
    let step = fitting_step(secret, code, now).ok_or_else(wrong)?;
    if db::members::take_totp_step(conn, &member.id, step)? { Ok(()) } else { Err(wrong()) }
}

fn fitting_step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    // Digits of any script: phones with an Arabic or Persian keyboard type their own.
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').map(western_digit).collect();
    let totp = totp(secret, "", None)?;
    let time = u64::try_from(now.and_utc().timestamp()).ok()?;
    [time, time.saturating_sub(TOTP_STEP), time + TOTP_STEP]
        .into_iter()
        .find(|time| secret::same(&totp.generate(*time).to_string(), &code))
        .and_then(|time| i64::try_from(time / TOTP_STEP).ok())
}

fn western_digit(c: char) -> char {
    let digit = match c {
        '\u{0660}'..='\u{0669}' => c as u32 - 0x0660,
        '\u{06f0}'..='\u{06f9}' => c as u32 - 0x06f0,
        _ => return c,
    };
    char::from_digit(digit, 10).unwrap_or(c)
}

/// The generator for a secret in base32: SHA-1, six digits, thirty seconds, which is what every app takes.
pub fn totp(secret: &str, account: &str, issuer: Option<&str>) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    let builder = Builder::new().with_secret(secret).with_skew(1).with_step_duration(TOTP_STEP);
    builder.with_account_name(account.to_owned()).with_issuer(issuer.map(str::to_owned)).build().ok()
}

/// Signs out: every session of the member ends, here and elsewhere (WEB-08).
pub async fn sign_out(state: &AppState, member_id: String) -> Result<()> {
    state.db.write(move |conn| db::sessions::delete_of(conn, &member_id, None).map(|_| ())).await
}

/// Days after which used, revoked or expired links are forgotten.
const KEEP_TOKENS_DAYS: i64 = 7;

/// Forgets sessions and links that are over (PRV-10).
pub fn purge(conn: &mut DbConn, now: Timestamp) -> Result<usize> {
    Ok(db::sessions::purge(conn, now)? + db::tokens::purge(conn, now - Duration::days(KEEP_TOKENS_DAYS))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    // RFC 6238, appendix B: the SHA-1 secret; the last six digits of its eight.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(fitting_step(SECRET, code, at(seconds)), Some(seconds / 30), "{code}");
        }
        assert_eq!(fitting_step(SECRET, "287 082", at(59)), Some(1));
        assert_eq!(fitting_step(SECRET, "٢٨٧٠٨٢", at(59)), Some(1));
        assert_eq!(fitting_step(SECRET, "287083", at(59)), None);
        assert_eq!(fitting_step(SECRET, "", at(59)), None);
    }

    #[test]
    fn one_step_of_a_clock_that_is_off_is_forgiven() {
        assert_eq!(fitting_step(SECRET, "287082", at(59 + 30)), Some(1));
        assert_eq!(fitting_step(SECRET, "287082", at(29)), Some(1));
        assert_eq!(fitting_step(SECRET, "287082", at(59 + 61)), None);
    }

    #[test]
    fn prv_10_sessions_and_links_that_are_over_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = crate::config::Settings::load_with(None, []).unwrap();
        settings.data.dir = dir.path().join("data");
        let state = AppState::open(settings).unwrap();
        let now = state.now();
        let link = |purpose| super::super::invitations::new_token(purpose, "x", now, now + Duration::hours(1));
        state
            .db
            .write_blocking(|conn| {
                let member = MemberRow {
                    id: "m".into(),
                    name: "Ada".into(),
                    name_folded: "ada".into(),
                    passphrase_hash: String::new(),
                    mail: None,
                    language: "en".into(),
                    role: crate::domain::names::Role::Steward,
                    state: MemberState::Active,
                    totp_secret: None,
                    totp_confirmed_at: None,
                    totp_last_step: 0,
                    created_at: now,
                };
                db::members::insert(conn, &member)?;
                start(conn, now, "m", SessionStage::Full, 14)?;
                start(conn, now, "m", SessionStage::SecondFactor, 14)?;
                db::tokens::insert(conn, &link(crate::domain::names::TokenPurpose::Reset))?;
                assert_eq!(purge(conn, now)?, 0);
                assert_eq!(purge(conn, now + Duration::minutes(HALF_WAY_MINUTES))?, 1);
                assert_eq!(purge(conn, now + Duration::days(KEEP_TOKENS_DAYS) + Duration::hours(2))?, 1);
                assert_eq!(purge(conn, now + Duration::days(14))?, 1);
                Ok(())
            })
            .unwrap();
    }
}
