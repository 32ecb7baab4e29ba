//! The tray icon: two bars of what is left to the profile in use, the thick one
//! for five hours, the thin one for the week.
//!
//! [`face_of`] says what to show, [`draw`] turns that into pixels; both are
//! functions of their arguments, so an icon is drawn again only when its face
//! changed.

use rotunda_daemon::view::{
    BindingState, ProfileView, RouterState, Snapshot, StandingView, WindowKind,
};

use crate::shape::{Mask, Shape};

/// What the icon shows. Equal faces look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Codex is on its own.
    NotBound,
    /// Every profile is out.
    Out,
    /// What is left, and whether the user has to do something.
    Bars { five_hours: Fill, week: Fill, needs_you: bool, stale: bool },
}

/// How full a bar is, in pixels of [`BAR`]; none when nothing is known.
pub(crate) type Fill = Option<u8>;

/// The colour to draw in. The rim is of the other one, so that a wrong guess
/// of the panel still shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Light, for dark panels.
    Light,
    /// Dark, for light panels.
    Dark,
    /// For macOS menu bars, which use the shape only.
    Template,
}

/// Everything is laid out on a square of this side and scaled from there.
const GRID: f32 = 36.0;
/// Length of a bar.
const BAR: u8 = 30;
const LEFT: f32 = 3.0;
const THICK: Bar = Bar { top: 6.0, height: 12.0 };
const THIN: Bar = Bar { top: 22.0, height: 8.0 };

/// Nearly white and nearly black: the full ones glare.
const LIGHT: f32 = 245.0;
const DARK: f32 = 28.0;

const TRACK: f32 = 0.30;
const INSIDE: f32 = 0.18;
const OUTLINE: f32 = 0.70;
const OUTLINE_WIDTH: f32 = 1.6;
/// How strong a picture is that is only last known.
const LAST_KNOWN: f32 = 0.55;

struct Bar {
    top: f32,
    height: f32,
}

/// What the icon has to say.
pub(crate) fn face_of(snapshot: &Snapshot) -> Face {
    if snapshot.binding.state == BindingState::Unbound {
        return Face::NotBound;
    }
    let Some(profile) = snapshot.profiles.iter().find(|profile| profile.in_use) else {
        let rests = |profile: &ProfileView| profile.standing == StandingView::Resting;
        if snapshot.profiles.iter().any(rests) {
            return Face::Out;
        }
        let needs_you = needs_you(snapshot);
        return Face::Bars { five_hours: None, week: None, needs_you, stale: false };
    };
    let week = fill(profile, WindowKind::Week);
    let five_hours = fill(profile, WindowKind::FiveHours);
    let stale = profile.windows.iter().any(|window| window.stale);
    Face::Bars { five_hours, week, needs_you: needs_you(snapshot), stale }
}

/// Something waits for the user, in the window or in another program.
fn needs_you(snapshot: &Snapshot) -> bool {
    let signed_out = |profile: &ProfileView| profile.standing == StandingView::NeedsSignIn;
    snapshot.binding.state != BindingState::Bound
        || snapshot.router.state != RouterState::Running
        || snapshot.profiles.iter().any(signed_out)
}

/// A bar shows at least one pixel of whatever is left.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the length of a bar just before"
)]
fn fill(profile: &ProfileView, label: WindowKind) -> Fill {
    let left = profile.left_of(label)?;
    let share = (left / 100.0).clamp(0.0, 1.0);
    Some((share * f64::from(BAR)).ceil() as u8)
}

/// The face as rows of RGBA pixels, `side` by `side`.
pub(crate) fn draw(face: Face, ink: Ink, side: u16) -> Vec<u8> {
    let mask = mask_of(face, side);
    match ink {
        Ink::Light => mask.rimmed(LIGHT, DARK),
        Ink::Dark => mask.rimmed(DARK, LIGHT),
        Ink::Template => mask.black(),
    }
}

fn mask_of(face: Face, side: u16) -> Mask {
    let mut mask = Mask::new(side, GRID);
    match face {
        Face::NotBound => {
            outline(&mut mask, &THICK);
            outline(&mut mask, &THIN);
            slash(&mut mask);
        }
        Face::Out => {
            outline(&mut mask, &THICK);
            outline(&mut mask, &THIN);
            dot(&mut mask);
        }
        Face::Bars { five_hours, week, needs_you, stale } => {
            bar(&mut mask, &THICK, five_hours);
            bar(&mut mask, &THIN, week);
            if stale {
                mask.fade(LAST_KNOWN);
            }
            if needs_you {
                exclamation(&mut mask);
            }
        }
    }
    mask
}

impl Bar {
    fn capsule(&self) -> Shape {
        let radius = self.height / 2.0;
        Shape::Capsule {
            from: (LEFT + radius, self.top + radius),
            to: (LEFT + f32::from(BAR) - radius, self.top + radius),
            radius,
        }
    }
}

/// Nothing known is drawn as an empty outline: a faint bar is lost on a panel.
fn bar(mask: &mut Mask, bar: &Bar, fill: Fill) {
    let Some(fill) = fill else { return outline(mask, bar) };
    let capsule = bar.capsule();
    mask.add(capsule, TRACK);
    mask.add_left_of(capsule, LEFT + f32::from(fill), 1.0);
}

fn outline(mask: &mut Mask, bar: &Bar) {
    let capsule = bar.capsule();
    mask.add(capsule, OUTLINE);
    mask.cut(capsule.shrunk(OUTLINE_WIDTH));
    mask.add(capsule.shrunk(OUTLINE_WIDTH), INSIDE);
}

/// From the lower left to the upper right, with air around it.
fn slash(mask: &mut Mask) {
    let line = |radius| Shape::Capsule { from: (6.0, 32.0), to: (30.0, 4.0), radius };
    mask.cut(line(3.6));
    mask.add(line(1.7), 1.0);
}

/// A full dot at the lower right.
fn dot(mask: &mut Mask) {
    let disc = |radius| Shape::Capsule { from: (28.5, 28.5), to: (28.5, 28.5), radius };
    mask.cut(disc(7.2));
    mask.add(disc(5.0), 1.0);
}

/// An exclamation mark over the right end.
fn exclamation(mask: &mut Mask) {
    let stem = |radius| Shape::Capsule { from: (29.0, 7.0), to: (29.0, 19.5), radius };
    let point = |radius| Shape::Capsule { from: (29.0, 28.0), to: (29.0, 28.0), radius };
    mask.cut(Shape::Capsule { from: (29.0, 6.0), to: (29.0, 29.0), radius: 5.6 });
    mask.add(stem(2.6), 1.0);
    mask.add(point(2.9), 1.0);
}

#[cfg(test)]
#[path = "icon_tests.rs"]
mod tests;
