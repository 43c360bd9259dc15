//! `member`: invite, list, disable, enable, reset, role, admit, dismiss.

use super::{Context, option_form};
use crate::{
    acts::{Principal, accounts, invitations},
    db,
    domain::{
        Id,
        names::{MemberState, Role},
        time,
    },
    error::{Error, Result},
    i18n::Lang,
    web,
};
use serde_json::json;

/// The instance's members.
#[derive(Debug, clap::Subcommand)]
pub enum MemberCommand {
    /// Print a link with which one person makes an account, or send it by mail.
    Invite {
        /// The collective they will belong to.
        #[arg(long, value_name = "HANDLE")]
        collective: Option<String>,
        /// member or steward
        #[arg(long, default_value = "member")]
        role: Role,
        /// Days until the link expires. Default: accounts.invitation_days.
        #[arg(long)]
        days: Option<u32>,
        /// Send the link to this address instead of printing it. The address is kept nowhere.
        #[arg(long, value_name = "ADDRESS")]
        mail: Option<String>,
        /// Language of the mail. Default: the instance's own.
        #[arg(long, value_name = "TAG", requires = "mail")]
        language: Option<String>,
    },
    /// List the members.
    List,
    /// End a member's sessions and let them sign in no more.
    Disable {
        /// The member's name.
        name: String,
    },
    /// Let a member sign in again.
    Enable {
        /// The member's name.
        name: String,
    },
    /// Print a link with which a member sets a new passphrase.
    Reset {
        /// The member's name.
        name: String,
    },
    /// Turn off the codes at sign-in for somebody who lost their app.
    CodesOff {
        /// The member's name.
        name: String,
    },
    /// Make somebody a steward or a member.
    Role {
        /// The member's name.
        name: String,
        /// member or steward
        role: Role,
    },
    /// Make a member belong to a collective.
    Admit {
        /// The member's name.
        name: String,
        /// The collective's handle.
        #[arg(value_name = "HANDLE")]
        collective: String,
    },
    /// End a member's belonging to a collective.
    Dismiss {
        /// The member's name.
        name: String,
        /// The collective's handle.
        #[arg(value_name = "HANDLE")]
        collective: String,
    },
}

