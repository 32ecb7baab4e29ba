//! The work in the background: recording events, showing changes, saving
//! memory. None of it is on the way of a request.

use std::{sync::Arc, time::Duration};

use rotunda_core::Event;
use tokio::{
    sync::broadcast::error::RecvError,
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use super::{Services, config_watch};

/// Many changes become one picture.
const PICTURE_PAUSE: Duration = Duration::from_millis(100);
/// Texts such as "resets in 2h 13m" grow old: this often they are made anew.
const RENEW_TEXTS: Duration = Duration::from_secs(20);
/// Old activity is forgotten this often.
const PRUNE: Duration = Duration::from_secs(6 * 3600);

/// Starts those of one start.
pub(super) fn start(services: &Arc<Services>) -> Vec<JoinHandle<()>> {
    // Subscribed before anything can happen.
    let events = services.handles.pool.events();
    vec![
        tokio::spawn(follow_events(services.clone(), events)),
        tokio::spawn(show(services.clone())),
        tokio::spawn(keep(services.clone())),
        tokio::spawn(unlock(services.clone())),
        tokio::spawn(watch(services.clone())),
        tokio::spawn(settle(services.clone())),
        tokio::spawn(follow_second_line(services.clone())),
        tokio::spawn(follow_resets(services.clone())),
        tokio::spawn(follow_forecasts(services.clone())),
        tokio::spawn(run_hooks(services.clone())),
        tokio::spawn(follow_updates(services.clone())),
    ]
}

/// Turns events into activity and token counts.
async fn follow_events(
    services: Arc<Services>,
    mut events: tokio::sync::broadcast::Receiver<Event>,
) {
    loop {
        match events.recv().await {
            Ok(event) => record(&services, &event).await,
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "activity has a gap"),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Keeps the snapshot up to date.
pub(super) async fn show(services: Arc<Services>) {
    let mut changed = services.handles.pool.changed();
    let mut renewal = time::interval(RENEW_TEXTS);
    renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut prune = time::interval(PRUNE);
    loop {
        tokio::select! {
            change = changed.changed() => {
                if change.is_err() { return }
                services.snapshots.refresh();
                time::sleep(PICTURE_PAUSE).await;
            }
            _ = renewal.tick() => services.snapshots.refresh(),
            _ = prune.tick() => {
                services.activity.prune().await;
                services.usage_history.prune().await;
            }
        }
    }
}

/// Shows when sign-ins cannot be read, and ends once they can: the keychain is
/// not read without need. A task of its own, because the system may prompt the
/// user first.
async fn unlock(services: Arc<Services>) {
    while !can_read(&services).await {
        tokio::select! {
            () = time::sleep(RENEW_TEXTS) => {}
            () = services.vault.requested() => {}
        }
    }
    // Profiles of earlier versions learn their user ids, duplicates are seen.
    services.profiles.identified().await;
    services.orphans.count().await;
}

async fn can_read(services: &Arc<Services>) -> bool {
    let first = services.profiles.all().first().map(|profile| profile.id);
    match first {
        Some(profile) => services.vault.check(profile).await,
        None => true,
    }
}

/// Makes up for hand-overs to Codex that failed or were cut off.
async fn settle(services: Arc<Services>) {
    loop {
        for id in services.vault.items.settle().await {
            record(&services, &Event::HandedOver { profile: id }).await;
        }
        time::sleep(RENEW_TEXTS).await;
    }
}

async fn watch(services: Arc<Services>) {
    let home = services.handles.machine.home.clone();
    let Services { binding, codex_account, preferences, .. } = &*services;
    config_watch::watch(&home, binding, codex_account, preferences).await;
}

async fn follow_second_line(services: Arc<Services>) {
    services.second_line.follow(services.snapshots.watch()).await;
}

async fn follow_resets(services: Arc<Services>) {
    services.resets.follow().await;
}

async fn follow_forecasts(services: Arc<Services>) {
    services.forecasts.follow().await;
}

async fn run_hooks(services: Arc<Services>) {
    services.hooks.follow().await;
}

async fn follow_updates(services: Arc<Services>) {
    services.updates.follow().await;
}

/// Writes what the pool wants kept, in batches.
async fn keep(services: Arc<Services>) {
    services.pool_memory.follow().await;
}

async fn record(services: &Services, event: &Event) {
    if let Event::Finished(finished) = event {
        services.usage_history.count(finished);
    }
    services.resets.observe(event);
    services.activity.add_event(event, &services.profiles.names()).await;
}
