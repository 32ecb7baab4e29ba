//! Answers go through byte for byte, as they come, at the reader's pace.

use std::time::Duration;

use bytes::Bytes;
use rotunda_tests::{
    Gate, Reply, Rig, Step,
    event::{self, sse},
    eventually,
};
use serde_json::json;

/// A stream with everything a parser could stumble over.
fn odd_stream() -> Vec<u8> {
    let mut text = String::new();
    text.push_str(": a comment\n\n");
    text.push_str(&sse(&event::created("resp-main-odd")).replace('\n', "\r\n"));
    text.push_str(
        "data:{\"type\":\"response.output_text.delta\",\"delta\":\"no space — ünïcode 🏛\"}\n\n",
    );
    text.push_str("id: 7\nretry: 10\nevent: response.output_text.delta\ndata: {\"type\":\ndata: \"response.output_text.delta\",\"delta\":\"two lines\"}\n\n");
    text.push_str("data: not json\n\n");
    text.push_str(&sse(&json!({"type": "response.unknown", "x": "y".repeat(70_000)})));
    text.push_str(&sse(&event::completed("resp-main-odd")));
    text.push_str("data: [DONE]\n\n: and no end of line");
    text.into_bytes()
}

#[tokio::test]
async fn a_stream_arrives_byte_for_byte_however_it_is_cut() {
    let rig = Rig::of(&["main"]).await;
    let stream = odd_stream();
    for size in [1, 2, 3, 7, 64, 1000, 65_536, stream.len()] {
        let chunks = stream.chunks(if size == 1 { 61 } else { size });
        let reply = chunks.fold(Reply::events([]), |reply, chunk| {
            reply.then(Step::Raw(Bytes::copy_from_slice(chunk)))
        });
        rig.upstream.next("account-main", reply);
        let answer = rig.fresh("s").answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, stream, "in pieces of {size}");
        assert_eq!(answer.header("content-type"), "text/event-stream");
    }
}

#[tokio::test]
async fn output_arrives_before_upstream_sends_more() {
    let rig = Rig::of(&["main"]).await;
    let (first, second) = (Gate::closed(), Gate::closed());
    let reply = Reply::events([event::created("resp-main-a"), event::delta("one")]).pass(&first);
    let reply = reply.then_events([event::delta("two")]).pass(&second);
    rig.upstream.next("account-main", reply.then_events([event::completed("resp-main-a")]));
    let mut answer = rig.fresh("s").head().await;
    let begin = answer.until("one").await;
    assert!(begin.contains("response.created"), "the held handshake comes first: {begin}");
    first.open();
    answer.until("two").await;
    second.open();
    assert!(answer.read_to_end().await.text().contains("response.completed"));
}

/// The hold is bounded in size: what is undecided by then goes out.
#[tokio::test]
async fn the_hold_ends_after_256_kib_of_handshake() {
    let rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    let mut reply = Reply::events([event::created("resp-main-a")]);
    let padding = json!({"type": "response.in_progress", "padding": "x".repeat(64 << 10)});
    reply = reply.then_events(vec![padding; 5]).pass(&gate);
    rig.upstream.next("account-main", reply.then_events([event::completed("resp-main-a")]));
    let mut answer = rig.fresh("s").head().await;
    answer.until("response.created").await;
    gate.open();
    answer.read_to_end().await;
}

/// The hold is bounded in time: then events without output go out, too.
#[tokio::test]
async fn the_hold_ends_after_a_while() {
    let soon = |limits: &mut rotunda_router::Limits| limits.hold_time = Duration::from_millis(200);
    let rig = rotunda_tests::Plan::of(&["main"]).limits(soon).start().await;
    let gate = Gate::closed();
    let reply = Reply::events([event::created("resp-main-a")]).pass(&gate);
    rig.upstream.next("account-main", reply.then_events([event::completed("resp-main-a")]));
    let mut answer = rig.fresh("s").head().await;
    answer.until("response.created").await;
    gate.open();
    answer.read_to_end().await;
}

/// Lesson 19.
#[tokio::test]
async fn a_slow_reader_slows_upstream() {
    const MOST: u64 = 48 << 20;
    let rig = Rig::of(&["main"]).await;
    let chunk = sse(&event::delta(&"x".repeat(256 << 10)));
    rig.upstream.next("account-main", Reply::events([]).then(Step::Flood(chunk.into())));
    let answer = rig.fresh("s").head().await;
    let sent = || rig.upstream.attempts()[0].sent();
    // Until upstream cannot send any more: the buffers of two connections are full.
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = sent();
        assert!(now < MOST, "{now} bytes went into a reader that does not read");
        if now > 0 && now == before {
            break;
        }
        before = now;
    }
    drop(answer);
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
}

