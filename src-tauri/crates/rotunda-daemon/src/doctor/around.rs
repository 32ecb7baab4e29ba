//! What lies around the binding: files of Codex that lead elsewhere, the way to
//! upstream, and the clock.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use rotunda_core::binding;
use rotunda_host::{
    clock::{self, unix},
    codex_config, files,
    home::{Env, Home},
    settings,
    timezone::date,
};
use rotunda_text::{Fix, Found, Locale, Localize as _, Override};

use super::{Check, Health, locale_of};
use crate::{control::Report, view::BindingState};

/// Codex and the router renew tokens minutes before they end: a clock may be
/// wrong by less than that.
const LARGEST_SKEW: u64 = 120;
const UPSTREAM: &str = "upstream";
const CLOCK: &str = "clock";
/// Upstream answers in a second.
const PATIENCE: Duration = Duration::from_secs(15);

/// What else than `config.toml` decides where Codex goes, by the file's name: an
/// administrator's files, Codex's `.env`, and a file that may not be changed.
pub(super) async fn deciding(home: &Home, env: &Env, report: &Report) -> Vec<Check> {
    let (home, env, locale) = (home.clone(), env.clone(), locale_of(report));
    let looking = tokio::task::spawn_blocking(move || codex_config::overrides(&home, &env));
    let found = looking.await.unwrap_or_default();
    let bound = report.snapshot.binding.state == BindingState::Bound;
    found.iter().map(|found| decided(found, bound, locale)).collect()
}

/// While Codex is bound, it does not come here for all that.
fn decided(found: &Override, bound: bool, locale: Locale) -> Check {
    let state = match found {
        Override::ManagedUnreadable { .. } => Health::Problem,
        Override::ManagedAddress { .. }
        | Override::ManagedProvider { .. }
        | Override::EnvProxy { .. }
            if bound =>
        {
            Health::Problem
        }
        Override::ManagedAddress { .. }
        | Override::ManagedProvider { .. }
        | Override::EnvProxy { .. }
        | Override::EnvAddress { .. }
        | Override::Open { .. }
        | Override::ReadOnly { .. } => Health::Warning,
    };
    // The sentence says what to do as well.
    Check { id: "decides", state, text: found.to(locale), fix: None }
}

/// `codex --profile x` reads `x.config.toml` over `config.toml`.
pub(super) fn profile_files(home: &Home, locale: Locale) -> Check {
    const ID: &str = "layers";
    let entries = fs::read_dir(&home.codex_home).into_iter().flatten().filter_map(Result::ok);
    let mut leading: Vec<_> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".config.toml") && leads_elsewhere(home, name))
        .collect();
    leading.sort();
    match leading.first() {
        None => Check::ok(locale, ID, &Found::NoLayers),
        Some(file) => {
            let profile = file.trim_end_matches(".config.toml");
            Check::warning(locale, ID, &Found::Layer { file, profile }, Fix::TakeOut)
        }
    }
}

fn leads_elsewhere(home: &Home, name: &str) -> bool {
    let text = files::read_text_if_there(&home.codex_home.join(name)).ok().flatten();
    text.is_some_and(|text| {
        let provider = binding::other_provider(&text).ok().flatten();
        binding::base_url(&text).is_some() || provider.is_some()
    })
}

/// A file of certificate authorities that is named and cannot be used. No check
/// where it can, or none is named.
pub(super) fn authorities(home: &Home, env: &Env, locale: Locale) -> Option<Check> {
    let variable = settings::unusable_authorities(home, env)?;
    let found = Found::AuthoritiesUnusable(variable);
    Some(Check::warning(locale, "authorities", &found, Fix::NameAuthorities))
}

/// Asks upstream for nothing but its head, as Codex's doctor does, without any
/// credential.
pub(super) async fn upstream(home: &Home, env: &Env, locale: Locale) -> Option<Check> {
    let upstreams = settings::load(home, env).ok()?.upstreams;
    let url = rotunda_router::Upstreams::below(&upstreams.chatgpt, "codex/responses");
    let client =
        rotunda_router::http_client_via(&url, &upstreams.proxy, &upstreams.authorities).ok()?;
    let now = clock::system()();
    let answer = match client.head(url).timeout(PATIENCE).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let of_another_time = rotunda_router::is_certificate_of_another_time(&error);
            return Some(away(of_another_time, now, locale));
        }
    };
    let theirs = answer.headers().get(http::header::DATE)?.to_str().ok()?;
    Some(skew(unix(now), theirs, locale))
}

