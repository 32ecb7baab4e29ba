//! The way to the service as Codex takes it: authorities and a proxy that its
//! environment names, which includes the variables of its `.env`.

use rotunda_core::{Authorities, Proxy, ProxyOfCodex, Upstreams};
use url::Url;

use crate::{
    codex_config, files,
    home::{Env, Home},
};

/// Files of further authorities; Codex takes the first that is set.
const AUTHORITIES: [&str; 2] = ["CODEX_CA_CERTIFICATE", "SSL_CERT_FILE"];
/// Proxies for the service; the first that is set counts.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Follows Codex where the settings leave it to the system. Blocks.
pub(super) fn follow_codex(home: &Home, env: &Env, upstreams: &mut Upstreams) {
    let of_codex = codex_config::env_of_codex(home, env);
    upstreams.authorities = authorities(&of_codex);
    if upstreams.proxy == Proxy::System
        && let Some(proxy) = proxy_of_its_own(env, &of_codex)
    {
        upstreams.proxy = proxy;
    }
}

fn authorities(of_codex: &Env) -> Authorities {
    authorities_named(of_codex).unwrap_or_else(|variable| {
        tracing::warn!(variable, "a file of certificate authorities cannot be used");
        Authorities::default()
    })
}

/// The authorities of the file that is named, or the variable that names one
/// without any.
fn authorities_named(of_codex: &Env) -> Result<Authorities, &'static str> {
    let Some(variable) = AUTHORITIES.into_iter().find(|name| of_codex.get(name).is_some()) else {
        return Ok(Authorities::default());
    };
    let path = of_codex.path(variable).unwrap_or_default();
    let text = files::read_text_if_there(&path).ok().flatten().unwrap_or_default();
    Authorities::from_pem(text.as_bytes()).map_err(|_| variable)
}

/// The variable that names a file of authorities which cannot be used. Blocks.
pub fn unusable_authorities(home: &Home, env: &Env) -> Option<&'static str> {
    authorities_named(&codex_config::env_of_codex(home, env)).err()
}

/// The proxy of Codex's `.env`; none when that names no proxy, so that
/// the system's is used.
fn proxy_of_its_own(env: &Env, of_codex: &Env) -> Option<Proxy> {
    let mut names = PROXIES.into_iter().chain(EXCEPTIONS);
    if names.all(|name| env.get(name) == of_codex.get(name)) {
        return None;
    }
    let first = |names: &[&str]| names.iter().find_map(|name| of_codex.get(name));
    let address = first(&PROXIES)?;
    let exceptions = first(&EXCEPTIONS).unwrap_or_default().to_owned();
    let address =
        if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let Ok(address) = address.parse::<Url>() else {
        tracing::warn!("the proxy of Codex's .env is no address");
        return None;
    };
    Some(Proxy::OfCodex(ProxyOfCodex { address, exceptions }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{settings, testing};

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAAEC\n-----END CERTIFICATE-----\n";

    fn upstreams(home: &Home, env: &Env) -> Upstreams {
        settings::load(home, env).unwrap().upstreams
    }

    #[test]
    fn the_proxy_of_codex_s_env_counts_where_the_settings_leave_it_open() {
        let (_root, home) = testing::home();
        let dotenv = home.codex_home.join(".env");
        let with = |text: &str, env: &Env| {
            std::fs::write(&dotenv, text).unwrap();
            upstreams(&home, env).proxy
        };
        let of = |address: &str, exceptions: &str| {
            let exceptions = exceptions.to_owned();
            Proxy::OfCodex(ProxyOfCodex { address: address.parse().unwrap(), exceptions })
        };
        let none = Env::default();
        assert_eq!(with("A=b\n", &none), Proxy::System);
        assert_eq!(with("HTTP_PROXY=http://p:1\n", &none), Proxy::System, "not for https");
        assert_eq!(with("ALL_PROXY=socks5h://a:b@p:1\n", &none), of("socks5h://a:b@p:1", ""));
        assert_eq!(with("https_proxy=10.0.0.1:7890\n", &none), of("http://10.0.0.1:7890", ""));
        let named = Env::of([("HTTPS_PROXY", "http://env:1"), ("NO_PROXY", "a")]);
        assert_eq!(with("A=b\n", &named), Proxy::System, "the system reads it itself");
        assert_eq!(with("HTTPS_PROXY=http://file:1\n", &named), of("http://file:1", "a"));
        assert_eq!(with("NO_PROXY=b\n", &named), of("http://env:1", "b"));
        std::fs::write(home.settings_file(), "[upstream]\nproxy = \"none\"\n").unwrap();
        assert_eq!(with("HTTPS_PROXY=http://file:1\n", &named), Proxy::None);
    }

    #[test]
    fn the_window_shows_the_system_s_proxy_for_codex_s_own() {
        let (_root, home) = testing::home();
        std::fs::write(home.codex_home.join(".env"), "ALL_PROXY=http://a:secret@p:1\n").unwrap();
        let proxy = upstreams(&home, &Env::default()).proxy;
        assert_eq!(settings::proxy_text(&proxy), "system");
        assert!(!format!("{proxy:?}").contains("secret"));
    }

    #[test]
    fn authorities_are_found_as_codex_finds_them() {
        let (root, home) = testing::home();
        let file = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (one, two) = (file("one.pem", PEM), file("two.pem", &format!("{PEM}{PEM}")));
        let broken = file("broken.pem", "no certificate");
        let count = |pairs: &[(&str, &std::path::Path)]| {
            upstreams(&home, &Env::of(pairs.iter().copied())).authorities.certificates().len()
        };
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[("SSL_CERT_FILE", &two)]), 2);
        assert_eq!(count(&[("SSL_CERT_FILE", &two), ("CODEX_CA_CERTIFICATE", &one)]), 1);
        assert_eq!(count(&[("SSL_CERT_FILE", &broken)]), 0, "the system's still count");
        assert_eq!(count(&[("SSL_CERT_FILE", &root.path().join("none"))]), 0);
        let unusable = |pairs: &[(&str, &std::path::Path)]| {
            unusable_authorities(&home, &Env::of(pairs.iter().copied()))
        };
        assert_eq!(unusable(&[]), None);
        assert_eq!(unusable(&[("SSL_CERT_FILE", &one)]), None);
        assert_eq!(unusable(&[("SSL_CERT_FILE", &broken)]), Some("SSL_CERT_FILE"));
        let none = root.path().join("none");
        let both = [("SSL_CERT_FILE", one.as_path()), ("CODEX_CA_CERTIFICATE", none.as_path())];
        assert_eq!(unusable(&both), Some("CODEX_CA_CERTIFICATE"));
        // Without quotes a backslash is no part of a value.
        let dotenv = format!("SSL_CERT_FILE='{}'\nCODEX_CA_CERTIFICATE=ignored\n", two.display());
        std::fs::write(home.codex_home.join(".env"), dotenv).unwrap();
        assert_eq!(count(&[]), 2);
    }
}
