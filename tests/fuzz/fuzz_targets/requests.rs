//! Headers, bodies and tokens: reading what a client or an issuer sends.
#![no_main]

use std::time::UNIX_EPOCH;

use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use rotunda_core::{affinity::continuation_of, claims::claims_of, headers, quota};

const NAMES: [&str; 8] = [
    "session-id",
    "x-codex-turn-metadata",
    "x-codex-turn-state",
    "x-codex-primary-used-percent",
    "x-codex-primary-window-minutes",
    "x-codex-primary-reset-at",
    "retry-after",
    "connection",
];

fuzz_target!(|input: (Vec<(u8, Vec<u8>)>, &[u8], &str)| {
    let (pairs, body, token) = input;
    let mut map = HeaderMap::new();
    for (name, value) in pairs.iter().take(32) {
        let name = HeaderName::from_static(NAMES[usize::from(*name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            map.append(name, value);
        }
    }
    let _ = continuation_of(&map, body, false);
    let _ = claims_of(token);
    let up = headers::to_upstream(&map);
    assert!(!up.contains_key("authorization") && !up.contains_key("connection"));
    let _ = headers::to_client(&map);
    if let Some(usage) = quota::usage_of_headers(&map, UNIX_EPOCH) {
        let left = usage.left(UNIX_EPOCH);
        assert!((0.0..=100.0).contains(&left));
    }
});
