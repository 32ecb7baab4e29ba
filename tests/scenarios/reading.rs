//! Reading answers: whatever form upstream gives an error, a profile that is
//! out rests, and another profile serves the turn.

use async_compression::tokio::write::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use bytes::Bytes;
use rotunda_tests::{
    Reply, Rig, Route, Step, event,
    rig::{frame, turn, user},
};
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// In how many seconds the limit of these tests resets.
const RESETS_IN: u64 = 5000;

fn limit() -> Value {
    json!({"type": "usage_limit_reached", "message": "The usage limit has been reached",
           "plan_type": "plus", "resets_in_seconds": RESETS_IN})
}

async fn finish(mut encoder: impl AsyncWrite + Unpin, bytes: &[u8]) {
    encoder.write_all(bytes).await.unwrap();
    encoder.shutdown().await.unwrap();
}

/// The bytes with this list of codings applied, in order.
async fn encoded(codings: &str, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for coding in codings.split(',').map(str::trim) {
        let mut out = Vec::new();
        match coding {
            "gzip" | "x-gzip" | "GZIP" => finish(GzipEncoder::new(&mut out), &bytes).await,
            "br" => finish(BrotliEncoder::new(&mut out), &bytes).await,
            "zstd" => finish(ZstdEncoder::new(&mut out), &bytes).await,
            "deflate" => finish(ZlibEncoder::new(&mut out), &bytes).await,
            _ => out = bytes.clone(),
        }
        bytes = out;
    }
    bytes
}

const CODINGS: [&str; 9] =
    ["gzip", "x-gzip", "GZIP", "deflate", "br", "zstd", "gzip, br", "gzip, identity", ""];

async fn coded_limit(codings: &str) -> Reply {
    let body = encoded(codings, json!({"error": limit()}).to_string().as_bytes()).await;
    coded(codings, body)
}

fn coded(codings: &str, body: Vec<u8>) -> Reply {
    let reply = Reply { steps: vec![Step::Raw(Bytes::from(body))], ..Reply::events([]) };
    let reply = Reply { status: 429, ..reply };
    reply.header("content-type", "application/json").header("content-encoding", codings)
}

/// `main` is out until the reset, and `second` has served.
#[track_caller]
fn moved_on(rig: &Rig, what: &str) {
    let rests = rig.rests_for("main");
    assert!(rests.is_some_and(|rest| rest.abs_diff(RESETS_IN) < 60), "{what}: {rests:?}");
    assert_eq!(rig.upstream.tried().last().map(String::as_str), Some("second"), "{what}");
}

#[tokio::test]
async fn a_compressed_limit_is_a_limit() {
    for codings in CODINGS {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next("account-main", coded_limit(codings).await);
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.status, 200, "{codings}: {}", answer.text());
        moved_on(&rig, codings);
    }
}

#[tokio::test]
async fn bare_deflate_is_read_too() {
    let mut body = Vec::new();
    finish(DeflateEncoder::new(&mut body), json!({"error": limit()}).to_string().as_bytes()).await;
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", coded("deflate", body));
    assert_eq!(rig.fresh("s").answer().await.status, 200);
    moved_on(&rig, "bare deflate");
}

/// A wrong header is no reason to miss what the body says.
#[tokio::test]
async fn a_limit_that_only_claims_to_be_compressed_is_a_limit() {
    for codings in ["gzip", "br", "compress", "aws-chunked"] {
        let rig = Rig::of(&["main", "second"]).await;
        let plain = json!({"error": limit()}).to_string().into_bytes();
        rig.upstream.next("account-main", coded(codings, plain));
        assert_eq!(rig.fresh("s").answer().await.status, 200);
        moved_on(&rig, codings);
    }
}

#[tokio::test]
async fn an_upgrade_refused_with_a_compressed_limit_moves_on() {
    for codings in CODINGS {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.next_on(Route::Upgrade, "account-main", coded_limit(codings).await);
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        socket.until("response.completed").await;
        moved_on(&rig, codings);
    }
}

/// A compressed error that no profile can avoid reaches the client as it came.
#[tokio::test]
async fn a_compressed_error_is_passed_on_as_received() {
    let error = json!({"error": {"code": "context_length_exceeded", "message": "m"}});
    let body = encoded("gzip", error.to_string().as_bytes()).await;
    let rig = Rig::of(&["main"]).await;
    rig.upstream.always("account-main", Reply { status: 400, ..coded("gzip", body.clone()) });
    let answer = rig.fresh("s").answer().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (400, "gzip"));
    assert_eq!(answer.body, body);
}

