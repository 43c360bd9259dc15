//! Writing: the form, what it says back, and what its buttons do. Every button saves first, so that nothing typed is lost.

use super::{
    answered::{Answered, answered},
    call_form::{AGAIN, CallForm},
    form::{WriteForm, base_of},
    mentions::look_up,
    page::Desk,
    pictures::{FileViews, take_files},
    preview::{self, Preview},
    quotes, schedule,
    signed_out::signed_out,
    upload::{self, Submitted},
};
use crate::{
    acts::{
        Act,
        proposals::{self, Proposed},
        statements,
    },
    db::{self, statements::StatementRow},
    domain::{
        Id, ids, language,
        mandate::Deed,
        names::{StatementForm, StatementState},
        report::Attendance,
        statement::{Mention, StatementContent},
    },
    error::{Error, Fault, Result},
    federation::software,
    mail,
    state::AppState,
    web::{city_field::CityField, csrf, errors, i18n::T, page_with, see_other, session::SignedIn, when_where::zones},
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, HeaderValue},
    },
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

/// As on every page, and our own script: it saves while somebody writes, and may talk to us alone.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
                   form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[derive(Deserialize)]
pub struct Done {
    pub done: Option<String>,
}

/// What the button beside the city does.
const FIND_CITY: &str = "find-city";

/// What is to be begun: a call, or else a statement.
#[derive(Deserialize)]
pub struct What {
    call: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/write.html")]
pub(super) struct WritePage {
    pub t: T,
    pub desk: Desk,
    pub heading: String,
    /// What editing means in the statement's state; may be empty.
    pub explanation: String,
    pub form: WriteForm,
    pub files: FileViews,
    /// As they stand in what is saved.
    pub mentions: Vec<Mention>,
    pub faults: Vec<Fault>,
    pub saved: bool,
    pub saved_at: String,
    pub conflict: Option<Conflict>,
    pub preview: Option<Preview>,
    /// Where it answers a post.
    pub answered: Option<Answered>,
    /// Empty before the first save.
    pub statement_id: String,
    pub action: String,
    pub autosave: String,
    pub offered: &'static [(&'static str, &'static str)],
    pub more_open: bool,
    pub schedule_open: bool,
    pub schedulable: bool,
    pub is_scheduled: bool,
    pub is_published: bool,
    /// A draft, or a public one with changes that aren't published.
    pub discardable: bool,
    /// `note` or `article` where publication decided; else empty.
    pub form_fixed: String,
    /// The member may publish it without the others.
    pub may: bool,
    pub publish_label: &'static str,
    /// To choose from, for a call.
    pub zones: Vec<&'static str>,
    pub city: CityField,
    /// Mail goes out from here: without, no call can be open to people without an instance.
    pub mail: bool,
    pub again: &'static [&'static str],
    /// How it comes back, in words, where the form can't say it; else empty.
    pub again_rule: String,
}

/// Somebody else saved while this writer wrote.
pub(super) struct Conflict {
    pub name: String,
    pub time: String,
    pub theirs: WriteForm,
}

#[derive(Template)]
#[template(path = "desk/withdrawn.html")]
struct WithdrawnPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    title: String,
    language: String,
    withdrawn_at: Option<crate::domain::Timestamp>,
    reason: String,
}

/// What a statement is when its form is opened.
pub(super) struct Opened {
    pub row: StatementRow,
    pub content: StatementContent,
    pub base: String,
    pub saved_at: crate::domain::Timestamp,
    pub saved_by: Option<String>,
}

/// The statement, if it is this desk's; else `NotFound` (AUT-07).
pub(super) async fn load(state: &AppState, desk: &Desk, id: &str) -> Result<Opened> {
    let id = ids::parse_id(id).ok_or(Error::NotFound)?;
    let collective_id = desk.collective.id.clone();
    state.db.read(move |conn| opened(conn, &id, &collective_id)).await
}