/// Why upstream did not answer: the clock, when its certificate is not valid by
/// it, else the network.
fn away(of_another_time: bool, now: SystemTime, locale: Locale) -> Check {
    if of_another_time {
        let found = Found::ClockByCertificate(&date(now));
        return Check::warning(locale, CLOCK, &found, Fix::SetClock);
    }
    Check::warning(locale, UPSTREAM, &Found::UpstreamAway, Fix::Network)
}

fn skew(now: i64, theirs: &str, locale: Locale) -> Check {
    const ID: &str = CLOCK;
    let Ok(theirs) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(theirs) else {
        return Check::ok(locale, ID, &Found::UpstreamThere);
    };
    let seconds = now.abs_diff(theirs.as_second());
    if seconds <= LARGEST_SKEW {
        return Check::ok(locale, ID, &Found::ClockRight);
    }
    let is_fast = now > theirs.as_second();
    let found = if is_fast { Found::ClockFast(seconds) } else { Found::ClockSlow(seconds) };
    Check::warning(locale, ID, &found, Fix::SetClock)
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;
    use crate::testing;

    fn locale() -> Locale {
        Locale::of(Language::ENGLISH)
    }

    #[test]
    fn a_profile_file_that_leads_elsewhere_is_named() {
        let (_root, home) = testing::home();
        let write = |name: &str, text: &str| fs::write(home.codex_home.join(name), text).unwrap();
        write("config.toml", "openai_base_url = 'http://a.test'\n");
        write("quiet.config.toml", "model = 'm'\n");
        assert_eq!(profile_files(&home, locale()).state, Health::Ok);
        write("work.config.toml", "openai_base_url = 'http://a.test'\n");
        let check = profile_files(&home, locale());
        assert_eq!(check.state, Health::Warning);
        assert!(check.text.contains("codex --profile work"), "{}", check.text);
    }

    #[test]
    fn a_file_of_authorities_that_cannot_be_used_is_named() {
        let (root, home) = testing::home();
        let file = root.path().join("authorities.pem");
        let env = Env::of([("SSL_CERT_FILE", file.as_path())]);
        let pem = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";
        for (text, is_usable) in [(None, false), (Some("none"), false), (Some(pem), true)] {
            if let Some(text) = text {
                fs::write(&file, text).unwrap();
            }
            let check = authorities(&home, &env, locale());
            assert_eq!(check.is_none(), is_usable, "{text:?}");
            assert!(check.is_none_or(|check| check.text.contains("SSL_CERT_FILE")));
        }
        assert!(authorities(&home, &Env::default(), locale()).is_none());
    }

    /// The others of its kind are in the tests of `codex_config`.
    #[test]
    fn a_file_that_decides_is_named_and_matters_most_while_codex_is_bound() {
        let file = "/etc/codex/managed_config.toml".to_owned();
        let managed = Override::ManagedAddress { file, address: "https://gate.test".to_owned() };
        let check = decided(&managed, true, locale());
        assert_eq!(check.state, Health::Problem);
        assert!(check.text.contains("/etc/codex/managed_config.toml"), "{}", check.text);
        assert_eq!(decided(&managed, false, locale()).state, Health::Warning);
        let read_only = Override::ReadOnly { file: "/c/config.toml".to_owned(), tool: None };
        let check = decided(&read_only, true, locale());
        assert_eq!(check.state, Health::Warning);
        assert!(check.text.contains("/c/config.toml") && check.text.contains("--print"));
    }

    #[test]
    fn a_certificate_that_is_not_valid_now_means_a_wrong_clock() {
        let now = clock::from_unix(1_483_228_800);
        let check = away(true, now, locale());
        assert_eq!((check.id, check.state), (CLOCK, Health::Warning));
        assert!(check.text.contains("not valid on 201") && check.text.contains("clock is wrong"));
        assert_eq!(away(false, now, locale()).id, UPSTREAM);
    }

    #[test]
    fn a_wrong_clock_is_reported_with_its_direction() {
        let date = "Sat, 21 Nov 2026 05:00:00 GMT";
        let at = 1_795_237_200;
        assert_eq!(skew(at + 100, date, locale()).state, Health::Ok);
        let fast = skew(at + 1_000, date, locale());
        assert_eq!(fast.state, Health::Warning);
        assert!(fast.text.contains("1000 seconds fast"), "{}", fast.text);
        assert!(skew(at - 1_000, date, locale()).text.contains("1000 seconds slow"));
    }
}
