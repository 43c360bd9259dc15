//! Takes due deliveries out of the queue and has them sent: few per host, many hosts at once, slow ones aside.
//!
//! Slots bound what is under way; a slot is held until the result is committed, so a killed process repeats at most as many
//! requests as it has slots. A request that takes long gives its slot back and goes on in the slow lane.

use super::{backoff, send};
use crate::{
    db::queue::{self, Claimed, Outgoing, Tried},
    domain::delivery::{Outcome, Policy},
    error::Result,
    state::AppState,
};
use chrono::Duration as Span;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch},
    task::JoinSet,
    time::Instant,
};

/// Most results written in one transaction.
const BATCH: usize = 256;
/// While much is under way, new work is taken when this share of the slots is free: one claim for many deliveries.
const REFILL: usize = 4;
/// At least this long between two looks at the queue; each commit of the server rings.
const BREATH: Duration = Duration::from_millis(5);
/// How often deliveries to dormant hosts are looked through for such as are given up.
const GIVE_UP_EVERY: Duration = Duration::from_secs(60);

/// A result and the slot that it frees once it is written.
type Done = (Tried, OwnedSemaphorePermit);

/// Runs until `stopped` says so; then lets what is under way end, within `server.shutdown_seconds`, writes the results,
/// and gives back what is left.
pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = state.db.write(queue::release_orphans).await {
        tracing::error!(%error, "deliveries of the last run can't be released");
    }
    let (done, results) = mpsc::channel(BATCH);
    let freed = Arc::new(Notify::new());
    let recorder = tokio::spawn(record(state.clone(), results, freed.clone()));
    let mut dispatcher = Dispatcher::new(state.clone(), done, freed);
    let mut given_up = None;
    while !*stopped.borrow() {
        if given_up.is_none_or(|at: Instant| at.elapsed() >= GIVE_UP_EVERY) {
            dispatcher.give_up().await;
            given_up = Some(Instant::now());
        }
        let began = Instant::now();
        dispatcher.fill().await;
        dispatcher.wait(&mut stopped).await;
        tokio::time::sleep(BREATH.saturating_sub(began.elapsed())).await;
    }
    dispatcher.finish().await;
    if recorder.await.is_err() {
        tracing::error!("results of deliveries could not be written; they are sent again");
    }
}

struct Dispatcher {
    state: AppState,
    policy: Policy,
    slots: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    /// Rings when slots became free.
    freed: Arc<Notify>,
    under_way: JoinSet<()>,
    claimed: HashMap<tokio::task::Id, i64>,
    done: mpsc::Sender<Done>,
}

impl Dispatcher {
    fn new(state: AppState, done: mpsc::Sender<Done>, freed: Arc<Notify>) -> Self {
        let settings = &state.settings.delivery;
        Self {
            policy: backoff::policy(settings),
            slots: Arc::new(Semaphore::new(settings.concurrency.max(1))),
            slow: Arc::new(Semaphore::new(settings.slow_concurrency)),
            freed,
            under_way: JoinSet::new(),
            claimed: HashMap::new(),
            done,
            state,
        }
    }

    /// Starts as many deliveries as there are free slots.
    async fn fill(&mut self) {
        let free = self.slots.available_permits();
        if free > 0
            && let Err(error) = self.take(free).await
        {
            tracing::warn!(%error, "the queue can't be read; trying again");
        }
    }

    async fn take(&mut self, limit: usize) -> Result<()> {
        let settings = &self.state.settings.delivery;
        let (now, per_host) = (self.state.now(), settings.per_host.max(1));
        let ids = self.state.db.read(move |conn| queue::due(conn, now, per_host, limit)).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let lease = settings.timeout_seconds.saturating_add(settings.claim_margin_seconds);
        let until = now + Span::seconds(i64::try_from(lease).unwrap_or(i64::from(u32::MAX)));
        let claims = self.state.db.write(move |conn| queue::claim(conn, &ids, now, until)).await?;
        let activities: HashMap<i64, Arc<Outgoing>> =
            claims.activities.into_iter().map(|(seq, activity)| (seq, Arc::new(activity))).collect();
        for delivery in claims.deliveries {
            // There were so many free slots, and only this task takes any.
            let Ok(slot) = self.slots.clone().try_acquire_owned() else { break };
            let activity = activities.get(&delivery.activity_seq).cloned();
            let id = delivery.id;
            let (slow, freed) = (self.slow.clone(), self.freed.clone());
            let handle =
                self.under_way.spawn(deliver(self.state.clone(), delivery, activity, slot, slow, freed, self.done.clone()));
            self.claimed.insert(handle.id(), id);
        }
        Ok(())
    }

