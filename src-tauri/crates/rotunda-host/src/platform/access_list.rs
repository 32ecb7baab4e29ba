//! Who may read a file or a folder on Windows: its access list. Modes as elsewhere are
//! made of it. SYSTEM and the administrators read everything, as root does elsewhere, so
//! they do not count as others.

use std::{io, path::Path, str::FromStr};

use windows_permissions::{
    Acl, LocalBox, SecurityDescriptor, Sid,
    constants::{SeObjectType, SecurityInformation},
    utilities::current_process_sid,
    wrappers::{GetNamedSecurityInfo, SetNamedSecurityInfo},
};

/// SYSTEM, and the group of the administrators.
const SYSTEM: [&str; 2] = ["S-1-5-18", "S-1-5-32-544"];

/// Who has any access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// This user alone.
    User,
    /// This user, and who runs the system.
    UserAndSystem,
    /// Other users as well.
    Others,
}

/// What gets a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A file.
    File,
    /// A folder: what is made in it gets the same list.
    Folder,
}

/// Who may read what is at a path.
pub(super) fn readers(path: &Path) -> io::Result<Readers> {
    let found =
        GetNamedSecurityInfo(path, SeObjectType::SE_FILE_OBJECT, SecurityInformation::Dacl)?;
    // Without a list, everyone may do everything.
    let Some(list) = found.dacl() else { return Ok(Readers::Others) };
    let user = current_process_sid()?;
    let mut readers = Readers::User;
    for sid in (0..list.len()).filter_map(|index| list.get_ace(index)?.sid()) {
        if *sid == *user {
            continue;
        }
        if !SYSTEM.contains(&sid.to_string().as_str()) {
            return Ok(Readers::Others);
        }
        readers = Readers::UserAndSystem;
    }
    Ok(readers)
}

/// Gives this user alone all access; nothing is inherited any more.
pub(super) fn close(path: &Path, subject: Subject) -> io::Result<()> {
    let user: LocalBox<Sid> = current_process_sid()?;
    let inheritance = if subject == Subject::Folder { "OICI" } else { "" };
    let list = format!("D:P(A;{inheritance};FA;;;{})", user.to_string());
    set(path, &list, SecurityInformation::Dacl | SecurityInformation::ProtectedDacl)
}

/// Gives access as the folder around it does.
pub(super) fn inherit(path: &Path) -> io::Result<()> {
    set(path, "D:", SecurityInformation::Dacl | SecurityInformation::UnprotectedDacl)
}

fn set(path: &Path, list: &str, what: SecurityInformation) -> io::Result<()> {
    let description = LocalBox::<SecurityDescriptor>::from_str(list)?;
    let list: Option<&Acl> = description.dacl();
    SetNamedSecurityInfo(path, SeObjectType::SE_FILE_OBJECT, what, None, None, list, None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_closed_file_is_this_user_s_alone_until_it_inherits_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "a").unwrap();
        let before = readers(&path).unwrap();
        close(&path, Subject::File).unwrap();
        assert_ne!(readers(&path).unwrap(), Readers::Others);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
        inherit(&path).unwrap();
        assert_eq!(readers(&path).unwrap(), before);
    }

    #[test]
    fn what_is_made_in_a_closed_folder_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        close(folder.path(), Subject::Folder).unwrap();
        let path = folder.path().join("rotunda.db");
        fs::write(&path, "a").unwrap();
        assert_ne!(readers(&path).unwrap(), Readers::Others);
    }

    #[test]
    fn a_closed_folder_is_open_to_no_other_user() {
        let folder = tempfile::tempdir().unwrap();
        close(folder.path(), Subject::Folder).unwrap();
        assert_ne!(readers(folder.path()).unwrap(), Readers::Others);
    }
}
