//! All SQL stands here, one file per aggregate. Above this floor nobody sees a table or a statement.
//!
//! One binary speaks SQLite and PostgreSQL through diesel's `MultiConnection`. What it can't express
//! (`on_conflict`, batch inserts, `as_returning`) goes through [`on_backend!`]; SQL that differs is an explicit `match`.
//! Must not know HTTP, the wire or what an act means.

use crate::{
    config::Settings,
    error::{Error, Result},
};
use diesel::{
    Connection, MultiConnection, PgConnection, RunQueryDsl, SqliteConnection,
    connection::{SimpleConnection, TransactionManager},
    r2d2::{CustomizeConnection, ManageConnection, NopErrorHandler, Pool, PooledConnection},
};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Notify;

pub mod action_lists;
pub mod action_reports;
pub mod actions;
pub mod blocks;
pub mod calendar_events;
pub mod calls;
pub mod collectives;
pub mod consents;
pub mod decisions;
pub mod desk;
pub mod endorsed_texts;
pub mod endorsements;
pub mod follows;
pub mod inbox;
pub mod instance;
pub mod keys;
pub mod mandates;
pub mod media;
pub mod members;
pub mod migrate;
pub mod outbox;
pub mod peers;
pub mod pins;
pub mod proposed;
pub mod public;
pub mod queue;
pub mod queue_cleaning;
pub mod queue_report;
pub mod received;
pub mod relays;
pub mod reminders;
pub mod remote_actors;
pub mod remote_posts;
pub mod reports;
pub mod schema;
pub mod sessions;
pub mod statements;
pub mod tokens;
pub mod types;

pub use types::Json;

/// A connection to whichever database the instance uses.
#[derive(MultiConnection)]
pub enum DbConn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs the same diesel expression on the real connection behind a [`DbConn`]; for what `MultiConnection` can't express.
///
/// `on_backend!(conn, c => diesel::insert_into(t).values(&rows).on_conflict_do_nothing().execute(c))`
#[macro_export]
macro_rules! on_backend {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::db::DbConn::Sqlite($c) => $body,
            $crate::db::DbConn::Postgres($c) => $body,
        }
    };
}

/// Where the data stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

/// The pools. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    readers: Pool<Manager>,
    /// SQLite: one connection, so that writers queue up in the program and not in the file's lock. PostgreSQL: the same pool.
    writers: Pool<Manager>,
    committed: Arc<Notify>,
}

struct Manager {
    place: Place,
    busy_timeout: Duration,
}

impl ManageConnection for Manager {
    type Connection = DbConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<DbConn, Self::Error> {
        let wrong = diesel::r2d2::Error::ConnectionError;
        match &self.place {
            Place::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(wrong)?;
                // WAL lets readers go on while one writes; FULL makes a commit survive a power cut, which is
                // what a 2xx answer promises; secure_delete overwrites what is deleted.
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000;",
                    self.busy_timeout.as_millis()
                ))
                .map_err(diesel::r2d2::Error::QueryError)?;
                Ok(DbConn::Sqlite(conn))
            }
            Place::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(wrong)?;
                conn.batch_execute(&format!("SET TIME ZONE 'UTC'; SET lock_timeout = {};", self.busy_timeout.as_millis()))
                    .map_err(diesel::r2d2::Error::QueryError)?;
                Ok(DbConn::Postgres(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut DbConn) -> Result<(), Self::Error> {
        diesel::sql_query("SELECT 1").execute(conn).map(|_| ()).map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut DbConn) -> bool {
        std::thread::panicking()
            || match conn {
                DbConn::Sqlite(c) => <SqliteConnection as Connection>::TransactionManager::is_broken_transaction_manager(c),
                DbConn::Postgres(c) => <PgConnection as Connection>::TransactionManager::is_broken_transaction_manager(c),
            }
    }
}

impl Db {
    /// Opens the database that the settings name and brings its schema up to date.
    ///
    /// SQLite: the file is made where its folder exists or is `data.dir`; a mistyped path elsewhere is an error, so that
    /// nobody publishes into an empty database by accident.
    pub fn open(settings: &Settings) -> Result<Self> {
        let db = Self::open_without_migrating(settings)?;
        let mut conn = db.inner.writers.get()?;
        migrate::run(&mut conn)?;
        Ok(db.clone())
    }

