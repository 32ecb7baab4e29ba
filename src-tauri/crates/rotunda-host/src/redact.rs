//! Takes secrets out of a line of text: e-mail addresses, keys and tokens,
//! passwords in addresses, values that stand behind a telling name.
//!
//! The log uses it as a second lock, and a bundle as its first step. It goes by
//! shapes, so it takes out too much rather than too little. Pure.

use std::fmt::Write as _;

use rotunda_core::is_loopback;

/// In place of an e-mail address, or of an address with a password.
pub(crate) const ADDRESS: &str = "<address>";
/// In place of what may be a key.
pub const HIDDEN: &str = "<hidden>";
/// In place of the name of a computer.
pub const HOST: &str = "<host>";

/// A run of letters and digits this long may be a key.
const LONGEST_MIXED: usize = 20;
/// So may letters alone: no word is this long.
const LONGEST_LETTERS: usize = 40;
/// What keys and tokens begin with.
const KEY_KINDS: [&str; 10] =
    ["sk-", "sk_", "eyJ", "rt_", "rt-", "ghp_", "gho_", "github_pat_", "xoxb-", "AKIA"];
/// Names with secret values, whatever they look like.
const TELLING: [&str; 14] = [
    "api_key",
    "api-key",
    "apikey",
    "authorization",
    "bearer",
    "basic",
    "cookie",
    "passwd",
    "password",
    "pwd",
    "refresh_token",
    "secret",
    "set-cookie",
    "token",
];
/// Endings of such names.
const TELLING_ENDS: [&str; 5] = ["_key", "_token", "_secret", "_password", "-token"];
/// Segments of an address that say which service it is, and nothing else.
const PATH_WORDS: [&str; 14] = [
    "",
    "…",
    "api",
    "authorize",
    "backend-api",
    "callback",
    "codex",
    "compact",
    "device",
    "health",
    "models",
    "oauth",
    "responses",
    "v1",
];
/// Hosts of the provider.
const KNOWN_HOSTS: [&str; 2] = ["openai.com", "chatgpt.com"];

/// Whether names of computers may stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosts {
    /// They help on this computer.
    Kept,
    /// They are private; this computer's own loopback and the
    /// provider's stay.
    Hidden,
}

/// The text without secrets. Lines and the white space between words stay.
pub fn without_secrets(text: &str, hosts: Hosts) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        redact_line(line, hosts, &mut shown);
    }
    shown
}

fn redact_line(line: &str, hosts: Hosts, shown: &mut String) {
    let line = without_quoted_addresses(line);
    let mut is_awaited = false;
    for part in line.split_inclusive(char::is_whitespace) {
        let word = part.trim_end_matches(char::is_whitespace);
        if word.is_empty() {
            shown.push_str(part);
            continue;
        }
        if is_awaited && is_telling(word) {
            shown.push_str(word);
        } else if is_awaited {
            shown.push_str(HIDDEN);
            is_awaited = false;
        } else {
            shown.push_str(&redact_word(word, hosts));
            is_awaited = announces(word);
        }
        shown.push_str(&part[word.len()..]);
    }
}

/// `"ada lovelace"@example.com`: the one form with a space in it.
fn without_quoted_addresses(line: &str) -> String {
    let mut rest = line.to_owned();
    while let Some(end) = rest.find("\"@") {
        let start = rest[..end].rfind('"').unwrap_or(end);
        let after = rest[end + 2..].find(char::is_whitespace).map_or(rest.len(), |at| end + 2 + at);
        rest.replace_range(start..after, ADDRESS);
    }
    rest
}

/// One word between white space.
fn redact_word(word: &str, hosts: Hosts) -> String {
    if is_address(word) {
        return ADDRESS.to_owned();
    }
    if let Some(decoded) = percent_decoded(word)
        && redact_word(&decoded, hosts) != decoded
    {
        return HIDDEN.to_owned();
    }
    if let Some(at) = word.find("://") {
        return redact_url(word, at, hosts);
    }
    if let Some((name, value)) = word.split_once(['=', ':'])
        && !value.trim_matches(is_quote).is_empty()
        && !value.starts_with(':')
        && is_telling(name)
    {
        return format!("{}{HIDDEN}", &word[..=name.len()]);
    }
    keyless(word)
}

