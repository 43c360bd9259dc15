//! Collectives and the instance's own actor.

use super::answer::{Answer, document};
use crate::{AppState, acts::documents, db, error::Error};
use actix_web::web::{Data, Path};

pub async fn collective(state: Data<AppState>, handle: Path<String>) -> Answer {
    let site = state.site()?;
    let read = move |conn: &mut db::DbConn| {
        let row = db::collectives::by_handle(conn, &handle)?;
        documents::collective(conn, &site, &row)
    };
    Ok(document(&state.db.read(read).await?))
}

/// Readable without a signature, also by servers that sign and demand signatures: else neither could begin.
pub async fn instance(state: Data<AppState>) -> Answer {
    let site = state.site()?;
    let read = move |conn: &mut db::DbConn| {
        let row = db::instance::load(conn)?.ok_or(Error::NotFound)?;
        documents::instance(conn, &site, &row)
    };
    Ok(document(&state.db.read(read).await?))
}
