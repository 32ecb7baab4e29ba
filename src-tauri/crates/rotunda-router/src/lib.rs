//! Carries requests from the local client to upstream and back.

pub mod vault;
