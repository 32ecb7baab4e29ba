//! What the tray menu says, as a value.
//!
//! [`menu_of`] is all there is to decide; the code that puts the rows into a
//! native menu lives in `tray.rs` and decides nothing.

use rotunda_core::columns;
use rotunda_daemon::view::{
    BindingState, ProfileKind, ProfileView, RouterState, Snapshot, StandingView, UpdateView,
};
use rotunda_text::{Language, Locale, Localize, MenuText};

mod route;

pub(crate) use self::route::WindowRoute;

/// Profiles shown before the rest hides behind one row.
const MOST_PROFILES: usize = 8;
/// Native menus grow as wide as their widest row; this keeps it in bounds. In
/// columns: a Chinese character takes two.
const LONGEST_ROW: usize = 44;
/// Windows cuts a text under the pointer off after this many units.
const LONGEST_TIP: usize = 127;
/// A name keeps at least this much of itself, however long the text after it.
const SHORTEST_NAME: usize = 12;

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    /// A line between groups.
    Separator,
    /// A plain text that does something.
    Item { text: String, action: Action },
    /// A text with a mark.
    Check { text: String, checked: bool, action: Action },
    /// A text that explains why there is nothing to do.
    Disabled { text: String },
}

/// Where `WebView2` of Windows is to be had, as its maker says.
pub(crate) const WEB_VIEW_PAGE: &str = "https://developer.microsoft.com/microsoft-edge/webview2/";

/// What a click does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Shows the window.
    Open(WindowRoute),
    /// New conversations go to this profile.
    Use(String),
    /// New conversations go to the profile that would serve next.
    Next,
    /// The user signs in to this profile again.
    SignIn(String),
    /// Nothing rotates away from this profile; none ends that.
    Pin(Option<String>),
    /// Points Codex at the router.
    Bind,
    /// Gives Codex its own sign-in back.
    Unbind,
    /// Opens the page that has the system's web view.
    GetWebView,
    /// Opens the page of a newer version.
    OpenUpdate(String),
    /// Unbinds and ends.
    Quit,
}

/// Whether the window can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WebView {
    /// As far as is known.
    Usable,
    /// The window was wanted, and the system has no web view for it.
    Missing,
}

/// What a row is made of, as far as the native menu can change it in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line.
    Separator,
    /// A text.
    Plain,
    /// A text with a mark.
    Check,
}

impl Row {
    /// What kind of native item shows it.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Separator => Kind::Separator,
            Self::Item { .. } | Self::Disabled { .. } => Kind::Plain,
            Self::Check { .. } => Kind::Check,
        }
    }

    /// What it says.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Separator => "",
            Self::Item { text, .. } | Self::Check { text, .. } | Self::Disabled { text } => text,
        }
    }

    /// What a click on it does.
    pub(crate) fn action(&self) -> Option<&Action> {
        match self {
            Self::Item { action, .. } | Self::Check { action, .. } => Some(action),
            Self::Separator | Self::Disabled { .. } => None,
        }
    }
}

/// Every line of the menu, for what is true now, in the snapshot's language.
pub(crate) fn menu_of(snapshot: &Snapshot, web_view: WebView) -> Vec<Row> {
    let mut rows = vec![item(&snapshot.headline, Action::Open(route_of(snapshot)))];
    if web_view == WebView::Missing {
        rows.push(fixed(&MenuText::GetWebView, snapshot.language, Action::GetWebView));
    }
    let forecast = snapshot.forecast.as_ref().and_then(|forecast| forecast.short.as_deref());
    rows.extend(forecast.map(|text| item(text, Action::Open(WindowRoute::Profiles))));
    rows.extend(snapshot.update.as_ref().and_then(update_row));
    let quit = vec![fixed(&MenuText::Quit, snapshot.language, Action::Quit)];
    let groups = [profiles_of(snapshot), rotation_of(snapshot), binding_of(snapshot), quit];
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        rows.push(Row::Separator);
        rows.extend(group);
    }
    rows
}

/// A newer version is a row; why it is not known whether there is one is in the window.
fn update_row(update: &UpdateView) -> Option<Row> {
    Some(item(update.menu.as_deref()?, Action::OpenUpdate(update.page.clone()?)))
}

/// The text under the pointer: who serves, who could take over, and how long that lasts.
pub(crate) fn tooltip_of(snapshot: &Snapshot) -> String {
    let ready = |profile: &&ProfileView| profile.standing == StandingView::Ready;
    let locale = Locale::of(snapshot.language);
    let Some(serving) = snapshot.profiles.iter().find(|profile| profile.in_use) else {
        return with_forecast(MenuText::Tip(&snapshot.headline).to(locale), snapshot);
    };
    let others = snapshot.profiles.iter().filter(ready).filter(|profile| !profile.in_use).count();
    let name = columns::cut(&serving.name, LONGEST_ROW / 2);
    let tip = MenuText::TipServing(&name, &serving.summary, others).to(locale);
    with_forecast(tip, snapshot)
}

