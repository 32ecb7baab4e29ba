//! English.

mod board;
mod check;
mod measure;
mod menu;
mod toast;
mod told;
