//! Just enough drawing for an icon of a few capsules, without a graphics crate:
//! a mask of coverage, built up shape by shape, then coloured once.

/// A line with round ends; of length zero, a disc.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// All points within `radius` of the line.
    Capsule { from: (f32, f32), to: (f32, f32), radius: f32 },
}

impl Shape {
    /// The same line, thinner.
    pub(crate) fn shrunk(self, by: f32) -> Self {
        let Self::Capsule { from, to, radius } = self;
        Self::Capsule { from, to, radius: (radius - by).max(0.0) }
    }

    fn contains(self, x: f32, y: f32) -> bool {
        let Self::Capsule { from, to, radius } = self;
        let (along, up) = (to.0 - from.0, to.1 - from.1);
        let length = along * along + up * up;
        let (dx, dy) = (x - from.0, y - from.1);
        let share =
            if length > 0.0 { ((dx * along + dy * up) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (off_x, off_y) = (dx - share * along, dy - share * up);
        off_x * off_x + off_y * off_y <= radius * radius
    }
}

/// How much of each pixel is covered, 0 to 1, row by row.
pub(crate) struct Mask {
    side: u16,
    scale: f32,
    cover: Vec<f32>,
}

/// Points looked at in each direction of a pixel.
const SAMPLES: u8 = 4;
/// How strong the rim is beside a full pixel.
const RIM: f32 = 0.8;

impl Mask {
    /// An empty square of `side` pixels, drawn in units of `grid` to the side.
    pub(crate) fn new(side: u16, grid: f32) -> Self {
        let cover = vec![0.0; usize::from(side) * usize::from(side)];
        Self { side, scale: grid / f32::from(side), cover }
    }

    /// Lays a shape of this strength over what is there.
    pub(crate) fn add(&mut self, shape: Shape, strength: f32) {
        self.add_left_of(shape, f32::INFINITY, strength);
    }

    /// The same, only for the part left of `limit`.
    pub(crate) fn add_left_of(&mut self, shape: Shape, limit: f32, strength: f32) {
        self.blend(
            |x, y| x < limit && shape.contains(x, y),
            |old, covered| old + (strength - old).max(0.0) * covered,
        );
    }

    /// Makes everything weaker.
    pub(crate) fn fade(&mut self, strength: f32) {
        self.cover.iter_mut().for_each(|cover| *cover *= strength);
    }

    /// Takes a shape out of what is there.
    pub(crate) fn cut(&mut self, shape: Shape) {
        self.blend(|x, y| shape.contains(x, y), |old, covered| old * (1.0 - covered));
    }

    fn blend(&mut self, inside: impl Fn(f32, f32) -> bool, mix: impl Fn(f32, f32) -> f32) {
        let (side, scale) = (self.side, self.scale);
        let pixels = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
        for (cover, (column, row)) in self.cover.iter_mut().zip(pixels) {
            let covered = coverage(column, row, |x, y| inside(x * scale, y * scale));
            *cover = mix(*cover, covered);
        }
    }

    /// Black, as strong as the mask: systems that colour icons use only that.
    pub(crate) fn black(&self) -> Vec<u8> {
        self.cover.iter().flat_map(|&cover| [0, 0, 0, byte(cover * 255.0)]).collect()
    }

    /// In one gray on a rim of another, both from 0 to 255.
    pub(crate) fn rimmed(&self, gray: f32, rim: f32) -> Vec<u8> {
        let side = usize::from(self.side);
        let pixels = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
        pixels.flat_map(|(column, row)| self.rimmed_pixel(column, row, gray, rim)).collect()
    }

    fn rimmed_pixel(&self, column: usize, row: usize, gray: f32, rim: f32) -> [u8; 4] {
        let cover = self.at(column, row);
        let around = |at: usize| at.saturating_sub(1)..=at + 1;
        let near = around(row).flat_map(|y| around(column).map(move |x| (x, y)));
        let strongest = near.map(|(x, y)| self.at(x, y)).fold(0.0, f32::max);
        // The rim lies below, so it only fills what is left open.
        let below = (1.0 - cover) * strongest * RIM;
        let alpha = cover + below;
        let value = if alpha > 0.0 { byte((gray * cover + rim * below) / alpha) } else { 0 };
        [value, value, value, byte(alpha * 255.0)]
    }

    fn at(&self, column: usize, row: usize) -> f32 {
        let side = usize::from(self.side);
        if column < side && row < side { self.cover[row * side + column] } else { 0.0 }
    }
}

/// The share of a pixel's points that are inside.
fn coverage(column: u16, row: u16, inside: impl Fn(f32, f32) -> bool) -> f32 {
    let step = 1.0 / f32::from(SAMPLES);
    let offsets = || (0..SAMPLES).map(move |n| (f32::from(n) + 0.5) * step);
    let points = offsets().flat_map(|dy| offsets().map(move |dx| (dx, dy)));
    let hits = points.filter(|(dx, dy)| inside(f32::from(column) + dx, f32::from(row) + dy));
    hits.map(|_| step * step).sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what a byte holds"
)]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
