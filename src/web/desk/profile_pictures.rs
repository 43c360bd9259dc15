//! The collective's icon and header picture: its public face is its members' own matter.

use super::page::Desk;
use crate::{
    acts::collectives::Profile,
    error::{Fault, Result},
    state::AppState,
    web::{
        account::form_page,
        collective_pictures::{self, Changed},
        i18n::T,
        see_other,
        session::SignedIn,
    },
};
use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;

#[derive(Template)]
#[template(path = "desk/pictures.html")]
struct PicturesPage {
    t: T,
    desk: Desk,
    faults: Vec<Fault>,
    typed: Profile,
    /// Addresses of the two, or empty.
    icon: String,
    header: String,
}

async fn page_of(t: T, state: &AppState, desk: Desk, typed: Profile, faults: Vec<Fault>) -> Result<HttpResponse> {
    let (icon, header) = collective_pictures::files(state, &typed).await?;
    let page = PicturesPage { icon: t.media(&icon), header: t.media(&header), t, desk, faults, typed };
    form_page(&page, &page.faults)
}

pub async fn show(t: T, state: Data<AppState>, me: SignedIn, handle: Path<String>) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &handle, "pictures").await?;
    let typed = Profile::from(desk.collective.clone());
    page_of(t, &state, desk, typed, Vec::new()).await
}

pub async fn change(
    req: HttpRequest,
    t: T,
    state: Data<AppState>,
    me: SignedIn,
    handle: Path<String>,
    body: Multipart,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &handle, "pictures").await?;
    match collective_pictures::change(&req, &state, &me, &desk.collective, body).await? {
        Changed::Done => Ok(see_other(&desk.url(&t, "/pictures"))),
        Changed::Refused(typed, faults) => page_of(t, &state, desk, *typed, faults).await,
    }
}
