//! What members change about their account, and what stewards change about members.
//!
//! Hashing and checking passphrases happens before, outside the transaction. Whatever makes an account weaker or
//! different ends its sessions and links in the same transaction (WEB-08).

use super::{Act, invitations::new_token, secret, sessions};
use crate::{
    db::{
        self, DbConn,
        members::MemberRow,
        tokens::{self, TokenRow},
    },
    domain::{
        Timestamp, member,
        names::{MemberState, Role, TokenPurpose},
    },
    error::{Error, Result},
};
use chrono::Duration;

/// Longest life of a reset link in minutes, whatever is configured (AUT-16).
const MOST_RESET_MINUTES: u32 = 60;

/// The member who acts, as they are now.
fn myself(act: &mut Act) -> Result<MemberRow> {
    let id = act.by.member_id().ok_or(Error::Forbidden("error-members-only"))?;
    let member = db::members::by_id(act.conn, id)?;
    if member.state == MemberState::Active { Ok(member) } else { Err(Error::NotFound) }
}

/// Sets a new passphrase; every other session and every open reset link of theirs ends.
///
/// `seen_hash` is the hash that the current passphrase was checked against: if it changed meanwhile, nothing is done.
pub fn change_passphrase(act: &mut Act, seen_hash: &str, new_hash: String, keep_session: &str) -> Result<()> {
    let mut me = myself(act)?;
    if me.passphrase_hash != seen_hash {
        return Err(Error::invalid("passphrase", "error-passphrase-wrong"));
    }
    me.passphrase_hash = new_hash;
    db::members::update(act.conn, &me)?;
    tokens::revoke_of_member(act.conn, &me.id, act.now)?;
    db::sessions::delete_of(act.conn, &me.id, Some(keep_session))?;
    Ok(())
}

/// Mail address (empty: none, and the old one is forgotten) and language.
pub fn change_details(act: &mut Act, mail: &str, language: &str) -> Result<()> {
    let mut me = myself(act)?;
    me.mail = member::new_mail(mail).map_err(|message| Error::invalid("mail", message))?;
    me.language = crate::domain::language::parse_tag(language).ok_or_else(|| Error::invalid("language", "error-language"))?;
    db::members::update(act.conn, &me)
}

/// Ends all sessions but this one.
pub fn end_other_sessions(act: &mut Act, keep_session: &str) -> Result<usize> {
    let me = myself(act)?;
    db::sessions::delete_of(act.conn, &me.id, Some(keep_session))
}

/// The secret for a second factor that isn't confirmed yet: made now, or the one made a moment ago, so that the picture
/// on a page loaded twice stays the same. Base32.
pub fn propose_second_factor(act: &mut Act) -> Result<String> {
    let mut me = myself(act)?;
    if me.has_second_factor() {
        return Err(Error::Conflict("error-second-factor-on"));
    }
    if let Some(secret) = me.totp_secret {
        return Ok(secret);
    }
    let mut bytes = [0u8; 20];
    openssl::rand::rand_bytes(&mut bytes)?;
    let secret = totp_rs::Secret::from(bytes.to_vec()).to_base32();
    me.totp_secret = Some(secret.clone());
    db::members::update(act.conn, &me)?;
    Ok(secret)
}

/// Turns the second factor on with a first code; other sessions end, since they didn't give one.
pub fn confirm_second_factor(act: &mut Act, code: &str, keep_session: &str) -> Result<()> {
    let me = myself(act)?;
    if me.has_second_factor() {
        return Err(Error::Conflict("error-second-factor-on"));
    }
    if me.totp_secret.is_none() {
        return Err(Error::invalid("code", "error-second-factor-missing"));
    }
    sessions::take_code(act.conn, &me, code, act.now)?;
    let mut me = db::members::by_id(act.conn, &me.id)?;
    me.totp_confirmed_at = Some(act.now);
    db::members::update(act.conn, &me)?;
    db::sessions::delete_of(act.conn, &me.id, Some(keep_session))?;
    Ok(())
}

/// Turns the second factor off; the caller checked the passphrase.
pub fn remove_second_factor(act: &mut Act) -> Result<()> {
    let mut me = myself(act)?;
    me.totp_secret = None;
    me.totp_confirmed_at = None;
    db::members::update(act.conn, &me)
}

/// Turns off the second factor of somebody who lost it; their sessions end.
pub fn drop_second_factor(act: &mut Act, member_id: &str) -> Result<()> {
    act.may_steward()?;
    let mut member = db::members::by_id(act.conn, member_id)?;
    member.totp_secret = None;
    member.totp_confirmed_at = None;
    db::members::update(act.conn, &member)?;
    end_everything(act, member_id)
}

