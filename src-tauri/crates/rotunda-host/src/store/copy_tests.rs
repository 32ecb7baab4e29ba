use rusqlite::Connection;

use super::*;
use crate::testing;

/// A store as an older version left it.
fn older(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    schema::update_to(&connection, 2).unwrap_or_else(|_| panic!("the second version works"));
    connection.execute("INSERT INTO activity (at, text) VALUES (7, 'old')", ()).unwrap();
    connection
}

/// An older Rotunda opens the copy, and refuses the store itself.
#[test]
fn a_store_is_copied_before_it_is_updated_and_only_then() {
    let (_root, home) = testing::home();
    let (path, copy) = (home.store_file(), home.store_copy());
    drop(Store::open(&path).unwrap());
    drop(Store::open(&path).unwrap());
    assert!(!copy.exists());
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&copy, "of an earlier update").unwrap();
    drop(older(&path));
    drop(Store::open(&path).unwrap());
    let copied = Connection::open(&copy).unwrap();
    let version: i64 = copied.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    let text: String = copied.query_row("SELECT text FROM activity", (), |row| row.get(0)).unwrap();
    assert_eq!((version, text.as_str()), (2, "old"));
}

/// Without a copy the update goes on: the store matters more than the way back.
#[test]
fn a_copy_that_cannot_be_made_does_not_stop_an_update() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    std::fs::create_dir_all(home.store_copy().join("not empty")).unwrap();
    drop(older(&path));
    assert_eq!(Store::open(&path).unwrap().activity(9).unwrap().len(), 1);
}
