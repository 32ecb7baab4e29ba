//! What of a configuration file a bundle shows: keys of a list, and of their
//! values only what is no text of the user's. How much else there is, is
//! counted. Comments are left out.

use std::fmt::Write as _;

use rotunda_host::redact::{self, Hosts, without_secrets};
use toml_edit::{Document, Item, TableLike, Value};

/// What is shown of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A word without spaces, such as a model's name.
    Word,
    /// A number or a switch.
    Number,
    /// An address without user, query and unknown hosts.
    Url,
    /// A proxy without who and where.
    Proxy,
    /// Exceptions from a proxy.
    Hosts,
    /// A path, through the redactor.
    Path,
    /// That there is one.
    There,
}

impl Shown {
    pub(super) fn of_variable(name: &str) -> Self {
        match name.to_ascii_uppercase().as_str() {
            "ALL_PROXY" | "HTTPS_PROXY" | "HTTP_PROXY" => Self::Proxy,
            "NO_PROXY" => Self::Hosts,
            "CODEX_CLI_PATH" | "CODEX_HOME" | "ROTUNDA_CODEX" | "ROTUNDA_HOME" => Self::Path,
            "DESKTOP_SESSION"
            | "ROTUNDA_LOG"
            | "ROTUNDA_PORT"
            | "ROTUNDA_VAULT"
            | "XDG_CURRENT_DESKTOP"
            | "XDG_SESSION_TYPE" => Self::Word,
            _ => Self::There,
        }
    }
}

/// Tables of a file with the keys that are shown of each.
pub(super) struct KnownTables(&'static [(&'static str, Below)]);

/// What stands below a name.
enum Below {
    /// A value.
    One(Shown),
    /// A table with these keys.
    Table(&'static [(&'static str, Shown)]),
    /// A table of tables with names of the user.
    Named(&'static [(&'static str, Shown)]),
    /// It is counted.
    Counted,
}

use Below::{Counted, Named, One, Table};
use Shown::{Number, There, Url, Word};

const PROFILE: &[(&str, Shown)] = &[
    ("approval_policy", Word),
    ("model", Word),
    ("model_provider", There),
    ("model_reasoning_effort", Word),
    ("model_reasoning_summary", Word),
    ("model_verbosity", Word),
    ("openai_base_url", Url),
    ("sandbox_mode", Word),
    ("service_tier", Word),
];

/// Codex's `config.toml`.
pub(super) static CODEX: KnownTables = KnownTables(&[
    ("analytics", Table(&[("enabled", Number)])),
    ("approval_policy", One(Word)),
    ("chatgpt_base_url", One(Url)),
    ("check_for_update_on_startup", One(Number)),
    ("cli_auth_credentials_store", One(Word)),
    ("disable_response_storage", One(Number)),
    ("experimental_realtime_ws_base_url", One(Url)),
    (
        "features",
        Table(&[
            ("apps", Number),
            ("daemon_auto_start", Number),
            ("plugins", Number),
            ("remote_compaction_v2", Number),
            ("remote_plugin", Number),
            ("responses_websockets", Number),
            ("tool_suggest", Number),
            ("unified_exec", Number),
        ]),
    ),
    ("feedback", Table(&[("enabled", Number)])),
    ("forced_chatgpt_workspace_id", One(There)),
    ("forced_login_method", One(Word)),
    ("history", Table(&[("max_bytes", Number), ("persistence", Word)])),
    ("mcp_oauth_credentials_store", One(Word)),
    ("mcp_servers", Counted),
    ("model", One(Word)),
    ("model_auto_compact_token_limit", One(Number)),
    ("model_context_window", One(Number)),
    ("model_provider", One(There)),
    (
        "model_providers",
        Named(&[
            ("base_url", Url),
            ("env_key", There),
            ("experimental_bearer_token", There),
            ("request_max_retries", Number),
            ("requires_openai_auth", Number),
            ("stream_idle_timeout_ms", Number),
            ("stream_max_retries", Number),
            ("supports_websockets", Number),
            ("wire_api", Word),
        ]),
    ),
    ("model_reasoning_effort", One(Word)),
    ("model_reasoning_summary", One(Word)),
    ("model_verbosity", One(Word)),
    ("openai_base_url", One(Url)),
    ("preferred_auth_method", One(Word)),
    ("profile", One(There)),
    ("profiles", Named(PROFILE)),
    ("projects", Counted),
    ("sandbox_mode", One(Word)),
    ("sandbox_workspace_write", Table(&[("network_access", Number)])),
    ("service_tier", One(Word)),
]);

