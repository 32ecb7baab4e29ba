//! Profiles by workspace and user, in new files and in older ones.

use super::*;

fn of_user(id: u64, name: &str, user: &str) -> StoredProfile {
    StoredProfile { user_id: Some(user.to_owned()), ..profile(id, name) }
}

#[test]
fn a_user_has_one_profile_in_a_workspace_and_a_second_one_deletes_nothing() {
    let (_root, store) = store();
    store.put_profile(&of_user(1, "work", "ada")).unwrap();
    store.put_profile(&of_user(2, "lab", "bob")).unwrap();
    let refused = store.put_profile(&of_user(3, "again", "ada"));
    assert!(matches!(refused, Err(StoreError::SameIdentity)), "{refused:?}");
    let refused = store.put_profile(&of_user(2, "lab", "ada"));
    assert!(matches!(refused, Err(StoreError::SameIdentity)), "{refused:?}");
    assert_eq!(names(&store), ["work", "lab"]);
    // The same profile, changed, is no second one.
    store.put_profile(&of_user(1, "office", "ada")).unwrap();
    assert_eq!(names(&store), ["office", "lab"]);
}

#[test]
fn a_file_from_before_user_ids_keeps_its_duplicates() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let connection = Connection::open(&path).unwrap();
    schema::update_to(&connection, 5).unwrap_or_else(|_| panic!("the fifth version works"));
    for id in 1..=3 {
        connection
            .execute(
                "INSERT INTO profiles VALUES
                    (?1, 'p' || ?1, 'p' || ?1, 'chatgpt', 'acc', 'who@example.test', 'plus', ?1, 0, 0, 7)",
                [id],
            )
            .unwrap();
    }
    drop(connection);
    // Also before anything has updated it.
    assert_eq!(names(&Store::open_read_only(&path).unwrap()), ["p1", "p2", "p3"]);
    let store = Store::open(&path).unwrap();
    assert_eq!(names(&store), ["p1", "p2", "p3"]);
    let mut first = store.profiles().unwrap().remove(0);
    first.user_id = Some("ada".to_owned());
    store.put_profile(&first).unwrap();
    let mut second = store.profiles().unwrap().remove(1);
    second.user_id = Some("ada".to_owned());
    assert!(matches!(store.put_profile(&second), Err(StoreError::SameIdentity)));
    assert_eq!(names(&store), ["p1", "p2", "p3"]);
    // Once the first is removed, the second may have the identity.
    store.remove_profile(first.id).unwrap();
    store.put_profile(&second).unwrap();
}
