//! The notice of a newer version: what the statement about it has to say, which statements are
//! refused, and when it is asked for. Its signature is checked by `rotunda-host`.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use url::Url;

/// The statement is asked for this often.
pub const REQUEST_PERIOD: Duration = Duration::from_secs(24 * 3600);
/// The longest address of a page that is shown, in bytes.
const LONGEST_PAGE: usize = 200;
/// What the statement is about: a signature of the same key on another file is no statement.
const PRODUCT: &str = "rotunda";

/// Three numbers, as in `1.20.3`; the order is that of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Version([u32; 3]);

impl Version {
    /// Reads three numbers with dots between them, and nothing else.
    pub fn read(text: &str) -> Option<Self> {
        let number = |part: &str| {
            let plain = part.bytes().all(|byte| byte.is_ascii_digit());
            if plain { part.parse().ok() } else { None }
        };
        let mut parts = text.split('.').map(number);
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        parts.next().is_none().then_some(Self(numbers))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for Version {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or("a version is three numbers")
    }
}

/// What the newest statement says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Grows with each statement of the same owner: the seconds since 1970 at the commit of
    /// the release.
    pub serial: u64,
    /// The newest version.
    pub version: Version,
    /// Where it is to be had: an address with `https`.
    pub page: String,
}

/// Why an answer is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementFault {
    /// It has no valid signature of the key in the program.
    Forged,
    /// A newer statement was seen before, or another one of the same number.
    Older,
    /// It is signed, and is no statement about a version of this program.
    Malformed,
}

#[derive(Deserialize)]
struct Written {
    product: String,
    serial: u64,
    version: String,
    page: String,
}

impl Release {
    /// Reads a statement whose signature is valid. Keys that are not known are ignored, so
    /// that later statements can say more.
    pub fn read(statement: &str) -> Result<Self, StatementFault> {
        let malformed = StatementFault::Malformed;
        let written: Written = serde_json::from_str(statement).map_err(|_| malformed)?;
        let version = Version::read(&written.version).ok_or(malformed)?;
        let page = Url::parse(&written.page).map_err(|_| malformed)?;
        let fits = written.product == PRODUCT
            && page.scheme() == "https"
            && page.as_str().len() <= LONGEST_PAGE
            && page.username().is_empty()
            && page.password().is_none();
        let page = page.into();
        if fits { Ok(Self { serial: written.serial, version, page }) } else { Err(malformed) }
    }

    /// Refuses a statement that goes behind the newest one that was seen. Otherwise a person
    /// who controls the address could hide a version by an old statement, which has a valid
    /// signature.
    pub fn after(self, newest: Option<&Self>) -> Result<Self, StatementFault> {
        match newest {
            Some(newest) if self.serial < newest.serial => Err(StatementFault::Older),
            Some(newest) if self.serial == newest.serial && self != *newest => {
                Err(StatementFault::Older)
            }
            _ => Ok(self),
        }
    }
}

/// In how long the statement may be asked for again. A time of the last request that lies in
/// the future was taken from a wrong clock: it counts as now.
pub fn due_in(requested_at: Option<SystemTime>, now: SystemTime) -> Duration {
    let Some(requested_at) = requested_at else { return Duration::ZERO };
    let age = now.duration_since(requested_at).unwrap_or_default();
    REQUEST_PERIOD.saturating_sub(age)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(serial: u64, version: &str) -> String {
        let page = "https://example.com/rotunda";
        format!(
            r#"{{"product":"rotunda","serial":{serial},"version":"{version}","page":"{page}"}}"#
        )
    }

    fn release(serial: u64, version: &str) -> Release {
        Release::read(&statement(serial, version)).unwrap()
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let version = |text| Version::read(text).unwrap();
        assert!(version("0.10.0") > version("0.9.9"));
        assert!(version("1.0.0") > version("0.99.99"));
        assert_eq!(version("1.2.3").to_string(), "1.2.3");
        for bad in ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.2.+3", "1.2.-3", " 1.2.3", "1.2.3-rc1"] {
            assert_eq!(Version::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_statement_about_something_else_is_refused() {
        let good = statement(7, "1.2.3");
        assert_eq!(Release::read(&good).unwrap().serial, 7);
        let more = good.replace('}', r#","more":[1]}"#);
        assert!(Release::read(&more).is_ok(), "an unknown key is ignored");
        for bad in [
            String::new(),
            "[]".to_owned(),
            good.replace("\"rotunda\"", "\"other\""),
            good.replace("1.2.3", "newest"),
            good.replace("https:", "http:"),
            good.replace("https:", "file:"),
            good.replace("example.com", "user:word@example.com"),
            good.replace("rotunda\"}", &format!("{}\"}}", "a".repeat(LONGEST_PAGE))),
            good.replace('7', "-7"),
        ] {
            assert_eq!(Release::read(&bad), Err(StatementFault::Malformed), "{bad}");
        }
    }

    #[test]
    fn an_older_statement_and_a_second_one_of_the_same_number_are_refused() {
        let newest = release(7, "1.2.3");
        let after = |release: Release| release.after(Some(&newest));
        assert_eq!(after(release(6, "9.0.0")), Err(StatementFault::Older));
        assert_eq!(after(release(7, "9.0.0")), Err(StatementFault::Older));
        assert_eq!(after(newest.clone()), Ok(newest.clone()));
        let withdrawn = release(8, "1.2.2");
        assert_eq!(after(withdrawn.clone()), Ok(withdrawn), "an owner may withdraw a version");
        assert_eq!(release(1, "0.0.1").after(None), Ok(release(1, "0.0.1")));
    }

    #[test]
    fn the_statement_is_requested_once_a_day_also_by_a_clock_that_was_wrong() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let hour = Duration::from_secs(3600);
        assert_eq!(due_in(None, now), Duration::ZERO);
        assert_eq!(due_in(Some(now), now), REQUEST_PERIOD);
        assert_eq!(due_in(Some(now - hour), now), 23 * hour);
        assert_eq!(due_in(Some(now - 25 * hour), now), Duration::ZERO);
        assert_eq!(due_in(Some(now + 9000 * hour), now), REQUEST_PERIOD);
    }
}
