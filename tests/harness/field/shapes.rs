//! What goes wrong: each shape of a fault, drawn with its details.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Lane,
    bodies::{Body, limit_error, unknown_error},
    style::{self, Style},
    wait,
};
use crate::{Dice, Reply, Step, event};

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// An error of any status, with any body.
    Error,
    /// The account's quota is used up until a time that is named.
    Limit,
    /// Too many requests at once.
    Burst,
    /// The account's tokens are refused, also new ones.
    TokenRefused,
    /// An error that comes with a success.
    ErrorWithSuccess,
    /// A success that is a page, or nothing at all.
    Page,
    /// A redirect.
    Redirect,
    /// Events without output, then a failure.
    FailsInStream,
    /// The connection goes before there is an answer.
    CutBeforeHead,
    /// The connection goes before any output.
    CutBeforeOutput,
    /// The answer ends in order before any output.
    EndsBeforeOutput,
    /// The connection goes after output.
    CutAfterOutput,
    /// A socket is closed with a code that refuses it.
    ClosedAsRefused,
    /// A socket is closed with any other code.
    Closed,
    /// The account has no right to use Codex.
    NotEntitled,
    /// The account may not use the model.
    NoModel,
    /// The way to upstream is away for all accounts for a moment.
    Blip,
}

impl Shape {
    /// Each of them.
    pub const ALL: &[Self] = &[
        Self::Error,
        Self::Limit,
        Self::Burst,
        Self::TokenRefused,
        Self::ErrorWithSuccess,
        Self::Page,
        Self::Redirect,
        Self::FailsInStream,
        Self::CutBeforeHead,
        Self::CutBeforeOutput,
        Self::EndsBeforeOutput,
        Self::CutAfterOutput,
        Self::ClosedAsRefused,
        Self::Closed,
        Self::NotEntitled,
        Self::NoModel,
        Self::Blip,
    ];
}

/// What a router may do with an account after a fault, by its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cooldown {
    /// Nothing that keeps it from serving other requests.
    None,
    /// Its quota is used up for so long.
    Quota(Duration),
    /// It rests as for refused tokens.
    Token,
    /// It rests as for trouble.
    Trouble,
    /// It is left out for longer than a run may last.
    Long,
}

/// One fault as it is played.
#[derive(Debug)]
pub struct Fault {
    /// What it is.
    pub shape: Shape,
    /// With its details, for a report.
    pub name: String,
    /// The request went out, and its answer was cut or ended: another attempt
    /// could run it twice.
    pub is_ambiguous: bool,
    /// How it is answered.
    pub reply: Reply,
    pub(super) cooldown: Cooldown,
}

/// What a fault is drawn from.
pub(super) struct Draw<'a> {
    pub(super) account: usize,
    pub(super) lane: Lane,
    pub(super) model: &'a str,
    pub(super) output: &'a [Value],
    /// The same for all requests in a slot.
    pub(super) dice: Dice,
    /// For times: another for each request.
    pub(super) pace: Dice,
    /// How long the fault lasts.
    pub(super) left: Duration,
}

type Shares = &'static [(u64, Shape)];

const OVER_HTTP: Shares = &[
    (30, Shape::Error),
    (8, Shape::Limit),
    (8, Shape::Burst),
    (5, Shape::TokenRefused),
    (9, Shape::ErrorWithSuccess),
    (6, Shape::Page),
    (5, Shape::Redirect),
    (20, Shape::FailsInStream),
    (3, Shape::CutBeforeHead),
    (3, Shape::CutBeforeOutput),
    (2, Shape::EndsBeforeOutput),
    (3, Shape::CutAfterOutput),
];

const COMPACT: Shares = &[
    (50, Shape::Error),
    (10, Shape::Limit),
    (10, Shape::Burst),
    (5, Shape::TokenRefused),
    (15, Shape::ErrorWithSuccess),
    (6, Shape::Redirect),
    (4, Shape::CutBeforeHead),
];

const UPGRADE: Shares = &[
    (50, Shape::Error),
    (10, Shape::Limit),
    (8, Shape::Burst),
    (6, Shape::TokenRefused),
    (8, Shape::Page),
    (8, Shape::Redirect),
    (10, Shape::CutBeforeHead),
];

const FRAME: Shares = &[
    (30, Shape::Error),
    (10, Shape::Limit),
    (8, Shape::Burst),
    (4, Shape::TokenRefused),
    (22, Shape::FailsInStream),
    (16, Shape::ClosedAsRefused),
    (9, Shape::Closed),
    (3, Shape::CutBeforeOutput),
    (3, Shape::CutAfterOutput),
];

