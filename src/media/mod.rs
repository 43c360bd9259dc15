//! Images and posters: read with limits, written anew so that nothing of the camera, the program or the person stays in
//! them, stored under random names, served so that a browser takes them for nothing else.
//!
//! Must not know who may upload, nor statements: acts keep the rows.

mod accept;
pub mod pdf;
mod serve;
mod store;

pub use accept::{MAX_EDGE, Prepared, Purpose, accept};
pub use serve::routes;
pub use store::{Shelf, path, remove, store, written_before};
