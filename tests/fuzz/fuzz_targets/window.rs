//! The lines between the app and its window's process: memory is bounded, the borders of
//! pieces do not matter, and a message that was read is written as one line again.
#![no_main]
#![allow(dead_code, unused_imports, reason = "the files of the shell hold more than is used here")]

use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};

#[path = "../../../src-tauri/src/window/frame.rs"]
mod frame;
#[path = "../../../src-tauri/src/window/lines.rs"]
mod lines;
#[path = "../../../src-tauri/src/menu/route.rs"]
mod route;

mod menu {
    pub(crate) use crate::route::WindowRoute;
}

use lines::{FromWindow, Lines, ToWindow, TooLong, line};

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (size, longest, bytes) = input;
    let longest = usize::from(longest) * 8;
    let whole = split(&mut std::iter::once(bytes), longest);
    let parts = split(&mut bytes.chunks(usize::from(size).max(1)), longest);
    // What came before a line that is too long may have been taken already.
    match (&whole, &parts) {
        (Ok(whole), Ok(parts)) => assert_eq!(whole, parts),
        (Err(TooLong), Err(TooLong)) => {}
        _ => panic!("a line is too long for one of the two"),
    }
    for text in bytes.split(|byte| *byte == b'\n') {
        again::<FromWindow>(text);
        again::<ToWindow>(text);
        if let Ok(FromWindow::Left(left)) = serde_json::from_slice(text) {
            let sane = left.sane();
            assert!(sane.width >= frame::SMALLEST.0 && sane.height >= frame::SMALLEST.1);
            assert!(sane.width <= 10_000.0 && sane.height <= 10_000.0);
            assert_eq!(sane.sane(), sane);
        }
    }
});

fn split(pieces: &mut dyn Iterator<Item = &[u8]>, longest: usize) -> Result<Vec<Vec<u8>>, TooLong> {
    let mut lines = Lines::new(longest);
    let mut whole = Vec::new();
    for piece in pieces {
        let fed = lines.feed(piece)?;
        assert!(fed.iter().all(|line| line.len() <= longest && !line.contains(&b'\n')));
        whole.extend(fed);
    }
    Ok(whole)
}

/// What was read is written as one line, and that reads as the same.
fn again<T: Serialize + DeserializeOwned>(text: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(text) else { return };
    let written = line(&message).expect("what was read can be written");
    assert_eq!(written.iter().position(|byte| *byte == b'\n'), Some(written.len() - 1));
    let read: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(line(&read), Some(written));
}
