//! English.

mod board;
mod check;
mod measure;
mod menu;
mod refusal;
mod toast;
mod told;
