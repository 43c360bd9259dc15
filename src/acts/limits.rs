//! How often somebody may try: in memory, keyed by a hash whose key dies with the process. No address and no name is
//! kept or written anywhere.
//!
//! Must not know HTTP: the web hands in what identifies the one who tries.

use crate::{
    config::{Accounts, Federation},
    domain::{Timestamp, member},
    error::{Error, Result},
};
use chrono::Duration;
use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::Mutex,
};

/// Seconds in which the tries at one account are counted.
const ACCOUNT_WINDOW_SECONDS: i64 = 3600;
/// Seconds in which the servers that a visitor lets us ask are counted.
const VISITOR_WINDOW_SECONDS: i64 = 300;
/// Days in which an address counts as one that a member signed in from.
const KNOWN_DAYS: i64 = 30;
/// Most keys that one counter keeps; when it is full, the longest idle go.
const MOST_KEYS: usize = 50_000;

type Key = [u8; 16];

/// Counters of tries at passphrases, codes and links.
pub struct Limits {
    secret: [u8; 32],
    tries: usize,
    addresses: Window,
    accounts: Window,
    /// (address, account) pairs that once succeeded. They have a budget of their own, so that a stranger who uses up an
    /// account's tries doesn't lock its member out.
    known: Window,
    lookups: usize,
    /// Servers that visitors without an account let us ask (RES-14).
    visitors: Window,
}

impl Limits {
    pub fn new(settings: &Accounts, federation: &Federation) -> Result<Self> {
        let mut secret = [0u8; 32];
        openssl::rand::rand_bytes(&mut secret)?;
        let window = i64::try_from(settings.sign_in_window_seconds).unwrap_or(i64::MAX / 1_000_000);
        Ok(Self {
            secret,
            tries: settings.sign_in_tries.max(1) as usize,
            addresses: Window::new(Duration::seconds(window)),
            accounts: Window::new(Duration::seconds(ACCOUNT_WINDOW_SECONDS)),
            known: Window::new(Duration::days(KNOWN_DAYS)),
            lookups: federation.visitor_lookups.max(1) as usize,
            visitors: Window::new(Duration::seconds(VISITOR_WINDOW_SECONDS)),
        })
    }

    /// Counts one try from an address, at an account if one is named.
    ///
    /// # Errors
    /// `TooMany` with the seconds until the next try counts; what is refused isn't counted.
    pub fn count(&self, address: Option<IpAddr>, account: Option<&str>, now: Timestamp) -> Result<()> {
        let address = self.address_key(address)?;
        self.addresses.may(address, self.tries, now)?;
        if let Some(name) = account {
            self.accounts.count(self.account_key(name, address, now)?, self.tries, now)?;
        }
        self.addresses.count(address, self.tries, now)
    }

    /// Counts one server that somebody without an account lets us ask.
    ///
    /// # Errors
    /// `TooMany` with the seconds until the next try counts.
    pub fn count_lookup(&self, address: Option<IpAddr>, now: Timestamp) -> Result<()> {
        self.visitors.count(self.address_key(address)?, self.lookups, now)
    }

    /// Notes that a member signed in from here.
    pub fn succeeded(&self, address: Option<IpAddr>, account: &str, now: Timestamp) -> Result<()> {
        let pair = self.pair_key(account, self.address_key(address)?)?;
        self.known.forget(pair);
        self.known.count(pair, 1, now)
    }

    fn account_key(&self, name: &str, address: Key, now: Timestamp) -> Result<Key> {
        let pair = self.pair_key(name, address)?;
        if self.known.may(pair, 1, now).is_err() {
            return Ok(pair);
        }
        self.key(b"account", member::folded(name).as_bytes())
    }

    fn pair_key(&self, name: &str, address: Key) -> Result<Key> {
        let mut text = address.to_vec();
        text.extend_from_slice(member::folded(name).as_bytes());
        self.key(b"pair", &text)
    }

    /// IPv6 by its /64: that much one person has.
    fn address_key(&self, address: Option<IpAddr>) -> Result<Key> {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(v4)) => self.key(b"v4", &v4.octets()),
            Some(IpAddr::V6(v6)) => self.key(b"v6", &v6.octets()[..8]),
            None => self.key(b"none", b""),
        }
    }

    fn key(&self, kind: &[u8], value: &[u8]) -> Result<Key> {
        let secret = PKey::hmac(&self.secret)?;
        let mut signer = Signer::new(MessageDigest::sha256(), &secret)?;
        signer.update(kind)?;
        signer.update(&[0])?;
        signer.update(value)?;
        let mut key = Key::default();
        key.copy_from_slice(&signer.sign_to_vec()?[..16]);
        Ok(key)
    }
}

/// The times of the last tries by key: exact, unlike a leaking bucket, which lets twice as many through.
struct Window {
    length: Duration,
    tries: Mutex<HashMap<Key, VecDeque<Timestamp>>>,
}