/// What a lane has in a slot; only the last account has faults that rest it for long.
pub(super) fn shape(lane: Lane, is_last: bool, dice: &mut Dice) -> Shape {
    if is_last && lane != Lane::Upgrade && dice.percent(20) {
        return Shape::NotEntitled;
    }
    let shares = match lane {
        Lane::Http => OVER_HTTP,
        Lane::Compact => COMPACT,
        Lane::Upgrade => UPGRADE,
        Lane::Frame => FRAME,
    };
    let mut roll = dice.below(shares.iter().map(|(share, _)| share).sum());
    for (share, shape) in shares {
        match roll.checked_sub(*share) {
            Some(rest) => roll = rest,
            None => return *shape,
        }
    }
    Shape::Error
}

/// Two accounts that refuse alike mean the request, so each account has statuses
/// of its own.
const ACCOUNTS: usize = 8;

/// These statuses are about the request for every account, or have a shape of
/// their own.
const NOT_DRAWN: [u16; 8] = [401, 405, 411, 413, 414, 415, 429, 431];

fn own_status(account: usize, dice: &mut Dice) -> u16 {
    let is_own = |status: &u16| usize::from(*status) % ACCOUNTS == account % ACCOUNTS;
    let own: Vec<_> =
        (400..600).filter(is_own).filter(|status| !NOT_DRAWN.contains(status)).collect();
    pick(&own, dice)
}

fn pick<T: Copy>(of: &[T], dice: &mut Dice) -> T {
    of[usize::try_from(dice.below(of.len() as u64)).unwrap_or_default()]
}

/// Draws the details.
pub(super) fn draw_fault(shape: Shape, draw: &Draw<'_>) -> Fault {
    let mut dice = draw.dice.clone();
    let mut pace = draw.pace.clone();
    let is_frame = draw.lane == Lane::Frame;
    let (mut reply, name, cooldown) = match shape {
        Shape::Error => error(draw, &mut dice),
        Shape::Limit => limit(draw, &mut dice),
        Shape::Burst => burst(is_frame, &mut dice),
        Shape::TokenRefused => token_refused(is_frame, &mut dice),
        Shape::ErrorWithSuccess => error_with_success(draw, &mut dice),
        Shape::Page => page(&mut dice),
        Shape::Redirect => redirect(&mut dice),
        Shape::FailsInStream => fails_in_stream(draw, &mut dice, &mut pace),
        Shape::CutBeforeHead => (Reply::cut_before_head(), String::new(), Cooldown::Trouble),
        Shape::CutBeforeOutput => {
            let steps = unknown_events(&mut dice);
            (of_steps(steps).then(Step::Cut), String::new(), Cooldown::Trouble)
        }
        Shape::EndsBeforeOutput => {
            (of_steps(unknown_events(&mut dice)), String::new(), Cooldown::Trouble)
        }
        Shape::CutAfterOutput => {
            let reply = Reply::events(draw.output.iter().cloned()).then(Step::Cut);
            (reply, String::new(), Cooldown::Trouble)
        }
        Shape::ClosedAsRefused => {
            let code = pick(&[1008, 1011, 1013], &mut dice);
            let steps = if dice.percent(50) { unknown_events(&mut dice) } else { Vec::new() };
            (of_steps(steps).then(Step::Close(code, "not here")), code.to_string(), Cooldown::None)
        }
        Shape::Closed => {
            let known = [1000, 1001, 1002, 1003, 1007, 1009, 1010, 1012];
            let own = u16::try_from(dice.within(3_000, 4_999)).unwrap_or(3_000);
            let code = if dice.percent(50) { pick(&known, &mut dice) } else { own };
            (
                of_steps(Vec::new()).then(Step::Close(code, "over")),
                code.to_string(),
                Cooldown::Trouble,
            )
        }
        Shape::NotEntitled => not_entitled(is_frame, &mut dice),
        Shape::NoModel => no_model(draw, &mut dice),
        Shape::Blip => blip(&mut dice),
    };
    let may_be_slow = !matches!(shape, Shape::CutBeforeHead | Shape::Blip);
    if may_be_slow && pace.percent(25) {
        reply.before.insert(0, wait(pace.below(1_500)));
    }
    let is_ambiguous = matches!(
        shape,
        Shape::CutBeforeHead
            | Shape::CutBeforeOutput
            | Shape::EndsBeforeOutput
            | Shape::CutAfterOutput
            | Shape::Closed
    ) && draw.lane != Lane::Upgrade;
    Fault { shape, name: format!("{shape:?} {name}"), is_ambiguous, reply, cooldown }
}

type Drawn = (Reply, String, Cooldown);