/// Our `settings.toml`.
pub(super) static OURS: KnownTables = KnownTables(&[
    ("alerts", Table(&[("five_hours_left", There), ("quiet_hours", Word), ("week_left", There)])),
    (
        "clients",
        Table(&[("chat", Number), ("messages", Number), ("models", There), ("responses", Number)]),
    ),
    ("forecast", Table(&[("work_days", Word), ("work_hours", Word)])),
    // A command may hold a token.
    ("hooks", Counted),
    (
        "notifications",
        Table(&[
            ("back", Number),
            ("credits", Number),
            ("forecast", Number),
            ("last", Number),
            ("late", Number),
            ("low", Number),
            ("out", Number),
            ("port", Number),
            ("resets", Number),
            ("returned", Number),
            ("rotated", Number),
            ("signin", Number),
            ("unbound", Number),
        ]),
    ),
    ("port", One(Number)),
    (
        "rotation",
        Table(&[
            ("hard_cap", Number),
            ("policy", Word),
            ("redeem_when_out", Word),
            ("reserve_percent", Number),
            ("soft_cap", Number),
            ("use_api_keys", Number),
            ("use_credits", Word),
        ]),
    ),
    (
        "router",
        Table(&[
            ("chunk_seconds", Number),
            ("connect_seconds", Number),
            ("head_seconds", Number),
            ("wait_for_reset", Word),
        ]),
    ),
    ("second_line", One(Number)),
    ("ui", Table(&[("language", Word), ("start_hidden", Number), ("theme", Word)])),
    // The address may be one of a company.
    ("updates", Table(&[("address", There)])),
    ("upstream", Table(&[("api", Url), ("auth", Url), ("chatgpt", Url), ("proxy", Shown::Proxy)])),
    ("usage", Table(&[("keep_days", Number), ("project_names", Number)])),
    ("vault", One(Word)),
]);

/// What is shown of a key of Codex's or ours, whatever table it stands in.
pub(super) fn shown(key: &str) -> Option<Shown> {
    CODEX.0.iter().chain(OURS.0).find_map(|(name, below)| match below {
        One(shown) if *name == key => Some(*shown),
        Table(keys) | Named(keys) => {
            keys.iter().find(|(name, _)| *name == key).map(|(_, shown)| *shown)
        }
        _ => None,
    })
}

/// Whether anything of a table is shown.
pub(super) fn is_shown_table(name: &str) -> bool {
    let mut tables = CODEX.0.iter().chain(OURS.0);
    tables.any(|(table, below)| *table == name && matches!(below, Table(_) | Named(_)))
}

/// Whether a name is one that Codex gives.
pub(super) fn is_key_of_codex(key: &str) -> bool {
    const IN_TABLES: [&str; 12] = [
        "args",
        "bearer_token_env_var",
        "command",
        "cwd",
        "enabled",
        "env",
        "http_headers",
        "name",
        "query_params",
        "startup_timeout_sec",
        "trust_level",
        "url",
    ];
    IN_TABLES.contains(&key) || shown(key).is_some()
}

/// Whether a text may be shown for what it is.
pub(super) fn is_plain(key: &str, text: &str) -> bool {
    match shown(key) {
        Some(Word) => is_plain_word(text),
        Some(Url) => text.contains("://") && shown_url(text) == text,
        _ => false,
    }
}

/// The file as far as it may be shown.
pub(super) fn of(text: &str, known: &KnownTables) -> String {
    let Ok(document) = Document::parse(text) else {
        return format!("{} lines that do not parse\n", text.lines().count());
    };
    let root = document.as_table();
    let (mut lines, mut tables, mut more) = (String::new(), String::new(), 0);
    for (key, item) in root {
        let found = known.0.iter().find(|(name, _)| *name == key);
        let table = item.as_table_like();
        match (found.map(|(_, below)| below), table) {
            (Some(One(shown)), None) => line(&mut lines, key, item, *shown),
            (Some(Table(keys)), Some(table)) => below(&mut tables, key, table, keys),
            (Some(Named(keys)), Some(named)) => {
                let inner = named.iter().filter_map(|(_, item)| item.as_table_like());
                for (number, table) in (1..).zip(inner) {
                    below(&mut tables, &format!("{key}.<name {number}>"), table, keys);
                }
            }
            (Some(Counted), Some(table)) => {
                let _ = writeln!(tables, "[{key}] entries = {}", table.len());
            }
            _ => more += 1,
        }
    }
    counted(&mut lines, more);
    lines + &tables
}

fn below(lines: &mut String, path: &str, table: &dyn TableLike, keys: &[(&str, Shown)]) {
    let _ = writeln!(lines, "[{path}]");
    let mut more = 0;
    for (key, item) in table.iter() {
        match keys.iter().find(|(name, _)| *name == key) {
            Some((_, shown)) => line(lines, key, item, *shown),
            None => more += 1,
        }
    }
    counted(lines, more);
}

fn counted(lines: &mut String, more: usize) {
    if more > 0 {
        let _ = writeln!(lines, "({more} more, not shown)");
    }
}

fn line(lines: &mut String, key: &str, item: &Item, shown: Shown) {
    let value = item.as_value().map_or_else(|| "<table>".to_owned(), |it| value(it, shown));
    let _ = writeln!(lines, "{key} = {value}");
}

