//! One line in Codex's `config.toml`, and the way back: text to text.
//!
//! The text is parsed to find its places, and then edited as text: every byte
//! outside the line we own stays as it was, and `unbind` after `bind` gives the
//! text back byte for byte. A text that does not parse is never touched.
//!
//! Each owned key is undone for itself: ours → what was there before; changed
//! by the user since → kept, and reported.

mod diff;
mod place;
mod plain;
mod second;

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use toml_edit::{Document, Item};

pub use self::diff::{changed, diff};
use self::place::Entry;
pub use self::plain::{Override, without_ours};
pub use self::second::{CHATGPT_URL, SecondLine, add_second_line, remove_second_line, second_line};
use crate::{
    ClientUrl,
    display_text::{self, clean, visible},
};

/// The key that leads Codex to us.
pub const BASE_URL: &str = "openai_base_url";
/// Owned only when the user agreed to switch.
pub const PROVIDER: &str = "model_provider";
/// The provider that follows [`BASE_URL`].
pub const BUILT_IN: &str = "openai";

/// Codex takes an address that ends so for the ChatGPT backend itself and goes
/// around us.
const TRAP: &str = "/backend-api/codex";
/// Shows a reader that the line is Rotunda's.
const MARK: &str = "# Rotunda";

/// A text that leads to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// To be written.
    pub text: String,
    /// To be kept until unbinding.
    pub priors: Priors,
}

/// A text that leads to us no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbound {
    /// To be written.
    pub text: String,
    /// Owned keys that were not touched, because they are no longer ours.
    pub left_alone: Vec<LeftAlone>,
}

/// What stood at each owned key before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priors {
    /// At [`BASE_URL`].
    pub base_url: Prior,
    /// At [`PROVIDER`]; none when it is not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Prior>,
}

/// What stood at a key before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// Nothing.
    Absent,
    /// Exactly this, from the start of its line to its end.
    Text(String),
    /// A line of ours: what stood there before it was recorded then.
    Ours,
}

impl fmt::Debug for Prior {
    /// Without the text: another tool's address may carry a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Text(_) => "Text(..)",
            Self::Ours => "Ours",
        })
    }
}

impl Priors {
    /// These, where a line of ours was found, as `older` recorded it: binding
    /// again does not forget what stood there first.
    #[must_use]
    pub fn or_older(self, older: Option<&Self>) -> Self {
        let pick = |new: Prior, old: Option<&Prior>| match (new, old) {
            (Prior::Ours, Some(old)) => old.clone(),
            (new, _) => new,
        };
        let old_provider = older.and_then(|older| older.provider.as_ref());
        let provider = match self.provider {
            Some(new) => Some(pick(new, old_provider)),
            None => old_provider.cloned(),
        };
        Self { base_url: pick(self.base_url, older.map(|older| &older.base_url)), provider }
    }
}

/// An owned key that the user changed since binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftAlone {
    /// Which.
    pub key: &'static str,
    /// How.
    pub change: Change,
}

/// What became of a line of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The key is gone.
    Removed,
    /// It says something else.
    Replaced,
}

/// The addresses that are ours.
#[derive(Clone, Default)]
pub struct Ours {
    /// Where the router is now.
    pub url: String,
    /// Where it was, as far as recorded.
    pub former: Vec<String>,
}

impl fmt::Debug for Ours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ours").field("url", &masked(&self.url)).finish_non_exhaustive()
    }
}

impl Ours {
    /// Ours by record, or by its look: loopback, a key of ours, `/codex`.
    fn include(&self, url: &str) -> bool {
        url == self.url
            || self.former.iter().any(|former| former == url)
            || ClientUrl::parse(url).is_some()
    }
}

/// Where Codex goes, by the text alone. Addresses are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// To OpenAI itself.
    Unbound,
    /// To us.
    Bound,
    /// To a place where we were, with another port or key.
    BoundStale {
        /// Which.
        url: String,
    },
    /// To someone else.
    Foreign {
        /// Whom.
        url: String,
    },
    /// It cannot be known.
    Unreadable {
        /// Where the text breaks, from 1.
        line: usize,
        /// How.
        message: String,
    },
}

