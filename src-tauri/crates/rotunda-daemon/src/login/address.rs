//! The addresses of a sign-in: the one the browser opens, and the one it comes
//! back to.
//!
//! The verifier never leaves this process but for the exchange; the address
//! carries only its hash, so a code that is intercepted is worth nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rotunda_core::{Secret, is_loopback};
use rotunda_host::key;
use rotunda_router::{CLIENT_ID, Upstreams};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use super::LoginError;

/// Where the issuer sends the browser back to (contract 5.4).
pub(super) const CALLBACK: &str = "/auth/callback";
/// What Codex's own sign-in asks for (contract 5.4): the tokens are the same.
const SCOPE: &str = "openid profile email offline_access api.connectors.read api.connectors.invoke";
/// The client that the id belongs to.
const ORIGINATOR: &str = "codex_cli_rs";
/// No address that a browser shows is longer.
const LONGEST_PASTE: usize = 8 << 10;

/// What one round of a sign-in has to prove.
pub(super) struct Proof {
    /// Shown to the issuer with the code.
    pub(super) verifier: Secret<String>,
    /// Comes back with the code.
    state: Secret<String>,
    pub(super) redirect: Url,
}

impl Proof {
    /// Fresh random values, for a callback on `port`.
    pub(super) fn new(port: u16) -> Result<Self, LoginError> {
        let fresh = || key::fresh().map_err(|_| LoginError::Random);
        // 256 bits in 64 letters: the least is 43 letters, the most 128.
        let verifier = format!("{}{}", fresh()?.expose(), fresh()?.expose());
        let redirect = format!("http://127.0.0.1:{port}{CALLBACK}");
        let redirect = redirect.parse().expect("a port makes an address");
        Ok(Self { verifier: Secret::new(verifier), state: fresh()?, redirect })
    }

    /// The page to open; for one workspace only when one is named.
    pub(super) fn page(&self, auth: &Url, workspace: Option<&str>) -> Url {
        let mut url = Upstreams::below(auth, "oauth/authorize");
        let challenge = challenge(self.verifier.expose());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", self.redirect.as_str())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", self.state.expose())
            .append_pair("scope", SCOPE)
            .append_pair("id_token_add_organizations", "true")
            .append_pair("codex_cli_simplified_flow", "true")
            .append_pair("originator", ORIGINATOR);
        if let Some(workspace) = workspace {
            url.query_pairs_mut().append_pair("allowed_workspace_id", workspace);
        }
        url
    }

    /// The code in the query of a callback, when it belongs to this round.
    pub(super) fn code(&self, query: &str) -> Result<Secret<String>, LoginError> {
        let value = |key: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
        };
        // Looked at first: what is not ours must not end our sign-in either.
        match value("state") {
            Some(state) if state == *self.state.expose() => {}
            Some(_) => return Err(LoginError::StateMismatch),
            None => return Err(LoginError::NotAnAddress),
        }
        if let Some(error) = value("error") {
            return Err(refused(&error));
        }
        let code = value("code").filter(|code| !code.is_empty());
        code.map(Secret::new).ok_or(LoginError::NotAnAddress)
    }
}

fn refused(error: &str) -> LoginError {
    if error == "access_denied" {
        return LoginError::Denied;
    }
    let plain = error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    LoginError::Page(plain.take(40).collect())
}

/// S256, RFC 7636.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The query of an address that the user copied from the browser.
pub(crate) fn query_of(pasted: &str) -> Result<String, LoginError> {
    let text = pasted.trim();
    if text.len() > LONGEST_PASTE {
        return Err(LoginError::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_| LoginError::NotAnAddress)?;
    if !url.host_str().is_some_and(is_loopback) || url.path() != CALLBACK {
        return Err(LoginError::NotAnAddress);
    }
    url.query().map(ToOwned::to_owned).ok_or(LoginError::NotAnAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_the_one_of_the_standard() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_page_asks_for_what_codex_asks_for() {
        let proof = Proof::new(1455).unwrap();
        let page = proof.page(&"https://auth.openai.com".parse().unwrap(), Some("ws-1"));
        let value = |key: &str| {
            page.query_pairs().find(|(name, _)| name == key).map(|(_, it)| it.into_owned())
        };
        assert!(page.as_str().starts_with("https://auth.openai.com/oauth/authorize?"), "{page}");
        let redirect = value("redirect_uri");
        assert_eq!(redirect.as_deref(), Some("http://127.0.0.1:1455/auth/callback"));
        assert_eq!(value("code_challenge"), Some(challenge(proof.verifier.expose())));
        assert_eq!(value("allowed_workspace_id").as_deref(), Some("ws-1"));
        assert!((43..=128).contains(&proof.verifier.expose().len()));
        assert!(!page.as_str().contains(proof.verifier.expose()));
        let second = Proof::new(1455).unwrap();
        assert_ne!(second.state.expose(), proof.state.expose());
        assert_ne!(second.verifier.expose(), proof.verifier.expose());
    }

    #[track_caller]
    fn answers(query: &str, expected: &Result<&str, LoginError>) {
        let redirect = "http://127.0.0.1:1/auth/callback".parse().unwrap();
        let proof = Proof {
            verifier: Secret::new(String::new()),
            state: Secret::new("st".into()),
            redirect,
        };
        let code = proof.code(query).map(|code| code.expose().clone());
        assert_eq!(&code.as_deref().map_err(Clone::clone), expected, "{query}");
    }

    #[test]
    fn only_the_own_state_brings_a_code() {
        answers("code=c%2F1&state=st", &Ok("c/1"));
        answers("code=c&state=other", &Err(LoginError::StateMismatch));
        answers("code=c", &Err(LoginError::NotAnAddress));
        answers("state=st", &Err(LoginError::NotAnAddress));
        answers("state=st&code=", &Err(LoginError::NotAnAddress));
        answers("error=access_denied&state=st", &Err(LoginError::Denied));
        // The refusal of another sign-in does not end this one.
        answers("error=access_denied&state=x", &Err(LoginError::StateMismatch));
        answers("error=bad<b>&state=st", &Err(LoginError::Page("badb".to_owned())));
    }

    #[test]
    fn a_pasted_address_is_taken_apart_and_nothing_else() {
        for address in [
            " http://127.0.0.1:1455/auth/callback?code=a&state=b\n",
            "http://localhost:1457/auth/callback?code=a&state=b",
        ] {
            assert_eq!(query_of(address).as_deref(), Ok("code=a&state=b"), "{address}");
        }
        for other in [
            "",
            "a-code",
            "http://127.0.0.1:1455/auth/callback",
            "http://127.0.0.1:1455/else?code=a&state=b",
            "https://elsewhere.example/auth/callback?code=a&state=b",
        ] {
            assert_eq!(query_of(other), Err(LoginError::NotAnAddress), "{other}");
        }
        assert!(query_of(&format!("http://localhost/auth/callback?{}", "a".repeat(9000))).is_err());
    }
}
