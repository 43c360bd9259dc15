//! Members and invitations.

use crate::{
    acts::{
        Act, accounts,
        invitations::{self, NewInvitation},
    },
    db,
    domain::{
        Timestamp,
        names::{MemberState, Role, TokenPurpose},
    },
    error::{Error, Fault, Result},
    state::AppState,
    web::{
        account::{fault, faults_of, form_page},
        csrf::{Form, Nothing},
        i18n::T,
        invite_by_mail, see_other,
        session::StewardSignedIn,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;
use serde::Deserialize;

struct MemberLine {
    id: String,
    name: String,
    steward: bool,
    active: bool,
    codes: bool,
    me: bool,
    since: Timestamp,
    /// (id, name)
    belongs: Vec<(String, String)>,
    /// (id, name) of the collectives they could join.
    others: Vec<(String, String)>,
}

struct InvitationLine {
    id: String,
    steward: bool,
    collective: String,
    expires: Timestamp,
}

#[derive(Template)]
#[template(path = "steward/members.html")]
struct MembersPage {
    t: T,
    csrf: String,
    faults: Vec<Fault>,
    members: Vec<MemberLine>,
    invitations: Vec<InvitationLine>,
    collectives: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    days: u32,
    /// A link that was just made, shown once; empty: none.
    link: String,
    /// For whom it is: a member's name, or empty for an invitation.
    link_for: String,
    /// Whether an invitation was just sent by mail.
    sent: bool,
    /// Whether this instance sends mail at all.
    mail: bool,
    /// Languages that a mail can have.
    languages: Vec<(String, String)>,
    language: String,
    /// Where a mail was to go that couldn't be sent.
    to: String,
}

/// What a page of members shows beside them: what was just done.
#[derive(Default)]
struct Done {
    link: String,
    link_for: String,
    sent: bool,
    faults: Vec<Fault>,
    to: String,
    language: String,
}

async fn show(t: T, state: &AppState, me: &StewardSignedIn, done: Done) -> Result<HttpResponse> {
    let now = state.now();
    let (members, belong, collectives, open) = state
        .db
        .read(move |conn| {
            Ok((
                db::members::list(conn)?,
                db::members::memberships(conn)?,
                db::collectives::list(conn)?,
                db::tokens::list_open(conn, TokenPurpose::Invitation, now)?,
            ))
        })
        .await?;
    let collectives: Vec<(String, String)> = collectives.into_iter().map(|row| (row.id, row.name)).collect();
    let name_of = |id: &str| collectives.iter().find(|(other, _)| other == id).map_or(String::new(), |(_, name)| name.clone());
    let members = members
        .into_iter()
        .map(|row| {
            let is_in = |id: &str| belong.iter().any(|(member, collective)| *member == row.id && collective == id);
            let (belongs, others) = collectives.iter().cloned().partition(|(id, _)| is_in(id));
            MemberLine {
                me: row.id == me.member.id,
                steward: row.role == Role::Steward,
                active: row.state == MemberState::Active,
                codes: row.has_second_factor(),
                since: row.created_at,
                id: row.id,
                name: row.name,
                belongs,
                others,
            }
        })
        .collect();
    let invitations = open
        .into_iter()
        .map(|row| InvitationLine {
            steward: row.role == Some(Role::Steward),
            collective: row.collective_id.as_deref().map(name_of).unwrap_or_default(),
            expires: row.expires_at,
            id: row.id,
        })
        .collect();
    let page = MembersPage {
        csrf: me.csrf().to_owned(),
        faults: done.faults,
        members,
        invitations,
        collectives,
        roles: vec![("member".to_owned(), t.get("steward-role-member")), ("steward".to_owned(), t.get("steward-role-steward"))],
        days: state.settings.accounts.invitation_days,
        link: done.link,
        link_for: done.link_for,
        sent: done.sent,
        mail: !state.settings.mail.smtp_url.is_empty(),
        languages: t.languages().into_iter().map(|lang| (lang.tag().to_owned(), lang.name().to_owned())).collect(),
        language: if done.language.is_empty() { t.lang.to_owned() } else { done.language },
        to: done.to,
        t,
    };
    form_page(&page, &page.faults)
}

/// Does it, and shows the list as it is then.
async fn change(
    t: T,
    state: &AppState,
    me: &StewardSignedIn,
    what: impl FnOnce(&mut Act) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    state.act(me.principal(), what).await?;
    Ok(see_other(&t.url("/steward/members")))
}

pub async fn page(t: T, state: Data<AppState>, me: StewardSignedIn) -> Result<HttpResponse> {
    show(t, &state, &me, Done::default()).await
}

#[derive(Deserialize)]
pub struct Invite {
    #[serde(default)]
    role: String,
    #[serde(default)]
    collective: String,
    #[serde(default)]
    days: String,
    /// Where to send it; empty: nowhere, the page shows the link.
    #[serde(default)]
    mail: String,
    #[serde(default)]
    language: String,
}

pub async fn invite(t: T, state: Data<AppState>, me: StewardSignedIn, form: Form<Invite>) -> Result<HttpResponse> {
    let form = form.value;
    let default_days = state.settings.accounts.invitation_days;
    let to = form.mail.trim().to_owned();
    let made = async {
        let wanted = NewInvitation {
            role: form.role.parse().map_err(|_| Error::invalid("role", "error-role"))?,
            collective_id: Some(form.collective).filter(|id| !id.is_empty()),
            days: form.days.trim().parse().ok(),
        };
        if to.is_empty() {
            return state.act(me.principal(), move |act| invitations::invite(act, &wanted, default_days)).await;
        }
        let lang = crate::mail::invitation::language(&form.language, &*state.site()?);
        invite_by_mail(&state, me.principal(), wanted, lang, &to).await
    }
    .await;
    let done = match made {
        Ok(_) if !to.is_empty() => Done { sent: true, ..Done::default() },
        Ok(made) => Done { link: format!("{}/join/{}", state.site()?.base_url, made.token), ..Done::default() },
        Err(Error::Upstream(_)) => {
            let faults = vec![fault("mail", "error-mail-failed")];
            Done { faults, to, language: form.language, ..Done::default() }
        }
        Err(error) => Done { faults: faults_of(error)?, to, language: form.language, ..Done::default() },
    };
    show(t, &state, &me, done).await
}

pub async fn revoke(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    change(t, &state, &me, move |act| invitations::revoke(act, &id)).await
}

#[derive(Deserialize)]
pub struct NewState {
    state: String,
}

pub async fn state(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    form: Form<NewState>,
) -> Result<HttpResponse> {
    let wanted: MemberState = form.value.state.parse().map_err(|_| Error::invalid("state", "error-form-fields"))?;
    change(t, &state, &me, move |act| accounts::set_state(act, &id, wanted)).await
}

#[derive(Deserialize)]
pub struct NewRole {
    role: String,
}

pub async fn role(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    form: Form<NewRole>,
) -> Result<HttpResponse> {
    let wanted: Role = form.value.role.parse().map_err(|_| Error::invalid("role", "error-role"))?;
    change(t, &state, &me, move |act| accounts::set_role(act, &id, wanted)).await
}

pub async fn reset(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    let (id, minutes) = (id.into_inner(), state.settings.accounts.reset_minutes);
    let (token, name) = state
        .act(me.principal(), move |act| {
            let token = accounts::reset_link(act, &id, minutes)?;
            Ok((token, db::members::by_id(act.conn, &id)?.name))
        })
        .await?;
    let link = format!("{}/reset/{token}", state.site()?.base_url);
    show(t, &state, &me, Done { link, link_for: name, ..Done::default() }).await
}

#[derive(Deserialize)]
pub struct Belonging {
    collective: String,
}

pub async fn admit(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    form: Form<Belonging>,
) -> Result<HttpResponse> {
    change(t, &state, &me, move |act| accounts::admit(act, &id, &form.value.collective)).await
}

pub async fn dismiss(
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    id: Path<String>,
    form: Form<Belonging>,
) -> Result<HttpResponse> {
    change(t, &state, &me, move |act| accounts::dismiss(act, &id, &form.value.collective)).await
}
