//! What is made from the list of commands and from the types of the views: the
//! permissions, and the TypeScript of the window. Each test compares a file, and
//! writes it anew with `ROTUNDA_BLESS=1`.

use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use rotunda_core::profile::{UseCredits, WindowKind};
use rotunda_host::settings::NoticeKind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use ts_rs::{Config, TS, TypeVisitor};

use super::{Command, answers, described, settings};

include!("snake_case.rs");

/// First line of each file.
const MADE: &str = "/** Made from the Rust types by the tests of rotunda-desktop. Do not edit: run them with \
                    ROTUNDA_BLESS=1. */\n";

/// A command as the window's copy of the list shows it.
pub(super) struct Described {
    pub(super) name: &'static str,
    pub(super) arguments: Vec<(&'static str, String)>,
    pub(super) answer: String,
}

/// Numbers are JSON numbers, also those of 64 bits.
fn config() -> Config {
    Config::new().with_large_int("number")
}

#[track_caller]
fn compare(path: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("ROTUNDA_BLESS").is_some() {
        fs::write(&path, made).expect("the file can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, made, "{} is stale: run this test with ROTUNDA_BLESS=1", path.display());
}

/// Every declaration that a type needs, by name.
struct Declarations {
    config: Config,
    seen: BTreeSet<TypeId>,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let docs = T::docs().unwrap_or_default();
            let text = format!("{docs}export {}\n", T::decl(&self.config));
            self.by_name.insert(T::ident(&self.config), tidy(&text));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// A declaration with each comment on one line and its fields indented.
fn tidy(declaration: &str) -> String {
    let mut text = String::new();
    let mut comment = None::<Vec<&str>>;
    let mut is_inside = false;
    for line in declaration.lines().map(str::trim) {
        if line == "/**" {
            comment = Some(Vec::new());
            continue;
        }
        let indent = if is_inside { "  " } else { "" };
        match &mut comment {
            Some(words) if line == "*/" => {
                let _ = writeln!(text, "{indent}/** {} */", words.join(" "));
                comment = None;
            }
            Some(words) => words.push(line.trim_start_matches('*').trim()),
            None => {
                is_inside |= line.ends_with('{');
                let line = match (line.strip_suffix(", };"), line.strip_suffix(',')) {
                    (Some(last_field), _) => format!("{last_field};\n}};"),
                    (None, Some(field)) => format!("{field};"),
                    (None, None) => line.to_owned(),
                };
                let _ = writeln!(text, "{indent}{line}");
            }
        }
    }
    text
}

/// A type of fixed words, as they are written in JSON.
fn words<T: Serialize>(name: &str, docs: &str, values: &[T]) -> String {
    let words: Vec<_> =
        values.iter().map(|value| serde_json::to_string(value).expect("a word")).collect();
    format!("/** {docs} */\nexport type {name} = {};\n", words.join(" | "))
}

/// Arrays of the window are never changed in place.
fn readonly(text: &str) -> String {
    text.replace("Array<", "ReadonlyArray<")
}

#[test]
fn the_window_has_the_types_of_the_views() {
    let mut all =
        Declarations { config: config(), seen: BTreeSet::new(), by_name: BTreeMap::new() };
    all.visit::<answers::Snapshot>();
    all.visit::<settings::SettingsPage>();
    all.visit::<settings::SettingsChange>();
    all.visit::<answers::RedeemQuestion>();
    all.visit::<answers::History>();
    all.visit::<answers::Forecast>();
    all.visit::<answers::Alerts>();
    all.visit::<answers::Requests>();
    all.visit::<answers::Usage>();
    all.visit::<answers::Hooks>();
    all.visit::<answers::TryHook>();
    all.visit::<answers::RestorePreview>();
    all.visit::<answers::Check>();
    all.visit::<answers::Found>();
    all.visit::<answers::ImportItems>();
    all.visit::<super::ImportPick>();
    all.visit::<super::NewProvider>();
    let mut text = MADE.to_owned();
    // Types of the core, which knows nothing of the window.
    text.push_str(
        "\n/** The tag of a catalog, such as `zh-CN`. */\nexport type Language = string;\n",
    );
    let kinds = words("WindowKind", "Quota windows, by their length.", &WindowKind::ALL);
    let _ = write!(text, "\n{kinds}");
    let consents = words("UseCredits", "Whether purchased credits may be used.", &UseCredits::ALL);
    let _ = write!(text, "\n{consents}");
    for declaration in all.by_name.values() {
        let _ = write!(text, "\n{}", readonly(declaration));
    }
    let notices: Vec<_> =
        NoticeKind::ALL.iter().map(|kind| format!("\"{}\"", kind.name())).collect();
    let notices = notices.join(", ");
    let _ = write!(
        text,
        "\n/** Every kind of notification, in the order they are offered. */\n\
         export const NOTICES = [{notices}] as const satisfies readonly NoticeKind[];\n",
    );
    compare("../ui/src/generated/types.ts", &text);
}

/// Every command there is, in order: the complaint about an unknown one names
/// them all.
fn handled() -> Vec<String> {
    let complaint = Command::deserialize(json!({"command": "nothing", "arguments": {}}));
    let complaint = complaint.err().expect("is refused").to_string();
    let names = complaint.split('`').skip(3).step_by(2);
    names.map(str::to_owned).collect()
}

#[test]
fn the_window_has_the_list_of_commands() {
    let commands = described(&config());
    let names = handled();
    assert_eq!(commands.len(), names.len());
    let mut lines = String::new();
    let mut used = BTreeSet::new();
    for (name, command) in names.iter().zip(&commands) {
        assert_eq!(*name, snake_case(command.name));
        let mut arguments = String::new();
        for (argument, type_name) in &command.arguments {
            let separator = if arguments.is_empty() { " " } else { "; " };
            let _ = write!(arguments, "{separator}{argument}: {}", readonly(type_name));
            used.insert(type_name.clone());
        }
        if !arguments.is_empty() {
            arguments.push(' ');
        }
        let answer = match command.answer.as_str() {
            "null" => "void".to_owned(),
            answer => readonly(answer),
        };
        let _ = writeln!(lines, "  {name}: {{ arguments: {{{arguments}}}; answer: {answer} }};");
        used.insert(command.answer.clone());
    }
    let imported = own_types(&used).into_iter().collect::<Vec<_>>().join(", ");
    let quoted: Vec<_> = names.iter().map(|name| format!("  \"{name}\",\n")).collect();
    let text = format!(
        "{MADE}\nimport type {{ {imported} }} from \"./types\";\n\n\
         /** What the window can ask: the arguments and the answer of each command. */\n\
         export type Commands = {{\n{lines}}};\n\n\
         /** Every command. */\n\
         export const COMMANDS = [\n{}] as const satisfies readonly (keyof Commands)[];\n",
        quoted.concat(),
    );
    compare("../ui/src/generated/commands.ts", &text);
}

/// The names of our own types in these texts.
fn own_types(texts: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        for word in text.split(|letter: char| !letter.is_alphanumeric()) {
            let is_ours = word.starts_with(char::is_uppercase) && word != "Array";
            if is_ours {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

#[test]
fn each_command_is_granted_and_nothing_else() {
    let mut permissions: Vec<_> =
        ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned).to_vec();
    for name in handled() {
        permissions.push(format!("allow-{}", name.replace('_', "-")));
    }
    let quoted: Vec<_> = permissions.iter().map(|one| format!("    \"{one}\"")).collect();
    let text = format!(
        "{{\n  \"identifier\": \"main\",\n  \"description\": \"What the window may do: our commands, and hearing \
         that something changed.\",\n  \"windows\": [\"main\"],\n  \"permissions\": [\n{}\n  ]\n}}\n",
        quoted.join(",\n"),
    );
    compare("capabilities/main.json", &text);
}
