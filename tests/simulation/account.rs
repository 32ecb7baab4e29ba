//! A simulated upstream account: what it has, and how it answers.

use http::{HeaderMap, HeaderValue, StatusCode};
use rotunda_core::{ProfileId, profile::Kind, verdict::Transport};
use serde_json::{Value, json};

use crate::{
    banked::Banked,
    clock::{DAY, HOUR, MINUTE, Millis, SECOND},
    issuer::{Grants, Token},
    random::Random,
    script::{Condition, MODELS},
};

/// One window of an account's quota.
#[derive(Debug, Clone)]
pub(crate) struct Quota {
    pub(crate) length: Millis,
    /// In percent.
    pub(crate) used: f64,
    /// Begins with the first use.
    pub(crate) resets_at: Option<Millis>,
}

impl Quota {
    fn spend(&mut self, percent: f64, truth: Millis) {
        self.resets_at.get_or_insert(truth + self.length);
        self.used = (self.used + percent).min(100.0);
    }

    fn refresh(&mut self, truth: Millis) {
        if self.resets_at.is_some_and(|at| at <= truth) {
            (self.used, self.resets_at) = (0.0, None);
        }
    }
}

/// Upstream's names for the limits of models.
pub(crate) const FEATURES: [&str; MODELS.len()] =
    ["limit_large", "limit_small", "limit_rare", "gpt_reserve"];

/// Limits of single models: the reserve, and one of another model.
fn limits(random: &mut Random) -> Vec<(usize, Quota)> {
    let quota = |random: &mut Random| Quota {
        length: random.pick(&[5 * HOUR, 7 * DAY]),
        used: 0.0,
        resets_at: None,
    };
    let mut limits = Vec::new();
    if random.percent(30) {
        limits.push((3, quota(random)));
    }
    if random.percent(30) {
        let model = 1 + usize::from(random.percent(50));
        limits.push((model, quota(random)));
    }
    limits
}

/// How an account names the end of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResetForm {
    InSeconds,
    At,
    RetryAfter,
    Wrapped,
    Unnamed,
}

/// The response that a request continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chain {
    None,
    Of(ProfileId),
    /// Upstream has it no more.
    Forgotten,
}

/// A request as it reaches upstream.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) transport: Transport,
    /// None for a voice call.
    pub(crate) model: Option<usize>,
    pub(crate) refused: Option<u8>,
    /// It returns what a tool said.
    pub(crate) tool_output: bool,
    pub(crate) chain: Chain,
    /// Its history has encrypted reasoning of this account.
    pub(crate) reasoning_of: Option<ProfileId>,
}

/// An error, as upstream states it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stating {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) error: Value,
    /// So far away is the reset that it names.
    pub(crate) names: Option<Millis>,
}

impl Stating {
    fn new(status: u16, error: Value) -> Self {
        let status = StatusCode::from_u16(status).ok();
        Self { status, headers: HeaderMap::new(), error, names: None }
    }

    fn code(status: u16, code: &str) -> Self {
        Self::new(status, json!({ "code": code }))
    }

    fn with(mut self, name: &'static str, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// What comes of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reply {
    Unreachable,
    /// Sent, and then cut before the head.
    Broken,
    Refused(Stating),
    SocketRefused(Stating),
    Stream {
        /// So long it shows no output.
        quiet: Millis,
        then: Then,
    },
}

/// How a stream goes on after its handshake.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Then {
    Output { lasts: Millis, end: End },
    Failed(Stating),
    Cut,
}

/// How an answer ends that had output.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    Complete,
    Failed(Stating),
    Cut,
}

