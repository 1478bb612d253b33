use crate::Buffer;
use crate::kernels::{Io, Kernel, Place, Scratch};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// Normalises groups of channels of each sample, then scales and shifts them.
///
/// Sums are those of blocks of rows, the same however many members there are: of a block in 32
/// bits, of all in 64; first for the means, then for the squares of what is left without them.
#[derive(Debug)]
pub struct GroupNorm {
    isa: Isa,
    samples: usize,
    /// Rows of a sample.
    rows: usize,
    channels: usize,
    groups: usize,
    epsilon: f64,
    /// One a channel, or one for each value of a sample.
    scale: Buffer,
    shift: Buffer,
}

/// Number of rows that are added up by one member.
const BLOCK: usize = 64;

impl GroupNorm {
    /// For that many samples of so many rows of channels; with a factor and a shift for each
    /// channel or for each value of a sample.
    pub fn new(
        isa: Isa,
        [samples, rows, channels]: [usize; 3],
        groups: usize,
        epsilon: f64,
        [scale, shift]: [Buffer; 2],
    ) -> Self {
        GroupNorm { isa, samples, rows, channels, groups, epsilon, scale, shift }
    }

    /// Blocks of a sample.
    fn blocks(&self) -> usize {
        self.rows.div_ceil(BLOCK)
    }

    /// For each channel of a sample, the mean over its group of what blocks added up.
    ///
    /// # Safety
    /// Sums of the sample's blocks lie one after the other, and nobody writes them.
    unsafe fn means(&self, sums: *const f32, to: &mut [f32], of: impl Fn(f64) -> f64) {
        let each = self.channels / self.groups;
        for (group, to) in to.chunks_exact_mut(each).enumerate() {
            let mut total = 0.0;
            for block in 0..self.blocks() {
                let first = block * self.channels + group * each;
                // SAFETY: sums of the sample.
                let sums = unsafe { std::slice::from_raw_parts(sums.add(first), each) };
                total += sums.iter().map(|sum| f64::from(*sum)).sum::<f64>();
            }
            to.fill(of(total / (self.rows * each) as f64) as f32);
        }
    }
}

impl Kernel for GroupNorm {
    fn name(&self) -> String {
        format!("norm of {} groups of channels", self.groups)
    }

    fn scratch(&self) -> Scratch {
        let sums = self.samples * self.blocks() * self.channels;
        Scratch { shared: 2 * sums, own: 2 * self.channels }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.scale[..]) + size_of_val(&self.shift[..])
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (channels, blocks) = (self.channels, self.blocks());
        let total = self.samples * blocks;
        let own = member.share(total);
        // SAFETY: `shared` scratch memory holds two sums for each block and channel, a member's own
        // two values a channel.
        let (sums, squares, moments) = unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            let own = std::slice::from_raw_parts_mut(own, 2 * channels);
            (io.scratch, io.scratch.add(total * channels), own)
        };
        let (mean, factor) = moments.split_at_mut(channels);
        let rows_of = |block: usize| {
            let first = block % blocks * BLOCK;
            (block / blocks * self.rows + first, BLOCK.min(self.rows - first))
        };
        // What blocks of one sample share is computed once by each member.
        let starts = |block: usize| block == own.start || block.is_multiple_of(blocks);
        // SAFETY: rows of the tensors and sums of blocks, each one member's; members meet before
        // they read what others have written.
        unsafe {
            mean.fill(0.0);
            for block in own.clone() {
                let (row, rows) = rows_of(block);
                let (from, to) = (io.inputs[0].at(row, 0), sums.add(block * channels));
                let mean = mean.as_ptr();
                let all = Sums { from, mean, squares: false, to, rows, count: channels };
                sum_rows(self.isa, all);
            }
            member.meet();
            for block in own.clone() {
                if starts(block) {
                    self.means(sums.add(block / blocks * blocks * channels), mean, |mean| mean);
                }
                let (row, rows) = rows_of(block);
                let (from, to) = (io.inputs[0].at(row, 0), squares.add(block * channels));
                let mean = mean.as_ptr();
                let all = Sums { from, mean, squares: true, to, rows, count: channels };
                sum_rows(self.isa, all);
            }
            member.meet();
            for block in own.clone() {
                if starts(block) {
                    let first = block / blocks * blocks * channels;
                    self.means(sums.add(first), mean, |mean| mean);
                    let factor_of = |variance: f64| 1.0 / (variance + self.epsilon).sqrt();
                    self.means(squares.add(first), factor, factor_of);
                }
                let (row, rows) = rows_of(block);
                let step = if self.scale.len() == channels { 0 } else { channels };
                let param = |values: &Buffer| values.as_ptr().add(row % self.rows * step);
                let all = Normal {
                    from: io.inputs[0].at(row, 0),
                    to: io.output.at(row, 0),
                    mean: mean.as_ptr(),
                    factor: factor.as_ptr(),
                    scale: param(&self.scale),
                    shift: param(&self.shift),
                    step,
                    rows,
                    count: channels,
                };
                normal_rows(self.isa, all);
            }
        }
    }
}

