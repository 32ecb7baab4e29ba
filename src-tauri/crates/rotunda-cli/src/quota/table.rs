//! What each profile has left, as a table that fits its screen.

use rotunda_core::columns::{columns, cut, pad};
use rotunda_daemon::view::{
    Level, ProfileKind, ProfileView, Snapshot, StandingView, WindowKind, WindowView,
};
use rotunda_host::{clock::from_unix, timezone::utc_offset};
use rotunda_text::{Locale, Localize, Message, Value, message};

use crate::screen::{Part, Screen, Tone};

/// Between two columns.
const GAP: &str = "  ";
/// The mark of the profile in use, and the space after it.
const MARK: usize = 2;
/// Least and most columns of a name.
const NAME: (usize, usize) = (8, 24);
const DAY: u64 = 24 * 60;

/// How the table is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Form {
    /// With the exact local time of each reset.
    pub(super) detail: bool,
    /// With the address of each profile.
    pub(super) emails: bool,
    /// As sentences, a line for each window, for a screen reader.
    pub(super) plain: bool,
}

/// One line: the cells of a window, after those of its profile on its first line.
struct Row {
    cells: Vec<(String, Tone)>,
    in_use: bool,
}

/// The rows of one profile.
struct Block {
    rows: Vec<Row>,
    /// Sentences below them, in no column.
    notes: Vec<String>,
}

impl Block {
    fn height(&self) -> usize {
        self.rows.len() + self.notes.len()
    }
}

/// The lines of the table. Where the screen is too low, the last profiles are counted
/// instead of shown; `reserved` lines of it belong to something else.
pub(super) fn lines(
    snapshot: &Snapshot,
    form: Form,
    screen: &Screen,
    reserved: usize,
) -> Vec<Vec<Part>> {
    let locale = Locale::of(snapshot.language);
    let mut profiles: Vec<_> = snapshot.profiles.iter().collect();
    let room = screen.size.map(|(_, height)| height.saturating_sub(reserved));
    if form.plain {
        return profiles.iter().flat_map(|it| spoken(it, form, locale)).collect();
    }
    let heads = headings(form, locale);
    let mut blocks: Vec<_> = profiles.iter().map(|it| block(it, form, locale)).collect();
    let all: usize = blocks.iter().map(Block::height).sum();
    let mut more = 0;
    if let Some(room) = room.filter(|room| all + 1 > *room && screen.redraws) {
        // The one in use comes first, then those that would be next.
        profiles.sort_by_key(|it| (!it.in_use, it.place));
        blocks = profiles.iter().map(|it| block(it, form, locale)).collect();
        let mut left = room.saturating_sub(2).max(1);
        let fits = blocks.iter().take_while(|block| {
            let height = block.height();
            let fits = height <= left;
            left = left.saturating_sub(height);
            fits
        });
        let shown = fits.count().max(1);
        more = blocks.len() - shown;
        blocks.truncate(shown);
    }
    let widths = widths(&heads, &blocks);
    let keeps = kept(&widths, screen.size.map(|(width, _)| width));
    let head =
        Row { cells: heads.into_iter().map(|it| (it, Tone::Quiet)).collect(), in_use: false };
    let mut lines = vec![line(&head, &widths, &keeps)];
    let indent = pad("", MARK + widths[0] + GAP.len());
    for block in &blocks {
        lines.extend(block.rows.iter().map(|row| line(row, &widths, &keeps)));
        for note in &block.notes {
            lines.push(vec![Part::new(format!("{indent}{note}"), Tone::Quiet)]);
        }
    }
    if more > 0 {
        let text = message!("quota-more", count = more).to(locale);
        lines.push(vec![Part::new(format!("  {text}"), Tone::Quiet)]);
    }
    lines
}

/// Which column is left out first where the screen is too narrow: account, plan, state.
const LEFT_OUT: [usize; 3] = [1, 2, 6];

