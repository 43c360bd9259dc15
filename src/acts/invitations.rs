//! Links that let somebody in: the setup of an instance, an invitation. Each works once and for a time.
//!
//! Must not know pages or how a link reaches its reader; the caller hands in hashes of passphrases.

use super::{Act, secret};
use crate::{
    config::Settings,
    db::{
        self, DbConn,
        members::MemberRow,
        tokens::{self, TokenRow},
    },
    domain::{
        Id, Timestamp, member,
        names::{MemberState, Role, TokenPurpose},
    },
    error::{Error, Result},
    state::AppState,
};
use chrono::Duration;
use std::net::SocketAddr;

/// Days in which a setup link works; each start of the server makes a new one.
const SETUP_DAYS: i64 = 7;

/// What the setup proposes as the domain: `instance.domain`, in local mode else `localhost` with the port.
pub fn default_domain(settings: &Settings) -> String {
    if !settings.instance.domain.is_empty() || !settings.is_local() {
        return settings.instance.domain.clone();
    }
    match settings.server.listen.parse::<SocketAddr>() {
        Ok(address) => format!("localhost:{}", address.port()),
        Err(_) => String::new(),
    }
}

/// A new link to the setup page, or `None` where setup was done. Links made earlier stop working.
pub fn setup_link(state: &AppState, address: SocketAddr) -> Result<Option<String>> {
    if state.site_if_set_up().is_some() {
        return Ok(None);
    }
    let token = secret::new_token()?;
    let now = state.now();
    state.db.write_blocking(|conn| {
        tokens::revoke_all(conn, TokenPurpose::Setup, now)?;
        let expires_at = now + Duration::days(SETUP_DAYS);
        tokens::insert(conn, &new_token(TokenPurpose::Setup, &token, now, expires_at))
    })?;
    Ok(Some(format!("{}/setup/{token}", setup_base(&state.settings, address))))
}

/// Where a browser reaches this server before it has a name that counts.
fn setup_base(settings: &Settings, address: SocketAddr) -> String {
    let tls = !settings.server.tls.cert.as_os_str().is_empty();
    let domain = &settings.instance.domain;
    if !domain.is_empty() {
        let scheme = if tls || !settings.is_local() { "https" } else { "http" };
        return format!("{scheme}://{domain}");
    }
    let scheme = if tls { "https" } else { "http" };
    // `localhost` and not 127.0.0.1: it is what the setup proposes, and browsers trust it without TLS.
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}

/// Whether this setup link would work now.
pub fn setup_open(conn: &mut DbConn, token: &str, now: Timestamp) -> Result<bool> {
    Ok(db::instance::load(conn)?.is_none() && tokens::open(conn, TokenPurpose::Setup, &secret::hash(token), now)?.is_some())
}

/// What an invitation gives to whom it reaches.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub role: Role,
    /// The collective they will belong to; stewards may belong to none.
    pub collective_id: Option<Id>,
    /// Days until it expires; `None`: as set in the configuration.
    pub days: Option<u32>,
}

/// An invitation as it was made. `token` exists nowhere else.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: Id,
    pub token: String,
    pub expires_at: Timestamp,
}

/// Makes an invitation.
///
/// # Errors
/// `Forbidden` for who isn't a steward; `NotFound` where there is no such collective; `Invalid` without one for a member.
pub fn invite(act: &mut Act, wanted: &NewInvitation, default_days: u32) -> Result<Invitation> {
    act.may_steward()?;
    match &wanted.collective_id {
        Some(id) => drop(db::collectives::by_id(act.conn, id)?),
        None if wanted.role == Role::Member => return Err(Error::invalid("collective", "error-collective-missing")),
        None => {}
    }
    let token = secret::new_token()?;
    let days = wanted.days.unwrap_or(default_days).clamp(1, 365);
    let expires_at = act.now + Duration::days(i64::from(days));
    let row = TokenRow {
        collective_id: wanted.collective_id.clone(),
        role: Some(wanted.role),
        created_by: act.by.member_id().map(str::to_owned),
        ..new_token(TokenPurpose::Invitation, &token, act.now, expires_at)
    };
    tokens::insert(act.conn, &row)?;
    Ok(Invitation { id: row.id, token, expires_at })
}

/// Takes an invitation back.
pub fn revoke(act: &mut Act, id: &str) -> Result<()> {
    act.may_steward()?;
    if tokens::revoke(act.conn, id, TokenPurpose::Invitation, act.now)? { Ok(()) } else { Err(Error::NotFound) }
}

/// Who joins.
pub struct Joining {
    pub name: String,
    /// PHC string.
    pub passphrase_hash: String,
    pub mail: Option<String>,
    pub language: String,
}

/// Makes the one account that an invitation is for. What it may do comes from the invitation alone (AUT-05).
///
/// # Errors
/// `Forbidden` for a link that doesn't work (any more); `Invalid` for a name that is taken: the link stays good then.
pub fn join(conn: &mut DbConn, now: Timestamp, token: &str, joining: Joining) -> Result<MemberRow> {
    let void = || Error::Forbidden("error-link-void");
    let name = member::new_name(&joining.name).map_err(|message| Error::invalid("name", message))?;
    let link = tokens::redeem(conn, TokenPurpose::Invitation, &secret::hash(token), now)?.ok_or_else(void)?;
    if let Some(by) = &link.created_by {
        // Who was shut out, or is no steward any more, lets nobody else in.
        if db::members::active_role(conn, by)? != Some(Role::Steward) {
            return Err(void());
        }
    }
    let row = MemberRow {
        id: uuid::Uuid::now_v7().hyphenated().to_string(),
        name_folded: member::folded(&name),
        name,
        passphrase_hash: joining.passphrase_hash,
        mail: joining.mail,
        language: joining.language,
        role: link.role.ok_or_else(void)?,
        state: MemberState::Active,
        totp_secret: None,
        totp_confirmed_at: None,
        totp_last_step: 0,
        created_at: now,
    };
    if db::members::by_name(conn, &row.name).is_ok() {
        return Err(Error::invalid("name", "error-name-taken"));
    }
    db::members::insert(conn, &row)?;
    if let Some(collective) = &link.collective_id {
        db::members::join(conn, &row.id, collective, now)?;
    }
    Ok(row)
}

pub(super) fn new_token(purpose: TokenPurpose, token: &str, now: Timestamp, expires_at: Timestamp) -> TokenRow {
    TokenRow {
        id: uuid::Uuid::now_v7().hyphenated().to_string(),
        purpose,
        token_hash: secret::hash(token),
        member_id: None,
        collective_id: None,
        role: None,
        created_by: None,
        created_at: now,
        expires_at,
        used_at: None,
        revoked_at: None,
    }
}
