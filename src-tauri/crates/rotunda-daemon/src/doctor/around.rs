//! What lies around the binding: files of Codex that lead elsewhere, the sign-in
//! that Codex itself has, and the clock.

use std::{fs, time::Duration};

use rotunda_core::{
    Reader, binding,
    words::{Fix, Found},
};

use super::Check;
use crate::{
    auth_file::{self, ImportError},
    clock::{self, unix},
    files,
    home::{Env, Home},
    settings,
    zone::date,
};

/// Codex and the router renew tokens minutes before they end: a clock may be
/// wrong by less than that.
const LARGEST_SKEW: u64 = 120;
/// Upstream answers in a second.
const PATIENCE: Duration = Duration::from_secs(15);

/// `codex --profile x` reads `x.config.toml` over `config.toml`.
pub(super) fn profile_files(home: &Home, reader: Reader) -> Check {
    const ID: &str = "layers";
    let entries = fs::read_dir(&home.codex_home).into_iter().flatten().filter_map(Result::ok);
    let mut leading: Vec<_> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".config.toml") && leads_elsewhere(home, name))
        .collect();
    leading.sort();
    match leading.first() {
        None => Check::ok(reader, ID, &Found::NoLayers),
        Some(file) => {
            let profile = file.trim_end_matches(".config.toml");
            Check::warning(reader, ID, &Found::Layer { file, profile }, Fix::TakeOut)
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

/// Turns do not need it, but Codex's app does.
pub(super) fn own_sign_in(home: &Home, reader: Reader) -> Check {
    const ID: &str = "sign_in";
    let now = clock::system()();
    match auth_file::read(&home.codex_home) {
        Ok(own) => match own.claims.expires.filter(|end| *end <= now) {
            None => Check::ok(reader, ID, &Found::OwnSignIn),
            Some(end) => Check::warning(reader, ID, &Found::OwnEnded(&date(end)), Fix::SignInInApp),
        },
        Err(error) if is_absent(&error) => Check::ok(reader, ID, &Found::OwnElsewhere),
        Err(error) => {
            let found = Found::OwnUnreadable(&error.to_string());
            Check::warning(reader, ID, &found, Fix::SignInCodex)
        }
    }
}

/// Codex may never have run here, and have no folder yet.
fn is_absent(error: &ImportError) -> bool {
    match error {
        ImportError::NoSignIn(_) => true,
        ImportError::File(error) => error.is_missing(),
        _ => false,
    }
}

/// Asks upstream for nothing but its head, as Codex's doctor does, without any
/// credential.
pub(super) async fn upstream(home: &Home, env: &Env, reader: Reader) -> Option<Check> {
    const ID: &str = "upstream";
    let upstreams = settings::load(home, env).ok()?.upstreams;
    let url = rotunda_router::Upstreams::below(&upstreams.chatgpt, "codex/responses");
    let client = rotunda_router::http_client_via(&url, &upstreams.proxy).ok()?;
    let Ok(answer) = client.head(url).timeout(PATIENCE).send().await else {
        return Some(Check::warning(reader, ID, &Found::UpstreamAway, Fix::Network));
    };
    let theirs = answer.headers().get(http::header::DATE)?.to_str().ok()?;
    Some(skew(unix(clock::system()()), theirs, reader))
}

fn skew(now: i64, theirs: &str, reader: Reader) -> Check {
    const ID: &str = "clock";
    let Ok(theirs) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(theirs) else {
        return Check::ok(reader, ID, &Found::UpstreamThere);
    };
    let seconds = now.abs_diff(theirs.as_second());
    if seconds <= LARGEST_SKEW {
        return Check::ok(reader, ID, &Found::ClockRight);
    }
    let is_fast = now > theirs.as_second();
    let found = if is_fast { Found::ClockFast(seconds) } else { Found::ClockSlow(seconds) };
    Check::warning(reader, ID, &found, Fix::SetClock)
}

#[cfg(test)]
mod tests {
    use rotunda_core::Language;

    use super::*;
    use crate::{doctor::Health, testing};

    fn reader() -> Reader {
        Reader::of(Language::English)
    }

    #[test]
    fn a_profile_file_that_leads_elsewhere_is_named() {
        let (_root, home) = testing::home();
        let write = |name: &str, text: &str| fs::write(home.codex_home.join(name), text).unwrap();
        write("config.toml", "openai_base_url = 'http://a.test'\n");
        write("quiet.config.toml", "model = 'm'\n");
        assert_eq!(profile_files(&home, reader()).state, Health::Ok);
        write("work.config.toml", "openai_base_url = 'http://a.test'\n");
        let check = profile_files(&home, reader());
        assert_eq!(check.state, Health::Warning);
        assert!(check.text.contains("codex --profile work"), "{}", check.text);
    }

    #[test]
    fn a_sign_in_that_is_not_there_is_no_trouble_and_a_broken_one_is() {
        let (_root, home) = testing::home();
        assert_eq!(own_sign_in(&home, reader()).state, Health::Ok);
        let nowhere = Home { codex_home: home.codex_home.join("none"), ..home.clone() };
        assert_eq!(own_sign_in(&nowhere, reader()).state, Health::Ok);
        fs::write(home.codex_auth(), "{").unwrap();
        assert_eq!(own_sign_in(&home, reader()).state, Health::Warning);
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_way() {
        let date = "Sat, 21 Nov 2026 05:00:00 GMT";
        let at = 1_795_237_200;
        assert_eq!(skew(at + 100, date, reader()).state, Health::Ok);
        let fast = skew(at + 1_000, date, reader());
        assert_eq!(fast.state, Health::Warning);
        assert!(fast.text.contains("1000 seconds fast"), "{}", fast.text);
        assert!(skew(at - 1_000, date, reader()).text.contains("1000 seconds slow"));
    }
}
