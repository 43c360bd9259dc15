//! Our things as ActivityStreams JSON, and what others send as our things. Pure: JSON in, values out, and back.
//!
//! Must not fetch, store or decide. Tolerant where peers differ (strings or lists, missing ids, explicit nulls),
//! strict in what it writes (`docs` of each function name the rule and the peer behind it).

pub mod action;
pub mod activity;
pub mod actor;
pub mod call;
pub mod collection;
pub mod consent;
pub mod context;
pub mod digest;
pub mod discovery;
pub mod endorsement;
pub mod html;
pub mod mastodon_view;
pub mod multikey;
pub mod proof;
pub mod read;
pub mod read_actor;
mod read_event;
pub mod statement;

/// The collection that means everybody; always written in full, read in its three spellings.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
/// The content type of all our documents.
pub const ACTIVITY_JSON: &str = activitypub_federation::FEDERATION_CONTENT_TYPE;
