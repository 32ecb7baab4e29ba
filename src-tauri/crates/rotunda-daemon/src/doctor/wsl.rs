//! A second Codex on this computer: on Windows around this Linux, or in a Linux inside
//! this Windows. It is said, because it does not go through this router.

use rotunda_host::{
    files::shown,
    home::Env,
    platform::{self, Networking, OtherSide},
};
use rotunda_text::{Found, Locale};

use super::Check;

/// The other side of this computer, if there is one.
pub(super) async fn other_side(env: &Env, locale: Locale) -> Option<Check> {
    let (side, networking) = platform::other_side(env).await?;
    Some(check_of(&side, networking, locale))
}

fn check_of(side: &OtherSide, networking: Networking, locale: Locale) -> Check {
    const ID: &str = "wsl";
    let shared = networking == Networking::Shared;
    match side {
        OtherSide::Windows(homes) => {
            let folders = homes.iter().map(shown).collect::<Vec<_>>().join(", ");
            Check::ok(locale, ID, &Found::WslWindows { folders: &folders, shared })
        }
        OtherSide::Linux(names) => {
            Check::ok(locale, ID, &Found::WslLinux { names: &names.join(", "), shared })
        }
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;

    fn text(side: &OtherSide, networking: Networking) -> String {
        check_of(side, networking, Locale::of(Language::ENGLISH)).text
    }

    #[test]
    fn the_other_side_is_named_with_what_reaches_it() {
        let windows = OtherSide::Windows(vec!["/mnt/c/Users/ada/.codex".into()]);
        let linux = OtherSide::Linux(vec!["Debian".to_owned(), "Ubuntu".to_owned()]);
        for (side, name) in [(windows, "/mnt/c/Users/ada/.codex"), (linux, "Debian, Ubuntu")] {
            let (shared, apart) = (text(&side, Networking::Shared), text(&side, Networking::Apart));
            assert!(shared.contains(name) && shared.contains("bind --codex-home"), "{shared}");
            assert!(apart.contains(name) && apart.contains("cannot reach"), "{apart}");
        }
    }

    #[tokio::test]
    async fn a_test_that_names_its_variables_has_no_other_side() {
        assert_eq!(other_side(&Env::default(), Locale::of(Language::ENGLISH)).await, None);
    }
}
