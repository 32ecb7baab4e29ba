//! Names of tools: the Responses API takes 64 characters, the Messages API twice as many.

use std::collections::HashMap;

use rotunda_core::fnv::fnv1a;

/// Characters of a name of a function (`OpenAI`, "Function calling").
const LONGEST: usize = 64;
/// Of the hash at the end of a name that is too long, with the line before it.
const HASH: usize = 17;

/// The tools of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolNames {
    /// As the client names them, by what the service is sent, where that differs.
    of_client: HashMap<String, String>,
}

impl ToolNames {
    /// The name that the service is sent.
    pub(crate) fn for_service(&mut self, name: &str) -> String {
        let short = shortened(name);
        if short != name {
            self.of_client.insert(short.clone(), name.to_owned());
        }
        short
    }

    /// The name that the client knows.
    pub(crate) fn of_client<'a>(&'a self, name: &'a str) -> &'a str {
        self.of_client.get(name).map_or(name, String::as_str)
    }
}

/// The same for the same name, so that a conversation stays as it was.
fn shortened(name: &str) -> String {
    let is_taken = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    if name.len() <= LONGEST && name.chars().all(is_taken) {
        return name.to_owned();
    }
    let plain = name.chars().map(|char| if is_taken(char) { char } else { '_' });
    let beginning: String = plain.take(LONGEST - HASH).collect();
    format!("{beginning}_{:016x}", fnv1a(name.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_is_found_again() {
        let mut names = ToolNames::default();
        let long = format!("mcp__server__{}", "x".repeat(100));
        let other = format!("{long}y");
        let (short, short_other) = (names.for_service(&long), names.for_service(&other));
        assert_eq!((short.len(), short_other.len()), (LONGEST, LONGEST));
        assert_ne!(short, short_other);
        assert_eq!(names.of_client(&short), long);
        assert_eq!(names.of_client(&short_other), other);
    }

    #[test]
    fn a_name_that_fits_stays() {
        let mut names = ToolNames::default();
        assert_eq!(names.for_service("get_weather-2"), "get_weather-2");
        assert_eq!(names.of_client("get_weather-2"), "get_weather-2");
        assert_ne!(names.for_service("a.b"), names.for_service("a:b"));
    }
}