fn headings(form: Form, locale: Locale) -> Vec<String> {
    let account =
        if form.emails { message!("quota-head-account").to(locale) } else { String::new() };
    vec![
        message!("quota-head-profile").to(locale),
        account,
        message!("quota-head-plan").to(locale),
        message!("quota-head-window").to(locale),
        message!("quota-head-left").to(locale),
        message!("quota-head-reset").to(locale),
        message!("quota-head-state").to(locale),
    ]
}

fn block(profile: &ProfileView, form: Form, locale: Locale) -> Block {
    let (name, account, plan) = (
        cut(&profile.name, NAME.1),
        profile.email.clone().filter(|_| form.emails).unwrap_or_default(),
        plan(profile, locale),
    );
    let (state, tone) = state(profile, locale);
    let none = || (String::new(), Tone::Plain);
    let windows: Vec<_> = match profile.windows.as_slice() {
        [] => vec![(String::new(), none(), no_windows(profile).to(locale))],
        windows => windows.iter().map(|it| window_cells(it, form, locale)).collect(),
    };
    let rows = windows.into_iter().enumerate().map(|(nth, (label, left, resets))| {
        let first = |text: &str| if nth == 0 { text.to_owned() } else { String::new() };
        let cells = vec![
            (first(&name), Tone::Plain),
            (first(&account), Tone::Quiet),
            (first(&plan), Tone::Plain),
            (label, Tone::Plain),
            left,
            (resets, Tone::Quiet),
            (first(&state), tone),
        ];
        Row { cells, in_use: nth == 0 && profile.in_use }
    });
    Block { rows: rows.collect(), notes: beside(profile) }
}

/// What a profile has beside its windows: banked resets and credits.
fn beside(profile: &ProfileView) -> Vec<String> {
    let resets = profile.resets.as_ref().map(|resets| resets.text.clone());
    let credits = profile.credits.as_ref().map(|credits| credits.text.clone());
    [resets, credits].into_iter().flatten().collect()
}

/// Why there is no window to show.
fn no_windows(profile: &ProfileView) -> Message {
    match profile.kind {
        ProfileKind::Chatgpt => message!("quota-unknown"),
        ProfileKind::ApiKey | ProfileKind::Provider => message!("quota-billed"),
    }
}

fn window_cells(
    window: &WindowView,
    form: Form,
    locale: Locale,
) -> (String, (String, Tone), String) {
    let tone = match window.level {
        Level::Fine => Tone::Good,
        Level::Low => Tone::Low,
        Level::Out => Tone::Bad,
    };
    (label(window, locale), (window.left_text.clone(), tone), resets(window, form, locale))
}

/// The time to the reset, or with detail the local time of it.
fn resets(window: &WindowView, form: Form, locale: Locale) -> String {
    let Some(at) = window.resets_at.filter(|_| form.detail) else {
        return window.resets_text.clone().unwrap_or_default();
    };
    let at = from_unix(at);
    let locale = Locale { utc_offset: utc_offset(at), ..locale };
    let exact = message!("quota-resets-at", at = Value::At(at)).to(locale);
    match &window.resets_text {
        Some(text) => format!("{exact} ({text})"),
        None => exact,
    }
}

fn plan(profile: &ProfileView, locale: Locale) -> String {
    match (&profile.plan, profile.kind) {
        (Some(plan), _) => plan.clone(),
        (None, ProfileKind::ApiKey) => message!("profiles-api-key").to(locale),
        (None, ProfileKind::Provider) => super::super::profiles::provider(profile, locale),
        (None, ProfileKind::Chatgpt) => String::new(),
    }
}

fn state(profile: &ProfileView, locale: Locale) -> (String, Tone) {
    match profile.standing {
        StandingView::Ready if profile.pinned => {
            (message!("quota-state-stays").to(locale), Tone::Good)
        }
        StandingView::Ready if profile.pays_with_credits() => {
            (message!("quota-state-credits").to(locale), Tone::Low)
        }
        StandingView::Ready if profile.is_last_resort && profile.kind != ProfileKind::Provider => {
            (message!("quota-state-last").to(locale), Tone::Low)
        }
        StandingView::Ready => (message!("quota-state-ready").to(locale), Tone::Good),
        StandingView::Resting => (profile.summary.clone(), Tone::Bad),
        StandingView::NeedsSignIn => (message!("summary-needs-sign-in").to(locale), Tone::Bad),
        StandingView::Paused | StandingView::NotEntitled => (profile.summary.clone(), Tone::Low),
    }
}

