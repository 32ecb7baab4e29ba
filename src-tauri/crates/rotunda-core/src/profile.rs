//! A profile, and what the pool knows of it.
//!
//! Names, e-mail addresses and credentials live elsewhere: nothing here is
//! private, so all of it may be logged.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::bounded::{LONGEST_SPAN, percent_from};

/// Names a profile. Opaque, stable across restarts and sign-ins, safe to log.
/// Written as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(pub u64);

impl fmt::Display for ProfileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for ProfileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProfileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_: NotAProfileId| D::Error::custom("this is no id of a profile"))
    }
}

/// A text that is not a [`ProfileId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAProfileId;

impl FromStr for ProfileId {
    type Err = NotAProfileId;

    fn from_str(text: &str) -> Result<Self, NotAProfileId> {
        let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let id = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        id.map(Self).ok_or(NotAProfileId)
    }
}

/// What kind of sign-in a profile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A ChatGPT plan, paid by the month.
    ChatGpt,
    /// An API key, paid by the token: used only when the user allows it.
    ApiKey,
    /// A key of another provider, for models of its own.
    Provider,
}

impl Kind {
    /// Whether it is a key, without a plan and without quota.
    pub const fn is_key(self) -> bool {
        matches!(self, Self::ApiKey | Self::Provider)
    }
}

/// A profile in the pool: what routing needs to know and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolProfile {
    /// Who.
    pub id: ProfileId,
    /// How it is paid for.
    pub kind: Kind,
    /// The upstream account, sent as `chatgpt-account-id`; none for keys.
    pub account_id: Option<String>,
    /// Place in the user's own order, lowest first.
    pub rank: u32,
    /// Taken out of rotation by the user.
    pub paused: bool,
    /// Codex itself is signed in with the same account, so it is used last:
    /// the app stops sending when its own account is exhausted.
    pub own_sign_in: bool,
}

/// Whether a profile can take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Now.
    Ready,
    /// Not before [`Cooldown::until`].
    Resting(Cooldown),
    /// Not before the user signs in again.
    NeedsSignIn,
    /// Its plan does not include Codex, or its workspace is deactivated, by
    /// upstream's answer.
    NotEntitled {
        /// Not tried again before then, unless there is no other profile.
        ask_at: SystemTime,
    },
    /// The user took it out of rotation.
    Paused,
}

/// A pause that ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cooldown {
    /// When it ends.
    pub until: SystemTime,
    /// Why it began.
    pub cause: CooldownCause,
}

/// Why a cooldown began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CooldownCause {
    /// A quota window is used up; which one, when upstream named it.
    Quota(Option<WindowKind>),
    /// The same, and purchased credits would pay for the next request. The user
    /// does not allow that now.
    Credits(Option<WindowKind>),
    /// Upstream is struggling with this profile's requests.
    Trouble,
}

impl CooldownCause {
    /// Whether the plan's quota is used up.
    pub const fn is_quota(self) -> bool {
        matches!(self, Self::Quota(_) | Self::Credits(_))
    }
}

/// Quota windows are identified by their length, never by their place in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WindowKind {
    /// Five hours (18 000 s).
    #[serde(rename = "5h")]
    FiveHours,
    /// A week (604 800 s).
    #[serde(rename = "week")]
    Week,
    /// Any other length, for instance 30 days on some plans.
    #[serde(rename = "other")]
    Other,
}

impl WindowKind {
    /// Every kind, shortest first.
    pub const ALL: [Self; 3] = [Self::FiveHours, Self::Week, Self::Other];
}

/// One quota window as last reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// How long it runs.
    pub length: Duration,
    /// Share used, 0 to 100.
    pub used_percent: f64,
    /// When it starts afresh; unknown before first use.
    pub resets_at: Option<SystemTime>,
}

impl Window {
    /// Identified by length, with a tenth of tolerance: upstream rounds.
    pub fn kind(&self) -> WindowKind {
        let near =
            |seconds: u64| self.length.as_secs().abs_diff(seconds).saturating_mul(10) <= seconds;
        match () {
            () if near(18_000) => WindowKind::FiveHours,
            () if near(604_800) => WindowKind::Week,
            () => WindowKind::Other,
        }
    }

    /// A window from a record or an import: its share clamped, and its reset no
    /// later than one whole window from `now`. None when its length cannot be.
    pub fn bounded(self, now: SystemTime) -> Option<Self> {
        if self.length.is_zero() || self.length > LONGEST_SPAN {
            return None;
        }
        let latest = now.checked_add(self.length);
        Some(Self {
            used_percent: percent_from(self.used_percent).unwrap_or(0.0),
            resets_at: self.resets_at.map(|at| latest.map_or(at, |latest| at.min(latest))),
            ..self
        })
    }

    /// When it starts afresh; a reset that has passed says nothing of the next.
    pub fn next_reset(&self, now: SystemTime) -> Option<SystemTime> {
        self.resets_at.filter(|at| *at > now)
    }

    /// Share left, 0 to 100; a window is full again after its reset.
    pub fn left(&self, now: SystemTime) -> f64 {
        if self.resets_at.is_some() && self.next_reset(now).is_none() {
            return 100.0;
        }
        (100.0 - self.used_percent).clamp(0.0, 100.0)
    }
}

/// A profile's quota as last reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// Every window upstream named, shortest first; may be empty.
    pub windows: Vec<Window>,
    /// Upstream's name of the plan, when it sent one.
    pub plan: Option<String>,
    /// Extra credits beyond the plan.
    pub credits: Option<Credits>,
    /// When this was read.
    pub read_at: SystemTime,
}

