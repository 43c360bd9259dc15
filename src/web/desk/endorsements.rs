//! What this collective endorses: a list with every state, and each endorsement with what can be done with it.

use super::{
    endorse::short,
    page::Desk,
    people::{Named, everybody, named},
};
use crate::{
    acts::{
        endorsements::{self, Endorsed},
        mandates,
        proposals::{self, Proposed},
    },
    db::{self, DbConn, decisions::DecisionRow, endorsed_texts::EndorsedText, endorsements::EndorsementRow},
    domain::{
        Site, Timestamp,
        consent::ConsentKind,
        decision::Minutes,
        endorsement::{EndorsementState, Shown},
        ids::parse_id,
        mandate::{Deed, Verb},
    },
    error::{Error, Fault, Result},
    federation::{fetch::Budget, posts},
    state::AppState,
    text,
    web::{
        csrf::Form,
        errors,
        i18n::T,
        page, page_with,
        public::{
            diff::{self, Part},
            register::sign,
        },
        see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

/// Most lines in the list; `communard endorsement list` has all.
const MAX_SHOWN: i64 = 200;

#[derive(Template)]
#[template(path = "desk/endorsements.html")]
struct ListPage {
    t: T,
    desk: Desk,
    lines: Vec<Line>,
}

/// One endorsement in words.
pub(super) struct Line {
    pub row: EndorsementRow,
    pub shown: &'static str,
    pub sign: &'static str,
    /// The other side.
    pub other: Named,
    /// What the statement is called now, where it was changed since.
    pub title_now: Option<String>,
    /// The statement's server was blocked since; and when the collective said that it keeps it.
    pub cut_off: bool,
    pub kept_at: Option<Timestamp>,
}

/// Its word. One whose author keeps no register waits for nobody's answer.
fn word(row: &EndorsementRow, now: Timestamp) -> Shown {
    match row.shown(now) {
        Shown::Waiting if !row.register => match row.state {
            _ if row.digest != row.text_digest => Shown::EarlierVersion,
            EndorsementState::Ratified => Shown::Ratified,
            _ => Shown::Indicative,
        },
        shown => shown,
    }
}

fn line(conn: &mut DbConn, site: &Site, row: EndorsementRow, other: Named, now: Timestamp) -> Result<Line> {
    let shown = word(&row, now);
    Ok(Line {
        shown: shown.as_str(),
        sign: sign(shown),
        other,
        title_now: endorsements::title_now(conn, site, &row)?,
        cut_off: endorsements::is_cut_off(conn, &row)?,
        kept_at: db::endorsements::kept_at(conn, &row.id)?,
        row,
    })
}

#[derive(Template)]
#[template(path = "desk/endorsement.html")]
struct OnePage {
    t: T,
    desk: Desk,
    line: Line,
    short_digest: String,
    /// Open questions about it: what they would do, and their ids.
    open: Vec<(&'static str, String)>,
    /// The member who endorsed, as far as known.
    by: String,
    /// How the author's server answered the quote, where it keeps no register.
    quote: &'static str,
    outdated: bool,
    standing: bool,
    /// The member may confirm and withdraw it without the others, and erase it when it is over.
    may_change: bool,
    may_erase: bool,
    changes: Option<Changes>,
    /// It is another text than the one that was shown before.
    changed_again: bool,
    /// As typed.
    form: Press,
    faults: Vec<Fault>,
}

/// What was changed in the text since it was endorsed.
struct Changes {
    /// Digest of the text as it is.
    digest: String,
    /// Nothing was.
    same: bool,
    /// The text that was endorsed wasn't kept here: there is only the new one.
    unknown: bool,
    title: Vec<Part>,
    text: Vec<Vec<Part>>,
    language: Option<String>,
}

#[derive(Deserialize)]
pub struct Shows {
    done: Option<String>,
    /// Present: compare with the text as it is now.
    compare: Option<String>,
}

#[derive(Default, Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    sure: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    yes: String,
    #[serde(default)]
    no: String,
    #[serde(default)]
    abstain: String,
}

/// `GET …/endorsements`
pub async fn list(state: Data<AppState>, me: SignedIn, t: T, path: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path, "endorsements").await?;
    let (id, now, site) = (desk.collective.id.clone(), state.now(), state.site()?);
    let lines = state
        .db
        .read(move |conn| {
            let rows = db::endorsements::of_endorser(conn, &id, MAX_SHOWN)?;
            let known = everybody(conn, &rows.iter().map(|row| row.author_uri.clone()).collect::<Vec<_>>())?;
            let mut lines = Vec::new();
            for row in rows {
                let other = named(known.get(&row.author_uri), &row.author_uri);
                lines.push(line(conn, &site, row, other, now)?);
            }
            // What asks for something stands first.
            lines.sort_by_key(|line: &Line| match line.shown {
                _ if line.cut_off && line.kept_at.is_none() => 0,
                "earlier-version" => 0,
                "indicative" => 1,
                _ => 2,
            });
            Ok(lines)
        })
        .await?;
    page(&ListPage { t, desk, lines })
}

/// `GET …/endorsements/{id}`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Shows>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "endorsements").await?.noting(&t, query.done.as_deref());
    let mut one = open(&state, t, desk, &path.1).await?;
    if query.compare.is_some() {
        match compare(&state, &one.line.row).await {
            Ok(changes) => one.changes = Some(changes),
            Err(error) => {
                let status = errors::status(&error);
                let t = one.t.clone();
                one.desk = one.desk.refusing(&t, missing(error))?;
                return page_with(status, &one);
            }
        }
    }
    page(&one)
}

