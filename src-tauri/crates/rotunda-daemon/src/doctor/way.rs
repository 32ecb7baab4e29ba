//! Whether what Codex sends to this computer stays on it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::{Check, status_of};
use crate::{codex, control::Report, home::Env, view::RouterState};

/// A proxy that does not answer for so long has swallowed the request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Asked without the key: a proxy must not see it.
const KEYLESS: &str = "/codex/models";
/// What mends it, for every program at once.
const FIX: &str = "Set NO_PROXY=127.0.0.1,localhost where Codex starts.";

/// Where a request to the router went.
#[derive(Debug, PartialEq, Eq)]
enum Went {
    /// Straight to it.
    There,
    /// To somebody else, who answered or did not.
    Astray(Option<SocketAddr>),
    /// The router does not answer anybody.
    Nowhere,
}

/// Judges the environment, and asks a running router the way Codex does.
pub(super) async fn proxy(env: &Env, report: &Report) -> Check {
    let router = &report.snapshot.router;
    let runs = report.url.is_some() && router.state == RouterState::Running;
    // Only a process's own environment decides where its requests go.
    let went = if runs && env.asks_system() { asked(router.port).await } else { Went::Nowhere };
    judged(codex::swallowing_proxy(env), &went)
}

fn judged(variable: Option<&str>, went: &Went) -> Check {
    const ID: &str = "proxy";
    let proof = match went {
        Went::Astray(Some(place)) => format!(" A request to the router went to {place}."),
        Went::Astray(None) => " A request to the router was not answered.".to_owned(),
        Went::There | Went::Nowhere => String::new(),
    };
    match (variable, went) {
        (Some(variable), _) => {
            let text =
                format!("{variable} sends even what is meant for this computer to a proxy.{proof}");
            Check::problem(ID, text, FIX)
        }
        (None, Went::Astray(_)) => Check::problem(
            ID,
            format!("The system sends even what is meant for this computer to a proxy.{proof}"),
            FIX,
        ),
        (None, Went::There) => {
            Check::ok(ID, "A request to the router goes straight there, past every proxy.")
        }
        (None, Went::Nowhere) => {
            Check::ok(ID, "No proxy of this environment catches what is meant for this computer.")
        }
    }
}

/// With the same HTTP client and the same proxies as Codex.
async fn asked(port: u16) -> Went {
    let Ok(client) = rotunda_router::http_client() else { return Went::Nowhere };
    let url = format!("http://127.0.0.1:{port}{KEYLESS}");
    let router = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match client.get(url).timeout(PATIENCE).send().await.map(|answer| answer.remote_addr()) {
        Ok(Some(place)) if place != router => Went::Astray(Some(place)),
        Ok(_) => Went::There,
        // Whose fault it is shows a request that no proxy sees.
        Err(_) if status_of(port, KEYLESS).await.is_ok() => Went::Astray(None),
        Err(_) => Went::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    #[test]
    fn a_swallowing_proxy_is_a_problem_whether_a_router_runs_or_not() {
        let place = Some(SocketAddr::from(([10, 0, 0, 1], 7890)));
        for went in [Went::Nowhere, Went::There, Went::Astray(place), Went::Astray(None)] {
            let check = judged(Some("ALL_PROXY"), &went);
            assert_eq!(check.state, Health::Problem, "{went:?}");
            assert_eq!(check.fix.as_deref(), Some(FIX));
        }
        assert!(judged(Some("x"), &Went::Astray(place)).text.ends_with("to 10.0.0.1:7890."));
    }

    #[test]
    fn a_proxy_that_no_variable_names_is_found_by_where_the_request_went() {
        let check = judged(None, &Went::Astray(None));
        assert_eq!(check.state, Health::Problem);
        assert!(check.text.starts_with("The system sends"), "{}", check.text);
        assert_eq!(judged(None, &Went::There).state, Health::Ok);
        assert_eq!(judged(None, &Went::Nowhere).state, Health::Ok);
    }
}