fn not_entitled(is_frame: bool, dice: &mut Dice) -> Drawn {
    let code = pick(&["usage_not_included", "deactivated_workspace"], dice);
    let error = json!({"type": code, "code": code, "message": "Not in your plan."});
    (refused(is_frame, 403, &error, dice), code.to_owned(), Cooldown::Long)
}

fn of_steps(steps: Vec<Step>) -> Reply {
    let mut reply = Reply::events([]);
    reply.steps = steps;
    reply
}

/// An error as a body, or as a socket carries it.
fn refused(is_frame: bool, status: u16, error: &Value, dice: &mut Dice) -> Reply {
    if is_frame {
        return Reply::events([event::wrapped_error(status, error)]);
    }
    Body::object("error", error).reply(status, dice).0
}

fn error(draw: &Draw<'_>, dice: &mut Dice) -> Drawn {
    let status = own_status(draw.account, dice);
    if draw.lane == Lane::Frame {
        let key = pick(&["status", "status_code"], dice);
        let error = unknown_error(dice);
        let mut event = json!({"type": "error", "error": error, "request_id": "r-1"});
        event[key] = json!(status);
        if dice.percent(20) {
            event["headers"] = json!({"retry-after": "1", "x-number": 7, "x-flag": true});
        }
        let rest = if status >= 500 { Cooldown::Trouble } else { Cooldown::None };
        return (Reply::events([event]), status.to_string(), rest);
    }
    let body = Body::any(dice);
    let is_trouble = status >= 500 || (status == 403 && body.is_page());
    let rest = if is_trouble { Cooldown::Trouble } else { Cooldown::None };
    let (mut reply, name) = body.reply(status, dice);
    if dice.percent(20) {
        let after = pick(&["1", "0", "soon", "Wed, 21 Oct 2037 07:28:00 GMT"], dice);
        reply = reply.header("retry-after", after);
    }
    (reply, name, rest)
}

fn limit(draw: &Draw<'_>, dice: &mut Dice) -> Drawn {
    let rest = Cooldown::Quota(Duration::from_secs(draw.left.as_secs() + 1));
    if draw.lane == Lane::Frame {
        let status = pick(&[429, 403, 500], dice);
        let error = limit_error(dice, draw.left);
        let event = event::wrapped_error(status, &error);
        let mut reply = Reply::events([event]);
        if dice.percent(30) {
            // Its socket is closed at once, or nothing follows.
            reply = reply.then(Step::Close(1000, "limit"));
        }
        return (reply, status.to_string(), rest);
    }
    let status = pick(&[429, 429, 429, 403, 402, 500, 502], dice);
    let (reply, name) = Body::limit(dice, draw.left).reply(status, dice);
    (reply, name, rest)
}

fn burst(is_frame: bool, dice: &mut Dice) -> Drawn {
    let error = match dice.below(3) {
        0 => json!({"code": "rate_limit_exceeded", "message": "Too many requests."}),
        1 => json!({"type": "rate_limit_exceeded", "message": "Slower, please."}),
        _ => json!({"message": "Too many requests."}),
    };
    let mut reply = refused(is_frame, 429, &error, dice);
    if !is_frame && dice.percent(50) {
        reply = reply.header("retry-after", pick(&["0", "1", "2", "20"], dice));
    }
    (reply, String::new(), Cooldown::None)
}

fn token_refused(is_frame: bool, dice: &mut Dice) -> Drawn {
    let code = pick(&["token_expired", "token_revoked", "unauthorized"], dice);
    let error = json!({"code": code, "message": "Your session has ended."});
    (refused(is_frame, 401, &error, dice), code.to_owned(), Cooldown::Token)
}

fn error_with_success(draw: &Draw<'_>, dice: &mut Dice) -> Drawn {
    let (body, rest) = match dice.below(3) {
        0 => (Body::object("unknown error", &unknown_error(dice)), Cooldown::None),
        1 => {
            let error = json!({"code": "server_is_overloaded", "message": "Overloaded."});
            (Body::object("overloaded", &error), Cooldown::Trouble)
        }
        _ => {
            let rest = Cooldown::Quota(Duration::from_secs(draw.left.as_secs() + 1));
            (Body::object("limit", &limit_error(dice, draw.left)), rest)
        }
    };
    let (reply, name) = body.reply(200, dice);
    (reply, name, rest)
}

fn page(dice: &mut Dice) -> Drawn {
    let status = pick(&[200, 200, 202, 203], dice);
    let (reply, name) = Body::of_gateway(dice).reply(status, dice);
    (reply, name, Cooldown::Trouble)
}

