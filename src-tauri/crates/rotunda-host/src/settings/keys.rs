//! Every key of `settings.toml`, once: its default, its values and its text.
//!
//! What warns of unknown keys, `rotunda settings` and `docs/settings.md` are all
//! made from this list.

use rotunda_text::{Message, message};

use super::{HookKind, NoticeKind};

/// The rules per project: tables, which are no keys with a value.
pub(super) const PROJECTS: &str = "projects";

/// One key of `settings.toml`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its table; empty for the top level.
    pub table: &'static str,
    /// Its name in the table.
    pub name: &'static str,
    /// What it is when it is absent, as TOML.
    pub default: &'static str,
    /// What it may be, as TOML with words between.
    pub values: &'static str,
    /// A variable of the environment that goes before the file.
    pub variable: Option<&'static str>,
    /// When a change counts.
    pub takes_effect: TakesEffect,
    text: fn() -> Message,
}

/// When a change of a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesEffect {
    /// As soon as it is written.
    AtOnce,
    /// When Rotunda starts the next time.
    NextStart,
    /// Only together with other work, which this command does.
    By(&'static str),
}

impl Key {
    /// Its name with its table, such as `rotation.policy`.
    pub fn path(&self) -> String {
        match self.table {
            "" => self.name.to_owned(),
            table => format!("{table}.{}", self.name),
        }
    }

    /// What it decides, for people.
    pub fn text(&self) -> Message {
        (self.text)()
    }

    const fn new(
        (table, name): (&'static str, &'static str),
        (default, values): (&'static str, &'static str),
        text: fn() -> Message,
    ) -> Self {
        let takes_effect = TakesEffect::AtOnce;
        Self { table, name, default, values, variable: None, takes_effect, text }
    }

    const fn after(self, takes_effect: TakesEffect) -> Self {
        Self { takes_effect, ..self }
    }

    const fn below(self, variable: &'static str) -> Self {
        Self { variable: Some(variable), ..self }
    }
}

const SWITCH: &str = "true, false";
const SECONDS: &str = "1-86400";
const SHARES: &str = "[], [50, 20, 5], ...: up to five from 1 to 99";
const CAP: &str = "1-1000";

/// All but the kinds of notification and of hooks.
const KEYS: [Key; 33] = [
    Key::new(("", "port"), ("4517", "1-65535"), || message!("setting-port"))
        .after(TakesEffect::NextStart)
        .below("ROTUNDA_PORT"),
    Key::new(("", "vault"), ("\"keychain\"", "\"keychain\", \"file\""), || {
        message!("setting-vault")
    })
    .after(TakesEffect::By("rotunda vault move"))
    .below("ROTUNDA_VAULT"),
    Key::new(("", "second_line"), ("false", SWITCH), || message!("setting-second-line")),
    Key::new(
        ("rotation", "policy"),
        ("\"resets-first\"", "\"resets-first\", \"most-left\", \"my-order\""),
        || message!("setting-policy"),
    ),
    Key::new(("rotation", "reserve_percent"), ("3.0", "0-50"), || message!("setting-reserve")),
    Key::new(("rotation", "use_api_keys"), ("false", SWITCH), || message!("setting-api-keys")),
    Key::new(
        ("rotation", "use_credits"),
        ("\"never\"", "\"never\", \"when_all_out\", \"always\""),
        || message!("setting-use-credits"),
    ),
    Key::new(("rotation", "redeem_when_out"), ("\"0\"", "\"0\", \"1h\", ..., \"168h\""), || {
        message!("setting-redeem")
    }),
    Key::new(("rotation", "soft_cap"), ("8", CAP), || message!("setting-soft-cap")),
    Key::new(("rotation", "hard_cap"), ("32", CAP), || message!("setting-hard-cap")),
    Key::new(
        ("router", "wait_for_reset"),
        ("\"0\"", "\"0\", \"90s\", \"20m\", ..., \"6h\""),
        || message!("setting-wait"),
    ),
    Key::new(("router", "connect_seconds"), ("10", SECONDS), || message!("setting-connect"))
        .after(TakesEffect::NextStart),
    Key::new(("router", "head_seconds"), ("7200", SECONDS), || message!("setting-head"))
        .after(TakesEffect::NextStart),
    Key::new(("router", "chunk_seconds"), ("600", SECONDS), || message!("setting-chunk"))
        .after(TakesEffect::NextStart),
    Key::new(("clients", "responses"), ("false", SWITCH), || message!("setting-clients")),
    Key::new(("clients", "messages"), ("false", SWITCH), || message!("setting-clients-messages")),
    Key::new(("clients", "chat"), ("false", SWITCH), || message!("setting-clients-chat")),
    Key::new(
        ("clients", "models"),
        ("\"\"", "\"\", \"claude-haiku-* = MODEL:low, claude-* = MODEL\", ..."),
        || message!("setting-clients-models"),
    ),
    Key::new(
        ("upstream", "chatgpt"),
        ("\"https://chatgpt.com/backend-api\"", "\"https://...\""),
        || message!("setting-upstream-chatgpt"),
    )
    .after(TakesEffect::NextStart)
    .below("ROTUNDA_UPSTREAM_CHATGPT"),
    Key::new(("upstream", "api"), ("\"https://api.openai.com/v1\"", "\"https://...\""), || {
        message!("setting-upstream-api")
    })
    .after(TakesEffect::NextStart)
    .below("ROTUNDA_UPSTREAM_API"),
    Key::new(("upstream", "auth"), ("\"https://auth.openai.com\"", "\"https://...\""), || {
        message!("setting-upstream-auth")
    })
    .after(TakesEffect::NextStart)
    .below("ROTUNDA_UPSTREAM_AUTH"),
    Key::new(
        ("upstream", "proxy"),
        ("\"system\"", "\"system\", \"none\", \"http://...\", \"socks5h://...\""),
        || message!("setting-proxy"),
    )
    .after(TakesEffect::NextStart),
    Key::new(
        ("ui", "language"),
        ("\"system\"", "\"system\", \"en\", \"de\", \"ja\", \"zh-CN\""),
        || message!("setting-language"),
    ),
    Key::new(("ui", "theme"), ("\"system\"", "\"system\", \"light\", \"dark\""), || {
        message!("setting-theme")
    }),
    Key::new(("ui", "start_hidden"), ("false", SWITCH), || message!("setting-start-hidden"))
        .after(TakesEffect::NextStart),
    Key::new(("alerts", "five_hours_left"), ("[20, 5]", SHARES), || {
        message!("setting-alert-five-hours")
    }),
    Key::new(("alerts", "week_left"), ("[20, 5]", SHARES), || message!("setting-alert-week")),
    Key::new(("alerts", "quiet_hours"), ("\"off\"", "\"off\", \"22:00-07:00\", ..."), || {
        message!("setting-quiet-hours")
    }),
    Key::new(
        ("forecast", "work_days"),
        ("\"learned\"", "\"learned\", \"mon-fri\", \"mon,wed,sat\", ..."),
        || message!("setting-work-days"),
    ),
    Key::new(
        ("forecast", "work_hours"),
        ("\"learned\"", "\"learned\", \"09:00-18:00\", ..."),
        || message!("setting-work-hours"),
    ),
    Key::new(("usage", "keep_days"), ("400", "1-3650"), || message!("setting-usage-keep")),
    Key::new(("usage", "project_names"), ("false", SWITCH), || message!("setting-usage-names")),
    Key::new(("updates", "address"), ("\"off\"", "\"off\", \"https://...\""), || {
        message!("setting-updates")
    }),
];