pub(super) fn label(window: &WindowView, locale: Locale) -> String {
    if let Some(name) = &window.name {
        return name.clone();
    }
    let label = match (window.label, window.minutes) {
        (WindowKind::FiveHours, _) => message!("quota-five-hours"),
        (WindowKind::Week, _) => message!("quota-week"),
        (WindowKind::Other, minutes) if minutes >= DAY => {
            message!("quota-days", days = minutes / DAY)
        }
        (WindowKind::Other, minutes) => message!("quota-minutes", minutes = minutes),
    };
    label.to(locale)
}

fn widths(heads: &[String], blocks: &[Block]) -> Vec<usize> {
    let cell = |column: usize| {
        let rows = blocks.iter().flat_map(|block| &block.rows);
        rows.map(|row| columns(&row.cells[column].0)).max().unwrap_or(0)
    };
    let width = |(column, head): (usize, &String)| match cell(column) {
        // A column in which nothing stands needs no heading.
        0 => 0,
        widest => widest.max(columns(head)),
    };
    let mut widths: Vec<_> = heads.iter().enumerate().map(width).collect();
    widths[0] = widths[0].max(NAME.0);
    widths
}

/// Which columns are shown on a screen of this width.
fn kept(widths: &[usize], screen: Option<usize>) -> Vec<bool> {
    let mut keeps: Vec<_> = widths.iter().map(|width| *width > 0).collect();
    let total = |keeps: &[bool]| {
        let shown = widths.iter().zip(keeps).filter(|(_, keep)| **keep);
        shown.fold(MARK, |sum, (width, _)| sum + width + GAP.len()) - GAP.len()
    };
    for column in LEFT_OUT {
        if screen.is_some_and(|screen| total(&keeps) > screen) {
            keeps[column] = false;
        }
    }
    keeps
}

fn line(row: &Row, widths: &[usize], keeps: &[bool]) -> Vec<Part> {
    let mut parts = vec![Part::plain(if row.in_use { "> " } else { "  " })];
    let last = keeps.iter().rposition(|keep| *keep).unwrap_or(0);
    for (column, (text, tone)) in row.cells.iter().enumerate().filter(|(it, _)| keeps[*it]) {
        parts.push(Part::new(text, *tone));
        if column != last {
            let gap = pad("", widths[column].saturating_sub(columns(text)));
            parts.push(Part::plain(format!("{gap}{GAP}")));
        }
    }
    parts
}

/// The same in words, a line for each window: nothing depends on where it stands.
fn spoken(profile: &ProfileView, form: Form, locale: Locale) -> Vec<Vec<Part>> {
    let (state, _) = state(profile, locale);
    let in_use = profile.in_use.then(|| message!("quota-in-use").to(locale));
    let email = profile.email.clone().filter(|_| form.emails);
    let plan = Some(plan(profile, locale)).filter(|plan| !plan.is_empty());
    let head: Vec<_> = [Some(profile.name.clone()), email, plan, in_use, Some(state)]
        .into_iter()
        .flatten()
        .collect();
    let mut lines = vec![head.join(", ")];
    if profile.windows.is_empty() {
        lines.push(format!("{}: {}", profile.name, no_windows(profile).to(locale)));
    }
    for window in &profile.windows {
        let (label, (left, _), resets) = window_cells(window, form, locale);
        let resets = if resets.is_empty() { resets } else { format!(", {resets}") };
        lines.push(format!("{}, {label}: {left}{resets}", profile.name));
    }
    lines.extend(beside(profile).into_iter().map(|text| format!("{}: {text}", profile.name)));
    lines.into_iter().map(|line| vec![Part::plain(line)]).collect()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
