//! One client: conversations of several turns, one after the other, with the
//! retries that the real client makes.

use std::{sync::Arc, time::Duration};

use rotunda_tests::{
    Dice,
    client::Socket,
    field::REFUSED_MODEL,
    rig::{frame, tool_output, turn, user},
};
use serde_json::{Value, json};
use tokio::time::{self, Instant};

use crate::{
    ask::{Manner, Received, on_socket, over_http, unsent},
    reading::Reading,
    record::{End, SentRequest, Transport},
    stage::Stage,
    upstream::SOCKET,
};

/// Requests of one turn before the client gives it up.
const MOST_REQUESTS: u32 = 6;
/// In the field sessions use different models.
const MODELS: [&str; 3] = ["gpt-test", "gpt-other", REFUSED_MODEL];
/// Items of history a turn carries at most.
const MOST_HISTORY: usize = 30;

/// One conversation.
struct Session {
    stage: Arc<Stage>,
    id: String,
    dice: Dice,
    transport: Transport,
    socket: Option<(u64, Socket)>,
    history: Vec<Value>,
    /// The latest answer, to be continued.
    response: Option<String>,
    model: &'static str,
    /// Its answers hold reasoning that only their account can read.
    reasons: bool,
}

fn at(dice: &mut Dice, length: usize) -> usize {
    usize::try_from(dice.below(length as u64)).unwrap_or_default()
}

/// One request of a turn.
struct Call {
    new: Vec<Value>,
    previous: Option<String>,
    turn_state: Option<String>,
    wants: &'static str,
    model: &'static str,
    /// Each account refuses it alike.
    is_bad: bool,
}

/// Holds conversations until the time is up.
pub(crate) async fn live(stage: Arc<Stage>, client: u64, until: Instant) {
    let mut dice = Dice::of(&[stage.backend.seed, 6, client]);
    // Not all at once.
    time::sleep(Duration::from_millis(dice.below(1_500))).await;
    let mut number = 0;
    while Instant::now() < until {
        number += 1;
        let transport = if dice.percent(50) { Transport::Http } else { Transport::Socket };
        let mut session = Session {
            stage: Arc::clone(&stage),
            id: format!("session-{client}-{number}"),
            dice: Dice::of(&[stage.backend.seed, 7, client, number]),
            transport,
            socket: None,
            history: Vec::new(),
            response: None,
            model: if stage.is_field() { MODELS[at(&mut dice, MODELS.len())] } else { MODELS[0] },
            reasons: dice.percent(25),
        };
        for _ in 0..dice.within(2, 8) {
            if Instant::now() >= until {
                break;
            }
            session.turn().await;
            time::sleep(Duration::from_millis(dice.within(150, 1_500))).await;
        }
    }
}

impl Session {
    async fn turn(&mut self) {
        if !self.history.is_empty() && self.dice.percent(4) {
            return self.compact().await;
        }
        self.stage.turn(false);
        let is_chained = self.dice.percent(60);
        let mut call = Call {
            new: vec![user("go on")],
            previous: self.response.clone().filter(|_| is_chained),
            turn_state: None,
            wants: "",
            model: self.model,
            is_bad: self.stage.is_field() && self.dice.percent(3),
        };
        for _ in 0..self.dice.within(1, 3) {
            let plain = if self.reasons { "reasoning" } else { "" };
            call.wants = if self.dice.percent(40) { "tool" } else { plain };
            let Some(reading) = self.until_answered(&mut call).await else { return };
            self.learn(&mut call, reading);
            // Within a turn a tool's output follows, with the turn's state.
            if call.new.is_empty() {
                break;
            }
        }
        self.stage.turn(true);
    }

    /// Keeps the content of an answer, and prepares the tool output it requests.
    fn learn(&mut self, call: &mut Call, reading: Reading) {
        self.history.append(&mut call.new);
        self.history.extend(reading.items.iter().cloned());
        let outputs = reading.items.iter().filter(|item| item["type"] == "function_call");
        call.new =
            outputs.map(|it| tool_output(it["call_id"].as_str().unwrap_or_default())).collect();
        let excess = self.history.len().saturating_sub(MOST_HISTORY);
        self.history.drain(..excess);
        call.previous = reading.response.clone().filter(|_| call.previous.is_some());
        call.turn_state = call.turn_state.take().or(reading.turn_state);
        self.response = reading.response;
    }