/// The failure of a stream before its output, in each form of the same event.
fn forms_of(event: &Value) -> Vec<(&'static str, String)> {
    let kind = event["type"].as_str().unwrap();
    let mut rest = event.clone();
    rest.as_object_mut().unwrap().remove("type");
    let members = rest.to_string();
    let members = members.trim_start_matches('{').trim_end_matches('}').to_owned() + "}";
    let first = format!("{{\"type\":\"{kind}\",{members}}}");
    let last = format!("{{{members},\"type\":\"{kind}\"}}");
    let middle = format!("{{\"sequence_number\":7,\"type\":\"{kind}\",{members}}}");
    let untyped = format!("{{{members}}}");
    let two_lines = last.replacen(',', ",\ndata: ", 1);
    vec![
        ("first", format!("data: {first}\n\n")),
        ("last", format!("data: {last}\n\n")),
        ("behind a number", format!("data: {middle}\n\n")),
        ("without a space", format!("data:{last}\n\n")),
        ("named alike", format!("event: {kind}\ndata: {last}\n\n")),
        ("named otherwise", format!("event: message\ndata: {last}\n\n")),
        ("only named", format!("event: {kind}\ndata: {untyped}\n\n")),
        ("named after the data", format!("data: {untyped}\nevent: {kind}\n\n")),
        ("behind a mark", format!("\u{feff}data: {last}\n\n")),
        ("behind a mark and a name", format!("\u{feff}event: {kind}\ndata: {untyped}\n\n")),
        ("behind a comment", format!(": ping\n\ndata: {last}\n\n")),
        ("CR", format!("id: 1\rdata: {last}\r\r")),
        ("CRLF", format!("id: 1\r\ndata: {last}\r\n\r\n")),
        ("without a blank line", format!("data: {last}\n")),
        ("without any line end", format!("data: {last}")),
        ("named, without any line end", format!("event: {kind}\r\ndata: {untyped}")),
        ("on two lines", format!("data: {two_lines}\n\n")),
    ]
}

#[tokio::test]
async fn a_failure_is_found_in_each_form_of_a_stream() {
    let failed = event::failed_with(&limit());
    let error = json!({"type": "error", "error": limit()});
    for event in [failed, error] {
        for (form, text) in forms_of(&event) {
            for begun in [false, true] {
                let rig = Rig::of(&["main", "second"]).await;
                let mut reply = Reply::events([]);
                if begun && !text.starts_with('\u{feff}') {
                    reply = reply.then_events([event::created("r")]);
                }
                rig.upstream.next("account-main", reply.then(Step::Raw(text.clone().into())));
                let answer = rig.fresh("s").answer().await;
                assert!(answer.text().contains("hello from second"), "{form}: {}", answer.text());
                moved_on(&rig, form);
            }
        }
    }
}

/// The same piece by piece: an event is read whatever the borders of the chunks.
#[tokio::test]
async fn a_failure_is_found_when_it_comes_in_pieces() {
    let failed = event::failed_with(&limit());
    let (_, text) =
        forms_of(&failed).into_iter().find(|(form, _)| *form == "behind a mark").unwrap();
    let rig = Rig::of(&["main", "second"]).await;
    let pieces = text.as_bytes().chunks(5).map(|piece| Step::Raw(Bytes::copy_from_slice(piece)));
    let reply = Reply { steps: pieces.collect(), ..Reply::events([]) };
    rig.upstream.next("account-main", reply);
    assert!(rig.fresh("s").answer().await.text().contains("hello from second"));
    moved_on(&rig, "in pieces");
}

/// The parser of Codex panics on a byte-order mark.
#[tokio::test]
async fn a_byte_order_mark_is_not_passed_on() {
    let events = [event::created("r"), event::delta("\u{feff}hello"), event::completed("r")];
    let stream: String = events.iter().map(event::sse).collect();
    let marked = format!("\u{feff}{stream}");
    for size in [1, 2, 3, 7, marked.len()] {
        for with_length in [false, true] {
            let rig = Rig::of(&["main"]).await;
            let pieces = marked.as_bytes().chunks(size);
            let mut reply = Reply::events([]);
            reply.steps = pieces.map(|it| Step::Raw(Bytes::copy_from_slice(it))).collect();
            if with_length {
                reply = reply.header("content-length", &marked.len().to_string());
            }
            rig.upstream.next("account-main", reply);
            let answer = rig.fresh("s").answer().await;
            assert_eq!(answer.text(), stream, "{size} {with_length}");
        }
    }
}

