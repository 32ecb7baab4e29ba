//! Databases of other programs, read only and never changed.

use std::{fs::File, io::Read as _, path::Path};

use rotunda_core::Secret;
use rusqlite::{Connection, OpenFlags};

/// Whether a regular file begins as a database of SQLite does.
pub fn is_database(file: &Path) -> bool {
    const START: [u8; 16] = *b"SQLite format 3\0";
    let mut start = [0; START.len()];
    let is_file = std::fs::metadata(file).is_ok_and(|found| found.is_file());
    let opened = is_file.then(|| File::open(file)).and_then(Result::ok);
    opened.is_some_and(|mut file| file.read_exact(&mut start).is_ok()) && start == START
}

/// Rows of two texts; the second may hold tokens. Nothing is written, not even what SQLite
/// keeps beside a file: another program may have it open.
pub fn rows(
    file: &Path,
    query: &str,
    most: usize,
) -> Result<Vec<(String, Secret<String>)>, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, Secret::new(row.get::<_, String>(1)?)))
    })?;
    rows.take(most).collect()
}

/// Makes such a database, for tests of other crates too.
#[cfg(any(test, feature = "testing"))]
pub fn make(file: &Path, statements: &str) {
    let connection = Connection::open(file).expect("a new database");
    connection.execute_batch(statements).expect("the statements of a test");
}
