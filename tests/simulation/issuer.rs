//! A simulated issuer of tokens: what it gave, what it takes, and how it answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::{Duration, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use rotunda_core::{
    ProfileId, Secret,
    profile::Kind,
    tokens::answer::{self, Failure, Made},
    vault::{ChatGptCredential, Credential},
};
use serde_json::json;

use crate::{
    clock::{HOUR, MINUTE, Millis, SECOND},
    random::Random,
    world::account_name,
};

/// Seconds since 1970 at the start, by the issuer's own clock.
const START: u64 = 1_800_000_000;

/// A token: of which account, of which of its sign-ins, and which of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token {
    pub(crate) account: ProfileId,
    pub(crate) sign_in: u32,
    pub(crate) number: u32,
}

impl Token {
    /// Digits that are base64, too.
    fn digits(self) -> String {
        format!("{:04}{:04}{:04}", self.account.0, self.sign_in, self.number)
    }

    /// The token that ends with its digits.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.get(text.len().checked_sub(12)?..)?;
        let part = |at: usize| digits.get(at..at + 4)?.parse().ok();
        let account = ProfileId(u64::from(part(0)?));
        Some(Self { account, sign_in: part(4)?, number: part(8)? })
    }
}

/// How the issuer misbehaves for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssuerFault {
    /// 5xx, and nothing is spent.
    Struggles,
    /// The answer comes after minutes.
    Late,
    /// The answer comes when no request waits for it any more.
    TooLate,
    /// The connection is cut before the token arrives.
    LostBefore,
    /// The token is spent and the answer never comes.
    LostAfter,
    /// A page in place of an answer; the token is not spent.
    Page,
    /// The token is spent, and the answer cannot be used.
    Nonsense,
    /// Tokens of another account.
    AnotherAccount,
    /// The answer has no new refresh token: the one that was sent stays.
    KeepsRefresh,
}

pub(crate) const ISSUER_FAULTS: [IssuerFault; 10] = [
    IssuerFault::Struggles,
    // Twice: much can happen meanwhile.
    IssuerFault::Late,
    IssuerFault::Late,
    IssuerFault::TooLate,
    IssuerFault::LostBefore,
    IssuerFault::LostAfter,
    IssuerFault::Page,
    IssuerFault::Nonsense,
    IssuerFault::AnotherAccount,
    IssuerFault::KeepsRefresh,
];

/// What the issuer did about a request.
#[derive(Debug)]
pub(crate) struct IssuerAnswer {
    /// When the outcome is known to the one who asked.
    pub(crate) after: Millis,
    /// A status and a body; none when nothing comes.
    pub(crate) answer: Option<(u16, String)>,
    /// The sign-in of this token is gone, by the issuer's own answer.
    pub(crate) is_ended: bool,
}

/// What the issuer keeps of one account.
#[derive(Debug)]
pub(crate) struct Grants {
    account: ProfileId,
    /// The latest sign-in.
    pub(crate) sign_in: u32,
    /// The latest token.
    pub(crate) latest: u32,
    /// Refresh tokens that work.
    living: BTreeSet<Token>,
    /// Truth at which each access token ends.
    ends: BTreeMap<Token, Millis>,
    /// So long its access tokens live.
    life: Millis,
    faults: Vec<(IssuerFault, Millis)>,
}

impl Grants {
    pub(crate) fn new(account: ProfileId, random: &mut Random) -> Self {
        let life = random.pick(&[4 * MINUTE, HOUR, 24 * HOUR, 240 * HOUR]);
        let (living, ends, faults) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        Self { account, sign_in: 0, latest: 0, living, ends, life, faults }
    }

    pub(crate) fn begin(&mut self, fault: IssuerFault, until: Millis) {
        self.faults.push((fault, until));
    }

    pub(crate) fn end_faults(&mut self) {
        self.faults.clear();
    }

    /// Whether the latest sign-in can be renewed.
    pub(crate) fn has_grant(&self) -> bool {
        self.living.iter().any(|token| token.sign_in == self.sign_in)
    }

    /// Whether this refresh token works.
    pub(crate) fn has(&self, token: Token) -> bool {
        self.living.contains(&token)
    }

    /// The issuer ends all sign-ins.
    pub(crate) fn end_all(&mut self) {
        self.living.clear();
    }

    /// The user signs in: what the client of that gets.
    pub(crate) fn sign_in(&mut self, kind: Kind, truth: Millis) -> Credential {
        self.sign_in += 1;
        let token = self.token(self.sign_in);
        if kind == Kind::ApiKey {
            return Credential::ApiKey(Secret::new(format!("sk-{}", token.digits())));
        }
        self.make(token, truth);
        Credential::ChatGpt(ChatGptCredential {
            access: Secret::new(self.access(token, truth)),
            expires: Some(UNIX_EPOCH + Duration::from_secs(self.end(truth))),
            refresh: Some(Secret::new(refresh(token))),
            account_id: Some(account_name(self.account)),
        })
    }

