//! The desk: where members write, publish, and read what reached their collective.
//!
//! Thin: reads the form, calls an act, renders a page. Must not know SQL or compose activities.

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_SECURITY_POLICY, HeaderValue},
    middleware::{Next, from_fn},
    web::{ServiceConfig, get, post, resource, scope},
};

pub mod form;
pub mod schedule;

mod delivery;
mod history;
mod inbox;
mod lookup;
mod overview;
mod page;
mod people;
mod pictures;
mod preview;
mod upload;
mod withdraw;
mod write;

/// As everywhere, and our own script: it saves while somebody writes, and may talk to us alone.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
                   form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub fn routes(cfg: &mut ServiceConfig) {
    let statement = scope("/statements/{id}")
        .service(resource("").route(get().to(write::edit)).route(post().to(write::submit_edit)))
        .service(resource("/autosave").route(post().to(write::autosave_edit)))
        .service(resource("/preview").route(get().to(write::preview)))
        .service(resource("/history").route(get().to(history::list)))
        .service(resource("/history/{n}").route(get().to(history::view)))
        .service(resource("/history/{n}/restore").route(post().to(history::restore)))
        .service(resource("/delivery").route(get().to(delivery::show)))
        .service(resource("/withdraw").route(get().to(withdraw::ask)).route(post().to(withdraw::withdraw)));
    let collective = scope("/{handle}")
        .service(resource("").route(get().to(overview::overview)))
        .service(resource("/write").route(get().to(write::new)).route(post().to(write::submit_new)))
        .service(resource("/write/autosave").route(post().to(write::autosave_new)))
        .service(resource("/inbox").route(get().to(inbox::show)).route(post().to(inbox::press)))
        .service(resource("/followers").route(get().to(people::followers)).route(post().to(people::answer)))
        .service(resource("/following").route(get().to(people::following)).route(post().to(people::change_following)))
        .service(statement);
    cfg.service(
        scope("/desk")
            .wrap(from_fn(allow_own_script))
            .service(resource("").route(get().to(overview::choose)))
            .service(collective),
    );
}

async fn allow_own_script(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let mut response = next.call(request).await?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    Ok(response)
}
