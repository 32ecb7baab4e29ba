//! Simplified Chinese: short, and in the words of the window's own catalogue.

mod board;
mod measure;
mod menu;
mod toast;
mod told;
