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
