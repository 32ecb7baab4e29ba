//! Planted secrets are searched in everything that is written for others to
//! read: recordings, bundles, exports, the log at its finest level, and the
//! output of commands. And what is written is its owner's only.

use std::{fs, path::Path, process::Stdio};

use reqwest::Method;
use rotunda_host::files;
use rotunda_tests::{
    Reply, ScriptedUpstream, Signal, Whole,
    client::Ask,
    event, eventually, in_time, jwt,
    planted::{SECRETS, holds_no_secret},
};
use serde_json::{Value, json};

/// All secrets as a JSON document may have them: values, keys, numbers, nested texts.
fn content() -> Value {
    let secrets = || SECRETS.into_iter();
    let keys: serde_json::Map<_, _> = secrets().map(|it| (it.to_owned(), json!(it))).collect();
    let nested = json!({ "keys": keys.clone(), "n": 27_182_818_284_u64 }).to_string();
    json!({ "list": secrets().collect::<Vec<_>>(), "keys": keys, "nested": nested,
        "again": json!([nested]).to_string(), "n": 27_182_818_284_u64, "code": "hunter2",
        "type": "hunter2", "model": "hunter2", "status": "hunter2", "id": ["hunter2"] })
}

fn conversation() -> Value {
    let text = content().to_string();
    json!([
        { "type": "message", "role": "user", "content": [{ "type": "input_text", "text": text },
            { "type": "input_image", "image_url": format!("data:image/png;base64,{text}") },
            { "type": "hunter2", "hunter2": content() }] },
        { "type": "function_call", "call_id": "c1", "name": "hunter2", "arguments": text },
        { "type": "function_call_output", "call_id": "c1", "output": text },
        { "type": "function_call_output", "call_id": "c1", "output": [content(), { "type": "input_text", "text": text }] },
        { "type": "custom_tool_call", "call_id": "c2", "name": "moonshot-project", "input": text },
        { "type": "local_shell_call", "action": { "type": "exec", "command": ["hunter2"], "env": content() } },
        { "type": "hunter2", "content": content(), "hunter2": true },
    ])
}

fn begin(rotunda: &Whole, file: &Path) -> tokio::process::Child {
    let mut command = rotunda.command(&["activity", "--record", file.to_str().unwrap()]);
    command.stdin(Stdio::null()).spawn().unwrap()
}

#[track_caller]
fn is_private(file: &Path) {
    assert_eq!(files::mode(file), Some(files::PRIVATE), "{}", file.display());
}

#[tokio::test]
async fn a_recording_keeps_no_words_numbers_or_keys_of_what_tools_are_given_and_answer() {
    let upstream = ScriptedUpstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, folder.path()).env("ROTUNDA_LOG", "trace");
    rotunda.add(&upstream, "main").await;
    rotunda.serve().await;
    let file = folder.path().join("passed.jsonl");
    let child = begin(&rotunda, &file);
    let text = || fs::read_to_string(&file).unwrap_or_default();
    eventually("the recording", || text().contains("recording")).await;
    let call = event::function_call("c9", &content().to_string());
    let events = [
        event::created("resp-main-1"),
        event::item_added(&call),
        json!({ "type": "response.function_call_arguments.done", "arguments": content().to_string() }),
        json!({ "type": "response.code_interpreter_call_code.done", "code": "hunter2", "hunter2": content() }),
        json!({ "type": "hunter2.moonshot-project", "value": content(), "27182818284": 27_182_818_284_u64 }),
        json!({ "type": "response.brand_new.done", "arguments": content(), "text": content(), "delta": content() }),
        event::item_done(&call),
        event::completed("resp-main-1"),
    ];
    upstream.next("account-main", Reply::events(events).header("x-hunter2", "s3cr3t-w0rd"));
    let url = || format!("{}/responses", rotunda.codex_url()).parse().unwrap();
    let turn = json!({ "model": "m", "stream": true, "input": conversation(),
        "tools": [content()], "metadata": content(), "hunter2": content(),
        "client_metadata": { "hunter2": "hunter2", "x-codex-turn-metadata": content().to_string() } });
    let ask = Ask::new(Method::POST, url()).header("x-moonshot-project", "hunter2").json(&turn);
    assert_eq!(ask.answer().await.status, 200);
    upstream.next(
        "account-main",
        Reply::json(
            400,
            json!({ "error": { "code": "hunter2",
        "message": content().to_string(), "hunter2": content() }, "detail": content() }),
        ),
    );
    let ask = Ask::new(Method::POST, url()).json(&turn);
    assert_eq!(ask.answer().await.status, 400);
    let ends = || text().matches("\"kind\":\"end\"").count();
    eventually("both ends", || ends() == 2).await;
    Signal::Interrupt.send(child.id().unwrap()).await;
    in_time("the recording to end", child.wait_with_output()).await.unwrap();
    holds_no_secret(&text(), "the recording");
    for helpful in ["function_call_output", "response.brand_new.done", "local_shell_call", "<key>"]
    {
        assert!(text().contains(helpful), "{helpful} is not in {}", text());
    }
    is_private(&file);
    holds_no_secret(&rotunda.log(), "the log");
    for (path, text) in rotunda.everything_but_the_vault() {
        holds_no_secret(&text, &path.display().to_string());
    }
}