/// Every key, in the order of the file.
pub fn keys() -> impl Iterator<Item = Key> {
    KEYS.into_iter().chain(NoticeKind::ALL.into_iter().map(notice)).chain(HookKind::all().map(hook))
}

/// Whether a table has a key of this name; a table is a key of the top level.
pub(super) fn is_known(table: &str, name: &str) -> bool {
    let is_table = |key: Key| table.is_empty() && (key.table == name || name == PROJECTS);
    keys().any(|key| (key.table == table && key.name == name) || is_table(key))
}

/// Every table with its keys; the top level is the table without a name.
pub(super) fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = keys().map(|key| key.table).collect();
    tables.dedup();
    tables
}

fn notice(kind: NoticeKind) -> Key {
    let default = if kind.is_on_by_default() { "true" } else { "false" };
    Key::new(("notifications", kind.name()), (default, SWITCH), notice_text(kind))
}

/// The table of hooks.
pub(super) const HOOKS: &str = "hooks";

fn hook(kind: HookKind) -> Key {
    Key::new((HOOKS, kind.word()), ("\"\"", "\"a command\""), hook_text(kind))
}

fn hook_text(kind: HookKind) -> fn() -> Message {
    match kind {
        HookKind::Any => || message!("setting-hook-any"),
        HookKind::Activity(_) => || message!("setting-hook"),
        HookKind::Notice(_) => || message!("setting-hook-notice"),
    }
}

fn notice_text(kind: NoticeKind) -> fn() -> Message {
    match kind {
        NoticeKind::Rotated => || message!("setting-notice-rotated"),
        NoticeKind::Last => || message!("setting-notice-last"),
        NoticeKind::Out => || message!("setting-notice-out"),
        NoticeKind::Back => || message!("setting-notice-back"),
        NoticeKind::Signin => || message!("setting-notice-signin"),
        NoticeKind::Unbound => || message!("setting-notice-unbound"),
        NoticeKind::Port => || message!("setting-notice-port"),
        NoticeKind::Low => || message!("setting-notice-low"),
        NoticeKind::Credits => || message!("setting-notice-credits"),
        NoticeKind::Resets => || message!("setting-notice-resets"),
        NoticeKind::Late => || message!("setting-notice-late"),
        NoticeKind::Returned => || message!("setting-notice-returned"),
        NoticeKind::Forecast => || message!("setting-notice-forecast"),
    }
}
