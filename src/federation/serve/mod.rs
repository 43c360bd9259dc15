//! Our own documents for peers: actors, objects, collections, WebFinger, host-meta, NodeInfo.

use actix_web::web::ServiceConfig;

pub fn routes(_cfg: &mut ServiceConfig) {}
