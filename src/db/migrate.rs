//! Brings the schema up to date at start. Migrations are embedded, one folder per database with equal names.

use super::DbConn;
use crate::error::{Error, Result};
use diesel::{RunQueryDsl, connection::SimpleConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// A number that only our migrations lock in PostgreSQL ("commune" in hexadecimal).
const LOCK: i64 = 0x63_6f_6d_6d_75_6e_65;

/// Runs what hasn't run yet: in SQLite all or nothing, in PostgreSQL each in a transaction of its own. A second process that
/// starts at the same time waits (OPS-07). Where nothing is to do nothing is locked: every command comes through here.
pub fn run(conn: &mut DbConn) -> Result<Vec<String>> {
    if pending(conn).is_ok_and(|names| names.is_empty()) {
        return Ok(Vec::new());
    }
    let wrong = |e: Box<dyn std::error::Error + Send + Sync>| match e.to_string() {
        locked if locked.contains("locked") => Error::Busy(locked),
        other => Error::Config(format!("a migration of the database failed: {other}")),
    };
    let done = match conn {
        DbConn::Sqlite(c) => {
            // One write transaction around all of them (theirs are savepoints in it): a second process waits at its
            // beginning, and only then looks what is still to do.
            retry_while_another_runs(|| {
                c.immediate_transaction(|c| c.run_pending_migrations(SQLITE).map(|v| v.iter().map(ToString::to_string).collect()))
            })
        }
        DbConn::Postgres(c) => {
            c.batch_execute(&format!("SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK});"))?;
            let result = c.run_pending_migrations(POSTGRES).map(|v| v.iter().map(ToString::to_string).collect::<Vec<_>>());
            diesel::sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(c)?;
            result
        }
    };
    done.map_err(wrong)
}

/// Names of migrations that this binary has and the database doesn't.
pub fn pending(conn: &mut DbConn) -> Result<Vec<String>> {
    let wrong = |e: Box<dyn std::error::Error + Send + Sync>| Error::Config(format!("can't read the state of the database: {e}"));
    let names = match conn {
        DbConn::Sqlite(c) => names(c.pending_migrations(SQLITE).map_err(wrong)?),
        DbConn::Postgres(c) => names(c.pending_migrations(POSTGRES).map_err(wrong)?),
    };
    Ok(names)
}

fn names<DB: diesel::backend::Backend>(migrations: Vec<Box<dyn diesel::migration::Migration<DB>>>) -> Vec<String> {
    migrations.iter().map(|m| m.name().to_string()).collect()
}

type Outcome = std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>>;

fn retry_while_another_runs(mut run: impl FnMut() -> Outcome) -> Outcome {
    for _ in 0..20 {
        match run() {
            Err(e)
                if e.to_string().contains("already exists")
                    || e.to_string().contains("UNIQUE")
                    || e.to_string().contains("locked") =>
            {
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            done => return done,
        }
    }
    run()
}