impl Usage {
    /// A reading from a record: each window within its bounds, and not from the
    /// future.
    #[must_use]
    pub fn bounded(self, now: SystemTime) -> Self {
        let windows = self.windows.into_iter().filter_map(|window| window.bounded(now));
        Self { windows: windows.collect(), read_at: self.read_at.min(now), ..self }
    }

    /// The window of one kind; the fullest if there are several.
    pub fn window(&self, kind: WindowKind) -> Option<&Window> {
        let of_kind = self.windows.iter().filter(|window| window.kind() == kind);
        of_kind.max_by(|a, b| a.used_percent.total_cmp(&b.used_percent))
    }

    /// Whether upstream would serve a request: something is left of every window,
    /// or credits go on.
    pub fn has_capacity(&self, now: SystemTime) -> bool {
        let paid = self.credits.as_ref().is_some_and(Credits::go_on);
        !self.windows.is_empty() && (paid || self.left(now) > 0.0)
    }

    /// Whether the plan itself would serve a request: something is left of every
    /// window, or the account's credits cannot run out.
    pub fn plan_has_capacity(&self, now: SystemTime) -> bool {
        let unlimited = self.credits.as_ref().is_some_and(|credits| credits.unlimited);
        !self.windows.is_empty() && (unlimited || self.left(now) > 0.0)
    }

    /// Whether a window has started afresh since.
    pub(crate) fn is_afresh(&self, now: SystemTime) -> bool {
        self.windows.iter().any(|window| window.resets_at.is_some_and(|at| at <= now))
    }

    /// What is left of the tightest window, 0 to 100; 100 when none is known.
    pub fn left(&self, now: SystemTime) -> f64 {
        self.windows.iter().map(|window| window.left(now)).fold(100.0, f64::min)
    }
}

/// Credits that go on when the plan's windows are used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credits {
    /// Whether the account has any that may be spent.
    pub available: bool,
    /// Whether they never run out.
    pub unlimited: bool,
    /// Upstream's own words for the amount, for instance `12.5`.
    pub balance: Option<String>,
}

impl Credits {
    /// Whether requests are served when the windows are used up.
    pub fn go_on(&self) -> bool {
        self.available || self.unlimited
    }

    /// Whether requests beyond the plan take from a balance that was bought. Credits
    /// without a limit are part of what a workspace agreed on; none of them is used up.
    pub fn are_purchased(&self) -> bool {
        self.available && !self.unlimited
    }

    /// The balance as a number; none when upstream sent none, or a text that is no
    /// number.
    pub fn amount(&self) -> Option<f64> {
        let amount: f64 = self.balance.as_deref()?.trim().parse().ok()?;
        (amount.is_finite() && amount >= 0.0).then_some(amount)
    }
}

/// Whether requests may be paid with purchased credits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseCredits {
    /// Not at all: such a request goes to another profile, or ends as a limit.
    #[default]
    Never,
    /// While no profile can serve within its plan.
    WhenAllOut,
    /// Also while other profiles have quota: a conversation stays on its profile.
    Always,
}

impl UseCredits {
    /// Every value, the most careful one first.
    pub const ALL: [Self; 3] = [Self::Never, Self::WhenAllOut, Self::Always];

    /// As settings and commands write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::WhenAllOut => "when_all_out",
            Self::Always => "always",
        }
    }

    /// The value of such a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.word() == word)
    }
}

/// What it depends on how a profile would pay for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentTerms<'a> {
    /// The model.
    pub model: Option<&'a str>,
    /// The profiles that may serve it; none: each of them may.
    pub allowed: Option<&'a [ProfileId]>,
}

impl<'a> PaymentTerms<'a> {
    /// Any request.
    pub const ANY: Self = Self { model: None, allowed: None };

    /// Any request for a model.
    pub const fn model(model: Option<&'a str>) -> Self {
        Self { model, allowed: None }
    }
}

/// Whether a profile is among those that may serve, where they are named.
pub(crate) fn is_permitted(allowed: Option<&[ProfileId]>, id: ProfileId) -> bool {
    allowed.is_none_or(|allowed| allowed.contains(&id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_own_text() {
        let id = ProfileId(0x00c0_ffee);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("work".parse::<ProfileId>(), Err(NotAProfileId));
        assert_eq!("+0000000000000ff".parse::<ProfileId>(), Err(NotAProfileId));
    }

    #[track_caller]
    fn kind_of(seconds: u64, expected: WindowKind) {
        let length = Duration::from_secs(seconds);
        assert_eq!(Window { length, used_percent: 0.0, resets_at: None }.kind(), expected);
    }

    #[test]
    fn windows_are_identified_by_length() {
        kind_of(18_000, WindowKind::FiveHours);
        kind_of(299 * 60, WindowKind::FiveHours);
        kind_of(604_800, WindowKind::Week);
        kind_of(10_079 * 60, WindowKind::Week);
        kind_of(2_592_000, WindowKind::Other);
        kind_of(0, WindowKind::Other);
    }

    #[test]
    fn a_window_past_its_reset_is_full_again() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        let window = Window {
            length: Duration::from_secs(18_000),
            used_percent: 100.0,
            resets_at: Some(at),
        };
        let before = at - Duration::from_secs(1);
        assert!(window.left(before) <= 0.0);
        assert_eq!(window.next_reset(before), Some(at));
        assert!(window.left(at) >= 100.0);
        assert_eq!(window.next_reset(at), None);
    }
}
