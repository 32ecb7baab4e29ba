//! Event streams with a content coding: they are judged like any other, and the client gets them
//! without it.

use std::time::Duration;

use async_compression::tokio::write::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use bytes::Bytes;
use rotunda_tests::{
    Gate, Plan, Reply, Rig, Step,
    event::{self, sse},
    rig::{chained, user},
};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

macro_rules! coded {
    ($encoder:ident, $pieces:expr) => {{
        let mut encoder = $encoder::new(Vec::new());
        let mut coded = Vec::new();
        for piece in $pieces {
            encoder.write_all(piece).await.unwrap();
            encoder.flush().await.unwrap();
            coded.push(std::mem::take(encoder.get_mut()));
        }
        encoder.shutdown().await.unwrap();
        coded.push(std::mem::take(encoder.get_mut()));
        coded
    }};
}

/// Values of the header, with the coding that is undone last.
const CODINGS: [&str; 9] = [
    "gzip",
    "x-gzip",
    "GZIP, identity",
    "deflate",
    "deflate raw",
    "br",
    "zstd",
    "gzip, br",
    "zstd, deflate, gzip",
];

/// Each event as a flushed piece of its own, and an end.
async fn pieces(coding: &str, events: &[Value]) -> Vec<Bytes> {
    coded_pieces(coding, events.iter().map(|event| sse(event).into_bytes()).collect()).await
}

async fn coded_pieces(coding: &str, mut pieces: Vec<Vec<u8>>) -> Vec<Bytes> {
    for name in coding.split(", ") {
        pieces = match name {
            "gzip" | "x-gzip" | "GZIP" => coded!(GzipEncoder, &pieces),
            "deflate" => coded!(ZlibEncoder, &pieces),
            "deflate raw" => coded!(DeflateEncoder, &pieces),
            "br" => coded!(BrotliEncoder, &pieces),
            "zstd" => coded!(ZstdEncoder, &pieces),
            _ => pieces,
        };
    }
    pieces.into_iter().filter(|piece| !piece.is_empty()).map(Bytes::from).collect()
}

fn named(coding: &str) -> Reply {
    Reply::events([]).header("content-encoding", coding.trim_end_matches(" raw"))
}

async fn reply(coding: &str, events: &[Value]) -> Reply {
    let pieces = pieces(coding, events).await;
    pieces.into_iter().fold(named(coding), |reply, piece| reply.then(Step::Raw(piece)))
}

#[tokio::test]
async fn a_failure_rotates_in_every_coding() {
    for coding in CODINGS {
        for code in ["usage_limit_reached", "server_is_overloaded", "odd"] {
            let rig = Rig::of(&["main", "second"]).await;
            let events = [event::created("resp-main-x"), event::failed(code, "m")];
            rig.upstream.next("account-main", reply(coding, &events).await);
            let answer = rig.fresh("s").answer().await;
            assert!(answer.text().contains("hello from second"), "{coding} {code}");
            assert_eq!(rig.pool.view().missed, 0);
        }
    }
}

/// The response is continued where it was made.
#[tokio::test]
async fn a_chain_is_learnt_in_every_coding() {
    for coding in CODINGS {
        let rig = Rig::of(&["main", "second"]).await;
        let turn = event::turn("resp-second-x", "hello");
        rig.upstream.next("account-second", reply(coding, &turn).await);
        rig.pool.use_now(rig.id("second"));
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.events(), turn, "{coding}");
        assert_eq!(answer.header("content-encoding"), "", "{coding}");
        rig.pool.use_now(rig.id("main"));
        rig.ask(&chained("resp-second-x", &[user("more")])).answer().await;
        assert_eq!(rig.upstream.tried(), ["second", "second"], "{coding}");
    }
}

/// Nothing is collected: an event that upstream has flushed reaches the client.
#[tokio::test]
async fn each_event_arrives_before_upstream_sends_the_next() {
    for coding in CODINGS {
        let rig = Rig::of(&["main"]).await;
        let turn = event::turn("resp-main-x", "hello");
        let mut reply = named(coding);
        let mut gates = Vec::new();
        for piece in pieces(coding, &turn).await {
            let gate = Gate::closed();
            reply = reply.then(Step::Raw(piece)).pass(&gate);
            gates.push(gate);
        }
        // The handshake is held until output comes.
        gates[..3].iter().for_each(Gate::open);
        rig.upstream.next("account-main", reply);
        let mut answer = rig.fresh("s").head().await;
        answer.until("output_text.delta\"").await;
        gates[3].open();
        answer.until("output_item.done\"").await;
        gates[4].open();
        answer.until("response.completed\"").await;
        gates.iter().for_each(Gate::open);
        answer.read_to_end().await;
    }
}

