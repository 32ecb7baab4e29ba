//! Events of Codex that are not shown, counted (lesson F13).

use std::collections::BTreeMap;

use rotunda_text::{Message, message};
use serde::{Deserialize, Serialize};

/// More kinds than this are counted together.
const KINDS: usize = 20;

/// How often an event came. Names are values, not keys: redactors look at
/// keys (lesson F14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unshown {
    /// Codex's name for it.
    pub name: String,
    /// How often.
    pub count: u32,
}

/// Counts by name.
#[derive(Debug, Default)]
pub(crate) struct Noise(BTreeMap<String, u32>);

impl Noise {
    pub(crate) fn count(&mut self, name: &str) {
        let is_plain = name.len() <= 64
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-'));
        let has_room = self.0.len() < KINDS || self.0.contains_key(name);
        let name = if is_plain && has_room { name } else { "other" };
        *self.0.entry(name.to_owned()).or_default() += 1;
    }

    /// As if it had all been counted here.
    pub(crate) fn add(&mut self, other: Self) {
        for (name, count) in other.0 {
            let has_room = self.0.len() < KINDS || self.0.contains_key(&name);
            let name = if has_room { name } else { "other".to_owned() };
            *self.0.entry(name).or_default() += count;
        }
    }

    /// All of it in one message; none when there was no noise.
    pub(crate) fn message(&self) -> Option<Message> {
        let parts: Vec<_> =
            self.0.iter().map(|(name, count)| format!("{count} × {name}")).collect();
        let list = parts.join(", ");
        (!list.is_empty()).then(|| message!("turn-note-unshown", list = list))
    }

    pub(crate) fn into_list(self) -> Vec<Unshown> {
        self.0.into_iter().map(|(name, count)| Unshown { name, count }).collect()
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::{Language, Locale, Localize};

    use super::*;

    #[test]
    fn noise_is_one_line_of_names_and_numbers() {
        let mut noise = Noise::default();
        assert_eq!(noise.message(), None);
        for name in ["warning", "thread/tokenUsage/updated", "warning", "see https://x/?key=1"] {
            noise.count(name);
        }
        let expected = "Not shown, and their values not kept: \
                        1 × other, 1 × thread/tokenUsage/updated, 2 × warning.";
        let english = Locale::of(Language::ENGLISH);
        assert_eq!(noise.message().unwrap().to(english), expected);
        assert_eq!(noise.into_list()[2], Unshown { name: "warning".to_owned(), count: 2 });
    }

    #[test]
    fn a_flood_of_names_stays_bounded() {
        let mut noise = Noise::default();
        (0..1000).for_each(|n| noise.count(&format!("kind-{n}")));
        let mut more = Noise::default();
        (0..1000).for_each(|n| more.count(&format!("other-kind-{n}")));
        noise.add(more);
        let list = noise.into_list();
        assert!(list.len() <= KINDS + 1);
        assert_eq!(list.iter().map(|it| it.count).sum::<u32>(), 2000);
    }
}
