//! The tables, and how older files become today's.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// One step per version, in order; a released step is never edited.
const STEPS: &[&str] = &[
    "
    CREATE TABLE profiles (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        folded_name TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        account_id TEXT,
        email TEXT,
        plan TEXT,
        rank INTEGER NOT NULL,
        paused INTEGER NOT NULL,
        own_sign_in INTEGER NOT NULL,
        added_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE activity (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX activity_by_time ON activity (at);
    CREATE TABLE tokens (
        profile INTEGER NOT NULL,
        model TEXT NOT NULL,
        day INTEGER NOT NULL,
        input INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        output INTEGER NOT NULL,
        PRIMARY KEY (profile, model, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE chains (
        kind INTEGER NOT NULL,
        text TEXT NOT NULL,
        profile INTEGER NOT NULL,
        life INTEGER NOT NULL,
        former INTEGER,
        touched INTEGER NOT NULL,
        PRIMARY KEY (kind, text)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE kept (
        profile INTEGER PRIMARY KEY,
        standing TEXT NOT NULL,
        until INTEGER,
        cause TEXT,
        usage TEXT
    ) STRICT;
",
    "
    ALTER TABLE activity ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
",
    "
    CREATE TABLE reserves (
        profile INTEGER PRIMARY KEY,
        percent REAL NOT NULL
    ) STRICT;
    CREATE TABLE readings (
        profile INTEGER NOT NULL,
        label TEXT NOT NULL,
        at INTEGER NOT NULL,
        left REAL NOT NULL,
        PRIMARY KEY (profile, label, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE requests (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        profile INTEGER NOT NULL,
        model TEXT NOT NULL,
        status INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        first_byte INTEGER,
        input INTEGER,
        output INTEGER
    ) STRICT;
    CREATE INDEX requests_by_time ON requests (at);
",
    "
    ALTER TABLE activity ADD COLUMN told TEXT;
",
    // Profiles from before have no user id yet, so existing duplicates do not
    // violate the index; the second of them stays without one.
    "
    ALTER TABLE profiles ADD COLUMN user_id TEXT;
    CREATE UNIQUE INDEX profiles_by_identity ON profiles (account_id, user_id)
        WHERE account_id IS NOT NULL AND user_id IS NOT NULL;
",
    "
    CREATE TABLE credit_consents (
        profile INTEGER PRIMARY KEY,
        consent TEXT NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE redemptions (
        number TEXT PRIMARY KEY,
        profile INTEGER NOT NULL,
        reset TEXT,
        count_before INTEGER NOT NULL,
        usage_before TEXT,
        automatic INTEGER NOT NULL,
        decided_at INTEGER NOT NULL,
        state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    // What was counted before has no session, no project and no number of requests.
    "
    CREATE TABLE usage (
        day INTEGER NOT NULL,
        profile INTEGER NOT NULL,
        model TEXT NOT NULL,
        session TEXT NOT NULL,
        project TEXT NOT NULL,
        requests INTEGER NOT NULL,
        unmeasured INTEGER NOT NULL,
        input INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        output INTEGER NOT NULL,
        reasoning INTEGER NOT NULL,
        PRIMARY KEY (day, profile, model, session, project)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO usage
        SELECT day, profile, model, '', '', 0, 0, input, cached, output, 0 FROM tokens;
    DROP TABLE tokens;
    CREATE TABLE projects (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    // Of redemptions from before, it is not known.
    "
    ALTER TABLE redemptions ADD COLUMN expires_at INTEGER;
",
    "
    CREATE TABLE ruled_conversations (
        name TEXT PRIMARY KEY,
        places TEXT NOT NULL,
        touched INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    CREATE TABLE clients (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        folded_name TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL,
        profiles TEXT,
        added_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE profiles ADD COLUMN provider TEXT;
",
];

/// From this version on there is the table `usage`, and none with the tokens alone.
const WITH_USAGE: i64 = 9;

/// Whether a file that may only be read has the table `usage`.
pub(super) fn has_usage(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version_of(connection)? >= WITH_USAGE)
}

/// Whether a file that may only be read has the table `clients`.
pub(super) fn has_clients(connection: &Connection) -> rusqlite::Result<bool> {
    let tables = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'clients')";
    connection.query_row(tables, [], |row| row.get(0))
}

/// Why a file is not usable.
pub(super) enum Refusal {
    Newer,
    Broken(rusqlite::Error),
}

impl Refusal {
    pub(super) fn at(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Newer => StoreError::Newer { path },
            Self::Broken(source) => StoreError::Broken { path, source },
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(source: rusqlite::Error) -> Self {
        Self::Broken(source)
    }
}

/// Brings a file to today's version. Each step is a transaction of its own.
pub(super) fn update(connection: &Connection) -> Result<(), Refusal> {
    // A crash of the machine may lose the last moments, never the file.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    check(connection)?;
    update_to(connection, STEPS.len())
}

/// Takes the steps up to a version.
pub(super) fn update_to(connection: &Connection, version: usize) -> Result<(), Refusal> {
    for (version, step) in (1..).zip(STEPS.iter().take(version)) {
        if version_of(connection)? < version {
            let batch =
                format!("BEGIN IMMEDIATE; {step}; PRAGMA user_version = {version}; COMMIT;");
            connection.execute_batch(&batch)?;
        }
    }
    Ok(())
}

/// Whether a file was written by an older version; a new one was not.
pub(super) fn is_older(connection: &Connection) -> rusqlite::Result<bool> {
    let newest = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    Ok((1..newest).contains(&version_of(connection)?))
}

/// Refuses a file from the future.
pub(super) fn check(connection: &Connection) -> Result<(), Refusal> {
    let newest = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    if version_of(connection)? > newest { Err(Refusal::Newer) } else { Ok(()) }
}

fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}
