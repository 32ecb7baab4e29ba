//! Which rules hold where.

use super::*;

fn rule(place: &str) -> ProjectRule {
    let folder = place.starts_with(['/', '\\']) || has_drive(place);
    let place = match RulePlace::repository(place).filter(|_| !folder) {
        Some(place) => place,
        None => RulePlace::Folder(place.to_owned()),
    };
    ProjectRule { place, profiles: vec![ProfileId(1)] }
}

fn at(folders: &[&str], addresses: &[&str]) -> Whereabouts {
    let mut places = Whereabouts::default();
    for folder in folders {
        places.add_folder(folder);
    }
    places.repositories = addresses.iter().map(|it| repository_of(it).unwrap()).collect();
    places
}

#[track_caller]
fn check(rules: &[&str], places: &Whereabouts, case: PathCase, expected: &[usize]) {
    let rules: Vec<_> = rules.iter().map(|place| rule(place)).collect();
    let found: Vec<_> = rules_for(&rules, places, case).into_iter().collect();
    assert_eq!(found, expected, "{places:?}");
}

#[test]
fn a_rule_holds_in_its_folder_and_below_it() {
    let rules = ["/home/ada/clients/"];
    for (folder, holds) in [
        ("/home/ada/clients", true),
        ("/home/ada/clients/engine/src", true),
        ("/home//ada/./clients/", true),
        ("/home/ada/x/../clients/engine", true),
        ("/home/ada/clients/../secret", false),
        ("/home/ada/clients2", false),
        ("/home/ada", false),
        ("/home/ada/Clients", false),
    ] {
        let expected: &[usize] = if holds { &[0] } else { &[] };
        check(&rules, &at(&[folder], &[]), PathCase::Counts, expected);
    }
    check(&rules, &at(&["/Home/Ada/CLIENTS/x"], &[]), PathCase::Ignored, &[0]);
    check(&["/"], &at(&["/anything"], &[]), PathCase::Counts, &[0]);
}

#[test]
fn a_folder_of_windows_is_the_same_in_each_form() {
    let rules = [r"C:\Clients\Engine"];
    for folder in [
        r"C:\Clients\Engine",
        r"c:\clients\engine\src",
        "C:/Clients/Engine/",
        r"\\?\C:\Clients\Engine\src",
    ] {
        check(&rules, &at(&[folder], &[]), PathCase::Counts, &[0]);
    }
    check(&rules, &at(&[r"D:\Clients\Engine", r"C:\Clients\Engine2"], &[]), PathCase::Counts, &[]);
    let share = [r"\\server\share\engine"];
    check(&share, &at(&[r"\\?\UNC\SERVER\share\engine\x"], &[]), PathCase::Counts, &[0]);
    check(&share, &at(&["/server/share/engine"], &[]), PathCase::Counts, &[]);
}

#[test]
fn the_nearest_folder_s_rule_holds_for_each_folder_and_a_repository_s_beside_it() {
    let rules = ["/c", "/c/engine", "github.com/ada/engine", "/d", "/c/engine/"];
    let engine = ["git@github.com:ada/engine.git"];
    check(&rules, &at(&["/c/other"], &[]), PathCase::Counts, &[0]);
    check(&rules, &at(&["/c/engine/x"], &[]), PathCase::Counts, &[1, 4]);
    check(&rules, &at(&["/c/engine"], &engine), PathCase::Counts, &[1, 2, 4]);
    check(&rules, &at(&["/tmp/worktree"], &engine), PathCase::Counts, &[2]);
    check(&rules, &at(&["/c/other", "/d/x"], &[]), PathCase::Counts, &[0, 3]);
    check(&rules, &at(&["/e"], &["github.com/ada/loom"]), PathCase::Counts, &[]);
    check(&[], &at(&["/c"], &engine), PathCase::Counts, &[]);
}

#[test]
fn a_place_has_one_number_in_each_form_of_it() {
    let number = |place: &str| rule(place).place.number(PathCase::Counts);
    assert_eq!(number("/c/engine"), number("/c//engine/"));
    assert_eq!(number(r"C:\Engine"), number("c:/engine"));
    assert_eq!(number("git@github.com:ada/x.git"), number("https://github.com/Ada/x"));
    assert_ne!(number("/c/engine"), number("/c/engine2"));
    // FNV-1a of "f" by the reference: http://www.isthe.com/chongo/tech/comp/fnv/
    assert_eq!(number("/"), 0xaf63_db4c_8601_ead9);
}
