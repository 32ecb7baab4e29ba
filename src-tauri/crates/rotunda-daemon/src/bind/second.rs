//! The second line on the disk: written and taken out like the first one. It never
//! replaces anything, so nothing is recorded of it.

use rotunda_core::{
    Secret,
    binding::{self, SecondLine},
};
use rotunda_host::{codex_config::is_read_only, files, home::Home};

use super::{
    BindError, at,
    edit::{Wanted, edit},
    lock, lock_if_possible, ours_at,
};

/// What the file says of the second line, which is to lead to `second`. Blocks.
pub fn second_line(home: &Home, second: &Secret<String>) -> Result<SecondLine, BindError> {
    let path = home.codex_config();
    let Some(text) = files::read_text_if_there(&path)? else { return Ok(SecondLine::Absent) };
    binding::second_line(&text, second.expose())
        .map_err(|reason| BindError::Refused { path, reason })
}

/// Writes the second line beside a first one that leads to `url`; true when the file
/// was changed. A file that is not bound, or has a key of the user, stays as it is.
/// Call it only when the router answers at `second`. Blocks.
pub fn add_second_line(
    home: &Home,
    url: &Secret<String>,
    second: &Secret<String>,
) -> Result<bool, BindError> {
    let _lock = lock(home)?;
    at("second.locked")?;
    if is_read_only(home) {
        return Err(BindError::ReadOnly(home.codex_config()));
    }
    files::finish_in_place(&home.data);
    let ours = ours_at(url, None);
    let edited = edit(home, |old, _| {
        let Some(text) = old else {
            return Ok(Wanted { text: None, mode: None, insists: false });
        };
        let new = binding::add_second_line(text, &ours, second.expose())?;
        Ok(Wanted { text: Some(new), mode: None, insists: false })
    })?;
    at("second.written")?;
    Ok(edited.changed)
}

/// Takes the second line out, wherever of ours it leads; true when the file was
/// changed. Blocks.
pub fn remove_second_line(home: &Home) -> Result<bool, BindError> {
    if !has_second_line(home) {
        return Ok(false);
    }
    let _lock = lock_if_possible(home, &mut Vec::new())?;
    at("second.locked")?;
    files::finish_in_place(&home.data);
    let edited = edit(home, |old, _| {
        let text = old.map(binding::remove_second_line).transpose()?;
        Ok(Wanted { text, mode: None, insists: true })
    })?;
    at("second.written")?;
    Ok(edited.changed)
}

/// Whether a second line of ours is there. A file that cannot be read is changed by
/// nothing, so it does not count. Blocks.
fn has_second_line(home: &Home) -> bool {
    let text = files::read_text_if_there(&home.codex_config()).ok().flatten();
    text.is_some_and(|text| binding::remove_second_line(&text).is_ok_and(|bare| bare != text))
}

#[cfg(test)]
mod tests {
    use std::{fs, time::UNIX_EPOCH};

    use rotunda_core::ClientUrl;

    use super::*;
    use crate::{bind, testing};

    const TEXT: &str = "model = \"m\"\n\n[mcp_servers.a]\ncommand = \"b\"\n";

    struct Bound {
        _root: tempfile::TempDir,
        home: Home,
        url: Secret<String>,
        second: Secret<String>,
    }

    impl Bound {
        fn text(&self) -> String {
            fs::read_to_string(self.home.codex_config()).unwrap()
        }
    }

    fn bound() -> Bound {
        let (root, home) = testing::home();
        home.create().unwrap();
        fs::create_dir_all(&home.codex_home).unwrap();
        fs::write(home.codex_config(), TEXT).unwrap();
        let address = ClientUrl::new(4517, &Secret::new("0123456789abcdef".repeat(2)));
        let (url, second) = (address.text(), address.second_line());
        bind::bind(&home, &url, false, UNIX_EPOCH).unwrap();
        Bound { _root: root, home, url, second }
    }

    #[test]
    fn the_line_comes_and_goes_and_the_file_comes_back() {
        let it = bound();
        let first = it.text();
        assert!(add_second_line(&it.home, &it.url, &it.second).unwrap());
        assert_eq!(second_line(&it.home, &it.second).unwrap(), SecondLine::Stands);
        assert!(!add_second_line(&it.home, &it.url, &it.second).unwrap());
        assert!(remove_second_line(&it.home).unwrap());
        assert_eq!(it.text(), first);
        assert!(!remove_second_line(&it.home).unwrap());
        assert!(add_second_line(&it.home, &it.url, &it.second).unwrap());
        bind::unbind(&it.home, &it.url).unwrap();
        assert_eq!(it.text(), TEXT);
    }

    #[test]
    fn a_file_that_is_not_bound_stays_as_it_is() {
        let it = bound();
        bind::unbind(&it.home, &it.url).unwrap();
        assert!(!add_second_line(&it.home, &it.url, &it.second).unwrap());
        assert_eq!(it.text(), TEXT);
        fs::remove_file(it.home.codex_config()).unwrap();
        assert!(!add_second_line(&it.home, &it.url, &it.second).unwrap());
        assert!(!it.home.codex_config().exists());
    }

    #[test]
    fn a_file_that_its_owner_does_not_want_changed_gets_no_line() {
        let it = bound();
        let mut permissions = fs::metadata(it.home.codex_config()).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(it.home.codex_config(), permissions).unwrap();
        let refused = add_second_line(&it.home, &it.url, &it.second).unwrap_err();
        assert!(matches!(refused, BindError::ReadOnly(_)));
    }

    #[test]
    fn restoring_the_file_takes_the_line_with_it() {
        let it = bound();
        add_second_line(&it.home, &it.url, &it.second).unwrap();
        bind::restore(&it.home, &it.url, UNIX_EPOCH).unwrap();
        assert_eq!(it.text(), TEXT);
    }
}