const CONFIG: &str = r#"
model = "gpt-6.1-sol" # hunter2 of ada.lovelace@example.com
model_provider = "moonshot-project"
instructions = """
first line
s3cr3t-w0rd and пароль-тайна
"""
notify = ["parole☂mondo", "hunter2"]
hunter2 = 27182818284
[projects."/srv/moonshot-project"]
trust_level = "trusted"
[mcp_servers.figma-internal]
command = "/opt/figma-internal/bin/x"
args = ["--token", "hun\u0074er2", '''s3cr3t-w0rd''']
env = { TOKEN = "sk-planted-in-test", "пароль-тайна" = "x", N = 27182818284 }
http_headers = { Authorization = "Bearer eyJhbGciOiJQTEFOVEVE" }
[[moonshot-project]]
hunter2 = "rt_planted_refresh"
[profiles.moonshot-project]
model = "gpt-6.1-sol"
[model_providers.moonshot-project]
name = "hunter2"
base_url = "https://moonshot-project.corp.example/hunter2/v1?key=hunter2"
env_key = "FIGMA_hunter2"
query_params = { key = "hunter2" }
"#;

/// What an earlier version or another program may have left in the log.
const LOG: &str = "2026-11-29T05:00:00.000000Z  INFO rotunda_daemon: proxy=ada:s3cr3t-w0rd#x@proxy.corp:3128 up\n\
    2026-11-29T05:00:01.000000Z  WARN rotunda_daemon: at /srv/moonshot-project/x for \"ada.lovelace@example.com\" and GRACE <grace@navy.example>\n\
    2026-11-29T05:00:02.000000Z  WARN rotunda_router: url=http://127.0.0.1:1/0123456789abcdef0123456789abcdef/codex?k=hunter2 token=hunter2\n\
    2026-11-29T05:00:03.000000Z  WARN rotunda_router: started figma-internal with пароль-тайна, sk-planted-in-test\n\
    hunter2 on a line of somebody else\n\
    2026-11-29T05:00:04.000000Z  INFO rotunda_daemon::daemon::serving: router listens port=4517\n";

fn unpacked(file: &Path) -> String {
    let bytes = fs::read(file).unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b], "the name says gzip");
    let tar = std::process::Command::new("tar").arg("-xzOf").arg(file).output().unwrap();
    assert!(tar.status.success(), "{tar:?}");
    String::from_utf8_lossy(&tar.stdout).into_owned()
}

