//! A collective's icon and header picture, on the steward's page of it.

use super::collectives::{find, show_one};
use crate::{
    error::Result,
    state::AppState,
    web::{
        collective_pictures::{self, Changed},
        i18n::T,
        see_other,
        session::StewardSignedIn,
    },
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

/// `POST /steward/collectives/{handle}/pictures`
pub async fn change(
    req: HttpRequest,
    t: T,
    state: Data<AppState>,
    me: StewardSignedIn,
    handle: Path<String>,
    body: Multipart,
) -> Result<HttpResponse> {
    let row = find(&state, handle.into_inner()).await?;
    match collective_pictures::change(&req, &state, &me, &row, body).await? {
        Changed::Done => Ok(see_other(&t.url(format!("/steward/collectives/{}", row.handle)))),
        Changed::Refused(typed, faults) => show_one(t, &state, &me, &row, *typed, faults).await,
    }
}