    /// Asks until there is an answer, as the real client does: again after
    /// what passes, in full when the chain is gone.
    async fn until_answered(&mut self, call: &mut Call) -> Option<Reading> {
        for _ in 0..MOST_REQUESTS {
            let Received { view, reading } = self.request(call).await;
            let mut pause = self.dice.within(100, 500);
            match &view.end {
                End::Completed => return Some(reading),
                End::Left | End::GaveUp | End::Nothing { .. } => {
                    self.socket = None;
                    return None;
                }
                End::Error { status: 409, .. } => {
                    (call.previous, pause) = (None, 0);
                }
                End::NotOpened { .. } => {
                    (self.transport, pause) = (Transport::Http, 0);
                    call.previous = None;
                }
                End::ComeBack => pause = 0,
                End::Failed { .. } | End::Error { status: 429 | 400 | 422, .. } => {
                    return self.give_up(pause).await;
                }
                End::Error { .. } if call.is_bad => return self.give_up(pause).await,
                End::Error { .. } => {}
                End::Cut => call.previous = None,
            }
            self.socket = None;
            time::sleep(Duration::from_millis(pause)).await;
        }
        None
    }

    /// The turn is over, and its chain with it.
    async fn give_up(&mut self, pause: u64) -> Option<Reading> {
        self.socket = None;
        self.response = None;
        time::sleep(Duration::from_millis(pause * 2)).await;
        None
    }

    fn manner(&mut self) -> Manner {
        match self.dice.below(100) {
            0..5 => Manner::Slow,
            5..7 => Manner::LeavesAfter(self.dice.within(1, 60)),
            7..9 => Manner::LeavesAtOutput,
            _ => Manner::Plain,
        }
    }

    async fn request(&mut self, call: &Call) -> Received {
        let sent = SentRequest {
            request: self.stage.request(),
            transport: self.transport,
            previous: call.previous.clone(),
            turn_state: call.turn_state.clone(),
            model: call.model,
            is_bad: call.is_bad,
            is_compact: false,
            at: Instant::now(),
        };
        let manner = self.manner();
        self.stage.begin();
        let body = self.body(&sent, call);
        let received = if sent.is_frame() {
            self.on_socket(&sent, &frame(body), manner).await
        } else {
            let mut request = self.post("responses", &body);
            if let Some(state) = &sent.turn_state {
                request = request.header("x-codex-turn-state", state);
            }
            over_http(&self.stage, &sent, request, manner).await
        };
        let socket = self.socket.as_ref().map(|(number, _)| *number).filter(|_| sent.is_frame());
        self.stage.finish(sent, socket, received.view.clone());
        received
    }

    fn body(&self, sent: &SentRequest, call: &Call) -> Value {
        let mut input = if sent.previous.is_some() { Vec::new() } else { self.history.clone() };
        input.extend(call.new.iter().cloned());
        let mut body = turn(&input);
        body["model"] = json!(call.model);
        body["prompt_cache_key"] = json!(self.id);
        body["client_metadata"] =
            json!({"soak_request": sent.request.to_string(), "soak_wants": call.wants});
        if sent.is_bad {
            body["client_metadata"]["soak_bad"] = json!("true");
        }
        if let Some(previous) = &sent.previous {
            body["previous_response_id"] = json!(previous);
        }
        if let Some(state) = sent.turn_state.as_ref().filter(|_| sent.is_frame()) {
            body["client_metadata"]["x-codex-turn-state"] = json!(state);
        }
        body
    }

    fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.stage.http.post(self.stage.path(path)).body(body.to_string());
        let request = request.header("content-type", "application/json");
        request.header("accept", "text/event-stream").header("session-id", &self.id)
    }

    async fn on_socket(&mut self, sent: &SentRequest, frame: &Value, manner: Manner) -> Received {
        if self.socket.is_none() {
            let number = self.stage.socket();
            let name = number.to_string();
            let headers = [(SOCKET, name.as_str()), ("session-id", self.id.as_str())];
            match Socket::open(&self.stage.path("responses"), &headers).await {
                Ok(socket) => self.socket = Some((number, socket)),
                Err(refused) => {
                    return unsent(End::NotOpened { status: refused.status().as_u16() });
                }
            }
        }
        let Some((_, socket)) = &mut self.socket else { return unsent(End::Cut) };
        on_socket(&self.stage, sent, socket, frame, manner).await
    }

    async fn compact(&mut self) {
        let sent = SentRequest {
            request: self.stage.request(),
            transport: Transport::Http,
            previous: None,
            turn_state: None,
            model: MODELS[0],
            is_bad: false,
            is_compact: true,
            at: Instant::now(),
        };
        let mut body =
            json!({"model": MODELS[0], "input": self.history, "instructions": "compact"});
        body["client_metadata"] = json!({"soak_request": sent.request.to_string()});
        self.stage.begin();
        let request = self.post("responses/compact", &body);
        let received = over_http(&self.stage, &sent, request, Manner::Plain).await;
        if received.view.end == End::Completed {
            self.history = vec![user("what was compacted")];
            self.response = None;
        }
        self.stage.finish(sent, None, received.view);
    }
}
