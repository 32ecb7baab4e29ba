//! A Codex that writes what a script contains: for what the real one cannot be
//! made to do.
//!
//! `FAKE_CODEX` names a file of JSON: for each method that is called, a list of
//! lines to write. A line is an object, with `"$id"` for the request's id and
//! `"$thread"` for the thread it names, or a text: `!exit` ends it, `!hang` neither reads nor ends any more, `!child`
//! starts a program that keeps running, anything else is written as it is. Its
//! requests and its environment go into `seen.json` beside the script, a line
//! each; the next one with the same script appends to it.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "all of this is tests")]

use std::{
    env, fs,
    fs::File,
    io::{BufRead as _, Write as _, stdin},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

/// Has this program stay and do nothing, as a child of itself.
const STAY: &str = "--stay";

struct Fake {
    script: Value,
    seen: File,
}

fn main() {
    if env::args().nth(1).as_deref() == Some(STAY) {
        hang();
    }
    if env::args().nth(1).as_deref() == Some("--version") {
        println!("codex-cli 9.9.9");
        // As the real one does, for every request.
        let home = env::var_os("CODEX_HOME").map(PathBuf::from);
        fs::write(home.unwrap().join("started"), "").unwrap();
        return;
    }
    let path = PathBuf::from(env::var_os("FAKE_CODEX").unwrap());
    let script = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let seen = path.with_file_name("seen.json");
    let seen = File::options().append(true).create(true).open(seen).unwrap();
    let mut fake = Fake { script, seen };
    fake.record(&surroundings());
    for line in stdin().lock().lines() {
        let Ok(request) = serde_json::from_str::<Value>(&line.unwrap()) else { continue };
        fake.record(&request);
        fake.answer(&request, &path);
    }
}

impl Fake {
    fn record(&mut self, seen: &Value) {
        writeln!(self.seen, "{seen}").unwrap();
        self.seen.flush().unwrap();
    }

    fn answer(&self, request: &Value, script: &Path) {
        let method = request["method"].as_str().unwrap_or_default();
        let usual = usual(method);
        let lines = self.script[method].as_array().unwrap_or(&usual);
        for line in lines {
            match line.as_str() {
                Some("!exit") => std::process::exit(0),
                Some("!hang") => hang(),
                Some("!child") => begin(script),
                Some(text) => println!("{text}"),
                None => println!("{}", with_names(line, request)),
            }
        }
    }
}

fn with_names(line: &Value, request: &Value) -> String {
    let line = line.to_string().replace("\"$id\"", &request["id"].to_string());
    line.replace("\"$thread\"", &request["params"]["threadId"].to_string())
}

/// What a well-behaved Codex answers.
fn usual(method: &str) -> Vec<Value> {
    match method {
        "initialize" => vec![json!({ "id": "$id", "result": {} })],
        "thread/start" => {
            let result = json!({ "thread": { "id": "thread-1" }, "model": "gpt-fake" });
            vec![json!({ "id": "$id", "result": result })]
        }
        "thread/resume" => {
            let result = json!({ "thread": { "id": "$thread" }, "model": "gpt-fake" });
            vec![json!({ "id": "$id", "result": result })]
        }
        "thread/compact/start" => {
            let item = json!({ "item": { "type": "contextCompaction" } });
            let turn = json!({ "turn": { "id": "turn-2", "status": "completed" } });
            vec![
                json!({ "id": "$id", "result": {} }),
                json!({ "method": "turn/started", "params": turn }),
                json!({ "method": "item/started", "params": item }),
                json!({ "method": "item/completed", "params": item }),
                json!({ "method": "turn/completed", "params": turn }),
            ]
        }
        "turn/start" => vec![json!({ "id": "$id", "result": { "turn": { "id": "turn-1" } } })],
        "turn/interrupt" => {
            let turn = json!({ "turn": { "id": "turn-1", "status": "interrupted" } });
            vec![
                json!({ "id": "$id", "result": {} }),
                json!({ "method": "turn/completed", "params": turn }),
            ]
        }
        _ => Vec::new(),
    }
}

/// Arguments, environment and settings, to be looked through.
fn surroundings() -> Value {
    let home = PathBuf::from(env::var_os("CODEX_HOME").unwrap());
    let files: Vec<_> = fs::read_dir(&home).unwrap().map(|it| it.unwrap().file_name()).collect();
    json!({
        "arguments": env::args().skip(1).collect::<Vec<_>>(),
        "environment": env::vars().collect::<Vec<_>>(),
        "config": fs::read_to_string(home.join("config.toml")).unwrap(),
        "files": files.iter().map(|it| it.to_string_lossy()).collect::<Vec<_>>(),
        "home": home,
        "pid": std::process::id(),
    })
}

/// Starts a program that outlives its parent, unless it is ended with it.
fn begin(script: &Path) {
    let mut child = Command::new(env::current_exe().unwrap());
    let child = child.arg(STAY).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    fs::write(script.with_file_name("child.pid"), child.unwrap().id().to_string()).unwrap();
}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}
