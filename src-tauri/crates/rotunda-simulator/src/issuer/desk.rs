//! Where people sign in: the page in a browser, and codes typed elsewhere.
//!
//! It checks what the real one checks: the client, the address to come back to,
//! the verifier against its challenge. Every code works once.

use std::collections::{HashMap, HashSet};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use url::{Url, form_urlencoded};

use super::{Books, FakeIssuer, Grant};
use crate::{Received, Reply, jwt};

/// The only client it knows.
const CLIENT: &str = "app_EMoamEEZ73f0CkXaXp7hrann";
/// Where a confirmed code is exchanged.
const DEVICE_CALLBACK: &str = "/deviceauth/callback";

/// What the desk remembers.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Who sits before the browser, and which workspaces they have.
    person: Option<Person>,
    /// End of the access tokens it gives out.
    expires: Option<u64>,
    codes: HashMap<String, Code>,
    /// Codes that were used.
    used: HashSet<String>,
    devices: HashMap<String, Device>,
    polls: Vec<Instant>,
    made: usize,
}

/// A user who can sign in.
#[derive(Debug, Clone)]
struct Person {
    email: String,
    /// The first is the one they get unless a page asks for another.
    accounts: Vec<String>,
}

#[derive(Debug, Clone)]
struct Code {
    challenge: String,
    redirect: String,
    account: String,
    email: String,
}

#[derive(Debug, Clone)]
struct Device {
    user_code: String,
    confirmed: bool,
}

impl FakeIssuer {
    /// From now on this account's owner sits before the browser.
    pub fn person(&self, account: &str) {
        self.person_with(&jwt::email(account), &[account]);
    }

    /// The same with several workspaces; the first is the default.
    pub fn person_with(&self, email: &str, accounts: &[&str]) {
        let accounts = accounts.iter().map(|account| (*account).to_owned()).collect();
        self.lock().desk.person = Some(Person { email: email.to_owned(), accounts });
    }

    /// Access tokens given out at the desk end here.
    pub fn set_sign_in_expiry(&self, expires: u64) {
        self.lock().desk.expires = Some(expires);
    }

    /// The person types this code and allows it.
    ///
    /// # Panics
    /// When no such code was given out.
    pub fn confirm(&self, user_code: &str) {
        let mut books = self.lock();
        let mut devices = books.desk.devices.values_mut();
        let device = devices.find(|device| device.user_code == user_code);
        device.expect("a code that was given out").confirmed = true;
    }

    /// When each question after a code came.
    pub fn polls(&self) -> Vec<Instant> {
        self.lock().desk.polls.clone()
    }

    /// Answers one request of a sign-in; none when the request is for another part.
    pub(crate) fn desk(&self, seen: &Received) -> Option<Reply> {
        let mut books = self.lock();
        Some(match seen.path.as_str() {
            "/oauth/authorize" => books.desk.page(&seen.query),
            "/oauth/allow" => books.desk.allow(&seen.query),
            "/codex/device" => Reply::text(200, "text/html", "<h1>Type the code</h1>"),
            "/api/accounts/deviceauth/usercode" => books.desk.user_code(),
            "/api/accounts/deviceauth/token" => books.desk.poll(&seen.json()),
            _ => return None,
        })
    }

    /// Tokens for a code.
    pub(super) fn exchange(books: &mut Books, form: &[u8], host: &str) -> Reply {
        let form: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        let value = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
        if value("grant_type") != "authorization_code" || value("client_id") != CLIENT {
            return refused("unsupported_grant_type");
        }
        let code = value("code").to_owned();
        if books.desk.used.contains(&code) {
            return refused("invalid_grant");
        }
        let Some(meant) = books.desk.codes.get(&code).cloned() else {
            return refused("invalid_grant");
        };
        let at_device = value("redirect_uri") == format!("http://{host}{DEVICE_CALLBACK}");
        let right_place = value("redirect_uri") == meant.redirect || at_device;
        if !right_place || challenge(value("code_verifier")) != meant.challenge {
            return refused("invalid_grant");
        }
        books.desk.used.insert(code);
        books.desk.made += 1;
        let expires = books.desk.expires.unwrap_or(jwt::FAR);
        // Each sign-in has refresh tokens of its own.
        let grant = Grant {
            account: meant.account.clone(),
            generation: 1000 * books.desk.made as u64,
            expires,
            email: Some(meant.email.clone()),
        };
        let tokens = books.issue(&grant);
        Reply::json(
            200,
            json!({"id_token": jwt::identity_of(&meant.account, &meant.email),
                   "access_token": tokens.access, "refresh_token": tokens.refresh}),
        )
    }
}