fn redirect(dice: &mut Dice) -> Drawn {
    let status = pick(&[300, 301, 302, 303, 304, 307, 308], dice);
    let (reply, name) = Body::of_gateway(dice).reply(status, dice);
    let to = pick(&["http://127.0.0.1:9/portal", "/login", "//portal.invalid/x"], dice);
    (reply.header("location", to), name, Cooldown::Trouble)
}

fn no_model(draw: &Draw<'_>, dice: &mut Dice) -> Drawn {
    let model = draw.model;
    let unsupported =
        format!("The '{model}' model is not supported when using Codex with a ChatGPT account.");
    let unknown = format!("The model '{model}' does not exist or you do not have access to it.");
    let (status, error) = match dice.below(3) {
        0 => (400, json!({"message": unsupported, "type": "invalid_request_error"})),
        1 => (404, json!({"message": unknown, "code": "model_not_found"})),
        _ => (404, json!({"message": unknown, "type": "invalid_request_error", "code": null})),
    };
    (refused(draw.lane == Lane::Frame, status, &error, dice), status.to_string(), Cooldown::None)
}

fn blip(dice: &mut Dice) -> Drawn {
    if dice.percent(30) {
        let (reply, name, _) = redirect(dice);
        return (reply, name, Cooldown::None);
    }
    let status = pick(&[502, 503, 504, 520, 522, 530], dice);
    let (reply, name) = Body::of_gateway(dice).reply(status, dice);
    (reply, name, Cooldown::None)
}

fn fails_in_stream(draw: &Draw<'_>, dice: &mut Dice, pace: &mut Dice) -> Drawn {
    let (error, word, rest) = match dice.below(5) {
        0 => (
            json!({"code": "server_is_overloaded", "message": "Overloaded."}),
            "overloaded",
            Cooldown::Trouble,
        ),
        1 => {
            (json!({"code": "slow_down", "message": "Slow down."}), "slow down", Cooldown::Trouble)
        }
        2 => (unknown_error(dice), "unknown", Cooldown::None),
        _ => {
            let rest = Cooldown::Quota(Duration::from_secs(draw.left.as_secs() + 1));
            (limit_error(dice, draw.left), "limit", rest)
        }
    };
    let last = if dice.percent(60) {
        event::failed_with(&error)
    } else {
        event::wrapped_error(
            if word == "limit" { 429 } else { own_status(draw.account, dice) },
            &error,
        )
    };
    let is_trouble = last["status"].as_u64().is_some_and(|status| status >= 500);
    let rest = if is_trouble && rest == Cooldown::None { Cooldown::Trouble } else { rest };
    let style = Style::any(dice);
    let mut steps = vec![style.step(&event::created("resp-before-a-failure"), draw.lane)];
    steps.append(&mut unknown_events(dice));
    if dice.percent(10) {
        steps.append(&mut long_handshake(dice));
    }
    if pace.percent(30) {
        steps.push(wait(pace.below(2_000)));
        steps.push(style.step(&event::in_progress("resp-before-a-failure"), draw.lane));
    }
    steps.push(style.step(&last, draw.lane));
    if draw.lane == Lane::Frame && dice.percent(20) {
        steps.push(Step::Close(1011, "failed"));
    }
    let (reply, coding) = match draw.lane {
        Lane::Frame => (of_steps(steps), ""),
        _ => style::coded(of_steps(steps), dice),
    };
    (reply, format!("{word}, {style:?} {coding}"), rest)
}

/// Events without output that are more than is held of them, so that they reach the
/// client.
pub(super) fn long_handshake(dice: &mut Dice) -> Vec<Step> {
    let size = usize::try_from(dice.within(90_000, 300_000)).unwrap_or(90_000);
    let long =
        json!({"type": "response.in_progress", "response": {"instructions": "x".repeat(size)}});
    let mut steps = vec![Step::Event(long); 3];
    steps.push(wait(dice.below(1_000)));
    if dice.percent(30) {
        // An item that begins has no content yet.
        let item = json!({"type": "message", "role": "assistant", "content": []});
        steps.push(Step::Event(event::item_added(&item)));
    }
    steps
}

/// Events that say nothing yet; some are known to no rule.
pub(super) fn unknown_events(dice: &mut Dice) -> Vec<Step> {
    let kinds = ["response.queued", "response.heartbeat", "ping", "responsesapi.websocket_timing"];
    let mut steps = Vec::new();
    for _ in 0..dice.below(4) {
        steps.push(match dice.below(6) {
            0 => Step::Ping,
            1 => wait(dice.below(800)),
            2 => Step::Event(json!({"type": format!("x.unknown_{}", dice.below(1_000)), "x": [1]})),
            _ => Step::Event(json!({"type": pick(&kinds, dice), "sequence_number": 1})),
        });
    }
    steps
}