/// An account.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: ProfileId,
    pub(crate) kind: Kind,
    pub(crate) quotas: Vec<Quota>,
    /// Limits of single models.
    pub(crate) limits: Vec<(usize, Quota)>,
    /// Credits that do not run out.
    pub(crate) has_credits: bool,
    /// Credits that were bought.
    pub(crate) balance: f64,
    pub(crate) has_bought: bool,
    /// The latest answer was paid with them.
    pub(crate) took_credits: bool,
    pub(crate) is_entitled: bool,
    pub(crate) models: [bool; MODELS.len()],
    /// Tokens before this one are refused.
    pub(crate) oldest_token: u32,
    /// What the issuer has of it.
    pub(crate) grants: Grants,
    reset_form: ResetForm,
    /// It refuses encrypted reasoning of other accounts.
    is_strict: bool,
    conditions: Vec<(Condition, Millis)>,
    /// Its banked resets.
    pub(crate) banked: Banked,
    /// Until then something was wrong with it, as far as is known.
    pub(crate) troubled_until: Option<Millis>,
}

impl Account {
    pub(crate) fn draw(id: u64, random: &mut Random) -> Self {
        let length = |length, random: &mut Random| Quota {
            length,
            used: if random.percent(60) { 0.0 } else { random.share(95) },
            resets_at: None,
        };
        let kind = if random.percent(12) { Kind::ApiKey } else { Kind::ChatGpt };
        let mut quotas = match random.below(10) {
            0 => vec![length(7 * DAY, random)],
            1 => Vec::new(),
            2 => vec![length(30 * DAY, random)],
            _ => vec![length(5 * HOUR, random), length(7 * DAY, random)],
        };
        if kind == Kind::ApiKey {
            quotas.clear();
        }
        for quota in &mut quotas {
            let begun = quota.used > 0.0;
            quota.resets_at = begun.then(|| random.within(MINUTE, quota.length));
        }
        Self {
            id: ProfileId(id),
            kind,
            limits: if quotas.is_empty() { Vec::new() } else { limits(random) },
            quotas,
            has_credits: false,
            balance: 0.0,
            has_bought: false,
            took_credits: false,
            is_entitled: true,
            models: [true, random.percent(80), random.percent(40), random.percent(30)],
            oldest_token: 0,
            grants: Grants::new(ProfileId(id), random),
            reset_form: random.pick(&[
                ResetForm::InSeconds,
                ResetForm::At,
                ResetForm::RetryAfter,
                ResetForm::Wrapped,
                ResetForm::Unnamed,
            ]),
            is_strict: random.percent(30),
            conditions: Vec::new(),
            banked: Banked::default(),
            troubled_until: None,
        }
    }

    /// Something is wrong with it until then.
    pub(crate) fn note_trouble(&mut self, until: Millis) {
        self.troubled_until = Some(self.troubled_until.unwrap_or_default().max(until));
    }

    pub(crate) fn begin(&mut self, condition: Condition, until: Millis) {
        self.conditions.push((condition, until));
        self.note_trouble(until);
    }

    pub(crate) fn end_conditions(&mut self) {
        self.conditions.clear();
        self.grants.end_faults();
    }

    pub(crate) fn refresh(&mut self, truth: Millis) {
        self.refresh_banked(truth);
        self.conditions.retain(|(_, until)| *until > truth);
        self.quotas.iter_mut().for_each(|quota| quota.refresh(truth));
        self.limits.iter_mut().for_each(|(_, quota)| quota.refresh(truth));
    }

    pub(crate) fn spend(&mut self, percent: f64, truth: Millis) {
        let is_long = |quota: &Quota| quota.length > DAY;
        for quota in &mut self.quotas {
            let share = if is_long(quota) { percent / 6.0 } else { percent };
            quota.spend(share, truth);
        }
        if let Some(until) = self.out_until() {
            self.note_trouble(until);
        }
    }

    pub(crate) fn reset_early(&mut self) {
        self.empty_windows();
        for (_, quota) in &mut self.limits {
            (quota.used, quota.resets_at) = (0.0, None);
        }
    }

    /// When all windows have quota again, if one is used up.
    pub(crate) fn out_until(&self) -> Option<Millis> {
        let full = self.quotas.iter().filter(|quota| quota.used >= 100.0);
        full.filter_map(|quota| quota.resets_at).max()
    }

    fn limit_of(&self, model: Option<usize>) -> Option<&Quota> {
        self.limits.iter().find(|(it, _)| Some(*it) == model).map(|(_, quota)| quota)
    }

    pub(crate) fn has_limit_of(&self, model: Option<usize>) -> bool {
        self.limit_of(model).is_some()
    }

