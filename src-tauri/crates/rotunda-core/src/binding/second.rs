//! The second line of `config.toml`: [`CHATGPT_URL`], written and taken out in the
//! same way as the first. It never replaces a line of the user's, so there is nothing
//! to be recorded, and it is known by its look alone.

use super::{BindError, Entry, Ours, State, find, is_usable_second, line, masked, place, state};
use crate::ClientUrl;

/// The key that says where Codex reads about its own account.
pub const CHATGPT_URL: &str = "chatgpt_base_url";

/// What a text says of the second line. Addresses are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondLine {
    /// The key is not there.
    Absent,
    /// It leads to us.
    Stands,
    /// It leads to where we were, with another port or key.
    Stale,
    /// It is the user's.
    Foreign {
        /// Where it leads.
        url: String,
    },
}

/// Reads the second line. `url` is where it is to lead.
pub fn second_line(text: &str, url: &str) -> Result<SecondLine, BindError> {
    let foreign = |url: String| Ok(SecondLine::Foreign { url });
    let entry = match find(text, CHATGPT_URL) {
        Ok(Some(entry)) => entry,
        Ok(None) => return Ok(SecondLine::Absent),
        Err(error @ BindError::NotAValue { .. }) => return foreign(error.to_string()),
        Err(error) => return Err(error),
    };
    match entry.value {
        Some(value) if value == url => Ok(SecondLine::Stands),
        Some(value) if is_ours(&value) => Ok(SecondLine::Stale),
        Some(value) => foreign(masked(&value)),
        None => foreign("a value that is no text".to_owned()),
    }
}

/// Writes the second line into a text that is bound to `ours`. A text that is not
/// bound, or whose key is the user's, comes back as it is.
pub fn add_second_line(text: &str, ours: &Ours, url: &str) -> Result<String, BindError> {
    if !is_usable_second(url) {
        return Err(BindError::BadUrl);
    }
    let bare = remove_second_line(text)?;
    if state(text, ours) != State::Bound || second_line(&bare, url)? != SecondLine::Absent {
        return Ok(text.to_owned());
    }
    let new = place::insert(&bare, &line(CHATGPT_URL, url));
    let is_there = second_line(&new, url)? == SecondLine::Stands;
    if is_there && remove_second_line(&new)? == bare { Ok(new) } else { Err(BindError::Unsafe) }
}

/// Takes the second line out, wherever of ours it leads. One of the user's stays.
pub fn remove_second_line(text: &str) -> Result<String, BindError> {
    match find(text, CHATGPT_URL) {
        Ok(Some(entry)) if is_ours_entry(&entry) => Ok(place::remove(text, &entry)),
        Ok(_) | Err(BindError::NotAValue { .. }) => Ok(text.to_owned()),
        Err(error) => Err(error),
    }
}

fn is_ours_entry(entry: &Entry) -> bool {
    entry.value.as_deref().is_some_and(is_ours)
}

fn is_ours(url: &str) -> bool {
    ClientUrl::parse_second_line(url).is_some()
}

#[cfg(test)]
#[path = "second_tests.rs"]
mod tests;
