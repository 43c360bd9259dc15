//! Finding actors and posts by what people type.

use crate::{
    db::remote_actors::RemoteActorRow,
    error::{Error, Result},
    state::AppState,
};

pub(super) async fn actor(_state: &AppState, _address: &str) -> Result<RemoteActorRow> {
    Err(Error::NotFound)
}

pub(super) async fn post(_state: &AppState, _address: &str) -> Result<(String, Option<RemoteActorRow>)> {
    Err(Error::NotFound)
}