    /// Until when a model's own limit is used up.
    fn limit_out_until(&self, model: Option<usize>) -> Option<Millis> {
        self.limit_of(model).filter(|quota| quota.used >= 100.0)?.resets_at
    }

    /// Whether requests for a model are refused for a limit.
    pub(crate) fn is_out_for(&self, model: Option<usize>) -> bool {
        match self.limit_of(model) {
            Some(_) => self.limit_out_until(model).is_some(),
            None => self.is_out(),
        }
    }

    /// Others use up the limit of a model.
    pub(crate) fn spend_models(&mut self, truth: Millis) {
        self.limits.iter_mut().for_each(|(_, quota)| quota.spend(100.0, truth));
        let until = self.limits.iter().filter_map(|(_, quota)| quota.resets_at).max();
        if let Some(until) = until {
            self.note_trouble(until);
        }
    }

    pub(crate) fn is_out(&self) -> bool {
        self.out_until().is_some() && !self.has_credits && self.balance <= 0.0
    }

    /// No connection as this account.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.has(Condition::Unreachable)
    }

    /// Upstream refuses this token.
    pub(crate) fn refuses(&self, bearer: Token, truth: Millis) -> bool {
        let is_dead = bearer.number < self.oldest_token || !self.grants.is_alive(bearer, truth);
        is_dead || self.has(Condition::TokenRefused)
    }

    fn has(&self, condition: Condition) -> bool {
        self.conditions.iter().any(|(it, _)| *it == condition)
    }

    fn quota_error(&self, model: Option<usize>, truth: Millis) -> Stating {
        let of_model = self.limit_out_until(model);
        let left =
            of_model.or(self.out_until()).unwrap_or(truth).saturating_sub(truth).div_ceil(SECOND);
        let code = "usage_limit_reached";
        let stating = match self.reset_form {
            ResetForm::InSeconds => {
                Stating::new(429, json!({ "code": code, "resets_in_seconds": left }))
            }
            // By upstream's own clock: the machine's may be wrong.
            ResetForm::At => {
                let at = left + 1_800_000_000 + truth / SECOND;
                Stating::new(
                    429,
                    json!({ "code": code, "resets_at": at, "resets_in_seconds": left }),
                )
            }
            ResetForm::RetryAfter => Stating::code(429, code).with("retry-after", left.into()),
            ResetForm::Wrapped => {
                Stating::new(502, json!({ "code": code, "resets_in_seconds": left }))
            }
            ResetForm::Unnamed => return Stating::code(429, code),
        };
        let stating = Stating { names: Some(left * SECOND), ..stating };
        // Upstream does not always say which limit it is.
        match (of_model.filter(|_| !truth.is_multiple_of(3)), model) {
            (Some(_), Some(model)) => {
                stating.with("x-codex-active-limit", HeaderValue::from_static(FEATURES[model]))
            }
            _ => stating,
        }
    }

    /// The answer to a request with this bearer.
    pub(crate) fn reply(
        &mut self,
        arrival: &Arrival,
        bearer: Token,
        truth: Millis,
        random: &mut Random,
    ) -> Reply {
        self.refresh(truth);
        self.took_credits = false;
        let over_socket = arrival.transport == Transport::WebSocket;
        if self.has(Condition::Unreachable) {
            return Reply::Unreachable;
        }
        if self.has(Condition::Gateway) {
            return Reply::Refused(Stating::new(502, Value::Null));
        }
        if self.has(Condition::Challenge) {
            let page = HeaderValue::from_static("text/html");
            return Reply::Refused(Stating::new(403, Value::Null).with("content-type", page));
        }
        if self.refuses(bearer, truth) {
            let refused = Stating::new(401, Value::Null);
            return if over_socket {
                Reply::SocketRefused(refused)
            } else {
                Reply::Refused(refused)
            };
        }
        if over_socket && self.has(Condition::SocketsRefused) {
            return Reply::SocketRefused(Stating::new(403, Value::Null));
        }
        if let Some(stating) = self.refusal(arrival, truth) {
            let in_stream = over_socket || random.percent(30);
            return if in_stream {
                Reply::Stream { quiet: random.within(0, SECOND), then: Then::Failed(stating) }
            } else {
                Reply::Refused(stating)
            };
        }
        self.stream(over_socket, arrival.model, truth, random)
    }

    fn refusal(&self, arrival: &Arrival, truth: Millis) -> Option<Stating> {
        if let Some(way) = arrival.refused {
            let named = json!({ "code": "odd_value", "param": "input[3]" });
            return Some(match way {
                0 => Stating::code(400, "context_length_exceeded"),
                1 => Stating::code(400, "invalid_image"),
                2 => Stating::new(400, named),
                _ => Stating::new(413, Value::Null),
            });
        }
        if !self.is_entitled {
            return Some(Stating::code(403, "usage_not_included"));
        }
        if self.has(Condition::Burst) {
            let seconds = HeaderValue::from(1 + truth % 5);
            return Some(Stating::new(429, Value::Null).with("retry-after", seconds));
        }
        if self.has(Condition::Overloaded) {
            return Some(Stating::code(503, "server_is_overloaded"));
        }
        if let Some(code) = (0..2).find(|code| self.has(Condition::Unknown(*code))) {
            return Some(Stating::code(400, ["odd", "strange"][usize::from(code)]));
        }
        if arrival.model.is_some_and(|model| !self.models[model]) {
            return Some(Stating::code(404, "model_not_found"));
        }
        if !matches!(arrival.chain, Chain::None) && arrival.chain != Chain::Of(self.id) {
            return Some(Stating::code(400, "previous_response_not_found"));
        }
        let is_chained = !matches!(arrival.chain, Chain::None);
        if is_chained && arrival.tool_output && self.has(Condition::ToolCallsForgotten) {
            let message = "No tool call found for function call output";
            let error = json!({ "type": "invalid_request_error", "message": message });
            return Some(Stating::new(400, error));
        }
        if self.is_strict && arrival.reasoning_of.is_some_and(|id| id != self.id) {
            return Some(Stating::code(400, "invalid_encrypted_content"));
        }
        self.is_out_for(arrival.model).then(|| self.quota_error(arrival.model, truth))
    }

    fn stream(
        &mut self,
        over_socket: bool,
        model: Option<usize>,
        truth: Millis,
        random: &mut Random,
    ) -> Reply {
        let overload = || Stating::code(503, "server_is_overloaded");
        let quiet = random.within(0, 8 * SECOND);
        let long = random.within(61 * SECOND, 200 * SECOND);
        if over_socket && self.has(Condition::SocketsClosed) {
            let closed = Stating::new(403, Value::Null);
            return Reply::SocketRefused(closed);
        }
        if self.has(Condition::CutBefore) {
            return if random.percent(50) {
                Reply::Broken
            } else {
                Reply::Stream { quiet, then: Then::Cut }
            };
        }
        if self.has(Condition::FailsInStream) {
            return Reply::Stream { quiet, then: Then::Failed(overload()) };
        }
        if self.has(Condition::SilentThenFails) {
            return Reply::Stream { quiet: long, then: Then::Failed(overload()) };
        }
        let quiet = if self.has(Condition::Silent) { long } else { quiet };
        let lasts = random.within(100, 40 * SECOND);
        let end = if self.has(Condition::CutAfter) {
            End::Cut
        } else if self.has(Condition::QuotaAfterOutput) && !self.quotas.is_empty() {
            self.spend(700.0, truth);
            End::Failed(self.quota_error(None, truth))
        } else {
            End::Complete
        };
        let percent = random.share(9);
        self.took_credits = self.takes_credits(model, percent);
        match self.limits.iter_mut().find(|(it, _)| Some(*it) == model) {
            Some((_, quota)) => {
                quota.spend(percent * 3.0, truth);
                // One that is refused without its name counts as the whole quota.
                let until = quota.resets_at.filter(|_| quota.used >= 100.0);
                if let Some(until) = until {
                    self.note_trouble(until);
                }
            }
            None => self.spend(percent, truth),
        }
        Reply::Stream { quiet, then: Then::Output { lasts, end } }
    }
}
