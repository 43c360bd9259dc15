//! What comes in: the gate (size, form, key, signature, identity), then one handler per activity, which calls an act.

use actix_web::web::ServiceConfig;

pub(super) mod depth;

pub fn routes(_cfg: &mut ServiceConfig) {}
