//! Rotunda daemon.
