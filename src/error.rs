//! The one error type. Which kind to use where stands at each variant; the web, the command line and the inbox
//! each map kinds once (`web::errors`, `cli::exit`, `federation::inbound`).

use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, sorted by who can do something about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the asker may not know that there is (404).
    #[error("not found")]
    NotFound,
    /// The asker is known and may not do this (403). The word is a Fluent id.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Something that was filled in can't be taken (422); every fault at once.
    #[error("{}", Fault::list(.0))]
    Invalid(Vec<Fault>),
    /// It clashes with how things are now: already withdrawn, name taken (409). The word is a Fluent id.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Too much at once: try again after so many seconds (429).
    #[error("too many requests, try again in {0} s")]
    TooMany(u64),
    /// The database is locked, full or away; nothing was done, trying again helps (503).
    #[error("busy: {0}")]
    Busy(String),
    /// Another server didn't do its part (502 to people; the text says which and how).
    #[error("{0}")]
    Upstream(String),
    /// The configuration or the environment is wrong; one clear line that says what to do.
    #[error("{0}")]
    Config(String),
    /// A fault of ours (500): logged whole, shown to nobody.
    #[error("internal error: {0}")]
    Internal(String),
}

/// One field that can't be taken: its name and a Fluent id with arguments that says why to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub field: String,
    pub message: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Fault {
    fn list(faults: &[Fault]) -> String {
        faults.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join("; ")
    }
}

impl Error {
    /// One invalid field.
    pub fn invalid(field: &str, message: &'static str) -> Self {
        Self::Invalid(vec![Fault { field: field.to_owned(), message, args: Vec::new() }])
    }

    /// One invalid field whose message has an argument.
    pub fn invalid_with(field: &str, message: &'static str, arg: &'static str, value: impl ToString) -> Self {
        Self::Invalid(vec![Fault { field: field.to_owned(), message, args: vec![(arg, value.to_string())] }])
    }

    /// `Ok` where a domain rule found nothing, else all of what it found.
    pub fn from_faults(faults: Vec<(&'static str, &'static str)>) -> Result<()> {
        if faults.is_empty() {
            return Ok(());
        }
        Err(Self::Invalid(
            faults.into_iter().map(|(field, message)| Fault { field: field.to_owned(), message, args: Vec::new() }).collect(),
        ))
    }

    pub fn internal(error: impl fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}

/// What databases say when they can't just now: SQLite that is locked or has no room, PostgreSQL that stops or starts.
const AWAY: &[&str] = &[
    "locked",
    "disk is full",
    "No space left on device",
    "disk I/O",
    "busy",
    "terminating connection",
    "server closed the connection",
    "no connection to the server",
    "the database system is",
    "lock timeout",
];

impl From<diesel::result::Error> for Error {
    /// A missing row is `NotFound`; all else of the database is `Busy` where trying again can help.
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Db};
        match error {
            Db::NotFound => Self::NotFound,
            Db::DatabaseError(Kind::SerializationFailure | Kind::ClosedConnection | Kind::UnableToSendCommand, info) => {
                Self::Busy(info.message().to_owned())
            }
            Db::DatabaseError(_, ref info) if AWAY.iter().any(|words| info.message().contains(words)) => {
                Self::Busy(info.message().to_owned())
            }
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<diesel::r2d2::PoolError> for Error {
    fn from(error: diesel::r2d2::PoolError) -> Self {
        Self::Busy(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<openssl::error::ErrorStack> for Error {
    fn from(error: openssl::error::ErrorStack) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::{DatabaseErrorKind, Error as Db};

    #[test]
    fn ops_04_a_database_without_room_is_busy_and_one_that_is_wrong_is_not() {
        let said = |message: &str| Error::from(Db::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned())));
        for message in
            ["database or disk is full", "disk I/O error", "could not extend file \"base/5/16384\": No space left on device"]
        {
            assert!(matches!(said(message), Error::Busy(_)), "{message}");
        }
        assert!(matches!(said("no such table: statements"), Error::Internal(_)));
    }
}