/// What isn't found here is the text, not the page.
fn missing(error: Error) -> Error {
    match error {
        Error::NotFound => Error::Conflict("desk-endorsements-text-gone"),
        other => other,
    }
}

/// `POST …/endorsements/{id}`
pub async fn press(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Press>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "endorsements").await?;
    let mut one = open(&state, t, desk, &path.1).await?;
    let error = match act(&state, &me, &mut one, &form.value).await {
        Ok(Some(done)) => {
            let to = one.desk.endorsement(&one.t, &one.line.row.id);
            return Ok(see_other(&format!("{to}?done={done}")));
        }
        Ok(None) => return page_with(StatusCode::CONFLICT, &one),
        Err(error) => error,
    };
    let status = errors::status(&error);
    one.form = form.value;
    match error {
        Error::Invalid(faults) => one.faults = faults,
        other => {
            let t = one.t.clone();
            one.desk = one.desk.refusing(&t, missing(other))?;
        }
    }
    page_with(status, &one)
}

/// Does what a button says: the word for `?done=`, or `None` where the page first has to show another text.
async fn act(state: &AppState, me: &SignedIn, one: &mut OnePage, form: &Press) -> Result<Option<&'static str>> {
    let id = one.line.row.id.clone();
    let said = |done: &Endorsed, word| if done.decision.is_some() { "endorsement-proposed" } else { word };
    Ok(Some(match form.action.as_str() {
        "confirm" => {
            let text = posts::find_text(state, &one.line.row.statement_uri, &Budget::of(state)).await?;
            if text.digest != form.digest {
                one.changes = Some(compare(state, &one.line.row).await?);
                one.changed_again = true;
                return Ok(None);
            }
            let done = state.act(me.principal(), move |act| endorsements::confirm(act, &id, &text)).await?;
            said(&done, "endorsement-confirmed")
        }
        "withdraw" => {
            if form.reason.trim().is_empty() {
                return Err(Error::invalid("reason", "error-reason-empty"));
            }
            let reason = form.reason.clone();
            let done = state.act(me.principal(), move |act| endorsements::withdraw(act, &id, &reason)).await?;
            said(&done, "endorsement-withdrawn")
        }
        "ratify" => {
            let count = |text: &str| if text.trim().is_empty() { "0".to_owned() } else { text.trim().to_owned() };
            let written = format!(
                "{}: {} for, {} against, {} abstained",
                form.date.trim(),
                count(&form.yes),
                count(&form.no),
                count(&form.abstain)
            );
            let minutes = Minutes::parse(&written).map_err(|message| {
                let message = if message == "error-minutes-form" { "desk-endorsements-minutes-form" } else { message };
                Error::invalid("minutes", message)
            })?;
            let done = state.act(me.principal(), move |act| endorsements::ratify_by_minutes(act, &id, &minutes, None)).await?;
            if done.row.state == EndorsementState::Ratified { "endorsement-ratified" } else { "endorsement-minutes" }
        }
        "keep" => {
            state.act(me.principal(), move |act| endorsements::keep(act, &id)).await?;
            "endorsement-kept"
        }
        "erase" => {
            if form.sure.is_empty() {
                return Err(Error::invalid("sure", "desk-endorsements-erase-sure"));
            }
            match state.act(me.principal(), move |act| proposals::erase(act, &id)).await? {
                Proposed::Done(_) => "endorsement-erased",
                Proposed::Asked(_) => "endorsement-proposed",
            }
        }
        _ => return Err(Error::invalid("do", "error-form-broken")),
    }))
}

