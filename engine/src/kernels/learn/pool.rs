use crate::kernels::lanes::vectors;
use crate::kernels::{Image, Io, Kernel, Windows};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of what a pool is applied to: of `(gradient of the output)` where it takes means, of
/// `(gradient of the output, input, output)` where it takes the largest, of which the first counts.
#[derive(Debug)]
pub struct PoolGradient {
    /// The instruction set.
    pub isa: Isa,
    /// The input.
    pub image: Image,
    /// The windows over it.
    pub windows: Windows,
    /// Of a mean, how many pixels count in each row of windows, and in each column.
    pub cells: Option<[Vec<f32>; 2]>,
}

impl PoolGradient {
    /// Whether each pixel is in one window at most.
    fn apart(&self) -> bool {
        let Windows { kernel, stride, .. } = self.windows;
        (0..2).all(|a| stride[a] >= kernel[a] || self.windows.count[a] == 1)
    }

    /// Writes what a row of windows says of its pixels, of windows that tile the image and of which the
    /// largest pixel counts.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the pixels are the member's.
    unsafe fn tile(&self, io: &Io, row: usize, taps: &mut Vec<[usize; 2]>) {
        let (Image { width, channels, .. }, Windows { kernel, count, .. }) =
            (self.image, self.windows);
        taps.clear();
        let pixels = (0..kernel[0]).flat_map(|y| (0..kernel[1]).map(move |x| y * width + x));
        taps.extend(pixels.map(|at| [at * io.inputs[1].stride, at * io.output.stride]));
        for x in 0..count[1] {
            let (pixel, window) = (row * kernel[0] * width + x * kernel[1], row * count[1] + x);
            // SAFETY: a window's pixels and its value.
            unsafe {
                let of = [io.inputs[0].row(window), io.inputs[2].row(window)];
                let (from, to) = (io.inputs[1].row(pixel), io.output.row(pixel));
                give_tile(self.isa, taps, [from, to], of, channels);
            }
        }
    }

    /// Zeros for some rows of an image's pixels.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the rows are the member's.
    unsafe fn clear(&self, io: &Io, first: usize, rows: usize) {
        for pixel in first * self.image.width..(first + rows) * self.image.width {
            // SAFETY: a pixel of the output.
            unsafe {
                let to = io.output.row(pixel);
                std::slice::from_raw_parts_mut(to, self.image.channels).fill(0.0);
            }
        }
    }

    /// Adds what a row of windows says of its pixels.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the pixels are the member's.
    unsafe fn row(&self, io: &Io, row: usize, taps: &mut Vec<[*mut f32; 2]>) {
        let (Image { height, width, channels, .. }, windows) = (self.image, self.windows);
        let (of, y) = (row / windows.count[0], row % windows.count[0]);
        for x in 0..windows.count[1] {
            taps.clear();
            for tap in 0..windows.taps() {
                let at = [tap / windows.kernel[1], tap % windows.kernel[1]];
                let Some([y, x]) = windows.pixel(&self.image, [y, x], at) else { continue };
                let pixel = (of * height + y) * width + x;
                // SAFETY: a pixel of the tensors.
                let from = unsafe {
                    let input = io.inputs.get(1).map_or(std::ptr::null_mut(), |x| x.row(pixel));
                    [input, io.output.row(pixel)]
                };
                taps.push(from);
            }
            let window = row * windows.count[1] + x;
            // SAFETY: a window's pixels and its value.
            unsafe {
                let dy = io.inputs[0].row(window);
                match &self.cells {
                    Some([down, across]) => {
                        share(self.isa, taps, dy, 1.0 / (down[y] * across[x]), channels);
                    }
                    None => give(self.isa, taps, dy, io.inputs[2].row(window), channels),
                }
            }
        }
    }
}

impl Kernel for PoolGradient {
    fn name(&self) -> String {
        let [h, w] = self.windows.kernel;
        format!(
            "gradient of the {} of {h}×{w}",
            if self.cells.is_some() { "mean" } else { "largest" }
        )
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (Image { batch, height, .. }, windows) = (self.image, self.windows);
        let rows = windows.count[0];
        if self.cells.is_none() && windows.tile(&self.image) {
            let mut taps = Vec::new();
            for row in member.take(batch * rows, 1).flatten() {
                // SAFETY: these rows are one member's.
                unsafe { self.tile(io, row, &mut taps) };
            }
            return;
        }
        let mut taps = Vec::new();
        if !self.apart() {
            for of in member.take(batch, 1).flatten() {
                // SAFETY: an image is one member's.
                unsafe {
                    self.clear(io, of * height, height);
                    (of * rows..(of + 1) * rows).for_each(|row| self.row(io, row, &mut taps));
                }
            }
            return;
        }
        for row in member.take(batch * rows, 1).flatten() {
            let (of, y) = (row / rows, row % rows);
            // The pixels from this row of windows to the next; all before the first, all behind the
            // last.
            let at =
                |y: usize| (y * windows.stride[0]).saturating_sub(windows.before[0]).min(height);
            let start = if y == 0 { 0 } else { at(y) };
            let end = if y + 1 == rows { height } else { at(y + 1) };
            // SAFETY: these rows are one member's.
            unsafe {
                self.clear(io, of * height + start, end - start);
                self.row(io, row, &mut taps);
            }
        }
    }
}