    fn token(&mut self, sign_in: u32) -> Token {
        self.latest += 1;
        Token { account: self.account, sign_in, number: self.latest }
    }

    fn make(&mut self, token: Token, truth: Millis) {
        self.living.insert(token);
        self.ends.insert(token, truth + self.life);
    }

    /// Seconds since 1970 at which a token ends that is made now.
    const fn end(&self, truth: Millis) -> u64 {
        START + (truth + self.life) / SECOND
    }

    fn access(&self, token: Token, truth: Millis) -> String {
        let claims = json!({
            "iat": START + truth / SECOND,
            "exp": self.end(truth),
            "https://api.openai.com/auth": { "chatgpt_account_id": account_name(token.account) },
        });
        let mut text = "eyJhbGciOiJub25lIn0.".to_owned();
        URL_SAFE_NO_PAD.encode_string(claims.to_string(), &mut text);
        let _ = write!(text, ".{}", token.digits());
        text
    }

    /// Upstream takes this access token.
    pub(crate) fn is_alive(&self, token: Token, truth: Millis) -> bool {
        self.ends.get(&token).is_none_or(|end| *end > truth)
    }

    /// A request for new tokens, which arrives at once. Whatever happens to the
    /// answer, the issuer has decided.
    pub(crate) fn ask(
        &mut self,
        offered: Token,
        truth: Millis,
        random: &mut Random,
    ) -> IssuerAnswer {
        self.faults.retain(|(_, until)| *until > truth);
        let fault = self.faults.last().map(|(fault, _)| *fault);
        let soon = random.within(100, 2 * SECOND);
        let nothing = |after| IssuerAnswer { after, answer: None, is_ended: false };
        let answered = |status, body: &str| {
            let answer = Some((status, body.to_owned()));
            IssuerAnswer { after: soon, answer, is_ended: false }
        };
        match fault {
            Some(IssuerFault::Struggles) => return answered(503, "{}"),
            Some(IssuerFault::LostBefore) => return nothing(soon),
            Some(IssuerFault::Page) => return answered(200, "<!doctype html>"),
            _ => {}
        }
        if !self.living.contains(&offered) {
            let is_known = self.ends.contains_key(&offered) && self.has_grant();
            let code = if is_known { "refresh_token_reused" } else { "invalid_grant" };
            let body = json!({ "error": { "code": code } }).to_string();
            return IssuerAnswer { is_ended: true, ..answered(401, &body) };
        }
        let made = self.token(offered.sign_in);
        let keeps = fault == Some(IssuerFault::KeepsRefresh);
        self.living.remove(&offered);
        self.make(made, truth);
        if keeps {
            self.living.remove(&made);
            self.living.insert(offered);
        }
        let owner = match fault {
            Some(IssuerFault::AnotherAccount) => {
                Token { account: ProfileId(self.account.0 + 1), ..made }
            }
            _ => made,
        };
        let body = json!({
            "access_token": self.access(owner, truth),
            "refresh_token": (!keeps).then(|| refresh(made)),
            "expires_in": self.life / SECOND,
        });
        let body = body.to_string();
        match fault {
            Some(IssuerFault::LostAfter) => nothing(soon),
            Some(IssuerFault::Nonsense) => answered(200, body.get(..body.len() / 2).unwrap_or("")),
            Some(IssuerFault::Late) => IssuerAnswer {
                after: random.within(10 * SECOND, 9 * MINUTE),
                ..answered(200, &body)
            },
            Some(IssuerFault::TooLate) => IssuerAnswer {
                after: random.within(10 * MINUTE, 40 * MINUTE),
                ..answered(200, &body)
            },
            _ => answered(200, &body),
        }
    }
}

fn refresh(token: Token) -> String {
    format!("r-{}", token.digits())
}

/// The answer as the token manager reads it.
pub(crate) fn read(
    answer: Option<&(u16, String)>,
    held: &ChatGptCredential,
) -> Result<Made, Failure> {
    let (status, body) = answer.ok_or(Failure::Trouble)?;
    match StatusCode::from_u16(*status) {
        Ok(status) if status.is_success() => answer::read(body.as_bytes(), None, held),
        Ok(status) => Err(answer::refusal(status, body.as_bytes())),
        Err(_) => Err(Failure::Trouble),
    }
}

/// The access token of a credential.
pub(crate) fn token_of(credential: &Credential) -> Option<Token> {
    match credential {
        Credential::ChatGpt(held) => Token::read(held.access.expose()),
        Credential::ApiKey(key) => Token::read(key.expose()),
        Credential::Provider(held) => Token::read(held.key.expose()),
    }
}

/// Nothing came.
pub(crate) const fn nothing() -> Result<Made, Failure> {
    Err(Failure::Trouble)
}