    /// Opens without touching the schema, for `doctor` and `migrate --check`.
    pub fn open_without_migrating(settings: &Settings) -> Result<Self> {
        let place = place(settings)?;
        let busy_timeout = Duration::from_secs(settings.database.busy_timeout_seconds);
        let pool = |size: u32| {
            Pool::builder()
                .max_size(size.max(1))
                .min_idle(Some(1))
                .connection_timeout(busy_timeout)
                .test_on_check_out(matches!(place, Place::Postgres(_)))
                .connection_customizer(Box::new(Nothing))
                // Who waits for a connection gets the error; the pool itself would log each of its own tries.
                .error_handler(Box::new(NopErrorHandler))
                .build(Manager { place: place.clone(), busy_timeout })
                .map_err(|e| Error::Config(format!("can't open the database ({}): {e}", describe(&place))))
        };
        let (writers, readers) = match &place {
            Place::Sqlite(_) => (pool(1)?, pool(settings.database.connections)?),
            Place::Postgres(_) => {
                let both = pool(settings.database.connections)?;
                (both.clone(), both)
            }
        };
        Ok(Self { inner: Arc::new(Inner { readers, writers, committed: Arc::new(Notify::new()) }) })
    }

    /// Reads, off the async threads. What is read may be a moment old.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read_blocking(f)).await.map_err(Error::internal)?
    }

    /// One write transaction, off the async threads: all of it is durable when this returns `Ok`, or none happened.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut DbConn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.write_blocking(f)).await.map_err(Error::internal)?
    }

    /// As [`Db::read`], on the calling thread (command line, tests).
    pub fn read_blocking<T>(&self, f: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
        f(&mut *self.inner.readers.get()?)
    }

    /// As [`Db::write`], on the calling thread.
    pub fn write_blocking<T>(&self, f: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
        let mut conn = self.inner.writers.get()?;
        let done = write_tx(&mut conn, f)?;
        self.inner.committed.notify_one();
        Ok(done)
    }

    /// Rings after each commit of this process: the dispatcher sleeps on it.
    pub fn committed(&self) -> Arc<Notify> {
        self.inner.committed.clone()
    }
}

/// The one way to write: IMMEDIATE on SQLite, since a transaction that reads first and writes later gets SQLITE_BUSY at
/// once, whatever the busy timeout.
fn write_tx<T>(conn: &mut PooledConnection<Manager>, f: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
    // diesel's IMMEDIATE transaction exists on the SQLite connection alone, and the closure wants the enum:
    // so the transaction is begun and ended by hand through the transaction manager.
    type Manager = <DbConn as Connection>::TransactionManager;
    let conn: &mut DbConn = conn;
    match conn {
        DbConn::Sqlite(c) => <SqliteConnection as Connection>::TransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        DbConn::Postgres(_) => Manager::begin_transaction(conn)?,
    }
    match f(conn) {
        Ok(value) => {
            Manager::commit_transaction(conn)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is what went wrong; one of the rollback only says that the connection is lost.
            if let Err(lost) = Manager::rollback_transaction(conn) {
                tracing::warn!(error = %lost, "a transaction could not be rolled back");
            }
            Err(error)
        }
    }
}

/// A part of a transaction that can fail alone: what it wrote is undone, what was before stays.
pub fn part<T>(conn: &mut DbConn, f: impl FnOnce(&mut DbConn) -> Result<T>) -> Result<T> {
    conn.transaction(f)
}

fn place(settings: &Settings) -> Result<Place> {
    let Some(path) = settings.database.url.strip_prefix("sqlite:") else {
        return Ok(Place::Postgres(settings.database.url.clone()));
    };
    let path = if path.is_empty() { settings.data.dir.join("communard.sqlite3") } else { PathBuf::from(path) };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), PathBuf::from);
    if folder == settings.data.dir {
        std::fs::create_dir_all(&folder).map_err(|e| Error::Config(format!("can't make data.dir {}: {e}", folder.display())))?;
    } else if !folder.is_dir() {
        return Err(Error::Config(format!(
            "database.url: there is no folder {}; make it, or correct the path",
            folder.display()
        )));
    }
    Ok(Place::Sqlite(path))
}

fn describe(place: &Place) -> String {
    match place {
        Place::Sqlite(path) => path.display().to_string(),
        Place::Postgres(_) => "the PostgreSQL server of database.url".to_owned(),
    }
}

#[derive(Debug)]
struct Nothing;

impl CustomizeConnection<DbConn, diesel::r2d2::Error> for Nothing {}
