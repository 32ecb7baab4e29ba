//! `rotunda status --line`: one line for panels, prompts and scripts.
//!
//! It is drawn every few seconds, so it has to be quick: no keychain, no network
//! but the running Rotunda, and what the database keeps when nothing runs.

use std::time::Duration;

use rotunda_daemon::{
    control::{Client, Report},
    daemon,
    view::{BindingState, Level, ProfileView, RouterState, Snapshot, WindowKind},
};
use rotunda_host::{
    clock::{self, from_unix},
    home::{Env, Home},
    timezone,
};
use rotunda_text::{Language, Locale, Localize, Message, format, message};
use tokio::time::timeout;

/// A panel waits no longer for a Rotunda that does not answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// What stands for a figure that is not known.
const UNKNOWN: &str = "?";

/// Where the figures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The running Rotunda.
    Running,
    /// The database: nothing runs.
    Kept,
    /// The database: what runs does not answer.
    Silent,
}

/// Writes the fields once: their names in templates and all of them in order.
macro_rules! fields {
    ($($field:ident $name:literal,)+) => {
        /// What a template may name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Field {
            $($field,)+
        }

        impl Field {
            const NAMES: &[&str] = &[$($name),+];

            fn find(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$field),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Line "line",
    Headline "headline",
    Profile "profile",
    Summary "summary",
    Left "left",
    Percent "percent",
    FiveHours "5h",
    Week "week",
    Resets "resets",
    ResetsAt "resets_at",
    Ready "ready",
    Profiles "profiles",
    State "state",
    Router "router",
    Updated "updated",
}

/// A template, as read.
#[derive(Debug, PartialEq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    Field(Field),
    /// The field as a JSON string, with its quotation marks.
    Json(Field),
}

impl Template {
    /// `{field}`, `{field:json}`, and `{{` and `}}` for the braces themselves.
    pub(crate) fn read(text: &str) -> Result<Self, Message> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let found = &rest[at..];
            if found.starts_with("{{") || found.starts_with("}}") {
                plain.push_str(&found[..1]);
                rest = &found[2..];
                continue;
            }
            let inside = found.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((name, after)) = inside else {
                return Err(message!("status-line-brace"));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::read(name)?);
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    fn write(&self, report: &Report, origin: Origin, locale: Locale) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(field) => field.value(&report.snapshot, origin, locale),
            Part::Json(field) => {
                let value = field.value(&report.snapshot, origin, locale);
                serde_json::Value::from(value).to_string()
            }
        };
        self.0.iter().map(part).collect()
    }
}

impl Default for Template {
    fn default() -> Self {
        Self(vec![Part::Field(Field::Line)])
    }
}

impl Part {
    fn read(name: &str) -> Result<Self, Message> {
        let (name, made) = match name.strip_suffix(":json") {
            Some(name) => (name, Self::Json as fn(Field) -> Self),
            None => (name, Self::Field as fn(Field) -> Self),
        };
        Field::find(name).map(made).ok_or_else(|| {
            message!("status-line-field", field = name, fields = Field::NAMES.join(", "))
        })
    }
}

impl Field {
    fn value(self, snapshot: &Snapshot, origin: Origin, locale: Locale) -> String {
        let profile = serving(snapshot);
        let left = profile.and_then(|profile| profile.left.as_ref());
        match self {
            Self::Line => line(snapshot, origin, locale),
            Self::Headline => snapshot.headline_sentence.clone(),
            Self::Profile => profile.map(|profile| profile.name.clone()).unwrap_or_default(),
            Self::Summary => profile.map(|profile| profile.summary.clone()).unwrap_or_default(),
            Self::Left => left.map_or(UNKNOWN.to_owned(), |left| left.left_text.clone()),
            Self::Percent => left.map_or(UNKNOWN.to_owned(), |left| {
                format::share(left.left_percent).trim_end_matches('%').to_owned()
            }),
            Self::FiveHours => share(profile, WindowKind::FiveHours),
            Self::Week => share(profile, WindowKind::Week),
            Self::Resets => left.and_then(|left| left.resets_at).map_or_else(String::new, |at| {
                let remaining = from_unix(at).duration_since(locale.now).unwrap_or_default();
                format::resets_in(remaining, locale)
            }),
            Self::ResetsAt => left
                .and_then(|left| left.resets_at)
                .map_or_else(String::new, |at| format::until(from_unix(at), locale)),
            Self::Ready => ready(snapshot).to_string(),
            Self::Profiles => snapshot.profiles.len().to_string(),
            Self::State => state(snapshot, origin).to_owned(),
            Self::Router => match origin {
                Origin::Running => "on",
                Origin::Kept => "off",
                Origin::Silent => "silent",
            }
            .to_owned(),
            Self::Updated => snapshot.updated.clone().unwrap_or_default(),
        }
    }
}