/// Why a text is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindError {
    /// It does not parse.
    Unreadable {
        /// Where, from 1.
        line: usize,
        /// How.
        message: String,
    },
    /// The key is a table.
    NotAValue {
        /// Which key.
        key: &'static str,
        /// Where, from 1.
        line: usize,
    },
    /// The address would not lead to us.
    BadUrl,
    /// The edit would not have been exactly undone.
    Unsafe,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { line, message } => write!(f, "line {line}: {message}"),
            Self::NotAValue { key, line } => {
                write!(f, "line {line}: {key} is a table and should be a text")
            }
            Self::BadUrl => f.write_str("the router's address cannot be written there"),
            Self::Unsafe => f.write_str("the change could not be undone exactly"),
        }
    }
}

impl std::error::Error for BindError {}

/// Leads Codex to `url`. With `switch`, also away from a provider of the
/// user's own choice, for as long as it is bound.
pub fn bind(text: &str, url: &str, switch: bool) -> Result<Bound, BindError> {
    if !is_usable(url) {
        return Err(BindError::BadUrl);
    }
    let ours = Ours { url: url.to_owned(), former: Vec::new() };
    let (with_url, base_url) = take_over(text, BASE_URL, &line(BASE_URL, url), &ours)?;
    let (new, provider) = if switch && other_provider(text)?.is_some() {
        let (both, prior) = take_over(&with_url, PROVIDER, &line(PROVIDER, BUILT_IN), &ours)?;
        (both, Some(prior))
    } else {
        (with_url, None)
    };
    let bound = Bound { text: new, priors: Priors { base_url, provider } };
    is_undone(text, &bound, &ours)?;
    Ok(bound)
}

/// Undoes [`bind`], key by key, and takes the second line out.
pub fn unbind(text: &str, priors: &Priors, ours: &Ours) -> Result<Unbound, BindError> {
    // Added last, so taken out first.
    let text = remove_second_line(text)?;
    let mut unbound = Unbound { text, left_alone: Vec::new() };
    give_back(&mut unbound, PROVIDER, priors.provider.as_ref(), ours)?;
    give_back(&mut unbound, BASE_URL, Some(&priors.base_url), ours)?;
    Ok(unbound)
}

/// Reads where Codex goes.
pub fn state(text: &str, ours: &Ours) -> State {
    let url = match find(text, BASE_URL) {
        Ok(None) => return State::Unbound,
        Ok(Some(entry)) => entry.value,
        Err(BindError::Unreadable { line, message }) => return State::Unreadable { line, message },
        Err(error) => return State::Foreign { url: error.to_string() },
    };
    match url {
        Some(url) if url.is_empty() => State::Unbound,
        Some(url) if url == ours.url => State::Bound,
        Some(url) if ours.include(&url) => State::BoundStale { url: masked(&url) },
        Some(url) => State::Foreign { url: masked(&url) },
        None => State::Foreign { url: "a value that is no text".to_owned() },
    }
}

/// The address that the text names, key and all.
pub fn base_url(text: &str) -> Option<String> {
    find(text, BASE_URL).ok().flatten().and_then(|entry| entry.value)
}

/// The provider the user chose instead of the built-in one: bound or not, Codex
/// then goes there.
pub fn other_provider(text: &str) -> Result<Option<String>, BindError> {
    let value = find(text, PROVIDER)?.and_then(|entry| entry.value);
    Ok(value.filter(|provider| provider != BUILT_IN))
}

/// Whether the text names a provider, be it the built-in one.
pub fn names_provider(text: &str) -> bool {
    matches!(find(text, PROVIDER), Ok(Some(_)))
}

/// The line as it stands in the file, key and all.
pub fn whole_line(url: &str) -> String {
    line(BASE_URL, url)
}

/// The line as it will stand in the file, with the key left out for display.
pub fn shown_line(url: &str) -> String {
    // Before the first start there is no key yet; the line will have one.
    line(BASE_URL, &masked(url).replace("//codex", "/…/codex"))
}

/// An address without what may be secret in it: user, query, long segments.
pub fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "an address that cannot be read".to_owned();
    };
    let plain = rest.split(['?', '#']).next().unwrap_or_default();
    let mut segments = plain.split('/');
    let host = segments.next().unwrap_or_default();
    if !host.contains('@') && rest.contains('@') && !ends_with_port(host) {
        // A password may hold the signs that end a host: all of it is hidden.
        return format!("{}://…", visible(scheme));
    }
    let host = host.rsplit('@').next().unwrap_or_default();
    let path = segments.map(|segment| if segment.len() > 16 { "…" } else { segment });
    let parts: Vec<_> = std::iter::once(host).chain(path).collect();
    let shown = format!("{scheme}://{}", parts.join("/"));
    visible(&clean(&shown, display_text::LINE)).into_owned()
}