fn value(value: &Value, shown: Shown) -> String {
    match (value, shown) {
        (Value::String(text), Shown::Word) if is_plain_word(text.value()) => {
            format!("{:?}", text.value())
        }
        (Value::String(text), Shown::Url) => match text.value().split_once("://") {
            Some(_) => format!("{:?}", shown_url(text.value())),
            None => "<text>".to_owned(),
        },
        (Value::String(text), Shown::Proxy) => format!("{:?}", shown_proxy(text.value())),
        (Value::Integer(number), Shown::Number) => number.value().to_string(),
        (Value::Float(number), Shown::Number) => number.value().to_string(),
        (Value::Boolean(on), _) => on.value().to_string(),
        (Value::String(_), _) => "<text>".to_owned(),
        (Value::Integer(_) | Value::Float(_), _) => "<number>".to_owned(),
        (Value::Datetime(_), _) => "<time>".to_owned(),
        (Value::Array(values), _) => format!("<{} values>", values.len()),
        (Value::InlineTable(values), _) => format!("<{} entries>", values.len()),
    }
}

fn shown_url(url: &str) -> String {
    let masked = rotunda_core::binding::masked(url);
    without_secrets(&masked, Hosts::Hidden)
}

/// A proxy without user, password and name, also where it is no proper address.
pub(super) fn shown_proxy(value: &str) -> String {
    let (scheme, rest) = match value.trim().split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            (format!("{scheme}://"), rest)
        }
        _ => (String::new(), value.trim()),
    };
    if matches!(rest, "" | "none" | "system") {
        return format!("{scheme}{rest}");
    }
    let authority = rest.rsplit('@').next().unwrap_or_default();
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}{}", redact::shown_host(authority, Hosts::Hidden))
}

/// A word that shows nothing of the user's.
pub(super) fn is_plain_word(value: &str) -> bool {
    value.len() <= 40 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_shown_by_known_keys_alone() {
        let text = "model = 'gpt-6' # of ada\nexperimental_bearer_token = 'hunter2'\nx = 3\n\
                    openai_base_url = 'http://u:p@127.0.0.1:1/0123456789abcdef0123/codex?k=v'\n\
                    chatgpt_base_url = 'https://proxy.corp.example/hunter2'\n\
                    model_provider = 'acme'\nsandbox_mode = 'two words'\n\
                    [mcp_servers.figma]\ncommand = 'figma'\nargs = ['--token', 'hunter2']\n\
                    http_headers = { Authorization = 'Bearer hunter2' }\nenabled = true\n\
                    [[hunter2]]\na = 1\n[projects.'/srv/moonshot']\ntrust_level = 'trusted'\n\
                    [model_providers.acme]\nwire_api = 'responses'\nname = 'Acme'\n\
                    base_url = 'http://h.acme:8080/v1'\nhttp_headers = { x = 'hunter2' }\n\
                    [features]\napps = false\nhunter2 = true\n";
        assert_eq!(
            of(text, &CODEX),
            "model = \"gpt-6\"\nopenai_base_url = \"http://127.0.0.1:1/…/codex\"\n\
             chatgpt_base_url = \"https://<host>/…\"\nmodel_provider = <text>\n\
             sandbox_mode = <text>\n(3 more, not shown)\n[mcp_servers] entries = 1\n\
             [projects] entries = 1\n[model_providers.<name 1>]\nwire_api = \"responses\"\n\
             base_url = \"http://<host>:8080/v1\"\n(2 more, not shown)\n[features]\n\
             apps = false\n(1 more, not shown)\n"
        );
        assert_eq!(of("a = \nb", &CODEX), "2 lines that do not parse\n");
        let inline = "projects = { '/srv/moonshot' = { trust_level = 'trusted' } }\n";
        assert_eq!(of(inline, &CODEX), "[projects] entries = 1\n");
    }

    /// A bundle and a report show each setting, or that it is set.
    #[test]
    fn every_setting_is_listed() {
        for key in rotunda_host::settings::keys() {
            let path = key.path();
            let (table, name) = path.split_once('.').unwrap_or(("", &path));
            let is_listed = OURS.0.iter().any(|(listed, below)| match below {
                One(_) => *listed == path,
                Table(keys) => *listed == table && keys.iter().any(|(key, _)| *key == name),
                Counted => *listed == table,
                Named(_) => false,
            });
            assert!(is_listed, "{path}");
        }
    }

    #[test]
    fn our_settings_are_shown_without_what_the_proxy_is_called() {
        let text = "port = 4517\nhunter2 = 'x'\n[upstream]\nproxy = 'u:pa#ss@h.corp:3128'\n\
                    api = 'https://api.openai.com/v1'\n";
        assert_eq!(
            of(text, &OURS),
            "port = 4517\n(1 more, not shown)\n[upstream]\nproxy = \"<host>:3128\"\n\
             api = \"https://api.openai.com/v1\"\n"
        );
    }
}
