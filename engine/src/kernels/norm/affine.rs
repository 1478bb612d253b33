use formwork_ir::layers::BatchNorm;

use crate::Buffer;
use crate::kernels::pieces::{pieces, rows_and_channels};
use crate::kernels::{Io, Kernel, Lower, Place, Site};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// Scales and shifts each channel.
#[derive(Debug)]
pub struct Affine {
    isa: Isa,
    rows: usize,
    channels: usize,
    /// How often factors and shifts are repeated: rows without gaps go several at a time.
    repeat: usize,
    scale: Buffer,
    shift: Buffer,
}

/// How many values rows have together that go at a time, if they are short.
const SHORT: usize = 64;

impl Affine {
    /// For tensors of those sizes: `f64` factors and shifts, one a channel.
    pub fn new(isa: Isa, dims: &[usize], [scale, shift]: [&[f64]; 2]) -> Self {
        let (rows, channels) = rows_and_channels(dims);
        let repeat = SHORT.div_ceil(channels);
        let repeated = |values: &[f64]| {
            let values: Vec<_> = values.iter().map(|x| *x as f32).collect();
            Buffer::from(&values.repeat(repeat)[..])
        };
        Affine { isa, rows, channels, repeat, scale: repeated(scale), shift: repeated(shift) }
    }
}

/// The factors and the shifts of a batch norm at inference, one a channel: `γ/√(σ²+ε)` and
/// `β - μ·γ/√(σ²+ε)`. Its parameters are in the order of the layer's table row.
pub(crate) fn factors(norm: &BatchNorm, params: &[&[f32]]) -> [Vec<f64>; 2] {
    let channels = params.last().map_or(0, |variance| variance.len());
    let mut params = params.iter();
    let mut next = |present: bool, default: f64| match present {
        true => params.next().expect("the parameter").iter().map(|x| f64::from(*x)).collect(),
        false => vec![default; channels],
    };
    let (gamma, beta) = (next(norm.scale, 1.0), next(norm.center, 0.0));
    let (mean, variance) = (next(true, 0.0), next(true, 1.0));
    let factor = |c: usize| gamma[c] / (variance[c] + norm.epsilon).sqrt();
    let scale: Vec<_> = (0..channels).map(factor).collect();
    let shift = (0..channels).map(|c| beta[c] - mean[c] * scale[c]).collect();
    [scale, shift]
}

impl Lower for BatchNorm {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let [scale, shift] = factors(self, &site.params);
        Box::new(Affine::new(site.isa, site.output, [&scale, &shift]))
    }
}

impl Kernel for Affine {
    fn name(&self) -> String {
        "scale and shift".to_owned()
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.scale[..]) + size_of_val(&self.shift[..])
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        pieces(member, self.rows, self.channels, |rows, channels| {
            let own = |values: &Buffer| values[channels.start..].as_ptr();
            let (scale, shift) = (own(&self.scale), own(&self.shift));
            // SAFETY: rows of the tensors, and a factor and shift for each of their values.
            let run = |from: Place, to: Place, rows: usize, count: usize| unsafe {
                affine_rows(self.isa, Rows { from, to, scale, shift, rows, count });
            };
            let (mut row, mut left) = (rows.start, rows.len());
            let dense = [io.inputs[0], io.output].iter().all(|at| at.stride == self.channels);
            if dense && self.repeat > 1 {
                for repeat in [self.repeat, left % self.repeat] {
                    let several = left.checked_div(repeat).unwrap_or(0);
                    let count = repeat * self.channels;
                    // SAFETY: rows of the tensors, `repeat` as one, since nothing is between them.
                    unsafe {
                        let [from, to] = [io.inputs[0], io.output].map(|at| at.row(row));
                        let [from, to] = [from, to].map(|first| Place { first, stride: count });
                        run(from, to, several, count);
                    }
                    row += several * repeat;
                    left -= several * repeat;
                }
                return;
            }
            // SAFETY: rows of the tensors.
            let [from, to] =
                unsafe { [io.inputs[0], io.output].map(|at| at.at(row, channels.start)) };
            run(from, to, left, channels.len());
        });
    }
}

/// Rows to read and write, and what is multiplied and added to each.
#[derive(Clone, Copy, Debug)]
struct Rows {
    from: Place,
    to: Place,
    scale: *const f32,
    shift: *const f32,
    rows: usize,
    count: usize,
}

/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn affine<S: Simd>(all: Rows) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Rows { from, to, scale, shift, rows, count } = all;
        for row in 0..rows {
            let (from, to) = (from.row(row), to.row(row));
            if count < S::LANES {
                let x = S::load_first(from, count);
                let (scale, shift) = (S::load_first(scale, count), S::load_first(shift, count));
                S::store_first(to, S::fma(x, scale, shift), count);
                continue;
            }
            macro_rules! at {
                ($i:expr) => {
                    S::fma(S::load(from.add($i)), S::load(scale.add($i)), S::load(shift.add($i)))
                };
            }
            let last = count - S::LANES;
            let end = at!(last);
            let mut i = 0;
            while i < last {
                S::store(to.add(i), at!(i));
                i += S::LANES;
            }
            S::store(to.add(last), end);
        }
    }
}

kernel! {
    /// Scales and shifts rows.
    fn affine_rows(all: Rows) = affine;
}
