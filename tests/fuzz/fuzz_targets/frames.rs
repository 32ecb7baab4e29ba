//! WebSocket frames: judging and mending never panics, and a mended error
//! always has a status.
#![no_main]

use std::time::UNIX_EPOCH;

use libfuzzer_sys::fuzz_target;
use rotunda_core::{
    classify, frame,
    verdict::{RequestTraits, Sign, sign_of},
};

fuzz_target!(|text: &str| {
    let kind = frame::kind_of(text);
    if let Sign::Failure(failure) = sign_of(kind.as_deref(), text.as_bytes()) {
        let traits = RequestTraits { chained: true, tool_output: true };
        let _ = classify(failure.stated(), traits, UNIX_EPOCH);
    }
    if let Some(mended) = frame::with_status(text) {
        assert_eq!(frame::with_status(&mended), None);
    }
    if let Some(stale) = frame::as_stale(text) {
        assert!(stale.contains(frame::STALE_CODE));
    }
    let _ = frame::without_turn_state(text);
    let _ = frame::without_reasoning(text.as_bytes());
});
