//! What macOS starts at login: a property list for each agent, in a folder of the user.
//! The system reads that folder at login, so a change needs no other call.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{AtLogin, EntryFiles};

/// Below the user's home.
const PLACE: &str = "Library/LaunchAgents/Rotunda.plist";
/// Before the program's path, and after it.
const BEFORE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>Rotunda</string>
	<key>AssociatedBundleIdentifiers</key>
	<string>dev.rotunda.desktop</string>
	<key>ProgramArguments</key>
	<array>
		<string>"#;
const AFTER: &str = "</string>
\t\t<string>--hidden</string>
\t</array>
\t<key>RunAtLoad</key>
\t<true/>
</dict>
</plist>
";
/// What XML writes another way within a text; the first one is part of the others.
const ESCAPES: [(&str, &str); 3] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")];
/// Larger files are no agents.
const MOST_BYTES: u64 = 256 << 10;

/// What starts at login. An agent that is there and names no program starts nothing.
pub(super) fn at_login(home: &Path, is_program: impl Fn(&Path) -> bool) -> AtLogin {
    let entry = home.join(PLACE);
    let is_small = fs::metadata(&entry).is_ok_and(|it| it.is_file() && it.len() <= MOST_BYTES);
    let text = is_small.then(|| fs::read_to_string(&entry).ok()).flatten();
    match text.as_deref().and_then(program_of) {
        None => AtLogin::Off,
        Some(program) if is_program(&program) => AtLogin::App(program),
        Some(program) => AtLogin::Gone { entry, program },
    }
}

/// Makes `program` start in the tray at login, or nothing of ours.
pub(super) fn set<F: EntryFiles>(
    home: &Path,
    program: &Path,
    on: bool,
    files: &F,
) -> Result<(), F::Error> {
    let entry = home.join(PLACE);
    if !on {
        return files.remove(&entry);
    }
    let failed = |source| files.failed(entry.clone(), "write", source);
    // A control character has no place in XML, not even escaped.
    let Some(program) = program.to_str().filter(|text| !text.contains(char::is_control)) else {
        let why = "the path of Rotunda's program is no text";
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, why)));
    };
    if let Some(folder) = entry.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    files.write(&entry, &text_for(program))
}

fn text_for(program: &str) -> String {
    let escaped =
        ESCAPES.iter().fold(program.to_owned(), |text, (sign, as_xml)| text.replace(sign, as_xml));
    format!("{BEFORE}{escaped}{AFTER}")
}

/// The program of an agent, also of one that an earlier version wrote: the first of its
/// arguments.
fn program_of(text: &str) -> Option<PathBuf> {
    let (_, arguments) = text.split_once("<key>ProgramArguments</key>")?;
    let (array, _) = arguments.trim_start().strip_prefix("<array>")?.split_once("</array>")?;
    let (program, _) = array.trim_start().strip_prefix("<string>")?.split_once("</string>")?;
    let program = ESCAPES
        .iter()
        .rev()
        .fold(program.to_owned(), |text, (sign, as_xml)| text.replace(as_xml, sign));
    (!program.is_empty()).then(|| program.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Files;

    const PROGRAM: &str = "/Applications/Tools & more/Rotunda.app/Contents/MacOS/rotunda-desktop";
    const GOLDEN: &str = include_str!("golden/Rotunda.plist");

    fn is_ours(program: &Path) -> bool {
        program == Path::new(PROGRAM)
    }

    #[test]
    fn the_agent_is_the_file_that_a_person_has_read() {
        let home = tempfile::tempdir().unwrap();
        set(home.path(), Path::new(PROGRAM), true, &Files).unwrap();
        assert_eq!(fs::read_to_string(home.path().join(PLACE)).unwrap(), GOLDEN);
        assert_eq!(at_login(home.path(), is_ours), AtLogin::App(PROGRAM.into()));
        set(home.path(), Path::new(PROGRAM), false, &Files).unwrap();
        assert!(!home.path().join(PLACE).exists());
        assert_eq!(at_login(home.path(), is_ours), AtLogin::Off);
        set(home.path(), Path::new(PROGRAM), false, &Files).unwrap();
    }

    #[test]
    fn an_agent_of_a_program_that_is_gone_is_seen() {
        let home = tempfile::tempdir().unwrap();
        set(home.path(), Path::new("/gone <1>/&amp;/rotunda"), true, &Files).unwrap();
        let entry = home.path().join(PLACE);
        let gone = AtLogin::Gone { entry, program: "/gone <1>/&amp;/rotunda".into() };
        assert_eq!(at_login(home.path(), is_ours), gone);
    }

    #[test]
    fn an_agent_that_the_plugin_wrote_before_is_understood() {
        let home = tempfile::tempdir().unwrap();
        let entry = home.path().join(PLACE);
        fs::create_dir_all(entry.parent().unwrap()).unwrap();
        // One line, and the path as it is.
        let before = "<dict>\n  <key>Label</key>\n  <string>Rotunda</string>\n  \
                      <key>ProgramArguments</key>\n  ";
        let text =
            format!("{before}<array><string>{PROGRAM}</string><string>--hidden</string></array>");
        fs::write(&entry, text).unwrap();
        assert_eq!(at_login(home.path(), is_ours), AtLogin::App(PROGRAM.into()));
        for unlike in ["", "<key>ProgramArguments</key><string>a</string>", "<array></array>"] {
            fs::write(&entry, unlike).unwrap();
            assert_eq!(at_login(home.path(), is_ours), AtLogin::Off, "{unlike}");
        }
    }

    #[test]
    fn a_path_that_xml_cannot_hold_is_refused() {
        let home = tempfile::tempdir().unwrap();
        assert!(set(home.path(), Path::new("/a\u{1}b"), true, &Files).is_err());
        assert!(!home.path().join(PLACE).exists());
    }
}