/// Rows to add up, channel by channel: what they are above `mean`, or the squares of that.
#[derive(Clone, Copy, Debug)]
struct Sums {
    from: Place,
    mean: *const f32,
    squares: bool,
    to: *mut f32,
    rows: usize,
    count: usize,
}

/// # Safety
/// The rows are there, and as many means and sums as they have channels.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "iterators keep sums out of registers")]
unsafe fn sum<S: Simd>(all: Sums) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Sums { from, mean, squares, to, rows, count } = all;
        macro_rules! term {
            ($x:expr, $mean:expr) => {{
                let off = S::sub($x, $mean);
                if squares { S::mul(off, off) } else { off }
            }};
        }
        let mut i = 0;
        while i + 4 * S::LANES <= count {
            let mut sums = [S::splat(0.0); 4];
            let mut means = sums;
            for k in 0..4 {
                means[k] = S::load(mean.add(i + k * S::LANES));
            }
            for row in 0..rows {
                let from = from.row(row).add(i);
                for k in 0..4 {
                    let x = S::load(from.add(k * S::LANES));
                    sums[k] = S::add(sums[k], term!(x, means[k]));
                }
            }
            for k in 0..4 {
                S::store(to.add(i + k * S::LANES), sums[k]);
            }
            i += 4 * S::LANES;
        }
        while i < count {
            let rest = S::LANES.min(count - i);
            let (mut sums, mean) = (S::splat(0.0), S::load_first(mean.add(i), rest));
            for row in 0..rows {
                let x = S::load_first(from.row(row).add(i), rest);
                sums = S::add(sums, term!(x, mean));
            }
            S::store_first(to.add(i), sums, rest);
            i += rest;
        }
    }
}

kernel! {
    /// Adds up rows.
    fn sum_rows(all: Sums) = sum;
}

/// Rows to normalise by values for each channel; factors and shifts go on by `step` a row.
#[derive(Clone, Copy, Debug)]
struct Normal {
    from: Place,
    to: Place,
    mean: *const f32,
    factor: *const f32,
    scale: *const f32,
    shift: *const f32,
    step: usize,
    rows: usize,
    count: usize,
}

/// # Safety
/// The rows are there, and values for each channel; rows read and written are the same or apart.
#[inline(always)]
unsafe fn normal<S: Simd>(all: Normal) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        for row in 0..all.rows {
            let (from, to) = (all.from.row(row), all.to.row(row));
            let (scale, shift) = (all.scale.add(row * all.step), all.shift.add(row * all.step));
            macro_rules! at {
                ($i:expr, $load:ident $(, $count:expr)?) => {{
                    let off = S::sub(
                        S::$load(from.add($i) $(, $count)?),
                        S::$load(all.mean.add($i) $(, $count)?),
                    );
                    let normal = S::mul(off, S::$load(all.factor.add($i) $(, $count)?));
                    let scale = S::$load(scale.add($i) $(, $count)?);
                    S::fma(normal, scale, S::$load(shift.add($i) $(, $count)?))
                }};
            }
            let mut i = 0;
            while i + S::LANES <= all.count {
                S::store(to.add(i), at!(i, load));
                i += S::LANES;
            }
            let rest = all.count - i;
            if rest > 0 {
                S::store_first(to.add(i), at!(i, load_first, rest), rest);
            }
        }
    }
}

kernel! {
    /// Normalises rows.
    fn normal_rows(all: Normal) = normal;
}