/// The page of one, without what only a look elsewhere tells.
async fn open(state: &AppState, t: T, desk: Desk, id: &str) -> Result<OnePage> {
    let (id, collective, now) = (parse_id(id).ok_or(Error::NotFound)?, desk.collective.id.clone(), state.now());
    let site = state.site()?;
    let (line, open, by, quote) = state
        .db
        .read(move |conn| {
            let row = db::endorsements::by_id(conn, &id)?;
            if row.endorser_id.as_deref() != Some(collective.as_str()) {
                return Err(Error::NotFound);
            }
            let known = everybody(conn, std::slice::from_ref(&row.author_uri))?;
            let open: Vec<DecisionRow> = db::decisions::list(conn, &collective, Some(true), crate::acts::decisions::MOST_OPEN)?;
            let by = db::desk::name_of(conn, row.created_by.as_deref())?.unwrap_or_default();
            let quote = match row.companion_uri.as_deref().filter(|_| !row.register) {
                Some(note) => db::consents::between(conn, ConsentKind::Quote, note, &row.statement_uri)?,
                None => None,
            };
            let other = named(known.get(&row.author_uri), &row.author_uri);
            let about = open.iter().filter(|decision| decision.effect.subject() == Some(&row.id));
            let about = about.map(|decision| (decision.effect.word(), decision.id.clone())).collect();
            Ok((self::line(conn, &site, row, other, now)?, about, by, quote))
        })
        .await?;
    let standing = !line.row.state.is_final();
    let held = desk.hands.holds(&mandates::towards(Verb::Endorse, &line.row.author_uri));
    Ok(OnePage {
        // What the assembly ratified isn't one member's to change, also where no mandates are asked for.
        may_change: held || (!desk.hands.mandated() && line.row.state == EndorsementState::Indicative),
        may_erase: desk.hands.may(&Deed::plain(Verb::Endorse)),
        short_digest: short(&line.row.digest),
        outdated: standing && line.row.digest != line.row.text_digest,
        standing,
        quote: quote.map_or("", |consent| consent.state.as_str()),
        changes: None,
        changed_again: false,
        form: Press::default(),
        faults: Vec::new(),
        t,
        desk,
        line,
        open,
        by,
    })
}

/// Compares the text that was endorsed with the one that its author's host gives now.
async fn compare(state: &AppState, row: &EndorsementRow) -> Result<Changes> {
    let text = posts::find_text(state, &row.statement_uri, &Budget::of(state)).await?;
    let (uri, digest) = (row.statement_uri.clone(), row.digest.clone());
    let kept = state.db.read(move |conn| db::endorsed_texts::get(conn, &uri, &digest)).await?;
    let before = kept.as_ref();
    let part = |of: fn(&EndorsedText) -> &str| before.map_or("", of);
    Ok(Changes {
        same: text.digest == row.digest,
        unknown: before.is_none(),
        title: diff::words(part(|kept| &kept.title), &text.title),
        text: diff::paragraphs(&text::plain(part(|kept| &kept.html)), &text::plain(&text.html)),
        language: text.language,
        digest: text.digest,
    })
}
