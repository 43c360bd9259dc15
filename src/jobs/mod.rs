//! What happens by the clock, and the tasks that run beside the server.

use crate::{federation::outbound, state::AppState};
use std::time::Duration;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

pub mod assembly;
pub mod clean_up;
pub mod publish_scheduled;
pub mod recheck;
pub mod remind;
pub mod software;
pub mod turn;
pub mod unused_images;

/// Tasks that run until the server stops.
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Starts all of them.
pub fn start(state: AppState) -> Background {
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(assembly::run(state.clone(), stopped.clone()));
    tasks.spawn(clean_up::run(state.clone(), stopped.clone()));
    tasks.spawn(publish_scheduled::run(state.clone(), stopped.clone()));
    tasks.spawn(recheck::run(state.clone(), stopped.clone()));
    tasks.spawn(remind::run(state.clone(), stopped.clone()));
    tasks.spawn(software::run(state.clone(), stopped.clone()));
    tasks.spawn(turn::run(state.clone(), stopped.clone()));
    tasks.spawn(unused_images::run(state.clone(), stopped.clone()));
    tasks.spawn(refresh_site(state.clone(), stopped.clone()));
    tasks.spawn(outbound::run(state, stopped.clone()));
    tasks.spawn(stop_on_signal(stop.clone(), stopped));
    Background { stop, tasks }
}

impl Background {
    /// Asks every task to end and waits for it.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Tells the tasks of a signal when the web server hears it too: they end side by side, not one after the other.
async fn stop_on_signal(stop: watch::Sender<bool>, mut stopped: watch::Receiver<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = stopped.changed() => {}
    }
    let _ = stop.send(true);
}

/// Lets so much time pass; `false` as soon as the server stops.
async fn wait(stopped: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        _ = stopped.changed() => false,
        () = tokio::time::sleep(time) => true,
    }
}

/// Does something again and again until the server stops, once the instance is set up. `what` it is, for the log; `work` gives
/// how many times it did anything.
async fn again<F, Fut>(state: AppState, mut stopped: watch::Receiver<bool>, every: Duration, what: &'static str, work: F)
where
    F: Fn(AppState) -> Fut,
    Fut: Future<Output = crate::error::Result<usize>>,
{
    while wait(&mut stopped, every).await {
        if state.site_if_set_up().is_none() {
            continue;
        }
        let mut over = stopped.clone();
        // A slow host must not hold up the end of the server; what was begun is due again soon.
        let done = tokio::select! {
            _ = over.changed() => return,
            done = work(state.clone()) => done,
        };
        match done {
            Ok(0) => {}
            Ok(times) => tracing::info!(times, "{what}"),
            Err(error) => tracing::warn!(%error, "can't be done now: {what}"),
        }
    }
}

/// The command line may set the instance up or rename it while the server runs.
async fn refresh_site(state: AppState, mut stopped: watch::Receiver<bool>) {
    while wait(&mut stopped, Duration::from_secs(1)).await {
        let state = state.clone();
        let read = tokio::task::spawn_blocking(move || state.reload_site()).await;
        if let Ok(Err(error)) = read {
            tracing::warn!(%error, "can't read the instance's own row");
        }
    }
}