/// What stands inside a delta is a model's text, wherever its type stands.
#[tokio::test]
async fn a_delta_that_quotes_a_failure_is_output() {
    let quoted = json!({"type": "response.failed", "response": {"error": limit()}}).to_string();
    let delta = json!({"delta": quoted, "type": "response.output_text.delta"}).to_string();
    let rig = Rig::of(&["main", "second"]).await;
    let reply = Reply::events([event::created("r")])
        .then(Step::Raw(format!("data: {delta}\n\n").into()))
        .then_events([event::completed("r")]);
    rig.upstream.next("account-main", reply);
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("usage_limit_reached"), "{}", answer.text());
    assert_eq!((rig.upstream.tried(), rig.rests_for("main")), (vec!["main".to_owned()], None));
}

#[tokio::test]
async fn a_failure_is_found_in_each_form_of_a_frame() {
    let error = limit().to_string();
    for text in [
        format!(r#"{{"type":"error","status":429,"error":{error}}}"#),
        format!(r#"{{"status":429,"error":{error},"type":"error"}}"#),
        format!(r#"{{"status":429,"error":{error}}}"#),
        format!(r#"{{ "error" : {error} , "status_code" : 429 , "type" : "error" }}"#),
        format!(
            r#"{{"sequence_number":1,"type":"response.failed","response":{{"error":{error}}}}}"#
        ),
        format!(r#"{{"response":{{"error":{error}}},"type":"response.failed"}}"#),
    ] {
        let rig = Rig::of(&["main", "second"]).await;
        let reply = Reply::events([event::created("r")]).then(Step::Raw(text.clone().into()));
        rig.upstream.next("account-main", reply);
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        let events = socket.until("response.completed").await;
        assert!(json!(events).to_string().contains("hello from second"), "{text}: {events:?}");
        moved_on(&rig, &text);
    }
}

/// What a gateway puts around the limit of an account.
fn wrapped_limits() -> Vec<Value> {
    let text = json!({"error": limit()}).to_string();
    vec![
        json!({"detail": limit()}),
        json!({"detail": {"error": limit()}}),
        json!({"detail": text}),
        json!({"error": text}),
        json!({"error": {"error": limit()}}),
        json!({"error": {"code": "upstream_error", "message": text}}),
        json!({"error": {"type": "server_error", "message": text}}),
        json!({"errors": [limit()]}),
        json!([{"error": limit()}]),
        json!({"message": text, "code": 429}),
    ]
}

#[tokio::test]
async fn a_wrapped_limit_is_a_limit() {
    for status in [402, 403, 429] {
        for body in wrapped_limits() {
            let rig = Rig::of(&["main", "second"]).await;
            rig.upstream.next("account-main", Reply::json(status, body.clone()));
            let answer = rig.fresh("s").answer().await;
            assert_eq!(answer.status, 200, "{status} {body}: {}", answer.text());
            moved_on(&rig, &body.to_string());
        }
    }
}

#[tokio::test]
async fn a_wrapped_limit_is_a_limit_on_a_socket() {
    for body in wrapped_limits().into_iter().filter(Value::is_object) {
        let rig = Rig::of(&["main", "second"]).await;
        let mut wrapped = json!({"type": "error", "status": 429});
        wrapped.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        rig.upstream.next("account-main", Reply::events([wrapped]));
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        socket.until("response.completed").await;
        moved_on(&rig, &body.to_string());
    }
}

/// Whatever the gateway's own status is, another profile serves the turn.
#[tokio::test]
async fn a_limit_wrapped_into_a_gateway_error_costs_no_turn() {
    for status in [500, 502, 503] {
        for body in wrapped_limits() {
            let rig = Rig::of(&["main", "second"]).await;
            rig.upstream.next("account-main", Reply::json(status, body.clone()));
            let answer = rig.fresh("s").answer().await;
            assert!(answer.text().contains("hello from second"), "{status} {body}");
        }
    }
}
