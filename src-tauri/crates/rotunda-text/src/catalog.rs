//! The parsed catalogs, and the formatting of one message.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::{
    embedded::{CATALOGS, MESSAGES},
    language::Language,
};

/// What a catalog fills in.
pub(crate) enum Plain<'a> {
    Text(Cow<'a, str>),
    Number(u64),
}

/// Each catalog is parsed when a text of its language is needed.
static BUNDLES: LazyLock<Vec<(&'static str, LazyLock<Bundle, Parse>)>> =
    LazyLock::new(|| CATALOGS.iter().map(|(tag, text)| (*tag, lazy(tag, text))).collect());

type Bundle = FluentBundle<FluentResource>;
type Parse = Box<dyn FnOnce() -> Bundle + Send>;

fn lazy(tag: &'static str, text: &'static str) -> LazyLock<Bundle, Parse> {
    LazyLock::new(Box::new(move || parse(tag, text)))
}

/// Tests parse every catalog, so what a parser would leave out is not there.
fn parse(tag: &str, text: &str) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
    // The marks around arguments are for mixed writing directions, and would
    // stand in the terminal and in what is copied.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(read, _)| read);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The text of a message. English stands in for a text that a catalog lacks;
/// tests show that none does.
pub(crate) fn format<'a>(
    language: Language,
    id: &str,
    arguments: impl Iterator<Item = (&'static str, Plain<'a>)>,
) -> String {
    let mut filled = FluentArgs::new();
    for (name, value) in arguments {
        filled.set(name, fluent(value));
    }
    [language, Language::ENGLISH]
        .into_iter()
        .find_map(|language| format_in(language, id, &filled))
        .unwrap_or_else(|| id.to_owned())
}

fn format_in(language: Language, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let (_, bundle) = BUNDLES.iter().find(|(tag, _)| *tag == language.tag())?;
    let pattern = bundle.get_message(id)?.value()?;
    let mut faults = Vec::new();
    Some(bundle.format_pattern(pattern, Some(arguments), &mut faults).into_owned())
}

fn fluent(value: Plain<'_>) -> FluentValue<'_> {
    match value {
        Plain::Text(text) => FluentValue::String(text),
        Plain::Number(number) => FluentValue::from(number),
    }
}

/// Refuses a call of [`message!`](crate::message!) that the English catalog
/// does not allow, while it compiles.
pub const fn check_call(id: &str, arguments: &[&str]) {
    let mut at = 0;
    while at < MESSAGES.len() {
        let (known, variables) = MESSAGES[at];
        if is_same(known, id) {
            assert!(arguments.len() == variables.len(), "wrong number of arguments");
            let mut nth = 0;
            while nth < variables.len() {
                assert!(holds(arguments, variables[nth]), "a variable of the message is not given");
                nth += 1;
            }
            return;
        }
        at += 1;
    }
    panic!("no such message in locales/en.ftl");
}

const fn holds(names: &[&str], wanted: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at], wanted) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn every_message_of_every_language_can_be_formatted() {
        for (tag, bundle) in BUNDLES.iter() {
            for (id, variables) in MESSAGES {
                for value in [FluentValue::from("text"), FluentValue::from(1), FluentValue::from(7)]
                {
                    let mut arguments = FluentArgs::new();
                    for variable in *variables {
                        arguments.set(*variable, value.clone());
                    }
                    let pattern = bundle.get_message(id).and_then(|it| it.value()).unwrap();
                    let mut faults = Vec::new();
                    let text = bundle.format_pattern(pattern, Some(&arguments), &mut faults);
                    assert!(faults.is_empty() && !text.is_empty(), "{tag}, {id}: {faults:?}");
                    assert!(!text.contains(['{', '}', '\n']), "{tag}, {id}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_call_is_refused() {
        check_call("menu-stay", &["profile"]);
        check_call("summary-week", &["week", "left"]);
        assert!(catch_unwind(|| check_call("menu-float", &[])).is_err());
        assert!(catch_unwind(|| check_call("menu-stay", &[])).is_err());
        assert!(catch_unwind(|| check_call("menu-stay", &["name"])).is_err());
        assert!(catch_unwind(|| check_call("menu-stay", &["profile", "name"])).is_err());
    }
}
