//! Why the app does not do what is asked of it.

use super::super::{English, Reader, Refusal};

impl English for Refusal {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Unknown(name) => {
                format!("Rotunda cannot do {name:?} as it was asked. Nothing was changed.")
            }
            Self::NoProfile => "There is no such profile. Nothing was changed.".to_owned(),
            Self::NoPlace => {
                "Sign-ins rest in the keychain or in a file. Nothing was moved.".to_owned()
            }
            Self::LoginSwitch => "Start at login is on or off. Nothing was changed.".to_owned(),
            Self::LoginKept(error) => format!("Start at login was not changed: {error}."),
            Self::LoginSpace(path) => format!(
                "Start at login was not changed: the path {path} has a space, and login entries \
                 cannot hold one. Move Rotunda to a folder without."
            ),
            Self::Settings(error) => format!("Nothing was changed: {error}."),
            Self::Answer(error) => format!("The answer cannot be shown: {error}."),
        }
    }
}
