//! The user's own order, reserves, consents to credits, and the next profile.

use rotunda_core::{ProfileId, profile::UseCredits};
use rotunda_host::{blocking::blocking, store::StoredProfile};
use rotunda_text::Chose;

use super::Profiles;
use crate::{activity::ActivityKind, error::CommandError};

/// The largest reserve of one profile, in percent.
const MOST_RESERVE: f64 = 50.0;

impl Profiles {
    /// Puts the profiles into this order; those that are not named follow as
    /// they were.
    pub async fn reorder(&self, ids: &[ProfileId]) -> Result<(), CommandError> {
        let mut profiles = self.all();
        if ids.iter().any(|id| !profiles.iter().any(|profile| profile.id == *id)) {
            return Err(CommandError::Gone);
        }
        let place = |profile: &StoredProfile| ids.iter().position(|id| *id == profile.id);
        profiles.sort_by_key(|profile| (place(profile).unwrap_or(usize::MAX), profile.rank));
        let store = self.store.clone();
        let ordered: Vec<_> = profiles.iter().map(|profile| profile.id).collect();
        blocking(move || store.order(&ordered)).await?;
        self.reload().await?;
        for profile in self.all() {
            self.pool.put(profile.pool_profile());
        }
        self.refresh.now();
        Ok(())
    }

    /// Keeps this share of a profile in reserve; none: what all profiles keep.
    pub async fn reserve(&self, id: ProfileId, percent: Option<f64>) -> Result<(), CommandError> {
        let profile = self.stored(id)?;
        if percent.is_some_and(|percent| !(0.0..=MOST_RESERVE).contains(&percent)) {
            return Err(CommandError::Reserve);
        }
        let store = self.store.clone();
        blocking(move || store.set_reserve(id, percent)).await?;
        self.pool.set_reserve(id, percent);
        self.refresh.now();
        let profile = profile.name;
        let text = match percent {
            Some(percent) => Chose::Reserved { profile, percent },
            None => Chose::ReservedAsAll { profile },
        };
        self.activity.add(ActivityKind::Reserved, text).await;
        Ok(())
    }

    /// Sets whether credits of a profile may be used; none: what holds for all.
    pub async fn allow_credits(
        &self,
        id: ProfileId,
        consent: Option<UseCredits>,
    ) -> Result<(), CommandError> {
        let profile = self.stored(id)?.name;
        let store = self.store.clone();
        blocking(move || store.set_credit_consent(id, consent)).await?;
        self.pool.set_use_credits(id, consent);
        self.refresh.now();
        let text = match consent {
            Some(consent) => Chose::AllowedCredits { profile, consent },
            None => Chose::CreditsAsAll { profile },
        };
        self.activity.add(ActivityKind::CreditsAllowed, text).await;
        Ok(())
    }

    /// Goes to the profile that would serve if the one in use did not, and says which.
    pub async fn switch_to_next(&self) -> Result<ProfileId, CommandError> {
        let pool = &self.pool;
        let next = pool.instead_of(pool.view().serving).ok_or(CommandError::NobodyElse)?;
        self.use_profile(next).await?;
        Ok(next)
    }
}