fn opened(conn: &mut db::DbConn, id: &str, collective_id: &str) -> Result<Opened> {
    let row = db::statements::by_id(conn, id)?;
    if row.collective_id != collective_id {
        return Err(Error::NotFound);
    }
    let draft = db::statements::current_draft(conn, id)?;
    let saved_by = db::desk::name_of(conn, draft.saved_by.as_deref())?;
    let base = base_of(draft.n, draft.saved_at);
    Ok(Opened { row, base, saved_at: draft.saved_at, saved_by, content: draft.content.into_inner() })
}

/// `GET /desk/{handle}/write`
pub async fn new(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>, what: Query<What>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, if what.call.is_some() { "call" } else { "write" }).await?;
    let mut form = WriteForm { form: "auto".into(), ..WriteForm::default() };
    if what.call.is_some() {
        form.call = CallForm::new(&desk.collective.time_zone);
    }
    form.put_language(&desk.collective.language);
    let page = WritePage::of(&state, t, desk, None, form).await?;
    write_page(StatusCode::OK, &page)
}

/// `GET /desk/{handle}/statements/{id}`
pub async fn edit(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Done>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?.noting(&t, query.done.as_deref());
    let opened = load(&state, &desk, &path.1).await?;
    // What shows an endorsement is changed by that alone.
    let shows = opened.row.id.clone();
    if let Some(row) = state.db.read(move |conn| db::endorsements::by_companion(conn, &shows)).await? {
        return Ok(see_other(&desk.endorsement(&t, &row.id)));
    }
    if opened.row.state == StatementState::Withdrawn {
        let page = WithdrawnPage {
            statement_id: opened.row.id,
            title: opened.content.title,
            language: opened.content.language,
            withdrawn_at: opened.row.withdrawn_at,
            reason: opened.row.withdrawn_reason.unwrap_or_default(),
            t,
            desk,
        };
        return page_with(StatusCode::OK, &page);
    }
    let mut form = WriteForm::of(&opened.content, opened.base.clone());
    if let Some(at) = opened.row.scheduled_at {
        (form.schedule_date, form.schedule_time) = schedule::fields(at, &desk.collective.time_zone);
    }
    let page = WritePage::of(&state, t, desk, Some(opened), form).await?;
    write_page(StatusCode::OK, &page)
}

/// Where something is written: at a collective's desk, and which statement, if there is one already.
#[derive(Deserialize)]
pub struct Written {
    pub(super) handle: String,
    id: Option<String>,
}

impl Written {
    pub(super) async fn opened(&self, state: &AppState, desk: &Desk) -> Result<Option<Opened>> {
        match &self.id {
            Some(id) => Ok(Some(load(state, desk, id).await?)),
            None => Ok(None),
        }
    }
}

