//! Changes to JSON text that leave every other byte as it is.
//!
//! Parsing a body and writing it again would sort its keys, and change numbers
//! such as `1.10` or `9007199254740993`, escapes and white space. Here a parser
//! only says where members and elements stand, and the text between is copied.

use std::{fmt, ops::Range};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON object in a text, with all members in their order; a name may occur twice.
pub(crate) struct Object<'a> {
    members: Vec<Member<'a>>,
}

/// One member of an object.
pub(crate) struct Member<'a> {
    name: &'a RawValue,
    pub(crate) value: &'a RawValue,
}

impl<'a> Object<'a> {
    /// None when the text is no object.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The member with this name; the last one when there are several, as parsers
    /// that keep one do.
    pub(crate) fn member(&self, name: &str) -> Option<&Member<'a>> {
        self.members.iter().rfind(|member| member.is(name))
    }

    /// Whether it has a member with this name, ignoring upper and lower case.
    pub(crate) fn has_any_case(&self, name: &str) -> bool {
        let own = |member: &Member<'_>| serde_json::from_str::<String>(member.name.get());
        self.members.iter().any(|it| own(it).is_ok_and(|own| own.eq_ignore_ascii_case(name)))
    }

    /// The values of all members.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a RawValue> {
        self.members.iter().map(|member| member.value)
    }
}

impl Member<'_> {
    /// Whether it has this name, however that is escaped.
    pub(crate) fn is(&self, name: &str) -> bool {
        serde_json::from_str::<String>(self.name.get()).is_ok_and(|own| own == name)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Vec<Member<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<&RawValue>()? {
                    members.push(Member { name, value: map.next_value()? });
                }
                Ok(members)
            }
        }

        Ok(Self { members: deserializer.deserialize_map(Members)? })
    }
}

/// Changes to one text, applied together.
pub(crate) struct Edits<'a> {
    text: &'a str,
    changes: Vec<Change>,
}

struct Change {
    range: Range<usize>,
    by: String,
}

impl<'a> Edits<'a> {
    pub(crate) const fn of(text: &'a str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// Sets a member of an object that stands in the text: its value is replaced,
    /// or it is added behind the last one. `value` is JSON.
    pub(crate) fn set(&mut self, object: &Object<'_>, within: &str, name: &str, value: &str) {
        if let Some(member) = object.member(name) {
            let range = self.span(member.value.get());
            self.changes.push(Change { range, by: value.to_owned() });
            return;
        }
        let (at, comma) = match object.members.last() {
            Some(last) => (self.span(last.value.get()).end, ","),
            // Behind the brace that opens it.
            None => (self.span(within).start + 1, ""),
        };
        self.changes.push(Change { range: at..at, by: format!("{comma}\"{name}\":{value}") });
    }

    /// Removes those members of an object that are not to be kept.
    pub(crate) fn retain_members(
        &mut self,
        object: &Object<'a>,
        mut keep: impl FnMut(&Member<'a>) -> bool,
    ) {
        let mut parts = Vec::with_capacity(object.members.len());
        for member in &object.members {
            let range = self.span(member.name.get()).start..self.span(member.value.get()).end;
            parts.push(Part { range, keep: keep(member) });
        }
        self.retain(&parts);
    }

    /// Removes those elements of a list that are not to be kept.
    pub(crate) fn retain_elements(
        &mut self,
        elements: &[&'a RawValue],
        mut keep: impl FnMut(&'a RawValue) -> bool,
    ) {
        let mut parts = Vec::with_capacity(elements.len());
        for element in elements {
            parts.push(Part { range: self.span(element.get()), keep: keep(element) });
        }
        self.retain(&parts);
    }

    /// A removed part goes with the comma behind it, or with the one before it
    /// when nothing that is kept follows.
    fn retain(&mut self, parts: &[Part]) {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let Some(last_kept) = parts.iter().rposition(|part| part.keep) else {
            self.remove(first.range.start..last.range.end);
            return;
        };
        for pair in parts[..=last_kept].windows(2) {
            if !pair[0].keep {
                self.remove(pair[0].range.start..pair[1].range.start);
            }
        }
        if parts.len() > last_kept + 1 {
            self.remove(parts[last_kept].range.end..last.range.end);
        }
    }

    fn remove(&mut self, range: Range<usize>) {
        self.changes.push(Change { range, by: String::new() });
    }

    /// Where a part of the text stands in it.
    fn span(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr().addr() - self.text.as_ptr().addr();
        start..start + part.len()
    }

    /// The changed text; none when nothing changes.
    pub(crate) fn apply(mut self) -> Option<String> {
        if self.changes.is_empty() {
            return None;
        }
        self.changes.sort_by_key(|change| change.range.start);
        let mut changed = String::with_capacity(self.text.len());
        let mut from = 0;
        for Change { range, by } in &self.changes {
            changed.push_str(&self.text[from..range.start]);
            changed.push_str(by);
            from = range.end;
        }
        changed.push_str(&self.text[from..]);
        Some(changed)
    }
}

struct Part {
    range: Range<usize>,
    keep: bool,
}

#[cfg(test)]
#[path = "json_edit_tests.rs"]
mod tests;
