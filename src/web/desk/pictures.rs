//! Uploaded images.

use super::page::Desk;
use crate::{
    db::media::MediaRow,
    error::{Error, Result},
    state::AppState,
    web::session::SignedIn,
};

pub(super) async fn take(_state: &AppState, _me: &SignedIn, _desk: &Desk, _bytes: Vec<u8>) -> Result<MediaRow> {
    Err(Error::NotFound)
}