pub fn run(ctx: &Context, command: MemberCommand) -> Result<()> {
    let site = ctx.state.site()?;
    let act = |f: &mut dyn FnMut(&mut crate::acts::Act) -> Result<()>| ctx.state.act_blocking(Principal::Console, |act| f(act));
    match command {
        MemberCommand::Invite { collective, role, days, mail, language } => {
            let collective_id = ctx.state.db.read_blocking(|conn| match &collective {
                Some(handle) => Ok(Some(db::collectives::by_handle(conn, handle)?.id)),
                None => only_collective(conn, role),
            })?;
            let wanted = invitations::NewInvitation { role, collective_id, days };
            let default_days = ctx.settings().accounts.invitation_days;
            let Some(to) = mail else {
                let made = ctx.state.act_blocking(Principal::Console, |act| invitations::invite(act, &wanted, default_days))?;
                let url = format!("{}/join/{}", site.base_url, made.token);
                let expires = time::rfc3339(made.expires_at);
                ctx.print(json!({ "url": url, "expires": expires, "role": role, "sent": false }), || {
                    format!("{url}\nIt works once, until {expires}. Give it to one person, by a way you trust.")
                });
                return Ok(());
            };
            let lang = match &language {
                Some(tag) => Lang::by_tag(tag).ok_or_else(|| option_form("language", "en, ar, es"))?,
                None => crate::mail::invitation::language("", &site),
            };
            let made = ctx.block_on(web::invite_by_mail(&ctx.state, Principal::Console, wanted, lang, &to))?;
            let expires = time::rfc3339(made.expires_at);
            ctx.print(json!({ "url": null, "expires": expires, "role": role, "sent": true }), || {
                format!("The invitation is on its way. It works once, until {expires}.")
            });
        }
        MemberCommand::List => list(ctx)?,
        MemberCommand::Disable { name } => {
            let id = find(ctx, &name)?;
            act(&mut |act| accounts::set_state(act, &id, MemberState::Disabled))?;
            ctx.print(json!({ "name": name, "state": "disabled" }), || format!("{name} can't sign in any more."));
        }
        MemberCommand::Enable { name } => {
            let id = find(ctx, &name)?;
            act(&mut |act| accounts::set_state(act, &id, MemberState::Active))?;
            ctx.print(json!({ "name": name, "state": "active" }), || format!("{name} can sign in again."));
        }
        MemberCommand::Reset { name } => {
            let id = find(ctx, &name)?;
            let minutes = ctx.settings().accounts.reset_minutes;
            let token = ctx.state.act_blocking(Principal::Console, |act| accounts::reset_link(act, &id, minutes))?;
            let url = format!("{}/reset/{token}", site.base_url);
            ctx.print(json!({ "name": name, "url": url, "minutes": minutes.min(60) }), || {
                format!("{url}\nIt works once, for {} minutes.", minutes.min(60))
            });
        }
        MemberCommand::CodesOff { name } => {
            let id = find(ctx, &name)?;
            act(&mut |act| accounts::drop_second_factor(act, &id))?;
            ctx.print(json!({ "name": name, "second_factor": false }), || format!("{name} signs in without a code."));
        }
        MemberCommand::Role { name, role } => {
            let id = find(ctx, &name)?;
            act(&mut |act| accounts::set_role(act, &id, role))?;
            ctx.print(json!({ "name": name, "role": role }), || format!("{name} is a {role} now."));
        }
        MemberCommand::Admit { name, collective } => {
            let id = find(ctx, &name)?;
            act(&mut |act| {
                let collective = db::collectives::by_handle(act.conn, &collective)?.id;
                accounts::admit(act, &id, &collective)
            })?;
            ctx.print(json!({ "name": name, "collective": collective }), || format!("{name} belongs to {collective} now."));
        }
        MemberCommand::Dismiss { name, collective } => {
            let id = find(ctx, &name)?;
            act(&mut |act| {
                let collective = db::collectives::by_handle(act.conn, &collective)?.id;
                accounts::dismiss(act, &id, &collective)
            })?;
            ctx.print(json!({ "name": name, "collective": collective }), || format!("{name} left {collective}."));
        }
    }
    Ok(())
}

fn find(ctx: &Context, name: &str) -> Result<Id> {
    Ok(ctx.state.db.read_blocking(|conn| db::members::by_name(conn, name))?.id)
}

/// Where there is one collective, nobody needs to name it.
fn only_collective(conn: &mut db::DbConn, role: Role) -> Result<Option<Id>> {
    let all = db::collectives::list(conn)?;
    match all.as_slice() {
        [one] => Ok(Some(one.id.clone())),
        _ if role == Role::Steward => Ok(None),
        _ => Err(Error::invalid("collective", "error-collective-missing")),
    }
}

fn list(ctx: &Context) -> Result<()> {
    let (members, belong, collectives) = ctx
        .state
        .db
        .read_blocking(|conn| Ok((db::members::list(conn)?, db::members::memberships(conn)?, db::collectives::list(conn)?)))?;
    let rows: Vec<_> = members
        .iter()
        .map(|member| {
            let handles: Vec<&str> = collectives
                .iter()
                .filter(|collective| belong.iter().any(|(m, c)| *m == member.id && *c == collective.id))
                .map(|collective| collective.handle.as_str())
                .collect();
            json!({
                "name": member.name, "role": member.role, "state": member.state, "collectives": handles,
                "second_factor": member.has_second_factor(), "since": time::rfc3339(member.created_at),
            })
        })
        .collect();
    let text = members
        .iter()
        .zip(&rows)
        .map(|(member, row)| {
            let handles: Vec<&str> = row["collectives"].as_array().into_iter().flatten().filter_map(|h| h.as_str()).collect();
            format!("{}\t{}\t{}\t{}\n", member.name, member.role, member.state, handles.join(", "))
        })
        .collect::<String>();
    ctx.print(json!(rows), || text);
    Ok(())
}
