//! What is true without any machine: the things collectives do, their states and their rules.
//!
//! Pure functions and types. Must not know SQL, HTTP, the wire, a clock or a source of randomness:
//! times and ids are handed in.

pub mod action;
pub mod assembly;
pub mod call;
pub mod consent;
pub mod country;
pub mod decision;
pub mod delivery;
pub mod endorsement;
pub mod handle;
pub mod ids;
pub mod knock;
pub mod language;
pub mod lot;
pub mod mandate;
pub mod member;
pub mod names;
pub mod network;
pub mod place;
pub mod proposed;
pub mod recheck;
pub mod recurrence;
pub mod reminder;
pub mod report;
pub mod site;
pub mod statement;
pub mod time;
pub mod url;
pub mod when;

pub use ids::Id;
pub use site::Site;
pub use time::Timestamp;

/// An enum that is one word in the database, in JSON and on the command line.
///
/// Gives `as_str`, `FromStr`, `Display`, serde. The words are part of the data format: never rename one.
macro_rules! word_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = crate::domain::UnknownWord;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($word => Ok(Self::$variant),)+ _ => Err(crate::domain::UnknownWord(s.to_owned())) }
            }
        }
    };
}
pub(crate) use word_enum;

/// A word that none of an enum's variants has.
#[derive(Debug, thiserror::Error)]
#[error("unknown word “{0}”")]
pub struct UnknownWord(pub String);
