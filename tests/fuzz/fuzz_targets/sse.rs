//! The event splitter: chunk borders do not matter, and memory is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rotunda_core::sse::{Splitter, SseEvent};

fn split(chunks: &mut dyn Iterator<Item = &[u8]>) -> Vec<(Option<String>, Vec<u8>)> {
    let mut splitter = Splitter::default();
    let mut events = Vec::new();
    let mut keep = |event: SseEvent<'_>| {
        let _ = event.kind();
        events.push((event.name.map(str::to_owned), event.data.to_vec()));
    };
    for chunk in chunks {
        splitter.push(chunk, &mut keep);
    }
    splitter.finish(&mut keep);
    events
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let whole = split(&mut std::iter::once(bytes));
    let parts = split(&mut bytes.chunks(usize::from(size).max(1)));
    assert_eq!(whole, parts);
});
