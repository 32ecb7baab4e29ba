//! Simplified Chinese: short, and in the words of the window's own catalogue.

mod board;
mod check;
mod measure;
mod menu;
mod refusal;
mod toast;
mod told;
