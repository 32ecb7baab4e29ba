//! A provider for one test: it answers each account as the test wants, and nothing else.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use serde_json::{Value, json};

/// How an account is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    /// With a short turn.
    Good,
    /// Its five hours are used up.
    Out,
    /// The answer begins and breaks off.
    Breaks,
    /// With an error that is about the request.
    Refuses,
}

/// Listens until the test ends.
pub(crate) struct Upstream {
    port: u16,
}

impl Upstream {
    /// `accounts`: by the name of the sign-in that the sandbox made.
    pub(crate) fn new(accounts: &[(&str, Answers)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let accounts: BTreeMap<_, _> =
            accounts.iter().map(|(name, answers)| (format!("account-{name}"), *answers)).collect();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let accounts = accounts.clone();
                thread::spawn(move || serve(stream, &accounts));
            }
        });
        Self { port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// One request for each connection.
fn serve(mut stream: TcpStream, accounts: &BTreeMap<String, Answers>) {
    let Some((first, account)) = read_request(&stream) else { return };
    let answers = accounts.get(&account).filter(|_| first.contains("/codex/responses"));
    let Some(answers) = answers else {
        let _ = stream.write_all(&whole("404 Not Found", "application/json", "{}"));
        return;
    };
    let event =
        |event: &Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap());
    let created = event(&json!({ "type": "response.created", "response": { "id": "resp_1" } }));
    let said = event(&json!({ "type": "response.output_text.delta", "delta": "hello" }));
    let over = event(&json!({ "type": "response.completed", "response": {
        "id": "resp_1",
        "usage": {
            "input_tokens": 7, "output_tokens": 3, "total_tokens": 10,
            "input_tokens_details": { "cached_tokens": 4 },
            "output_tokens_details": { "reasoning_tokens": 2 },
        },
    }}));
    let answer = match answers {
        Answers::Good => whole("200 OK", "text/event-stream", &(created + &said + &over)),
        Answers::Breaks => {
            let text = created + &said;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n";
            [head.as_bytes(), text.as_bytes()].concat()
        }
        Answers::Out => {
            let error = json!({ "error": {
                "type": "usage_limit_reached", "message": "out", "resets_in_seconds": 3600,
            }});
            whole("429 Too Many Requests", "application/json", &error.to_string())
        }
        Answers::Refuses => {
            let error = json!({ "error": {
                "type": "invalid_request_error", "code": "invalid_value", "param": "input",
                "message": "no",
            }});
            whole("400 Bad Request", "application/json", &error.to_string())
        }
    };
    let _ = stream.write_all(&answer);
}

fn whole(status: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The first line and the account.
fn read_request(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut account, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "chatgpt-account-id" => value.trim().clone_into(&mut account),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first, account))
}

/// One turn of a client at the router; the status that it sees, once all was read.
pub(crate) fn turn(url: &str) -> u16 {
    turn_with(url, &[], "gpt-test")
}

/// The same with further headers, of a model.
pub(crate) fn turn_with(url: &str, headers: &[(&str, &str)], model: &str) -> u16 {
    let rest = url.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let body = json!({ "model": model, "input": [], "stream": true }).to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    let further: Vec<_> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let further = further.concat();
    let head = format!(
        "POST /{path}/responses HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{}connection: close\r\n\r\n",
        body.len(),
        further,
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).unwrap();
    let mut answer = Vec::new();
    // A cut answer ends in an error.
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}
