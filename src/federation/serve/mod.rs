//! Our own documents for peers: actors, objects, collections, WebFinger, host-meta, NodeInfo.
//!
//! Reads only; everything here is public, so nobody has to sign. What isn't public is not found, whatever it is (ORG-24).

use actix_web::{
    HttpResponse, guard,
    http::header::ALLOW,
    web::{ServiceConfig, resource},
};

mod actors;
mod answer;
mod collections;
mod discovery;
pub(super) mod endorsements;
mod followers_synchronization;
mod negotiate;
mod statements;

pub use negotiate::wants_activity_json;

/// Registers all of them. Where a page stands at the same address, the resource carries the guard
/// [`wants_activity_json`] and what it doesn't take falls through to the page.
pub fn routes(cfg: &mut ServiceConfig) {
    let read = || actix_web::web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    let negotiated = |path: &str| resource(path).guard(guard::fn_guard(wants_activity_json));
    // An inbox takes; what it has isn't read from outside. POST falls through to `inbound`.
    let inbox = |path: &str| {
        let only_post = || async { HttpResponse::MethodNotAllowed().insert_header((ALLOW, "POST")).finish() };
        resource(path).guard(guard::Any(guard::Get()).or(guard::Head())).to(only_post)
    };
    cfg.service(negotiated("/c/{handle}").route(read().to(actors::collective)))
        .service(negotiated("/statements/{id}").route(read().to(statements::current)))
        .service(negotiated("/statements/{id}/note").route(read().to(statements::note)))
        .service(negotiated("/statements/{id}/versions/{n}").route(read().to(statements::version)))
        .service(resource("/statements/{id}/replies").route(read().to(collections::replies)))
        .service(resource("/statements/{id}/likes").route(read().to(collections::likes)))
        .service(resource("/statements/{id}/shares").route(read().to(collections::shares)))
        .service(resource("/statements/{id}/actions").route(read().to(statements::actions)))
        .service(negotiated("/actions/{id}").route(read().to(statements::action)))
        .service(negotiated("/actions/{id}/note").route(read().to(statements::action_note)))
        .service(resource("/statements/{id}/endorsements").route(read().to(endorsements::register)))
        .service(resource("/endorsements/{id}").route(read().to(endorsements::one)))
        .service(resource("/activities/{id}").route(read().to(statements::activity)))
        .service(resource("/stamps/{id}").route(read().to(statements::stamp)))
        .service(resource("/actor").route(read().to(actors::instance)))
        .service(resource("/actor/followers").route(read().to(collections::instance_followers)))
        .service(resource("/actor/following").route(read().to(collections::instance_following)))
        .service(resource("/actor/outbox").route(read().to(collections::instance_outbox)))
        .service(resource("/c/{handle}/outbox").route(read().to(collections::outbox)))
        .service(resource("/c/{handle}/followers").route(read().to(collections::followers)))
        .service(resource("/c/{handle}/followers_synchronization").route(read().to(followers_synchronization::show)))
        .service(resource("/c/{handle}/following").route(read().to(collections::following)))
        .service(resource("/c/{handle}/featured").route(read().to(collections::featured)))
        .service(inbox("/inbox"))
        .service(inbox("/c/{handle}/inbox"))
        .service(resource("/.well-known/webfinger").route(read().to(discovery::webfinger)))
        .service(resource("/.well-known/host-meta").route(read().to(discovery::host_meta)))
        .service(resource("/.well-known/nodeinfo").route(read().to(discovery::nodeinfo_links)))
        .service(resource("/nodeinfo/{version}").route(read().to(discovery::nodeinfo)));
}