/// A host as it is, or with a port: what stands behind its colon is no password.
fn ends_with_port(host: &str) -> bool {
    host.rsplit_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = \"{value}\"   {MARK}")
}

/// Written between quotes as it is, and not mistaken by Codex.
fn is_usable(url: &str) -> bool {
    is_plain(url) && !url.trim_end_matches('/').ends_with(TRAP)
}

/// The same for the second line, which is read only when it ends so.
fn is_usable_second(url: &str) -> bool {
    is_plain(url) && ClientUrl::parse_second_line(url).is_some()
}

fn is_plain(url: &str) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
    plain && url.starts_with("http://") && !url.contains(":0/")
}

/// Puts `new` where the key stands, or where it may stand.
fn take_over(
    text: &str,
    key: &'static str,
    new: &str,
    ours: &Ours,
) -> Result<(String, Prior), BindError> {
    let Some(entry) = find(text, key)? else {
        return Ok((place::insert(text, new), Prior::Absent));
    };
    let old = &text[entry.line.clone()];
    let prior =
        if is_ours(key, &entry, old, ours) { Prior::Ours } else { Prior::Text(old.to_owned()) };
    Ok((place::replace(text, &entry, new), prior))
}

fn give_back(
    unbound: &mut Unbound,
    key: &'static str,
    prior: Option<&Prior>,
    ours: &Ours,
) -> Result<(), BindError> {
    let Some(prior) = prior else { return Ok(()) };
    let text = &unbound.text;
    let change = match find(text, key)? {
        None => Some(Change::Removed),
        Some(entry) if !is_ours(key, &entry, &text[entry.line.clone()], ours) => {
            Some(Change::Replaced)
        }
        Some(entry) => {
            unbound.text = match prior {
                Prior::Text(old) => place::replace(text, &entry, old),
                Prior::Absent | Prior::Ours => place::remove(text, &entry),
            };
            None
        }
    };
    unbound.left_alone.extend(change.map(|change| LeftAlone { key, change }));
    Ok(())
}

/// An address is ours by what it says. `"openai"` says little, so there the
/// whole line must be as we wrote it.
fn is_ours(key: &str, entry: &Entry, text: &str, ours: &Ours) -> bool {
    match &entry.value {
        Some(value) if key == BASE_URL => ours.include(value),
        Some(value) => *value == BUILT_IN && text == line(PROVIDER, BUILT_IN),
        None => false,
    }
}

/// The promise is checked before anything is written.
fn is_undone(text: &str, bound: &Bound, ours: &Ours) -> Result<(), BindError> {
    if state(&bound.text, ours) != State::Bound {
        return Err(BindError::Unsafe);
    }
    // A line that was ours before is not to come back.
    if bound.priors.base_url == Prior::Ours || bound.priors.provider == Some(Prior::Ours) {
        return Ok(());
    }
    let undone = unbind(&bound.text, &bound.priors, ours)?;
    // A second line that stood there, left by a crash, is not to come back either.
    if undone.text == remove_second_line(text)? { Ok(()) } else { Err(BindError::Unsafe) }
}

/// Finds a key at top level.
fn find(text: &str, key: &'static str) -> Result<Option<Entry>, BindError> {
    let document = Document::parse(text).map_err(|error| BindError::Unreadable {
        line: error.span().map_or(1, |span| place::line_of(text, span.start)),
        // It may quote what the file says.
        message: clean(&first_line(error.message()), display_text::LINE),
    })?;
    let Some((found, item)) = document.as_table().get_key_value(key) else { return Ok(None) };
    let spans = match item {
        Item::Value(value) => found.span().zip(value.span()),
        Item::None | Item::Table(_) | Item::ArrayOfTables(_) => None,
    };
    let Some((key_span, value_span)) = spans else {
        let line = found.span().map_or(1, |span| place::line_of(text, span.start));
        return Err(BindError::NotAValue { key, line });
    };
    let line = place::whole_lines(text, key_span.start, value_span.end);
    Ok(Some(Entry { line, value: item.as_str().map(str::to_owned) }))
}

fn first_line(message: &str) -> Cow<'_, str> {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or("it does not parse");
    let rest: Vec<_> = lines.collect();
    if rest.is_empty() { first.into() } else { format!("{first}, {}", rest.join(", ")).into() }
}

#[cfg(test)]
#[path = "binding_tests.rs"]
mod tests;