/// With the signs that an address is written with, as they are or encoded.
fn is_address(word: &str) -> bool {
    let encoded = ["%40", "\\u0040", "\\x40", "\\u{40}", "&#64;", "＠", "﹫"];
    let lower = word.to_ascii_lowercase();
    word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '@').contains('@')
        || encoded.iter().any(|sign| lower.contains(sign))
}

/// None when nothing is encoded.
fn percent_decoded(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let (mut decoded, mut at, mut any) = (Vec::with_capacity(bytes.len()), 0, false);
    while at < bytes.len() {
        let hex = word.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = hex.filter(|_| bytes[at] == b'%') {
            decoded.push(byte);
            any = true;
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    any.then(|| String::from_utf8_lossy(&decoded).into_owned())
}

/// An address without its user, its query and what its path may name.
/// `at` is where `://` stands.
fn redact_url(word: &str, at: usize, hosts: Hosts) -> String {
    let (before, rest) = (&word[..at], &word[at + 3..]);
    // A host that was hidden before stays so.
    let from = if rest.starts_with(HOST) { HOST.len() } else { 0 };
    let end = rest[from..].find(['"', '\'', '`', ')', '>', ']', ',', ';']);
    let end = end.map_or(rest.len(), |end| from + end);
    // The brackets of an IPv6 address belong to it.
    let end = if rest.starts_with('[') { rest.len() } else { end };
    let (url, after) = rest.split_at(end);
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let mut segments = plain.split('/');
    let authority = segments.next().unwrap_or_default();
    let mut shown = format!("{}://{}", keyless(before), shown_host(authority, hosts));
    let mut was_hidden = false;
    for segment in segments {
        let trimmed = segment.trim_end_matches(['.', ':']);
        let is_known = PATH_WORDS.contains(&trimmed);
        if is_known {
            let _ = write!(shown, "/{segment}");
        } else if !was_hidden {
            shown.push_str("/…");
        }
        was_hidden = !is_known;
    }
    if plain.len() < url.len() {
        shown.push_str("?…");
    }
    shown + &keyless(after)
}

/// A host with its port.
pub fn shown_host(authority: &str, hosts: Hosts) -> String {
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    };
    let name = if hosts == Hosts::Kept || is_known_host(host) { host } else { HOST };
    match port {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// This computer itself, or the provider.
pub fn is_known_host(host: &str) -> bool {
    is_loopback(host)
        || host == HOST
        || KNOWN_HOSTS.iter().any(|known| {
            host.strip_suffix(known).is_some_and(|start| start.is_empty() || start.ends_with('.'))
        })
}

/// Whether a name says that its value is secret.
pub(crate) fn is_telling(name: &str) -> bool {
    let name = name.rsplit(|letter: char| !(letter.is_alphanumeric() || "_-".contains(letter)));
    let mut names = name.filter(|name| !name.is_empty());
    let name = names.next().unwrap_or_default().to_lowercase();
    TELLING.contains(&name.as_str()) || TELLING_ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether the next word is the value of this name: `token: x`, `Bearer x`.
fn announces(word: &str) -> bool {
    let is_scheme = ["bearer", "basic"].contains(&word.to_lowercase().as_str());
    is_scheme || (word.ends_with([':', '=']) && is_telling(word))
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '`')
}

/// A word with parts that may be keys: versions, numbers and file names stay.
fn keyless(word: &str) -> String {
    let is_inside = |letter: char| letter.is_alphanumeric() || "_-+=.~%".contains(letter);
    let mut shown = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|letter| !is_inside(letter)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        if run.is_empty() {
            shown.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        shown.push_str(&keyless_run(run));
        rest = after;
    }
    shown
}

fn keyless_run(run: &str) -> String {
    let has_kind = |part: &str| KEY_KINDS.iter().any(|kind| part.starts_with(kind));
    // A token is one word, its signature too.
    if run.split('.').any(|part| part.starts_with("eyJ")) {
        return HIDDEN.to_owned();
    }
    let parts = run.split('.').map(|part| {
        let part_of = part.split('=').map(|part| {
            let count = |test: fn(char) -> bool| part.chars().any(test);
            let is_mixed = count(|c| c.is_ascii_digit()) && count(char::is_alphabetic);
            let long = part.len() >= LONGEST_LETTERS || (part.len() >= LONGEST_MIXED && is_mixed);
            if (long && !is_date_name(part) && !is_words(part)) || has_kind(part) {
                HIDDEN
            } else {
                part
            }
        });
        part_of.collect::<Vec<_>>().join("=")
    });
    parts.collect::<Vec<_>>().join(".")
}

/// Names in our own code are long and hold no digits: `rotunda_daemon`.
fn is_words(part: &str) -> bool {
    part.split(['_', '-'])
        .all(|word| word.len() <= 16 && word.bytes().all(|b| b.is_ascii_lowercase()))
}

/// The names of backups say when they were made, and no more; so do the times
/// of log lines.
fn is_date_name(part: &str) -> bool {
    let stamp = part.strip_prefix("config-").unwrap_or(part);
    stamp.len() <= 32 && stamp.bytes().all(|byte| byte.is_ascii_digit() || b"TZ-+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(without_secrets(text, Hosts::Hidden), expected);
    }

    #[test]
    fn addresses_go_however_they_are_written() {
        check("to ada.l+x@mail.example.com, now", "to <address> now");
        check("for \"ada lovelace\"@example.com today", "for <address> today");
        check("用户＠例子.中国 and björk@exämple.is", "<address> and <address>");
        check("user=ada%40example.com end", "<address> end");
        check("json \"ada\\u0040example.com\"", "json <address>");
    }

    #[test]
    fn passwords_of_proxies_go_with_and_without_a_scheme() {
        check("via http://u:p@h.corp:3128 now", "via <address> now");
        check("via u:pa#ss@h:3128", "via <address>");
        check("via http://u:pa%23ss%40x@h", "via <address>");
        check("via http://proxy.corp.example:3128/", "via http://<host>:3128/");
        check("HTTPS_PROXY=socks5h://10.1.2.3:1080", "HTTPS_PROXY=socks5h://<host>:1080");
        assert_eq!(without_secrets("http://proxy.corp:1/x", Hosts::Kept), "http://proxy.corp:1/…");
    }

    #[test]
    fn keys_and_tokens_go_and_what_helps_stays() {
        check(
            "key 0123456789abcdef0123456789abcdef, sk-a, v0.169.0",
            "key <hidden>, <hidden>, v0.169.0",
        );
        check("a eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFkYUBl.c2ln b", "a <hidden> b");
        check("password=hunter2 pwd: hunter2 x", "password=<hidden> pwd: <hidden> x");
        check("Authorization: Bearer hunter2, done", "Authorization: Bearer <hidden> done");
        check("client_token=\"a b\"", "client_token=<hidden> b\"");
        check("%73k%2Dplanted", "<hidden>");
        check(
            "backup config-20261121T084240Z-00.toml port=4517 tokens=12",
            "backup config-20261121T084240Z-00.toml port=4517 tokens=12",
        );
        let line = "2026-11-21T08:42:40.123456Z  WARN rotunda_daemon::daemon::serving: x error=y\n";
        check(line, line);
    }

    #[test]
    fn of_an_address_only_what_names_the_service_stays() {
        check(
            "at http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex?k=v, gone",
            "at http://127.0.0.1:4517/…/codex?…, gone",
        );
        check(
            "GET https://chatgpt.com/backend-api/codex/responses.",
            "GET https://chatgpt.com/backend-api/codex/responses.",
        );
        check("(https://me.internal.example/secret/x)", "(https://<host>/…)");
        check("http://[::1]:1/k/codex", "http://[::1]:1/…/codex");
        check("\"http://<host>:7890/\", https://<host>", "\"http://<host>:7890/\", https://<host>");
    }
}
