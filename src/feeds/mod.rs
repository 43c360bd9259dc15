//! Forms in which readers take things away: feeds (Atom), calendars, maps, timelines, posters, tables, bundles.
//!
//! Made from plain data. Must not read the database or decide who may see what.

pub mod atom;
pub mod bundle;
pub mod ical;
pub mod ical_read;
pub mod map;
pub mod poster;
pub mod sitemap;
pub mod table;
pub mod timeline;
