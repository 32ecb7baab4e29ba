//! Everything a running Rotunda does on a machine except draw.

pub mod view;
