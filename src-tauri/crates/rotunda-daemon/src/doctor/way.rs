//! Whether what Codex sends to this computer stays on it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use rotunda_host::{codex, home::Env};
use rotunda_text::{Fix, Found, Locale, Proof};

use super::{Check, Health, locale_of, status_of};
use crate::{control::Report, view::RouterState};

/// A proxy that does not answer for so long has swallowed the request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requested without the key: a proxy must not see it.
const KEYLESS: &str = "/codex/models";

/// Where a request to the router went.
#[derive(Debug, PartialEq, Eq)]
enum Went {
    /// Straight to it.
    There,
    /// To another address, with or without an answer.
    Astray(Option<SocketAddr>),
    /// The router does not answer at all.
    Nowhere,
}

/// Checks the environment, and requests a running router as Codex does.
pub(super) async fn proxy(env: &Env, report: &Report) -> Vec<Check> {
    let router = &report.snapshot.router;
    let runs = report.url.is_some() && router.state == RouterState::Running;
    // Only a process's own environment decides where its requests go.
    let went = if runs && env.asks_system() { probe(router.port).await } else { Went::Nowhere };
    let locale = locale_of(report);
    let proxy_check = proxy_check(codex::swallowing_proxy(env), &went, locale);
    let sockets = codex::swallowing_socket_proxy(env, router.port);
    // Where requests are swallowed, one sentence is enough.
    let sockets = sockets.filter(|_| proxy_check.state == Health::Ok).map(|variable| {
        let found = Found::SocketsToProxy(variable);
        Check::warning(locale, "sockets", &found, Fix::ExceptLoopback)
    });
    std::iter::once(proxy_check).chain(sockets).collect()
}

/// The way of a request counts more than the value of a variable.
fn proxy_check(variable: Option<&str>, went: &Went, locale: Locale) -> Check {
    const ID: &str = "proxy";
    let swallowed = |found| Check::problem(locale, ID, &found, Fix::ExceptLoopback);
    let proof = match went {
        Went::Astray(Some(place)) => Proof::Went(place.to_string()),
        Went::Astray(None) => Proof::Unanswered,
        Went::There | Went::Nowhere => Proof::None,
    };
    match (variable, went) {
        (_, Went::There) => Check::ok(locale, ID, &Found::WayStraight),
        (Some(variable), _) => swallowed(Found::ProxyNamed(variable, proof)),
        (None, Went::Astray(_)) => swallowed(Found::ProxyOfSystem(proof)),
        (None, Went::Nowhere) => Check::ok(locale, ID, &Found::NoProxy),
    }
}

/// With the same HTTP client and the same proxies as Codex.
async fn probe(port: u16) -> Went {
    let Ok(client) = rotunda_router::http_client() else { return Went::Nowhere };
    let url = format!("http://127.0.0.1:{port}{KEYLESS}");
    let router = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match client.get(url).timeout(PATIENCE).send().await.map(|answer| answer.remote_addr()) {
        Ok(Some(place)) if place != router => Went::Astray(Some(place)),
        Ok(_) => Went::There,
        // A request past every proxy shows the cause.
        Err(_) if status_of(port, KEYLESS).await.is_ok() => Went::Astray(None),
        Err(_) => Went::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::{Language, Localize};

    use super::*;

    const ENGLISH: Language = Language::ENGLISH;

    fn proxy_check(variable: Option<&str>, went: &Went) -> Check {
        super::proxy_check(variable, went, Locale::of(ENGLISH))
    }

    #[test]
    fn a_swallowing_proxy_is_a_problem_unless_a_request_proves_otherwise() {
        let place = Some(SocketAddr::from(([10, 0, 0, 1], 7890)));
        assert_eq!(proxy_check(Some("ALL_PROXY"), &Went::There).state, Health::Ok);
        for went in [Went::Nowhere, Went::Astray(place), Went::Astray(None)] {
            let check = proxy_check(Some("ALL_PROXY"), &went);
            assert_eq!(check.state, Health::Problem, "{went:?}");
            assert_eq!(check.fix, Some(Fix::ExceptLoopback.to(Locale::of(ENGLISH))));
        }
        assert!(proxy_check(Some("x"), &Went::Astray(place)).text.ends_with("to 10.0.0.1:7890."));
    }

    #[test]
    fn a_proxy_that_no_variable_names_is_found_by_where_the_request_went() {
        let check = proxy_check(None, &Went::Astray(None));
        assert_eq!(check.state, Health::Problem);
        assert!(check.text.starts_with("The system sends"), "{}", check.text);
        assert_eq!(proxy_check(None, &Went::There).state, Health::Ok);
        assert_eq!(proxy_check(None, &Went::Nowhere).state, Health::Ok);
    }
}
