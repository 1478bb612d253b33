//! Rows of a product: what lies under a window.

use super::{Conv, Padded};
use crate::kernels::cursor::Cursor;
use crate::kernels::gemm::Table;
use crate::kernels::{Image, Io, Place};
use crate::team::Member;

impl Conv {
    /// Values of a copy of the image within its padding.
    pub(super) fn copied(&self) -> usize {
        let of =
            |padded: Padded| self.image.batch * padded.height * padded.width * self.image.channels;
        self.padded.map_or(0, of).next_multiple_of(16)
    }

    /// Copies a member's share of the image into its padding.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    pub(super) unsafe fn pad(&self, padded: Padded, io: &Io, member: &Member) {
        let Image { batch, height, width, channels } = self.image;
        let [top, left] = self.windows.before;
        let input = io.inputs[0];
        for row in member.take(batch * padded.height, 1).flatten() {
            let (image, y) = (row / padded.height, row % padded.height);
            // SAFETY: `shared` scratch memory holds all padded rows; each is written by one member.
            let to = unsafe {
                let first = io.scratch.add(row * padded.width * channels);
                std::slice::from_raw_parts_mut(first, padded.width * channels)
            };
            let Some(y) = y.checked_sub(top).filter(|y| *y < height) else {
                to.fill(0.0);
                continue;
            };
            let count = width.min(padded.width.saturating_sub(left));
            let (before, to) = to.split_at_mut((left * channels).min(to.len()));
            let (to, behind) = to.split_at_mut(count * channels);
            before.fill(0.0);
            behind.fill(0.0);
            let (pixels, count) = match input.stride == channels {
                true => (1, count * channels),
                false => (count, channels),
            };
            for x in 0..pixels {
                // SAFETY: pixels of the input, which is not scratch memory.
                let from = unsafe {
                    let first = input.row((image * height + y) * width + x);
                    std::slice::from_raw_parts(first, count)
                };
                to[x * count..][..count].copy_from_slice(from);
            }
        }
    }

    /// The rows of a group.
    ///
    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run).
    pub(super) unsafe fn rows(&self, io: &Io, group: usize) -> Rows<'_> {
        let inner = self.image.channels / self.groups;
        let (channel, filter) = (group * inner, group * self.layout.columns);
        let plus = self.finish.residual.then(|| io.inputs[io.inputs.len() - 1]);
        // SAFETY: the group's first channel, and its first filter.
        unsafe {
            Rows {
                conv: self,
                pointwise: self.windows.is_pointwise(&self.image),
                from: io.inputs[0].at(0, channel),
                copy: io.scratch,
                to: io.output.at(0, filter),
                plus: plus.map(|plus| plus.at(0, filter)),
                cursor: Cursor::default(),
            }
        }
    }
}

/// Where the rows of a group's product lie.
pub(super) struct Rows<'a> {
    conv: &'a Conv,
    pointwise: bool,
    from: Place,
    /// The copy of the image within its padding.
    copy: *const f32,
    to: Place,
    plus: Option<Place>,
    cursor: Cursor,
}

impl Rows<'_> {
    /// Notes where a row lies as number `i` of a table.
    ///
    /// # Safety
    /// There is such a row, and the image is copied if it is to be.
    #[inline(always)]
    pub unsafe fn fill(&self, row: usize, i: usize, table: &mut Table) {
        // SAFETY: pixels of the tensors.
        unsafe {
            table.to[i] = self.to.row(row);
            if let Some(plus) = self.plus {
                table.plus[i] = plus.row(row);
            }
            self.fill_from(row, i, table);
        }
    }

    /// Notes where what the rows of a line of windows are made of lies, from number `i` on.
    ///
    /// # Safety
    /// As for [`Rows::fill`]; `row` is the first of its line.
    pub unsafe fn fill_line(&self, row: usize, i: usize, table: &mut Table) {
        let &Conv { ref image, windows, padded, .. } = self.conv;
        let across = windows.count[1];
        let Some(padded) = padded else {
            for x in 0..across {
                // SAFETY: the caller's.
                unsafe { self.fill_from(row + x, i + x, table) };
            }
            return;
        };
        let [of, y, _] = self.cursor.of(row, windows.count);
        for (k, line) in table.from.chunks_exact_mut(table.count).enumerate() {
            let y = y * windows.stride[0] + k * windows.dilation[0];
            // SAFETY: a row of the padded copy.
            let mut pixel =
                unsafe { self.copy.add((of * padded.height + y) * padded.width * image.channels) };
            for from in &mut line[i..i + across] {
                *from = pixel;
                pixel = pixel.wrapping_add(windows.stride[1] * image.channels);
            }
        }
    }

    /// Notes where what a row is made of lies.
    ///
    /// # Safety
    /// As for [`Rows::fill`].
    #[inline(always)]
    unsafe fn fill_from(&self, row: usize, i: usize, table: &mut Table) {
        if self.pointwise {
            // SAFETY: a pixel of the input.
            table.from[i] = unsafe { self.from.row(row) };
            return;
        }
        let &Conv { ref image, windows, padded, ref zeros, .. } = self.conv;
        let [kernel_height, kernel_width] = windows.kernel;
        let [of, y, x] = self.cursor.of(row, windows.count);
        if let Some(padded) = padded {
            for k in 0..kernel_height {
                let y = y * windows.stride[0] + k * windows.dilation[0];
                let pixel = (of * padded.height + y) * padded.width + x * windows.stride[1];
                // SAFETY: a pixel of the padded copy.
                table.from[k * table.count + i] = unsafe { self.copy.add(pixel * image.channels) };
            }
            return;
        }
        for tap in 0..windows.taps() {
            let at = [tap / kernel_width, tap % kernel_width];
            let from = match windows.pixel(image, [y, x], at) {
                // SAFETY: a pixel of the input.
                Some([y, x]) => unsafe {
                    self.from.row((of * image.height + y) * image.width + x).cast_const()
                },
                None => zeros.as_ptr(),
            };
            table.from[tap * table.count + i] = from;
        }
    }
}
