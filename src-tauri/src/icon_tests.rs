//! What the icon shows, and how: pictures as text beside this file, re-made
//! with `ROTUNDA_BLESS=1` and read by a person.

use std::{fmt::Write as _, fs, path::Path};

use rotunda_daemon::view::{Snapshot, WindowView};

use super::*;

const FIXTURE: &str = include_str!("../../tests/fixtures/snapshot.json");
const SIDE: u16 = 36;

/// The fixture with nothing left to do for the user.
fn calm() -> Snapshot {
    let mut snapshot: Snapshot = serde_json::from_str(FIXTURE).expect("the fixture is a snapshot");
    snapshot.profiles.retain(|profile| profile.standing != StandingView::NeedsSignIn);
    snapshot
}

fn bars(five_hours: u8, week: u8, needs_you: bool) -> Face {
    Face::Bars { five_hours: Some(five_hours), week: Some(week), needs_you, stale: false }
}

fn window(snapshot: &mut Snapshot, label: WindowKind) -> &mut WindowView {
    let windows = &mut snapshot.profiles[0].windows;
    windows.iter_mut().find(|window| window.label == label).expect("the fixture has it")
}

#[test]
fn the_bars_are_what_is_left_to_the_profile_in_use() {
    assert_eq!(face_of(&calm()), bars(19, 24, false));
}

#[test]
fn a_bar_is_empty_only_when_nothing_is_left() {
    let mut snapshot = calm();
    window(&mut snapshot, WindowKind::FiveHours).left_percent = 0.1;
    assert_eq!(face_of(&snapshot), bars(1, 24, false));
    window(&mut snapshot, WindowKind::FiveHours).left_percent = 0.0;
    assert_eq!(face_of(&snapshot), bars(0, 24, false));
}

#[test]
fn a_used_up_week_empties_the_five_hours() {
    let mut snapshot = calm();
    window(&mut snapshot, WindowKind::Week).left_percent = 0.0;
    assert_eq!(face_of(&snapshot), bars(0, 0, false));
}

#[test]
fn a_profile_without_windows_is_not_called_empty() {
    let mut snapshot = calm();
    snapshot.profiles[0].windows.clear();
    assert_eq!(
        face_of(&snapshot),
        Face::Bars { five_hours: None, week: None, needs_you: false, stale: false }
    );
}

#[test]
fn the_icon_shows_out_when_all_profiles_cool_down() {
    let mut snapshot = calm();
    snapshot.profiles.retain(|profile| profile.standing == StandingView::Resting);
    assert_eq!(face_of(&snapshot), Face::Out);
}

#[test]
fn unbound_wins_over_everything() {
    let mut snapshot = calm();
    snapshot.binding.state = BindingState::Unbound;
    assert_eq!(face_of(&snapshot), Face::NotBound);
}

#[test]
fn whatever_waits_for_the_user_is_marked() {
    let marked = bars(19, 24, true);
    let signed_out: Snapshot = serde_json::from_str(FIXTURE).expect("the fixture is a snapshot");
    assert_eq!(face_of(&signed_out), marked);
    let mut changed = calm();
    changed.binding.state = BindingState::Foreign;
    assert_eq!(face_of(&changed), marked);
    let mut taken = calm();
    taken.router.state = RouterState::PortTaken;
    assert_eq!(face_of(&taken), marked);
}

#[test]
fn a_reading_that_is_only_last_known_is_dimmed() {
    let mut snapshot = calm();
    window(&mut snapshot, WindowKind::Week).stale = true;
    let dimmed = Face::Bars { five_hours: Some(19), week: Some(24), needs_you: false, stale: true };
    assert_eq!(face_of(&snapshot), dimmed);
    let strongest = |face| draw(face, Ink::Template, SIDE).chunks(4).map(|pixel| pixel[3]).max();
    assert_eq!((strongest(dimmed), strongest(bars(19, 24, false))), (Some(140), Some(255)));
}

/// The alpha of each pixel as a letter, a dot for none to an `@` for full.
fn picture(rgba: &[u8]) -> String {
    const SHADES: &[u8] = b".:-=+*#%@";
    let mut text = String::new();
    for row in rgba.chunks(usize::from(SIDE) * 4) {
        for pixel in row.chunks(4) {
            let shade = usize::from(pixel[3]) * (SHADES.len() - 1) / 255;
            text.push(char::from(SHADES[shade]));
        }
        let _ = writeln!(text);
    }
    text
}

#[track_caller]
fn golden(name: &str, face: Face) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/golden");
    let file = folder.join(format!("{name}.txt"));
    let drawn = picture(&draw(face, Ink::Template, SIDE));
    if std::env::var_os("ROTUNDA_BLESS").is_some() {
        fs::write(&file, &drawn).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    assert!(drawn == expected, "{} is no longer drawn like this:\n{drawn}", file.display());
}

#[test]
fn each_face_looks_like_its_picture() {
    golden("healthy", bars(19, 24, false));
    golden("low", bars(3, 24, false));
    golden("full", bars(30, 30, false));
    golden("needs-you", bars(19, 24, true));
    golden("unknown", Face::Bars { five_hours: None, week: None, needs_you: false, stale: false });
    let week = Some(24);
    golden("last-known", Face::Bars { five_hours: Some(19), week, needs_you: false, stale: true });
    golden("out", Face::Out);
    golden("not-bound", Face::NotBound);
}

#[test]
fn the_rim_surrounds_the_light_and_stays_inside_the_picture() {
    let side = 32;
    let rgba = draw(bars(30, 30, false), Ink::Light, side);
    assert_eq!(rgba.len(), usize::from(side) * usize::from(side) * 4);
    let at = |column: usize, row: usize| &rgba[(row * usize::from(side) + column) * 4..][..4];
    assert_eq!(at(16, 10), [245, 245, 245, 255]);
    assert_eq!(at(0, 0)[3], 0);
    let dark = draw(bars(30, 30, false), Ink::Dark, side);
    assert_eq!(dark[(10 * 32 + 16) * 4..][..4], [28, 28, 28, 255]);
    let above = at(16, 4);
    assert!(above[0] < 128 && above[3] > 100, "a dark rim above the bar: {above:?}");
}