/// A link with which a member sets a new passphrase. Earlier ones stop working. Gives its token.
pub fn reset_link(act: &mut Act, member_id: &str, minutes: u32) -> Result<String> {
    act.may_steward()?;
    let by = act.by.member_id().map(str::to_owned);
    make_reset_link(act.conn, act.now, member_id, minutes, by)
}

/// The same, for who asked for it by mail.
pub fn make_reset_link(
    conn: &mut DbConn,
    now: Timestamp,
    member_id: &str,
    minutes: u32,
    created_by: Option<String>,
) -> Result<String> {
    let member = db::members::by_id(conn, member_id)?;
    tokens::revoke_of_member(conn, &member.id, now)?;
    let token = secret::new_token()?;
    let expires_at = now + Duration::minutes(i64::from(minutes.clamp(1, MOST_RESET_MINUTES)));
    let row = TokenRow { member_id: Some(member.id), created_by, ..new_token(TokenPurpose::Reset, &token, now, expires_at) };
    tokens::insert(conn, &row)?;
    Ok(token)
}

/// Sets a new passphrase by a reset link; all sessions end, and every other link of the member is void (AUT-16).
///
/// # Errors
/// `Forbidden` for a link that doesn't work (any more) or a member who is disabled.
pub fn redeem_reset(conn: &mut DbConn, now: Timestamp, token: &str, new_hash: String) -> Result<MemberRow> {
    let void = || Error::Forbidden("error-link-void");
    let link = tokens::redeem(conn, TokenPurpose::Reset, &secret::hash(token), now)?.ok_or_else(void)?;
    let mut member = db::members::by_id(conn, link.member_id.as_deref().ok_or_else(void)?)?;
    if member.state != MemberState::Active {
        return Err(void());
    }
    member.passphrase_hash = new_hash;
    db::members::update(conn, &member)?;
    tokens::revoke_of_member(conn, &member.id, now)?;
    db::sessions::delete_of(conn, &member.id, None)?;
    Ok(member)
}

/// Lets a member sign in or not. Disabled, everything of theirs ends at once: sessions, links, invitations they gave.
pub fn set_state(act: &mut Act, member_id: &str, state: MemberState) -> Result<()> {
    let mut member = other_member(act, member_id)?;
    if state == MemberState::Disabled {
        keep_a_steward(act, &member)?;
    }
    member.state = state;
    db::members::update(act.conn, &member)?;
    end_everything(act, member_id)
}

/// Makes a member a steward, or a steward a member. Nobody does that for themselves.
pub fn set_role(act: &mut Act, member_id: &str, role: Role) -> Result<()> {
    let mut member = other_member(act, member_id)?;
    if role == member.role {
        return Ok(());
    }
    if role != Role::Steward {
        keep_a_steward(act, &member)?;
    }
    member.role = role;
    db::members::update(act.conn, &member)?;
    end_everything(act, member_id)
}

/// Makes a member belong to a collective.
pub fn admit(act: &mut Act, member_id: &str, collective_id: &str) -> Result<()> {
    act.may_steward()?;
    let member = db::members::by_id(act.conn, member_id)?;
    let collective = db::collectives::by_id(act.conn, collective_id)?;
    db::members::join(act.conn, &member.id, &collective.id, act.now)
}

/// Ends a member's belonging to a collective; what they did for it stays.
pub fn dismiss(act: &mut Act, member_id: &str, collective_id: &str) -> Result<()> {
    act.may_steward()?;
    if db::members::leave(act.conn, member_id, collective_id)? { Ok(()) } else { Err(Error::NotFound) }
}

fn other_member(act: &mut Act, member_id: &str) -> Result<MemberRow> {
    act.may_steward()?;
    if act.by.member_id() == Some(member_id) {
        return Err(Error::Conflict("error-not-yourself"));
    }
    db::members::by_id(act.conn, member_id)
}

fn keep_a_steward(act: &mut Act, member: &MemberRow) -> Result<()> {
    let active_steward = member.role == Role::Steward && member.state == MemberState::Active;
    if active_steward && db::members::active_stewards(act.conn)? <= 1 {
        return Err(Error::Conflict("error-last-steward"));
    }
    Ok(())
}

fn end_everything(act: &mut Act, member_id: &str) -> Result<()> {
    tokens::revoke_of_member(act.conn, member_id, act.now)?;
    tokens::revoke_made_by(act.conn, member_id, act.now)?;
    db::sessions::delete_of(act.conn, member_id, None)?;
    Ok(())
}
