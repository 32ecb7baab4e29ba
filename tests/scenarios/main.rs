//! What Rotunda does, over real sockets, against scripted fakes.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod chains;
mod check;
mod choice;
mod doctor;
mod fakes;
mod gather;
mod guard;
mod headers;
mod judge;
mod judge_sockets;
mod keeping;
mod limits;
mod memory;
mod models;
mod quota;
mod record;
mod restart;
mod rotation;
mod sign_in;
mod sockets;
mod streaming;
mod tokens;
mod waiting;
mod workspaces;
