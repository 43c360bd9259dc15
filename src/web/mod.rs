//! Pages for people: public ones, the desk, the steward's. Thin handlers that call an act and render a template.
//!
//! Must not know SQL or compose activities.

use actix_web::web::ServiceConfig;

pub mod desk;
pub mod i18n;

pub fn routes(_cfg: &mut ServiceConfig) {}
