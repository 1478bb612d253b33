//! Pools over whole images.

use formwork_ir::layers::{GlobalAvgPool2d, GlobalMaxPool2d};

use crate::kernels::{Image, Io, Kernel, Lower, Place, Site};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// A pool over whole images. Members share the channels, some at a time, of all images.
#[derive(Debug)]
pub struct Global {
    isa: Isa,
    image: Image,
    mean: bool,
}

/// How many channels are gone through together.
const CHANNELS: usize = 64;

impl Lower for GlobalAvgPool2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        Box::new(Global { isa: site.isa, image: site.image(), mean: true })
    }
}

impl Lower for GlobalMaxPool2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        Box::new(Global { isa: site.isa, image: site.image(), mean: false })
    }
}

impl Kernel for Global {
    fn name(&self) -> String {
        format!("{} of an image", if self.mean { "mean" } else { "largest" })
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Image { batch, height, width, channels } = self.image;
        let parts = channels.div_ceil(CHANNELS);
        for part in member.take(batch * parts, 1).flatten() {
            let (of, channel) = (part / parts, part % parts * CHANNELS);
            // SAFETY: an image of the input, and a row of the output; each part is one member's.
            unsafe {
                let first = io.inputs[0].row(of * height * width).add(channel);
                let input = Place { first, ..io.inputs[0] };
                let output = io.output.row(of).add(channel);
                let channels = CHANNELS.min(channels - channel);
                match self.mean {
                    true => mean(self.isa, [height, width], channels, input, output),
                    false => largest(self.isa, [height, width], channels, input, output),
                }
            }
        }
    }
}

kernel! {
    /// The mean pixel.
    fn mean(size: [usize; 2], channels: usize, input: Place, output: *mut f32) = every_mean;
}

kernel! {
    /// The largest value of each channel.
    fn largest(size: [usize; 2], channels: usize, input: Place, output: *mut f32) = every_largest;
}

/// # Safety
/// As for [`every`].
#[inline(always)]
unsafe fn every_mean<S: Simd>(size: [usize; 2], channels: usize, input: Place, output: *mut f32) {
    // SAFETY: the caller's.
    unsafe { every::<S, true>(size, channels, input, output) }
}

/// # Safety
/// As for [`every`].
#[inline(always)]
unsafe fn every_largest<S: Simd>(
    size: [usize; 2],
    channels: usize,
    input: Place,
    output: *mut f32,
) {
    // SAFETY: the caller's.
    unsafe { every::<S, false>(size, channels, input, output) }
}

/// # Safety
/// The machine has `S`. The input is an image of `channels` values a pixel; as many may be written
/// to the output.
#[inline(always)]
unsafe fn every<S: Simd, const MEAN: bool>(
    size: [usize; 2],
    channels: usize,
    input: Place,
    output: *mut f32,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut channel = 0;
        while channel + 4 * S::LANES <= channels {
            some::<S, MEAN, 4, true>(size, channel, S::LANES, input, output);
            channel += 4 * S::LANES;
        }
        while channel + S::LANES <= channels {
            some::<S, MEAN, 1, true>(size, channel, S::LANES, input, output);
            channel += S::LANES;
        }
        if channel < channels {
            some::<S, MEAN, 1, false>(size, channel, channels - channel, input, output);
        }
    }
}

/// A few vectors of channels: `count` channels of each, all lanes if `FULL`. Rows are summed by
/// themselves, then their sums, which is more precise than one long sum.
///
/// # Safety
/// As for [`every`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "sums that are iterated over go to the stack")]
unsafe fn some<S: Simd, const MEAN: bool, const VECTORS: usize, const FULL: bool>(
    [height, width]: [usize; 2],
    channel: usize,
    count: usize,
    input: Place,
    output: *mut f32,
) {
    // SAFETY: within what the caller promises.
    unsafe {
        let first = S::splat(if MEAN { 0.0 } else { f32::NEG_INFINITY });
        let mut all = [first; VECTORS];
        for y in 0..height {
            let mut row = [first; VECTORS];
            for x in 0..width {
                let pixel = input.row(y * width + x).add(channel).cast_const();
                for v in 0..VECTORS {
                    let from = pixel.add(v * S::LANES);
                    let value = if FULL { S::load(from) } else { S::load_first(from, count) };
                    // A value that is not a number is never the largest.
                    row[v] = if MEAN { S::add(row[v], value) } else { S::max(value, row[v]) };
                }
            }
            for v in 0..VECTORS {
                all[v] = if MEAN { S::add(all[v], row[v]) } else { S::max(row[v], all[v]) };
            }
        }
        let scale = S::splat(1.0 / (height * width) as f32);
        for v in 0..VECTORS {
            let value = if MEAN { S::mul(all[v], scale) } else { all[v] };
            let to = output.add(channel + v * S::LANES);
            if FULL { S::store(to, value) } else { S::store_first(to, value, count) }
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::{GlobalAvgPool2d, GlobalMaxPool2d};
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    proptest! {
        #![proptest_config(cases(100))]
        #[test]
        fn global_pools_are_the_layer(
            batch in 1..4usize, [height, width] in [1..12usize, 1..12], channels in 1..200usize,
            keep: bool, seed: u64,
        ) {
            let sizes: &[&[usize]] = &[&[batch, height, width, channels]];
            let mean = GlobalAvgPool2d::new().keepdims(keep);
            check_layer(&mean, sizes, Finish::NONE, seed);
            let max = GlobalMaxPool2d::new().keepdims(keep);
            check_layer(&max, sizes, Finish::NONE, seed);
        }
    }
}