#[tokio::test]
async fn bundles_exports_and_outputs_hold_no_planted_secret_and_are_private() {
    let upstream = ScriptedUpstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let codex = folder.path();
    let mut rotunda = Whole::new(&upstream, codex)
        .env("ROTUNDA_LOG", "trace")
        .env("USER", "hunter2")
        .env("NO_PROXY", "127.0.0.1,localhost,moonshot-project.corp")
        .env("HTTPS_PROXY", "ada:s3cr3t-w0rd#x@moonshot-project.corp:3128");
    let auth = json!({ "auth_mode": "chatgpt", "tokens": {
        "id_token": jwt::identity_of("account-work", "ada.lovelace@example.com"),
        "access_token": jwt::access("account-work", 1, jwt::FAR),
        "refresh_token": "rt_planted_refresh", "account_id": "account-work" } });
    let file = rotunda.home().join("auth-work.json");
    fs::write(&file, auth.to_string()).unwrap();
    let ran = rotunda.run(&["import", file.to_str().unwrap(), "--name", "work"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    fs::remove_file(&file).unwrap();
    let renamed = rotunda.run(&["rename", "work", "moonshot-project"]).await;
    assert_eq!(renamed.code, Some(0), "{renamed:?}");
    assert_eq!(rotunda.run(&["rename", "moonshot-project", "home"]).await.code, Some(0));
    fs::write(codex.join("config.toml"), CONFIG).unwrap();
    fs::write(codex.join("moonshot-project.config.toml"), "openai_base_url = 'https://hunter2'\n")
        .unwrap();
    fs::write(codex.join(".env"), "HTTPS_PROXY=ada:hunter2@h\nX=parole☂mondo\n").unwrap();
    let logs = rotunda.home().join("rotunda/logs");
    fs::create_dir_all(&logs).unwrap();
    fs::write(logs.join("rotunda.log"), LOG).unwrap();
    fs::write(logs.join("rotunda-old.log"), "hunter2: a file of somebody else\n").unwrap();
    rotunda.serve().await;

    let bundle = codex.join("bundle.tar.gz");
    let ran = rotunda.run(&["doctor", "--bundle", bundle.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let text = unpacked(&bundle);
    holds_no_secret(&text, "the bundle");
    for helpful in [
        "model = \"gpt-6.1-sol\"",
        "router listens port=4517",
        "profile-1",
        "\"NO_PROXY\"",
        "<host>:3128",
        "[mcp_servers] entries = 1",
        "127.0.0.1,localhost,<host>",
        "1 other lines",
    ] {
        assert!(text.contains(helpful), "{helpful} is not in {text}");
    }
    let export = codex.join("settings.toml");
    let ran = rotunda.run(&["export", export.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    holds_no_secret(&fs::read_to_string(&export).unwrap(), "the export");
    for file in [&bundle, &export, &logs.join("rotunda.log")] {
        is_private(file);
    }
    writes_over_nothing(&rotunda, codex, [&bundle, &export]).await;
    prints_addresses_on_request(&rotunda).await;
}

async fn writes_over_nothing(rotunda: &Whole, codex: &Path, [bundle, export]: [&Path; 2]) {
    // Neither is written over by the next one, and a link is not followed.
    let link = codex.join("link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(codex.join("elsewhere"), &link).unwrap();
    #[cfg(windows)]
    fs::write(&link, "no link, which asks for rights here").unwrap();
    for taken in [bundle, export, codex.join("config.toml").as_path(), link.as_path(), codex] {
        let before = fs::read(taken).ok();
        for arguments in [["doctor", "--bundle"].as_slice(), &["export"], &["activity", "--record"]]
        {
            let arguments = [arguments, &[taken.to_str().unwrap()]].concat();
            let ran = rotunda.run(&arguments).await;
            assert_eq!(ran.code, Some(1), "{arguments:?}: {ran:?}");
            assert!(ran.err.contains("is there already, so nothing was written"), "{ran:?}");
            assert_eq!(fs::read(taken).ok(), before, "{arguments:?}");
        }
    }
    assert!(!codex.join("elsewhere").exists());
}

async fn prints_addresses_on_request(rotunda: &Whole) {
    let addresses = |text: &str| text.contains("ada.lovelace@example.com");
    let status = rotunda.run(&["status", "--json"]).await;
    assert!(
        !addresses(&status.out) && status.json()["profiles"][0]["email"].is_null(),
        "{status:?}"
    );
    for arguments in
        [&["status", "--json", "--emails"][..], &["status", "--emails"], &["profiles", "--json"]]
    {
        assert!(addresses(&rotunda.run(arguments).await.out), "{arguments:?}");
    }
    for arguments in [
        &["status"][..],
        &["status", "--json"],
        &["quota"],
        &["quota", "--json"],
        &["activity"],
        &["activity", "--json"],
    ] {
        let ran = rotunda.run(arguments).await;
        // What profiles were called stands in the history of their owner.
        let printed = format!("{}{}", ran.out, ran.err).replace("moonshot-project", "");
        holds_no_secret(&printed, &format!("{arguments:?}"));
    }
}
