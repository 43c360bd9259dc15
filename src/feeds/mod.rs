//! Feeds for readers: Atom.
//!
//! Made from plain data. Must not read the database or decide who may see what.

pub mod atom;
pub mod sitemap;
