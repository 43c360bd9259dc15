//! What became of a publication: its address, whom it reaches, and how each server took it.

use super::{page::Desk, write::load};
use crate::{
    db::{self, desk::HostDelivery},
    domain::{
        Id,
        names::{DeliveryState, StatementState},
    },
    error::{Error, Result},
    state::AppState,
    web::{i18n::T, page, session::SignedIn},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Fresh {
    /// Present right after publishing.
    fresh: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/delivery.html")]
struct DeliveryPage {
    t: T,
    desk: Desk,
    statement_id: Id,
    fresh: bool,
    title: String,
    language: String,
    uri: String,
    reach: String,
    hosts: Vec<HostDelivery>,
    delivered: i64,
    waiting: i64,
    failed: i64,
    is_withdrawn: bool,
}

/// `GET …/delivery`
pub async fn show(
    state: Data<AppState>,
    me: SignedIn,
    t: T,
    path: Path<(String, String)>,
    query: Query<Fresh>,
) -> Result<HttpResponse> {
    let desk = Desk::open(&state, &me, &path.0, "").await?;
    let opened = load(&state, &desk, &path.1).await?;
    if !matches!(opened.row.state, StatementState::Published | StatementState::Withdrawn) {
        return Err(Error::NotFound);
    }
    let (collective_id, uri, id, version) =
        (desk.collective.id.clone(), opened.row.uri.clone(), opened.row.id.clone(), opened.row.version);
    let (hosts, (followers, servers), shown) = state
        .db
        .read(move |conn| {
            let hosts = db::desk::deliveries_by_host(conn, &uri)?;
            Ok((hosts, db::desk::reach(conn, &collective_id)?, db::statements::version(conn, &id, version)?))
        })
        .await?;
    let sum = |wanted: &[DeliveryState]| hosts.iter().filter(|host| wanted.contains(&host.state)).map(|host| host.count).sum();
    let reach = t.with(
        "desk-delivery-reach",
        &[("followers", &followers), ("servers", &servers), ("collective", &desk.collective.name), ("handle", &desk.handle(&t))],
    );
    page(&DeliveryPage {
        fresh: query.fresh.is_some(),
        title: shown.title,
        language: shown.language,
        uri: opened.row.uri,
        reach,
        delivered: sum(&[DeliveryState::Delivered]),
        waiting: sum(&[DeliveryState::Pending]),
        failed: sum(&[DeliveryState::Refused, DeliveryState::Gone, DeliveryState::GivenUp]),
        is_withdrawn: opened.row.state == StatementState::Withdrawn,
        statement_id: opened.row.id,
        hosts,
        t,
        desk,
    })
}
