//! Pinning a statement to the top of its collective's page, and taking that away.

use super::{page::Desk, write::load};
use crate::{
    acts::statements,
    error::{Error, Result},
    state::AppState,
    web::{csrf::Form, i18n::T, see_other, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Press {
    #[serde(default, rename = "do")]
    action: String,
}

/// `POST …/pin`
pub async fn press(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    form: Form<Press>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let id = load(&state, &desk, &path.1).await?.row.id;
    let done = match form.action.as_str() {
        "pin" => {
            state.act(me.principal(), move |act| statements::pin(act, &id)).await?;
            "pinned"
        }
        "unpin" => {
            state.act(me.principal(), move |act| statements::unpin(act, &id)).await?;
            "unpinned"
        }
        _ => return Err(Error::invalid("do", "error-form-broken")),
    };
    Ok(see_other(&desk.url(&t, &format!("?done={done}#published"))))
}