#[tokio::test]
async fn a_client_that_leaves_mid_stream_cancels_upstream() {
    let rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("one")]).pass(&gate));
    let mut answer = rig.fresh("s").head().await;
    answer.until("one").await;
    drop(answer);
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
    eventually("the place to be free", || rig.status("main").in_flight == 0).await;
    assert_eq!(rig.upstream.tried(), ["main"], "nobody is asked again");
}

#[tokio::test]
async fn a_client_that_leaves_during_the_hold_cancels_upstream() {
    let rig = Rig::of(&["main", "second"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::created("r")]).pass(&gate));
    let asking = tokio::spawn(rig.fresh("s").head());
    gate.reached().await;
    asking.abort();
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
    eventually("the place to be free", || rig.status("main").in_flight == 0).await;
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_head_cancels_upstream() {
    let rig = Rig::of(&["main", "second"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::turn("r", "late").head_after(&gate));
    let asking = tokio::spawn(rig.fresh("s").head());
    gate.reached().await;
    asking.abort();
    eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// Lesson 21: after output nothing is retried, and the break is passed on.
#[tokio::test]
async fn a_stream_cut_after_output_breaks_off_at_the_client_too() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).then(Step::Cut));
    let (answer, broken) = rig.fresh("s").head().await.read_to_end_or_break().await;
    assert!(answer.text().contains("half"));
    assert!(broken.is_some(), "a cut must not look like an end");
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// The head and what was held used to be lost when the break was known before
/// the first of it went out: the client read no answer at all.
#[tokio::test]
async fn what_came_before_a_cut_in_the_handshake_reaches_the_client() {
    let rig = Rig::of(&["main"]).await;
    let cut = Reply::events([event::created("resp-main-1")]).then(Step::Cut);
    rig.upstream.next("account-main", cut);
    let head = rig.fresh("s").head().await;
    assert_eq!(head.status, 200);
    let (answer, broken) = head.read_to_end_or_break().await;
    assert!(broken.is_some());
    assert_eq!(answer.kinds(), ["response.created"]);
}

#[tokio::test]
async fn a_failure_after_output_goes_through_as_it_is() {
    let rig = Rig::of(&["main", "second"]).await;
    let events = [event::delta("half"), event::failed("insufficient_quota", "later")];
    rig.upstream.next("account-main", Reply::events(events.clone()));
    let answer = rig.fresh("s").answer().await;
    assert_eq!(answer.events(), events);
    assert_eq!(rig.upstream.tried(), ["main"]);
}

#[tokio::test]
async fn an_unknown_error_goes_through_byte_for_byte() {
    let rig = Rig::of(&["main", "second"]).await;
    for status in [400, 402, 404, 409, 418, 422] {
        let body =
            format!("{{\"error\" : {{\"code\":\"strange_{status}\",\"message\":\"as it is\"}}}}  ");
        let reply = Reply::text(status, "application/json", &body).header("x-request-id", "r-1");
        rig.upstream.next("account-main", reply);
        // The second opinion is the same, in other words.
        rig.upstream
            .next("account-second", crate::verdicts::stated(status, &format!("strange_{status}")));
        let answer = rig.fresh("s").answer().await;
        assert_eq!((answer.status.as_u16(), answer.text()), (status, body));
        assert_eq!(answer.header("x-request-id"), "r-1");
    }
}

/// Lesson 20.
#[tokio::test]
async fn stopping_lets_a_running_turn_end() {
    let mut rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    let reply = Reply::events([event::delta("one")]).pass(&gate);
    rig.upstream.next("account-main", reply.then_events([event::completed("resp-main-a")]));
    let mut answer = rig.fresh("s").head().await;
    answer.until("one").await;
    let opened = gate.clone();
    let (rest, ()) = tokio::join!(answer.read_to_end(), async {
        let stopping = rig.stop();
        opened.open();
        stopping.await;
    });
    assert!(rest.text().contains("response.completed"));
    let refused = tokio::net::TcpStream::connect(rig.address()).await;
    assert!(refused.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn many_turns_at_once_keep_apart() {
    let rig = Rig::of(&["main", "second"]).await;
    let turns: Vec<_> =
        (0..24).map(|number| tokio::spawn(rig.fresh(&format!("s{number}")).answer())).collect();
    for turn in turns {
        let answer = turn.await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.kinds().last().unwrap(), "response.completed");
    }
    let ids: std::collections::HashSet<_> =
        rig.upstream.attempts().iter().map(|seen| seen.header("session-id").to_owned()).collect();
    assert_eq!(ids.len(), 24);
}