/// # Safety
/// The pixels are there.
#[inline(always)]
unsafe fn largest<S: Simd>(taps: &[[*mut f32; 2]], dy: *mut f32, y: *mut f32, count: usize) {
    // SAFETY: the caller's.
    unsafe {
        vectors!(S, count, |i, load, store| {
            let (mut left, y, zero) = (load(dy.add(i)), load(y.add(i)), S::splat(0.0));
            for [x, to] in taps {
                let (x, to) = (load(x.add(i)), to.add(i));
                store(to, S::add(load(to), S::select_less(x, y, zero, left)));
                left = S::select_less(x, y, left, zero);
            }
        });
    }
}

/// # Safety
/// The pixels are there: as far from the first as `taps` say.
#[inline(always)]
unsafe fn tile<S: Simd>(
    taps: &[[usize; 2]],
    [x, to]: [*mut f32; 2],
    [dy, y]: [*mut f32; 2],
    count: usize,
) {
    // SAFETY: the caller's.
    unsafe {
        vectors!(S, count, |i, load, store| {
            let (mut left, y, zero) = (load(dy.add(i)), load(y.add(i)), S::splat(0.0));
            for [from, at] in taps {
                let x = load(x.add(from + i));
                store(to.add(at + i), S::select_less(x, y, zero, left));
                left = S::select_less(x, y, left, zero);
            }
        });
    }
}

kernel! {
    /// Writes a window's gradient to the first of its largest pixels, zeros to the others.
    fn give_tile(
        taps: &[[usize; 2]], pixels: [*mut f32; 2], window: [*mut f32; 2], count: usize,
    ) = tile;
}

kernel! {
    /// Adds a window's gradient to that of the first of its largest pixels.
    fn give(taps: &[[*mut f32; 2]], dy: *mut f32, y: *mut f32, count: usize) = largest;
}

/// # Safety
/// The pixels are there.
#[inline(always)]
unsafe fn mean<S: Simd>(taps: &[[*mut f32; 2]], dy: *mut f32, factor: f32, count: usize) {
    // SAFETY: the caller's.
    unsafe {
        vectors!(S, count, |i, load, store| {
            let own = S::mul(load(dy.add(i)), S::splat(factor));
            for [_, to] in taps {
                let to = to.add(i);
                store(to, S::add(load(to), own));
            }
        });
    }
}

kernel! {
    /// Adds a share of a window's gradient to that of each of its pixels.
    fn share(taps: &[[*mut f32; 2]], dy: *mut f32, factor: f32, count: usize) = mean;
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, Numbers, cases, check};

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn the_first_of_the_largest_pixels_gets_the_gradient(
            batch in 1..3usize, [height, width] in [1..12usize, 1..12], channels in 1..30usize,
            kernel in [1..4usize, 1..4], same_stride: bool, stride in [1..4usize, 1..4], seed: u64,
        ) {
            prop_assume!(height >= kernel[0] && width >= kernel[1]);
            let stride = if same_stride { kernel } else { stride };
            let image = Image::new([batch, height, width, channels]);
            let windows = Windows::new([height, width], kernel, stride, [1; 2], Padding::Valid);
            let [rows, columns] = windows.count;
            let mut numbers = Numbers::new(seed);
            // Few values, so that some are as large as others.
            let mut array = |dims: &[usize], few: f32| {
                Array::build(dims, |_| (f64::from(numbers.next() * few)).round())
            };
            let x = array(&[batch, height, width, channels], 2.0);
            let dy = array(&[batch, rows, columns, channels], 100.0);
            let mut gradient = vec![0.0; x.data().len()];
            let y = Array::build(dy.dims(), |at| {
                let &[of, row, column, channel] = at else { unreachable!("four axes") };
                let (mut most, mut first) = (f64::NEG_INFINITY, 0);
                for tap in 0..windows.taps() {
                    let tap = [tap / kernel[1], tap % kernel[1]];
                    let [y, x_at] = windows.pixel(&image, [row, column], tap).expect("not padded");
                    let i = ((of * height + y) * width + x_at) * channels + channel;
                    if x.data()[i] > most {
                        (most, first) = (x.data()[i], i);
                    }
                }
                let window = (of * rows + row) * columns + column;
                gradient[first] += dy.data()[window * channels + channel];
                most
            });
            let expect = Array::new(x.dims(), gradient);
            check(Case::of(vec![dy, x, y], Vec::new(), expect), |isa, _| {
                Box::new(PoolGradient { isa, image, windows, cells: None })
            });
        }
    }
}
