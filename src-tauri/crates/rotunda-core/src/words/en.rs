//! English.

mod board;
mod measure;
mod menu;
mod toast;
mod told;
