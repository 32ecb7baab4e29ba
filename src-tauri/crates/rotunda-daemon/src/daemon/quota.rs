//! Quota, read when the user wants it now, and requests that wait for its reset.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rotunda_core::{ProfileId, Standing, profile::Kind};
use rotunda_router::{Clock, Pool, ProfileCheck};
use rotunda_text::{Chose, Language};

use super::{
    activity_log::ActivityLog, handles::Handles, profiles::Profiles, running::RunningRouter,
    vault_access::VaultAccess,
};
use crate::{
    activity::ActivityKind,
    check::quick::{Looked, QuickCheck},
    control::RawUsage,
    error::CommandError,
};

/// Upstream answers in a second; the router reads one profile after another.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the user does about quota.
pub struct Quota {
    clock: Clock,
    pool: Pool,
    vault: Arc<VaultAccess>,
    running: RunningRouter,
    profiles: Arc<Profiles>,
    activity: Arc<ActivityLog>,
}

impl Quota {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        profiles: Arc<Profiles>,
        activity: Arc<ActivityLog>,
    ) -> Self {
        Self {
            clock: handles.machine.clock.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            vault,
            profiles,
            activity,
        }
    }

    /// Has every profile's quota read now, and waits for the answers.
    pub async fn read(&self) -> Result<(), CommandError> {
        self.vault.request();
        let begun = (self.clock)();
        let mut changed = self.pool.changed();
        let router = self.running.router().await.ok_or(CommandError::QuotaNeedsRouter)?;
        router.refresh_usage();
        let all_read = async {
            while !self.unread_since(begun).is_empty() {
                if changed.changed().await.is_err() {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, all_read).await;
        self.profiles.refresh.now();
        let names = self.profiles.names();
        let unread = self.unread_since(begun);
        let unread: Vec<_> = unread.iter().filter_map(|id| names.get(id).cloned()).collect();
        if unread.is_empty() { Ok(()) } else { Err(CommandError::QuotaUnread(unread.join(", "))) }
    }

    /// The profiles that the provider is asked about: the named one, else each with a plan.
    pub async fn profiles_with_plan(
        &self,
        profile: Option<&str>,
    ) -> Result<Vec<(ProfileId, String)>, CommandError> {
        self.running.router().await.ok_or(CommandError::QuotaNeedsRouter)?;
        if let Some(profile) = profile {
            return Ok(vec![self.profiles.find(profile)?]);
        }
        let mut all = self.profiles.all();
        all.retain(|profile| profile.kind == Kind::ChatGpt);
        all.sort_by_key(|profile| profile.rank);
        Ok(all.into_iter().map(|profile| (profile.id, profile.name)).collect())
    }

    /// Every profile, or the named one, in the user's order.
    pub fn checked(&self, profile: Option<&str>) -> Result<Vec<(ProfileId, String)>, CommandError> {
        if let Some(profile) = profile {
            return Ok(vec![self.profiles.find(profile)?]);
        }
        let mut all = self.profiles.all();
        all.sort_by_key(|profile| profile.rank);
        Ok(all.into_iter().map(|profile| (profile.id, profile.name)).collect())
    }

    /// Looks at the sign-in and the quota of a profile, without a turn. One whose plan
    /// had no Codex and that answers is asked again by the next request.
    pub async fn check(&self, id: ProfileId, profile: String, language: Language) -> QuickCheck {
        self.vault.request();
        let Some(router) = self.running.router().await else {
            return QuickCheck::of(profile, &Looked::NoRouter, language);
        };
        let looked = router.check_profile(id).await;
        if matches!(looked, ProfileCheck::Works) {
            self.pool.ask_entitlement_again(id);
        }
        self.profiles.refresh.now();
        QuickCheck::of(profile, &Looked::At(looked), language)
    }

    /// What the provider itself answers about a profile. Its texts may hold addresses.
    pub async fn raw(&self, id: ProfileId, profile: String) -> RawUsage {
        let usage = match self.running.router().await {
            Some(router) => router.raw_usage(id).await,
            None => None,
        };
        RawUsage { profile, usage }
    }

    /// Requests that wait for a reset get their answer now.
    pub async fn stop_waiting(&self) {
        if let Some(router) = self.running.router().await {
            router.stop_waiting();
        }
        self.activity.add(ActivityKind::WaitEnded, Chose::WaitEnded).await;
    }

    /// Profiles with a quota that could be read and has not been since.
    fn unread_since(&self, begun: SystemTime) -> Vec<ProfileId> {
        let view = self.pool.view();
        let readable = view.profiles.iter().filter(|status| {
            status.profile.kind == Kind::ChatGpt && status.standing != Standing::NeedsSignIn
        });
        let unread = readable
            .filter(|status| status.usage.as_ref().is_none_or(|usage| usage.read_at < begun));
        unread.map(|status| status.profile.id).collect()
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::{
        pool::{Kept, Memory},
        profile::Usage,
    };
    use rotunda_host::clock::from_unix;

    use super::*;
    use crate::daemon::fixture::{Fixture, NOW};

    #[tokio::test]
    async fn quota_is_read_by_a_router_and_a_reading_from_before_does_not_count() {
        let fixture = Fixture::with(&["work", "home", "studio"]);
        let quota = Quota::new(
            &fixture.handles,
            fixture.vault.clone(),
            fixture.profiles(),
            fixture.activity.clone(),
        );
        let refused = quota.read().await;
        assert!(matches!(refused, Err(CommandError::QuotaNeedsRouter)));
        let read_at = |at| {
            let read_at = from_unix(at);
            let usage = Usage { windows: Vec::new(), plan: None, credits: None, read_at };
            Kept { standing: Standing::Ready, usage: Some(usage), spending: None, paid: None }
        };
        fixture.handles.pool.restore(vec![
            Memory::Profile(ProfileId(1), read_at(NOW - 1)),
            Memory::Profile(ProfileId(2), read_at(NOW)),
            Memory::Profile(
                ProfileId(3),
                Kept { standing: Standing::NeedsSignIn, usage: None, spending: None, paid: None },
            ),
        ]);
        assert_eq!(quota.unread_since(from_unix(NOW)), [ProfileId(1)]);
    }
}