/// The forecast is left out where it would be cut off.
fn with_forecast(tip: String, snapshot: &Snapshot) -> String {
    let forecast = snapshot.forecast.as_ref().and_then(|forecast| forecast.short.as_deref());
    let Some(forecast) = forecast else { return tip };
    let whole = MenuText::TipForecast(&tip, forecast).to(Locale::of(snapshot.language));
    if whole.encode_utf16().count() <= LONGEST_TIP { whole } else { tip }
}

/// Where the headline leads: to what it complains about.
pub(crate) fn route_of(snapshot: &Snapshot) -> WindowRoute {
    let fine = snapshot.binding.state == BindingState::Bound
        && snapshot.router.state == RouterState::Running;
    if fine || snapshot.profiles.is_empty() { WindowRoute::Anywhere } else { WindowRoute::Codex }
}

fn profiles_of(snapshot: &Snapshot) -> Vec<Row> {
    let all = snapshot.profiles.len();
    // The one in use is always among those shown.
    let in_use = snapshot.profiles.iter().skip(MOST_PROFILES).find(|profile| profile.in_use);
    let first = MOST_PROFILES - usize::from(in_use.is_some());
    let shown = snapshot.profiles.iter().take(first).chain(in_use);
    let mut rows: Vec<_> = shown.map(|profile| profile_row(profile, snapshot.language)).collect();
    if all > MOST_PROFILES {
        let action = Action::Open(WindowRoute::Profiles);
        rows.push(fixed(&MenuText::ShowAll(all), snapshot.language, action));
    }
    rows
}

fn profile_row(profile: &ProfileView, language: Language) -> Row {
    let action = match profile.standing {
        // It serves its own models, whichever profile is chosen.
        StandingView::Ready if profile.kind == ProfileKind::Provider => {
            Action::Open(WindowRoute::Profiles)
        }
        StandingView::Ready => Action::Use(profile.id.clone()),
        StandingView::NeedsSignIn => Action::SignIn(profile.id.clone()),
        StandingView::Resting | StandingView::Paused | StandingView::NotEntitled => {
            Action::Open(WindowRoute::Profiles)
        }
    };
    let state = match &profile.resets {
        Some(resets) if resets.count > 0 => {
            let banked = MenuText::Resets(resets.count).to(Locale::of(language));
            format!("{} {banked}", profile.summary)
        }
        _ => profile.summary.clone(),
    };
    let room = LONGEST_ROW.saturating_sub(columns::columns(&state) + 2);
    let name = columns::cut(&profile.name, room.max(SHORTEST_NAME));
    let text = format!("{name}  {state}");
    Row::Check { text, checked: profile.in_use, action }
}

fn rotation_of(snapshot: &Snapshot) -> Vec<Row> {
    if snapshot.profiles.is_empty() {
        return Vec::new();
    }
    let locale = Locale::of(snapshot.language);
    let room = LONGEST_ROW - columns::columns(&MenuText::Stay("").to(locale));
    let other = |profile: &ProfileView| profile.standing == StandingView::Ready && !profile.in_use;
    let next = if snapshot.profiles.iter().any(other) {
        fixed(&MenuText::Next, snapshot.language, Action::Next)
    } else {
        Row::Disabled { text: MenuText::NoNext.to(locale) }
    };
    let stay = snapshot.profiles.iter().find(|profile| profile.pinned || profile.in_use);
    let stay = stay.map(|profile| Row::Check {
        text: MenuText::Stay(&columns::cut(&profile.name, room)).to(locale),
        checked: profile.pinned,
        action: Action::Pin((!profile.pinned).then(|| profile.id.clone())),
    });
    std::iter::once(next).chain(stay).collect()
}

fn binding_of(snapshot: &Snapshot) -> Vec<Row> {
    let row = |text: MenuText<'_>, action| fixed(&text, snapshot.language, action);
    let add = row(MenuText::Add, Action::Open(WindowRoute::Add));
    let settings = row(MenuText::Settings, Action::Open(WindowRoute::Settings));
    let toggle = match snapshot.binding.state {
        BindingState::Bound => row(MenuText::Unbind, Action::Unbind),
        BindingState::BoundStale => row(MenuText::BindAgain, Action::Bind),
        BindingState::Unreadable => row(MenuText::Unreadable, Action::Open(WindowRoute::Codex)),
        // Bound without a profile, Codex could only be refused.
        BindingState::Unbound | BindingState::Foreign if snapshot.profiles.is_empty() => {
            return vec![add, settings];
        }
        BindingState::Unbound | BindingState::Foreign => row(MenuText::Bind, Action::Bind),
    };
    vec![toggle, add, settings]
}

fn fixed(text: &MenuText<'_>, language: Language, action: Action) -> Row {
    item(&text.to(Locale::of(language)), action)
}

fn item(text: &str, action: Action) -> Row {
    Row::Item { text: text.to_owned(), action }
}

#[cfg(test)]
#[path = "menu_tests.rs"]
mod tests;
