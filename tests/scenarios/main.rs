//! What Rotunda does, over real sockets, against scripted fakes.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod api_clients;
mod api_forms;
mod backend_api;
mod chains;
mod check;
mod choice;
mod clean;
mod clocks;
mod compressed;
mod credentials;
mod credits;
mod doctor;
mod edge;
mod entitlement;
mod fakes;
#[cfg(unix)]
mod faults;
mod field;
mod guard;
mod headers;
mod identity;
mod import_twice;
mod imports;
#[cfg(unix)]
mod kills;
mod late_frames;
mod limits;
mod markers;
mod memory;
mod models;
mod numbers;
mod orphans;
mod ports;
mod privacy;
mod projects;
mod providers;
mod quick;
mod quota;
mod reading;
mod record;
mod redeem;
mod released;
mod renewals;
mod reserve;
mod restart;
mod rotation;
mod run;
#[cfg(unix)]
mod second_line;
mod sending;
mod sign_in;
mod silence;
mod socket_verdicts;
mod sockets;
mod strangers;
mod streaming;
mod tokens;
mod usage;
mod verdicts;
mod waiting;
mod ways_out;
mod workspaces;
