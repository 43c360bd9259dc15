//! `AppState`: what every handler, job and command works with. One `Arc`, each field documented.

use crate::{
    acts::{self, Act, Principal, limits::Limits, passphrase::Hasher},
    config::Settings,
    db::{self, Db},
    domain::{Site, Timestamp, time},
    error::{Error, Result},
    federation::Wire,
};
use std::sync::{
    Arc, RwLock,
    atomic::{AtomicI64, Ordering},
};

#[derive(Clone)]
pub struct AppState(Arc<Inner>);

pub struct Inner {
    pub settings: Settings,
    pub db: Db,
    pub clock: Clock,
    /// The guarded client, the keys and the caches for talking to other servers.
    pub wire: Wire,
    /// Hashes passphrases, a few at once.
    pub hasher: Hasher,
    /// Counts tries at signing in and the like.
    pub limits: Limits,
    /// `None` until setup is done.
    site: RwLock<Option<Arc<Site>>>,
}

impl std::ops::Deref for AppState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The time. Handed to everything, so that a test can live through a week.
#[derive(Debug, Default)]
pub struct Clock {
    /// Seconds that a test has moved the clock by.
    offset: AtomicI64,
}

impl Clock {
    /// UTC, whole microseconds.
    pub fn now(&self) -> Timestamp {
        time::timestamp(chrono::Utc::now()) + chrono::Duration::seconds(self.offset.load(Ordering::Relaxed))
    }

    pub fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl AppState {
    /// Opens the database, brings it up to date and reads what the instance is.
    ///
    /// # Errors
    /// `Config` where the database can't be opened, or where `instance.domain` isn't the domain that setup fixed: ids
    /// already given out would lead nowhere (OPS-20).
    pub fn open(settings: Settings) -> Result<Self> {
        let db = Db::open(&settings)?;
        let wire = Wire::new(&settings, &db)?;
        let hasher = Hasher::new(settings.accounts.hashing_at_once);
        let limits = Limits::new(&settings.accounts, &settings.federation)?;
        let state =
            Self(Arc::new(Inner { settings, db, clock: Clock::default(), wire, hasher, limits, site: RwLock::new(None) }));
        state.reload_site()?;
        if let Some(site) = state.site_if_set_up() {
            let wanted = state.settings.instance.domain.to_ascii_lowercase();
            if !wanted.is_empty() && wanted != site.domain {
                return Err(Error::Config(format!(
                    "instance.domain is “{wanted}”, but this database belongs to “{}”: a domain is part of every address \
                     and can't change. Set it back, or use another data.dir for a new instance",
                    site.domain
                )));
            }
        }
        Ok(state)
    }

    /// Reads the instance's row again: another process may have changed it.
    pub fn reload_site(&self) -> Result<()> {
        let site = self.db.read_blocking(db::instance::load)?.map(|row| {
            Arc::new(Site {
                domain: row.domain,
                base_url: row.base_url,
                name: row.name,
                description: row.description,
                languages: row.languages.into_inner(),
                indexable: self.settings.instance.indexable,
            })
        });
        *self.site.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = site;
        Ok(())
    }

    /// Makes this an instance: its own row, its actor, the first collective and its first steward, with their keys.
    ///
    /// # Errors
    /// As [`acts::setup::set_up`].
    pub async fn set_up(&self, input: acts::setup::SetUp) -> Result<()> {
        let state = self.clone();
        tokio::task::spawn_blocking(move || state.set_up_blocking(input)).await.map_err(Error::internal)?
    }

    /// As [`AppState::set_up`], on the calling thread.
    pub fn set_up_blocking(&self, input: acts::setup::SetUp) -> Result<()> {
        acts::setup::set_up(&self.db, self.now(), self.settings.is_local(), input)?;
        self.reload_site()
    }

    /// What this instance is, or `None` before setup.
    pub fn site_if_set_up(&self) -> Option<Arc<Site>> {
        self.site.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// What this instance is. Before setup nothing that needs it exists: `NotFound`.
    pub fn site(&self) -> Result<Arc<Site>> {
        self.site_if_set_up().ok_or(Error::NotFound)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs an act: one write transaction in which it checks, decides, writes, and queues what others must hear.
    pub async fn act<T, F>(&self, by: Principal, f: F) -> Result<T>
    where
        F: FnOnce(&mut Act) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let state = self.clone();
        tokio::task::spawn_blocking(move || state.act_blocking(by, f)).await.map_err(Error::internal)?
    }

    /// As [`AppState::act`], on the calling thread.
    pub fn act_blocking<T>(&self, by: Principal, f: impl FnOnce(&mut Act) -> Result<T>) -> Result<T> {
        let site = self.site()?;
        let now = self.now();
        self.db.write_blocking(|conn| f(&mut Act { conn, now, site: &site, by: &by }))
    }
}