/// The profile that the line is about.
fn serving(snapshot: &Snapshot) -> Option<&ProfileView> {
    let name = snapshot.serving.as_ref()?;
    snapshot.profiles.iter().find(|profile| profile.name == *name)
}

fn ready(snapshot: &Snapshot) -> usize {
    use rotunda_daemon::view::StandingView::Ready;
    snapshot.profiles.iter().filter(|profile| profile.standing == Ready).count()
}

fn share(profile: Option<&ProfileView>, kind: WindowKind) -> String {
    let left = profile.and_then(|profile| profile.left_of(kind));
    left.map_or(UNKNOWN.to_owned(), format::share)
}

/// A word for style sheets: it is the same in every language.
fn state(snapshot: &Snapshot, origin: Origin) -> &'static str {
    if origin != Origin::Running || snapshot.router.state != RouterState::Running {
        return "off";
    }
    if snapshot.profiles.is_empty() {
        return "empty";
    }
    if ready(snapshot) == 0 {
        return "out";
    }
    if !matches!(snapshot.binding.state, BindingState::Bound) {
        return "unbound";
    }
    let left = serving(snapshot).and_then(|profile| profile.left.as_ref());
    match left.map(|left| left.level) {
        Some(Level::Fine) => "ok",
        Some(Level::Low) => "low",
        Some(Level::Out) => "out",
        None => "unknown",
    }
}

/// What is printed without a template.
fn line(snapshot: &Snapshot, origin: Origin, locale: Locale) -> String {
    let row = serving(snapshot).map(|profile| {
        message!("status-line-row", profile = &profile.name, summary = &profile.summary).to(locale)
    });
    match (origin, row) {
        (Origin::Running, Some(row)) if ready(snapshot) > 0 => row,
        (Origin::Running, _) => snapshot.headline_sentence.clone(),
        (Origin::Kept, None) => message!("status-line-off").to(locale),
        (Origin::Kept, Some(row)) => message!("status-line-off-with", row = row).to(locale),
        (Origin::Silent, None) => message!("status-line-silent").to(locale),
        (Origin::Silent, Some(row)) => message!("status-line-silent-with", row = row).to(locale),
    }
}

/// What there is to show, at once. Reads no keychain.
pub(crate) async fn read(home: &Home, env: &Env, language: Language) -> (Report, Origin) {
    let asked = timeout(PATIENCE, async {
        let client = Client::find(home).await?;
        match client {
            Some(client) => client.speaking(language).report().await.map(Some),
            None => Ok(None),
        }
    });
    let origin = match asked.await {
        Ok(Ok(Some(report))) => return (report, Origin::Running),
        Ok(Ok(None)) => Origin::Kept,
        Ok(Err(_)) | Err(_) => Origin::Silent,
    };
    let (report, _) = daemon::offline_status_at_any(home, env, language);
    (report, origin)
}

/// The line as a text.
pub(super) async fn text(home: &Home, env: &Env, language: Language, form: &Template) -> String {
    let (report, origin) = read(home, env, language).await;
    let now = clock::system()();
    form.write(&report, origin, timezone::locale(language, now))
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
