//! The saved copies of a text: look at each, and take one up again.

use super::{form::WriteForm, page::Desk, pictures::FileViews, write::load};
use crate::{
    acts::statements,
    db::{self, desk::DraftLine},
    domain::Id,
    error::Result,
    state::AppState,
    web::{
        csrf::{Form, Nothing},
        i18n::T,
        page, see_other,
        session::SignedIn,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "desk/history.html")]
struct HistoryPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    copy: Option<Copy>,
    lines: Vec<DraftLine>,
}

/// One copy, whole.
struct Copy {
    n: i32,
    time: String,
    name: String,
    language: String,
    form: WriteForm,
    files: FileViews,
}

/// `GET …/history`
pub async fn list(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    show(&state, t, desk, &path.1, None).await
}

/// `GET …/history/{n}`
pub async fn view(state: Data<AppState>, me: SignedIn, t: T, path: Path<(String, String, i32)>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    show(&state, t, desk, &path.1, Some(path.2)).await
}

/// `POST …/history/{n}/restore`
pub async fn restore(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String, i32)>,
    _form: Form<Nothing>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    let (id, n) = (opened.row.id.clone(), path.2);
    state.act(me.principal(), move |act| statements::restore_draft(act, &id, n)).await?;
    Ok(see_other(&format!("{}?done=restored", desk.statement(&t, &opened.row.id))))
}

async fn show(state: &AppState, t: T, desk: Desk, id: &str, n: Option<i32>) -> Result<HttpResponse> {
    let opened = load(state, &desk, id).await?;
    let statement_id = opened.row.id.clone();
    let (lines, draft) = state
        .db
        .read(move |conn| {
            let lines = db::desk::draft_lines(conn, &statement_id, i64::from(statements::MAX_KEPT_DRAFTS))?;
            let draft = match n {
                Some(n) => Some(db::statements::draft(conn, &statement_id, n)?),
                None => None,
            };
            Ok((lines, draft))
        })
        .await?;
    let copy = match draft {
        Some(draft) => {
            let form = WriteForm::of(&draft.content, String::new());
            let by = lines.iter().find(|line| line.n == draft.n).and_then(|line| line.saved_by.clone());
            Some(Copy {
                n: draft.n,
                time: desk.when(&t, &draft.saved_at),
                name: by.unwrap_or_else(|| t.get("desk-history-by-nobody")),
                language: draft.content.language.clone(),
                files: FileViews::of(state, &desk, &form).await?,
                form,
            })
        }
        None => None,
    };
    page(&HistoryPage { t, desk, statement_id: opened.row.id, copy, lines })
}
