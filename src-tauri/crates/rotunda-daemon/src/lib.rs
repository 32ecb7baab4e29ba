//! Everything a running Rotunda does on a machine except draw: its folders,
//! settings, store and vault, the binding, the sign-ins and the control API.

pub mod auth_file;
pub mod bind;
pub mod clock;
pub mod files;
pub mod home;
pub mod instance;
pub mod key;
mod platform;
pub mod settings;
pub mod store;
#[cfg(test)]
mod testing;
pub mod vault;
pub mod view;