impl Desk {
    /// The page that asks; it holds two links.
    fn page(&mut self, query: &str) -> Reply {
        let pairs: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |key: &str| pairs.get(key).map(String::as_str).unwrap_or_default();
        let redirect = Url::parse(value("redirect_uri"));
        let comes_back = redirect.as_ref().is_ok_and(|url| {
            matches!(url.host_str(), Some("127.0.0.1" | "localhost"))
                && url.path() == "/auth/callback"
        });
        let right = value("response_type") == "code"
            && value("client_id") == CLIENT
            && value("code_challenge_method") == "S256"
            && value("code_challenge").len() == 43
            && value("scope").split(' ').any(|scope| scope == "offline_access")
            && !value("state").is_empty();
        let Some(person) = self.person.clone().filter(|_| right && comes_back) else {
            return Reply::text(400, "text/html", "<h1>This request is not right</h1>");
        };
        let wanted = Some(value("allowed_workspace_id")).filter(|id| !id.is_empty());
        let theirs = person.accounts.iter().find(|account| wanted.is_none_or(|id| id == *account));
        let Some(account) = theirs else {
            return Reply::text(403, "text/html", "<h1>Not your workspace</h1>");
        };
        let code = format!("code-{}", self.codes.len());
        let (redirect, challenge) =
            (value("redirect_uri").to_owned(), value("code_challenge").to_owned());
        let meant = Code { challenge, redirect, account: account.clone(), email: person.email };
        self.codes.insert(code.clone(), meant);
        let link = |answer: &str| {
            let back = form_urlencoded::Serializer::new(String::new())
                .append_pair("redirect_uri", value("redirect_uri"))
                .append_pair("state", value("state"))
                .append_pair("answer", answer)
                .append_pair("code", &code)
                .finish();
            format!("/oauth/allow?{}", back.replace('&', "&amp;"))
        };
        let html = format!(
            "<!doctype html><title>Sign in</title><h1>Allow?</h1>\
             <a id=\"allow\" href=\"{}\">Allow</a> <a id=\"deny\" href=\"{}\">Deny</a>",
            link("allow"),
            link("deny")
        );
        Reply::text(200, "text/html; charset=utf-8", &html)
    }

    /// A link of the page was followed: back to where the sign-in came from.
    fn allow(&self, query: &str) -> Reply {
        let pairs: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |key: &str| pairs.get(key).map(String::as_str).unwrap_or_default();
        let Some(meant) = self.codes.get(value("code")) else { return refused("invalid_request") };
        let mut back: Url = meant.redirect.parse().expect("it was checked");
        match value("answer") {
            "allow" => back.query_pairs_mut().append_pair("code", value("code")),
            _ => back.query_pairs_mut().append_pair("error", "access_denied"),
        };
        back.query_pairs_mut().append_pair("state", value("state"));
        Reply::text(302, "text/html", "").header("location", back.as_str())
    }

    fn user_code(&mut self) -> Reply {
        let number = self.devices.len();
        let user_code = format!("ABCD-EF{number:02}");
        let id = format!("device-{number}");
        self.devices.insert(id.clone(), Device { user_code: user_code.clone(), confirmed: false });
        Reply::json(
            200,
            json!({"device_auth_id": id, "user_code": user_code, "interval": "1", "expires_in": 900}),
        )
    }

    fn poll(&mut self, body: &Value) -> Reply {
        self.polls.push(Instant::now());
        let id = body["device_auth_id"].as_str().unwrap_or_default();
        let confirmed = self.devices.get(id).is_some_and(|device| {
            device.confirmed && body["user_code"].as_str() == Some(&device.user_code)
        });
        let Some(person) = self.person.clone().filter(|_| confirmed) else {
            return Reply::json(
                403,
                json!({"error": {"code": "deviceauth_authorization_pending"}}),
            );
        };
        let (code, verifier) = (format!("confirmed-{id}"), "v".repeat(43));
        let meant = Code {
            challenge: challenge(&verifier),
            redirect: String::new(),
            account: person.accounts[0].clone(),
            email: person.email,
        };
        self.codes.insert(code.clone(), meant.clone());
        Reply::json(
            200,
            json!({"authorization_code": code, "code_challenge": meant.challenge,
                   "code_verifier": verifier}),
        )
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

fn refused(code: &str) -> Reply {
    Reply::json(400, json!({"error": code, "error_description": "The request is not right."}))
}