/// As received, since nothing can be read of it.
#[tokio::test]
async fn what_cannot_be_decoded_is_passed_on_at_once() {
    let rig = Rig::of(&["main", "second"]).await;
    let turn = event::turn("resp-main-x", "hello");
    let whole: String = turn.iter().map(sse).collect();
    for coding in ["lzma", "gzip, lzma", "gzip", "br", "zstd", "deflate"] {
        let gate = Gate::closed();
        let body = Step::Raw(Bytes::from(whole.clone()));
        rig.upstream.next("account-main", named(coding).then(body).pass(&gate));
        let mut answer = rig.fresh("s").head().await;
        answer.until("response.completed\"").await;
        gate.open();
        let answer = answer.read_to_end().await;
        assert_eq!(answer.header("content-encoding"), coding);
    }
    assert_eq!(rig.upstream.tried(), ["main"; 6]);
}

/// The answer that began and the one that follows may have different codings.
#[tokio::test]
async fn a_late_failure_rotates_between_codings() {
    let codings =
        [("gzip", "br"), ("zstd", "identity"), ("identity", "deflate"), ("br", "gzip, br")];
    for (first, second) in codings {
        let limits = |limits: &mut rotunda_router::Limits| {
            limits.hold_time = Duration::from_millis(100);
        };
        let rig = Plan::of(&["main", "second"]).limits(limits).start().await;
        let gate = Gate::closed();
        let events = [event::created("resp-main-x"), event::failed("usage_limit_reached", "m")];
        let mut pieces = pieces(first, &events).await.into_iter();
        let late = named(first).then(Step::Raw(pieces.next().unwrap())).pass(&gate);
        rig.upstream.next("account-main", pieces.fold(late, |it, piece| it.then(Step::Raw(piece))));
        let turn = event::turn("resp-second-x", "hello from second");
        rig.upstream.next("account-second", reply(second, &turn).await);
        let mut answer = rig.fresh("s").head().await;
        let begin = answer.until("response.created\"").await;
        gate.open();
        let text = begin + &answer.read_to_end().await.text();
        let ids: Vec<_> = event::parse_sse(text.as_bytes())
            .iter()
            .filter_map(|event| event["response"]["id"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(ids, ["resp-main-x", "resp-second-x"], "{first} {second}: {text}");
    }
}

/// A coding that breaks in the middle is a broken answer.
#[tokio::test]
async fn damage_in_the_middle_breaks_the_answer_off() {
    let rig = Rig::of(&["main", "second"]).await;
    let pieces = pieces("gzip", &[event::delta("half")]).await;
    let reply = named("gzip")
        .then(Step::Raw(pieces[0].clone()))
        .then(Step::Raw(Bytes::from_static(&[0xff; 64])));
    rig.upstream.next("account-main", reply);
    let (answer, broken) = rig.fresh("s").head().await.read_to_end_or_break().await;
    assert!(answer.text().contains("half") && broken.is_some());
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// Large events, before and after the first output, arrive whole.
#[tokio::test]
async fn a_long_stream_arrives_whole_in_every_coding() {
    for coding in ["identity"].into_iter().chain(CODINGS) {
        for size in [10_000, 90_000, 300_000] {
            let rig = Rig::of(&["main"]).await;
            let long = json!({"type": "response.in_progress", "x": "x".repeat(size)});
            let mut events = vec![event::created("resp-main-x")];
            events.extend(vec![long; 3]);
            events.extend(event::turn("resp-main-x", "hello").split_off(2));
            events.insert(6, event::delta(&"y".repeat(size)));
            rig.upstream.next("account-main", reply(coding, &events).await);
            let (answer, broken) = rig.fresh("s").head().await.read_to_end_or_break().await;
            let kinds: Vec<_> = events.iter().map(rotunda_tests::client::kind).collect();
            assert!(broken.is_none(), "{coding} {size}: {broken:?} after {:?}", answer.kinds());
            assert_eq!(answer.kinds(), kinds, "{coding} {size}");
        }
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_not_passed_on_in_any_coding() {
    let events = [event::created("r"), event::delta("hello"), event::completed("r")];
    for coding in CODINGS {
        let rig = Rig::of(&["main"]).await;
        let mut texts: Vec<_> = events.iter().map(|event| sse(event).into_bytes()).collect();
        texts.insert(0, "\u{feff}".into());
        let pieces = coded_pieces(coding, texts).await;
        let reply = pieces.into_iter().fold(named(coding), |reply, it| reply.then(Step::Raw(it)));
        rig.upstream.next("account-main", reply);
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.text(), events.iter().map(sse).collect::<String>(), "{coding}");
    }
}