    /// Until there may be something to do: a commit, enough free slots, the poll, the end.
    async fn wait(&mut self, stopped: &mut watch::Receiver<bool>) {
        while let Some(ended) = self.under_way.try_join_next_with_id() {
            self.forget(ended);
        }
        let settings = &self.state.settings.delivery;
        let committed = self.state.db.committed();
        let poll = tokio::time::sleep(Duration::from_millis(settings.poll_milliseconds.max(1)));
        tokio::pin!(poll);
        let enough = settings.concurrency.max(1).div_ceil(REFILL);
        loop {
            let room = self.slots.available_permits() >= enough;
            tokio::select! {
                _ = stopped.changed() => return,
                () = &mut poll => return,
                () = committed.notified(), if room => return,
                () = self.freed.notified() => {
                    if self.slots.available_permits() >= enough {
                        return;
                    }
                }
            }
        }
    }

    fn forget(&mut self, ended: std::result::Result<(tokio::task::Id, ()), tokio::task::JoinError>) {
        match ended {
            Ok((task, ())) => drop(self.claimed.remove(&task)),
            // Its lease runs out, and it is tried again.
            Err(error) => {
                tracing::error!(%error, "a delivery broke off");
                self.claimed.remove(&error.id());
            }
        }
    }

    async fn give_up(&self) {
        let (now, policy) = (self.state.now(), self.policy);
        match self.state.db.write(move |conn| queue::give_up_dormant(conn, now, &policy)).await {
            Ok(0) => {}
            Ok(count) => tracing::warn!(count, "deliveries to servers that have been away for long were given up"),
            Err(error) => tracing::warn!(%error, "can't look for deliveries to give up; trying again"),
        }
    }

    /// The end: what is under way may finish for a while, the rest is given back.
    async fn finish(mut self) {
        let deadline = Instant::now() + Duration::from_secs(self.state.settings.server.shutdown_seconds);
        while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, self.under_way.join_next_with_id()).await {
            self.forget(ended);
        }
        self.under_way.shutdown().await;
        let left: Vec<i64> = self.claimed.into_values().collect();
        if left.is_empty() {
            return;
        }
        tracing::info!(count = left.len(), "deliveries under way are left for the next start");
        if let Err(error) = self.state.db.write(move |conn| queue::release(conn, &left)).await {
            tracing::warn!(%error, "they wait until their claim runs out");
        }
    }
}

/// One delivery: sends, leaves its slot to others if that takes long, hands the result on.
async fn deliver(
    state: AppState,
    delivery: Claimed,
    activity: Option<Arc<Outgoing>>,
    slot: OwnedSemaphorePermit,
    slow: Arc<Semaphore>,
    freed: Arc<Notify>,
    done: mpsc::Sender<Done>,
) {
    let patience = Duration::from_millis(state.settings.delivery.slow_after_milliseconds);
    let attempt = send::attempt(&state, &delivery, activity.as_ref());
    tokio::pin!(attempt);
    let mut slot = slot;
    let tried = match tokio::time::timeout(patience, &mut attempt).await {
        Ok(tried) => tried,
        Err(_) => {
            let aside = slow.acquire_owned();
            tokio::pin!(aside);
            tokio::select! {
                tried = &mut attempt => tried,
                Ok(aside) = &mut aside => {
                    slot = aside;
                    freed.notify_one();
                    attempt.await
                }
            }
        }
    };
    log(&delivery, activity.as_deref(), &tried);
    // Fails only where the recorder is gone: then the lease runs out and it is sent again.
    let _ = done.send((tried, slot)).await;
}

fn log(delivery: &Claimed, activity: Option<&Outgoing>, tried: &Tried) {
    let activity = activity.map(|activity| activity.uri.as_str());
    let (inbox, why) = (&delivery.inbox, tried.why.as_deref());
    match tried.outcome {
        Outcome::Delivered => tracing::debug!(inbox, activity, "delivered"),
        Outcome::Retry { .. } => tracing::info!(inbox, activity, why, "not delivered yet"),
        Outcome::Refused => tracing::warn!(inbox, activity, why, "a delivery was refused"),
        Outcome::Gone => tracing::info!(inbox, activity, "the inbox is gone; its followers are removed"),
    }
}

/// Writes results, many in one transaction, and frees their slots. A database that is busy is asked again: the results
/// are facts and may not be lost while the process lives.
async fn record(state: AppState, mut results: mpsc::Receiver<Done>, freed: Arc<Notify>) {
    let policy = backoff::policy(&state.settings.delivery);
    let mut batch: Vec<Done> = Vec::with_capacity(BATCH);
    while results.recv_many(&mut batch, BATCH).await > 0 {
        let (tried, slots): (Vec<Tried>, Vec<OwnedSemaphorePermit>) = batch.drain(..).unzip();
        let tried = Arc::new(tried);
        loop {
            let (rows, now) = (tried.clone(), state.now());
            match state.db.write(move |conn| queue::record(conn, &rows, now, &policy, rand::random::<f64>)).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, "results of deliveries can't be written; trying again");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    // The leases of these run out at last, and they are sent again: better twice than never.
                    if results.is_closed() {
                        break;
                    }
                }
            }
        }
        drop(slots);
        freed.notify_one();
    }
}
