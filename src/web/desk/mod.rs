//! The desk: where members write, publish, and read what reached their collective.
//!
//! Thin: reads the form, calls an act, renders a page. Must not know SQL or compose activities.

pub mod form;
pub mod schedule;