impl Window {
    fn new(length: Duration) -> Self {
        Self { length, tries: Mutex::new(HashMap::new()) }
    }

    fn may(&self, key: Key, most: usize, now: Timestamp) -> Result<()> {
        let mut all = self.tries.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        match all.get_mut(&key) {
            Some(times) => self.room(times, most, now),
            None => Ok(()),
        }
    }

    fn count(&self, key: Key, most: usize, now: Timestamp) -> Result<()> {
        let mut all = self.tries.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if all.len() >= MOST_KEYS && !all.contains_key(&key) {
            self.make_room(&mut all, now);
        }
        let times = all.entry(key).or_default();
        self.room(times, most, now)?;
        times.push_back(now);
        Ok(())
    }

    fn forget(&self, key: Key) {
        self.tries.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).remove(&key);
    }

    fn room(&self, times: &mut VecDeque<Timestamp>, most: usize, now: Timestamp) -> Result<()> {
        while times.front().is_some_and(|first| *first + self.length <= now) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= most => {
                let wait = (*first + self.length - now).num_seconds() + 1;
                Err(Error::TooMany(u64::try_from(wait).unwrap_or(1).max(1)))
            }
            _ => Ok(()),
        }
    }

    fn make_room(&self, all: &mut HashMap<Key, VecDeque<Timestamp>>, now: Timestamp) {
        all.retain(|_, times| times.back().is_some_and(|last| *last + self.length > now));
        if all.len() >= MOST_KEYS {
            let mut last: Vec<Timestamp> = all.values().filter_map(|times| times.back().copied()).collect();
            last.sort_unstable();
            let cut = last[last.len() / 2];
            all.retain(|_, times| times.back().is_some_and(|last| *last > cut));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn limits() -> Limits {
        {
            let settings = Settings::load_with(None, []).unwrap();
            Limits::new(&settings.accounts, &settings.federation).unwrap()
        }
    }

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap().naive_utc()
    }

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn aut_01_an_address_has_25_tries_in_five_minutes() {
        let limits = limits();
        for n in 0..25 {
            limits.count(ip("192.0.2.1"), Some(&format!("name {n}")), at(n)).unwrap();
        }
        assert!(matches!(limits.count(ip("192.0.2.1"), None, at(100)), Err(Error::TooMany(201))));
        limits.count(ip("192.0.2.2"), None, at(100)).unwrap();
        // One comes back for each that grows old, and what was refused didn't count.
        limits.count(ip("192.0.2.1"), None, at(300)).unwrap();
        assert!(limits.count(ip("192.0.2.1"), None, at(300)).is_err());
    }

    #[test]
    fn aut_01_an_account_has_25_tries_an_hour_from_wherever() {
        let limits = limits();
        for n in 0..25 {
            limits.count(ip(&format!("192.0.2.{n}")), Some("Ada"), at(n)).unwrap();
        }
        assert!(limits.count(ip("198.51.100.1"), Some(" ada "), at(60)).is_err());
        limits.count(ip("198.51.100.1"), Some("Bela"), at(60)).unwrap();
        limits.count(ip("198.51.100.1"), Some("Ada"), at(3600)).unwrap();
    }

    #[test]
    fn aut_01_strangers_dont_lock_a_member_out() {
        let limits = limits();
        limits.count(ip("203.0.113.9"), Some("Ada"), at(0)).unwrap();
        limits.succeeded(ip("203.0.113.9"), "Ada", at(0)).unwrap();
        for n in 0..40 {
            let _ = limits.count(ip(&format!("192.0.2.{n}")), Some("Ada"), at(10));
        }
        assert!(limits.count(ip("192.0.2.200"), Some("Ada"), at(20)).is_err());
        limits.count(ip("203.0.113.9"), Some("Ada"), at(20)).unwrap();
    }

    #[test]
    fn res_14_ipv6_counts_by_its_64() {
        let limits = limits();
        for n in 0..25 {
            limits.count(ip(&format!("2001:db8:1:2::{n:x}")), None, at(n)).unwrap();
        }
        assert!(limits.count(ip("2001:db8:1:2:ffff::1"), None, at(30)).is_err());
        limits.count(ip("2001:db8:1:3::1"), None, at(30)).unwrap();
    }

    #[test]
    fn a_counter_doesnt_grow_without_end() {
        let window = Window::new(Duration::hours(1));
        for n in 0..(MOST_KEYS + 10) {
            let mut key = Key::default();
            key[..8].copy_from_slice(&(n as u64).to_le_bytes());
            window.count(key, 25, at(i64::try_from(n / 1000).unwrap())).unwrap();
        }
        assert!(window.tries.lock().unwrap().len() <= MOST_KEYS);
    }
}