/// `POST /desk/{handle}/write` and `POST /desk/{handle}/statements/{id}`
pub async fn submit(
    req: HttpRequest,
    state: Data<AppState>,
    me: Option<SignedIn>,
    t: T,
    place: Path<Written>,
    body: Multipart,
) -> Result<HttpResponse> {
    let (req, state) = (&req, &**state);
    let Some(me) = me else { return signed_out(req, t, body).await };
    let mut desk = Desk::open(state, &me, &place.handle, if place.id.is_none() { "write" } else { "" }).await?;
    let opened = place.opened(state, &desk).await?;
    let mut submitted = upload::read(body, state.settings.media.max_upload_bytes).await?;
    if place.id.is_none() && submitted.form.call.on {
        desk.here = "call";
    }
    if let Err(stale) = csrf::check(req, &me, &submitted.token) {
        csrf::check_origin(req)?;
        // One of our own pages, from before this session: nothing is done, and nothing typed is lost.
        let mut page = WritePage::of(state, t, desk, opened, submitted.form).await?;
        page.faults = vec![Fault { field: "body".into(), message: "desk-token-old", args: Vec::new() }];
        page.saved = false;
        return write_page(errors::status(&stale), &page);
    }
    take_files(state, &me, &desk, &mut submitted).await?;
    let Submitted { mut form, action, mut faults, .. } = submitted;
    form.call.settle(&t);
    // Somebody looks for a city, and hasn't said yet that the rest is done.
    let looking = action == FIND_CITY;
    let mut wrong = form.call.faults();
    if form.call.on && form.call.open_to_all && !mail::is_set_up(&state.settings) {
        wrong.push(("open_to_all", "error-call-open-mail"));
        form.call.open_to_all = false;
    }
    let mut content = form.content_after(opened.as_ref().map(|opened| &opened.content));
    content.in_reply_to = answers(opened.as_ref());
    if !looking {
        faults.extend(wrong.iter().map(|(field, message)| Fault { field: (*field).into(), message, args: Vec::new() }));
    }
    if form.call.on && content.call.is_none() {
        // There are no dates yet that it could be saved with.
        let mut page = WritePage::of(state, t, desk, opened, form).await?;
        page.open_for(faults);
        return write_page(if looking { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page);
    }
    let counted = if content.report.is_some() { Attendance::parse(&form.attendance).err() } else { None };
    faults.extend(counted.map(|(field, message)| Fault { field: field.into(), message, args: Vec::new() }));
    faults.extend(look_up(state, &t, &mut content.mentions).await);
    faults.extend(quotes::look_up(state, &t, &mut content.quote).await);
    let saved = save(state, &me, &desk, opened.as_ref(), &form, content, false).await;
    let (opened, problem) = match saved {
        Ok(Saved::Done(opened)) => (Some(*opened), None),
        Ok(Saved::Conflict(theirs)) => return conflict(state, t, desk, *theirs, form, faults).await,
        Err(error) => (opened, Some(error)),
    };
    let done = match (problem, &opened) {
        (None, Some(opened)) => act_on(state, &t, &me, &desk, opened, &action, &form, &faults).await,
        (problem, _) => Err(problem.unwrap_or(Error::NotFound)).map_err(|error| (false, error)),
    };
    match done {
        Ok(Next::Go(path)) => Ok(see_other(&path)),
        Ok(Next::Show) => {
            let form = refreshed(form, opened.as_ref());
            let preview = match (&opened, action.as_str()) {
                (Some(opened), "preview") => Some(preview::of(state, &t, &desk, &opened.row, &opened.content).await?),
                _ => None,
            };
            let mut page = WritePage::of(state, t, desk, opened, form).await?;
            let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            page.open_for(faults);
            page.saved = true;
            page.preview = preview;
            write_page(status, &page)
        }
        Err((saved, error)) => {
            let form = if saved { refreshed(form, opened.as_ref()) } else { form };
            let status = errors::status(&error);
            match error {
                Error::Invalid(more) => {
                    // A mention that wasn't found is named already, with its reason.
                    let named = faults.iter().map(|fault| fault.field.clone()).collect::<Vec<_>>();
                    let again = |fault: &Fault| {
                        named.contains(&fault.field)
                            && matches!(fault.message, "error-mention-unresolved" | "error-quote-unresolved")
                    };
                    faults.extend(more.into_iter().filter(|fault| !again(fault)));
                }
                other => faults.insert(0, general(&t, &other)),
            }
            let mut page = WritePage::of(state, t, desk, opened, form).await?;
            page.open_for(faults);
            page.saved = saved;
            write_page(status, &page)
        }
    }
}

fn write_page(status: StatusCode, page: &WritePage) -> Result<HttpResponse> {
    let mut response = page_with(status, page)?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    Ok(response)
}

/// What a statement answers; no field of its form.
pub(super) fn answers(opened: Option<&Opened>) -> String {
    opened.and_then(|opened| opened.row.in_reply_to.clone()).unwrap_or_default()
}

/// What a saved form shows: the copy it is now based on. The words stay as typed.
fn refreshed(mut form: WriteForm, opened: Option<&Opened>) -> WriteForm {
    let Some(opened) = opened else { return form };
    let (date, time) = (std::mem::take(&mut form.schedule_date), std::mem::take(&mut form.schedule_time));
    let typed = std::mem::take(&mut form.call);
    let saved = WriteForm::of(&opened.content, opened.base.clone());
    // Dates that can't be read aren't saved; they stay to be mended.
    let call = if typed.faults().is_empty() { saved.call.clone() } else { typed };
    let attendance = if Attendance::parse(&form.attendance).is_err() { form.attendance } else { saved.attendance.clone() };
    WriteForm { schedule_date: date, schedule_time: time, call, attendance, ..saved }
}

/// An error that belongs to no field, said beside the text.
fn general(t: &T, error: &Error) -> Fault {
    Fault { field: "body".into(), message: "desk-error", args: vec![("reason", t.error(error))] }
}

enum Next {
    Go(String),
    Show,
}

/// What the pressed button does, after the save.
#[expect(clippy::too_many_arguments, reason = "one call, and a struct of these would say no more")]
async fn act_on(
    state: &AppState,
    t: &T,
    me: &SignedIn,
    desk: &Desk,
    opened: &Opened,
    action: &str,
    form: &WriteForm,
    faults: &[Fault],
) -> std::result::Result<Next, (bool, Error)> {
    let id = opened.row.id.clone();
    let here = desk.statement(t, &id);
    let fail = |error| (true, error);
    if action == "publish" && opened.content.call.is_some() && opened.row.version == 0 {
        software::before_a_call(state, &opened.row.collective_id).await;
    }
    match action {
        "publish" | "schedule"
            if faults.iter().any(|fault| {
                fault.field.starts_with("image") || ["open_to_all", "attendance"].contains(&fault.field.as_str())
            }) || !form.call.faults().is_empty() =>
        {
            Ok(Next::Show)
        }
        "publish" => match state.act(me.principal(), move |act| proposals::publish(act, &id)).await.map_err(fail)? {
            Proposed::Done(_) => Ok(Next::Go(format!("{here}/delivery?fresh=1"))),
            Proposed::Asked(row) => Ok(Next::Go(desk.asked(t, &row))),
        },
        "schedule" => {
            let zone = &desk.collective.time_zone;
            let at = schedule::point_in_time(&form.schedule_date, &form.schedule_time, zone, state.now())
                .map_err(|(field, message)| fail(Error::invalid(field, message)))?;
            match state.act(me.principal(), move |act| proposals::schedule(act, &id, at)).await.map_err(fail)? {
                Proposed::Done(_) => Ok(Next::Go(format!("{here}?done=saved"))),
                Proposed::Asked(row) => Ok(Next::Go(desk.asked(t, &row))),
            }
        }
        "unschedule" => {
            state.act(me.principal(), move |act| statements::take_back_schedule(act, &id)).await.map_err(fail)?;
            Ok(Next::Go(format!("{here}?done=unscheduled")))
        }
        "preview" | FIND_CITY => Ok(Next::Show),
        _ if faults.is_empty() => Ok(Next::Go(format!("{here}?done=saved"))),
        _ => Ok(Next::Show),
    }
}

pub(super) enum Saved {
    Done(Box<Opened>),
    /// What is saved now, by somebody else.
    Conflict(Box<Opened>),
}

/// Saves what was typed, unless somebody else saved since this form was opened.
pub(super) async fn save(
    state: &AppState,
    me: &SignedIn,
    desk: &Desk,
    opened_before: Option<&Opened>,
    form: &WriteForm,
    content: StatementContent,
    autosave: bool,
) -> Result<Saved> {
    let id = opened_before.map(|opened| opened.row.id.clone());
    let (collective_id, base) = (desk.collective.id.clone(), form.base.clone());
    state
        .act(me.principal(), move |act| {
            let Some(id) = id else {
                let row = statements::new_draft(act, &collective_id, content)?;
                return Ok(Saved::Done(Box::new(opened(act.conn, &row.id, &collective_id)?)));
            };
            if changed_meanwhile(act, &id, &base, &content, autosave)? {
                return Ok(Saved::Conflict(Box::new(opened(act.conn, &id, &collective_id)?)));
            }
            statements::save_draft(act, &id, content, autosave)?;
            Ok(Saved::Done(Box::new(opened(act.conn, &id, &collective_id)?)))
        })
        .await
}

/// Whether the copy that the writer began with isn't the current one any more. A writer's own autosave, on its way when
/// they pressed the button, is no conflict.
fn changed_meanwhile(act: &mut Act, id: &str, base: &str, content: &StatementContent, autosave: bool) -> Result<bool> {
    let current = db::statements::current_draft(act.conn, id)?;
    let own_autosave = !autosave && current.autosaved && current.saved_by.as_deref() == act.by.member_id();
    Ok(base_of(current.n, current.saved_at) != base && !own_autosave && *current.content != *content)
}

async fn conflict(
    state: &AppState,
    t: T,
    desk: Desk,
    theirs: Opened,
    mut form: WriteForm,
    faults: Vec<Fault>,
) -> Result<HttpResponse> {
    let conflict = Conflict {
        name: theirs.saved_by.clone().unwrap_or_else(|| t.get("desk-conflict-somebody")),
        time: desk.when(&t, &theirs.saved_at),
        theirs: WriteForm::of(&theirs.content, theirs.base.clone()),
    };
    // Whoever saves now has seen both.
    form.base = theirs.base.clone();
    let mut page = WritePage::of(state, t, desk, Some(theirs), form).await?;
    page.open_for(faults);
    page.conflict = Some(conflict);
    page.saved = false;
    write_page(StatusCode::CONFLICT, &page)
}

#[derive(Template)]
#[template(path = "desk/preview_page.html")]
struct PreviewPage {
    t: T,
    desk: Desk,
    preview: Preview,
}

/// `GET …/preview`: what is saved, as it will look. The page's script shows it anew after an autosave.
pub async fn preview(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    if opened.row.state == StatementState::Withdrawn {
        return Err(Error::NotFound);
    }
    let preview = preview::of(&state, &t, &desk, &opened.row, &opened.content).await?;
    page_with(StatusCode::OK, &PreviewPage { t, desk, preview })
}

impl WritePage {
    pub(super) async fn of(state: &AppState, t: T, desk: Desk, opened: Option<Opened>, form: WriteForm) -> Result<Self> {
        let files = FileViews::of(state, &desk, &form).await?;
        let answered = match answers(opened.as_ref()) {
            uri if uri.is_empty() => None,
            uri => {
                let site = state.site()?;
                Some(state.db.read(move |conn| answered(conn, &site, &uri)).await?)
            }
        };
        let row = opened.as_ref().map(|opened| &opened.row);
        let row_state = row.map(|row| row.state);
        let (heading, explanation) = match (row_state, row.and_then(|row| row.scheduled_at)) {
            (Some(StatementState::Published), _) => ("desk-edit-published-heading", t.get("desk-edit-published-note")),
            (Some(StatementState::Scheduled), Some(at)) => (
                "desk-edit-heading",
                t.two("desk-edit-scheduled-note", "time", desk.when(&t, &at), "zone", &desk.collective.time_zone),
            ),
            (Some(_), _) if answered.is_some() => ("desk-answer-heading", t.get("desk-answer-note")),
            (Some(_), _) => ("desk-edit-heading", String::new()),
            (None, _) if form.call.on => ("desk-call-new-heading", t.get("desk-call-new-note")),
            (None, _) => ("desk-write-heading", String::new()),
        };
        let form_fixed = match row {
            Some(row) if row.version > 0 && row.form != StatementForm::Auto => row.form.as_str().to_owned(),
            _ => String::new(),
        };
        let discardable = match (row, &opened) {
            (Some(row), Some(opened)) => discardable(state, row, &opened.content).await?,
            _ => false,
        };
        let statement_id = row.map_or_else(String::new, |row| row.id.clone());
        let action = if statement_id.is_empty() { desk.url(&t, "/write") } else { desk.statement(&t, &statement_id) };
        let more = [&form.contact, &form.hashtags, &form.mentions, &form.quote, &form.content_warning];
        let is_published = row_state == Some(StatementState::Published);
        let is_scheduled = row_state == Some(StatementState::Scheduled);
        let mut content = form.content_after(opened.as_ref().map(|opened| &opened.content));
        content.in_reply_to = answers(opened.as_ref());
        let verb = statements::verb(&content);
        let may = desk.hands.may(&Deed { topics: content.hashtags, ..Deed::plain(verb) });
        Ok(Self {
            heading: t.get(heading),
            explanation,
            files,
            mentions: opened.as_ref().map_or_else(Vec::new, |opened| opened.content.mentions.clone()),
            faults: Vec::new(),
            saved: false,
            saved_at: opened.as_ref().map_or_else(String::new, |opened| saved_line(&t, &desk, opened)),
            conflict: None,
            preview: None,
            answered,
            autosave: format!("{action}/autosave"),
            action,
            offered: language::OFFERED,
            more_open: more.iter().any(|text| !text.is_empty()),
            schedule_open: is_scheduled || !form.schedule_date.is_empty() || !form.schedule_time.is_empty(),
            schedulable: !is_published,
            is_scheduled,
            is_published,
            discardable,
            form_fixed,
            zones: if form.call.on { zones().collect() } else { Vec::new() },
            city: form.call.at.city_field(&t),
            mail: mail::is_set_up(&state.settings),
            again: &AGAIN,
            again_rule: form.call.again_rule.parse().map_or_else(|_| String::new(), |rule| t.language.recurrence(&rule)),
            may,
            publish_label: match (row_state, may) {
                (Some(StatementState::Published), true) => "desk-publish-version",
                (Some(StatementState::Published), false) => "desk-propose-publish-version",
                (Some(StatementState::Scheduled), true) => "desk-publish-now",
                (Some(StatementState::Scheduled), false) => "desk-propose-publish-now",
                (_, true) => "desk-publish",
                (_, false) => "desk-propose-publish",
            },
            statement_id,
            form,
            t,
            desk,
        })
    }

    /// Shows faults, and opens what they lie in.
    fn open_for(&mut self, mut faults: Vec<Fault>) {
        for fault in &mut faults {
            if fault.field == "scheduled_at" {
                fault.field = "schedule_date".into();
            }
            match fault.field.as_str() {
                "contact" | "hashtags" | "mentions" | "quote" | "content_warning" => self.more_open = true,
                "schedule_date" | "schedule_time" => self.schedule_open = true,
                _ => {}
            }
        }
        self.faults = faults;
    }
}

async fn discardable(state: &AppState, row: &StatementRow, content: &StatementContent) -> Result<bool> {
    match row.state {
        StatementState::Draft => Ok(true),
        StatementState::Published => {
            let (id, version) = (row.id.clone(), row.version);
            let public = state.db.read(move |conn| db::statements::version(conn, &id, version)).await?;
            Ok(*public.content != *content)
        }
        StatementState::Scheduled | StatementState::Withdrawn => Ok(false),
    }
}

fn saved_line(t: &T, desk: &Desk, opened: &Opened) -> String {
    let time = desk.when(t, &opened.saved_at);
    match &opened.saved_by {
        Some(name) => t.two("desk-draft-saved-by", "time", time, "name", name),
        None => t.one("desk-draft-saved", "time", time),
    }
}
