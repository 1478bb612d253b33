use formwork_ir::Interpolation;
use formwork_ir::resample::source;

use super::rows::copy_run;
use crate::kernels::{Image, Io, Kernel, Place};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// Images of another size.
#[derive(Debug)]
pub struct Resize {
    isa: Isa,
    image: Image,
    nearest: bool,
    /// What each row of an output is made of, and each column.
    rows: Vec<Tap>,
    columns: Vec<Tap>,
}

/// Two rows or columns and the share of the second.
#[derive(Clone, Copy, Debug)]
struct Tap {
    low: u32,
    high: u32,
    weight: f32,
}

impl Resize {
    /// From images to that height and width.
    pub fn new(
        isa: Isa,
        image: Image,
        [height, width]: [usize; 2],
        interpolation: Interpolation,
        align_corners: bool,
    ) -> Self {
        let taps = |inputs: usize, outputs: usize| {
            let tap = |position: usize| {
                let from = source(position, inputs, outputs, interpolation, align_corners);
                let [low, high] = [from.low, from.high].map(|i| i as u32);
                Tap { low, high, weight: from.weight as f32 }
            };
            (0..outputs).map(tap).collect()
        };
        let nearest = interpolation == Interpolation::Nearest;
        let (rows, columns) = (taps(image.height, height), taps(image.width, width));
        Resize { isa, image, nearest, rows, columns }
    }
}

impl Kernel for Resize {
    fn name(&self) -> String {
        match self.nearest {
            true => "nearest pixels".to_owned(),
            false => "bilinear".to_owned(),
        }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Image { batch, height, width, channels } = self.image;
        for row in member.take(batch * self.rows.len(), 1).flatten() {
            let (image, y) = (row / self.rows.len(), self.rows[row % self.rows.len()]);
            // SAFETY: rows of pixels of the tensors, which are apart; each is one member's.
            unsafe {
                let at = |y: u32| io.inputs[0].at((image * height + y as usize) * width, 0);
                let all = Line {
                    low: at(y.low),
                    high: at(y.high),
                    weight: y.weight,
                    to: io.output.at(row * self.columns.len(), 0),
                    columns: &self.columns,
                    channels,
                };
                match self.nearest {
                    true => nearest_line(self.isa, all),
                    false => bilinear_line(self.isa, all),
                }
            }
        }
    }
}

/// A row of pixels to write, and the two it is made of.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    low: Place,
    high: Place,
    weight: f32,
    to: Place,
    columns: &'a [Tap],
    channels: usize,
}

/// # Safety
/// The rows are there, as wide as the columns say; those read and written are apart.
#[inline(always)]
unsafe fn nearest<S: Simd>(line: Line<'_>) {
    for (x, tap) in line.columns.iter().enumerate() {
        // SAFETY: pixels of the rows.
        unsafe {
            let from = line.low.row(tap.low as usize);
            copy_run::<S>(from, line.to.row(x), line.channels);
        }
    }
}

/// # Safety
/// As for [`nearest`].
#[inline(always)]
unsafe fn bilinear<S: Simd>(line: Line<'_>) {
    // SAFETY: pixels of the rows, no more values than they have.
    unsafe {
        let (count, down) = (line.channels, S::splat(line.weight));
        for (x, tap) in line.columns.iter().enumerate() {
            let [left, right] = [tap.low, tap.high].map(|x| x as usize);
            let (a, b) = (line.low.row(left), line.low.row(right));
            let (c, d) = (line.high.row(left), line.high.row(right));
            let (to, across) = (line.to.row(x), S::splat(tap.weight));
            macro_rules! at {
                ($load:ident, $i:expr $(, $count:expr)?) => {{
                    let a = S::$load(a.add($i) $(, $count)?);
                    let b = S::$load(b.add($i) $(, $count)?);
                    let c = S::$load(c.add($i) $(, $count)?);
                    let d = S::$load(d.add($i) $(, $count)?);
                    let low = S::fma(S::sub(b, a), across, a);
                    let high = S::fma(S::sub(d, c), across, c);
                    S::fma(S::sub(high, low), down, low)
                }};
            }
            if count < S::LANES {
                S::store_first(to, at!(load_first, 0, count), count);
                continue;
            }
            let last = count - S::LANES;
            let mut i = 0;
            while i < last {
                S::store(to.add(i), at!(load, i));
                i += S::LANES;
            }
            S::store(to.add(last), at!(load, last));
        }
    }
}

kernel! {
    /// Writes a row of nearest pixels.
    fn nearest_line(line: Line<'_>) = nearest;
}

kernel! {
    /// Writes a row of pixels between others.
    fn bilinear_line(line: Line<'_>) = bilinear;
}
