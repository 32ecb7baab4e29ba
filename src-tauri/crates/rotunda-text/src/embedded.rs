//! The catalogs as the build embeds them (`build/main.rs`).

include!(concat!(env!("OUT_DIR"), "/catalogs.rs"));
