//! Rows of a product: what lies under a window.

use super::{Conv, Padded};
use crate::kernels::cursor::Cursor;
use crate::kernels::gemm::Table;
use crate::kernels::{Image, Io};
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
    /// Notes where a row lies as number `i` of a table, and where what a group makes of it goes.
    ///
    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run); there is such a row, and the image is
    /// copied if it is to be.
    #[inline(always)]
    pub(super) unsafe fn fill(
        &self,
        io: &Io,
        group: usize,
        cursor: &Cursor,
        row: usize,
        i: usize,
        table: &mut Table,
    ) {
        let Conv { image, windows, finish, .. } = self;
        let [kernel_height, kernel_width] = windows.kernel;
        let channel = group * (image.channels / self.groups);
        let filter = group * self.layout.columns;
        // SAFETY: pixels of the tensors.
        unsafe {
            table.to[i] = io.output.row(row).add(filter);
            if finish.residual {
                table.plus[i] = io.inputs[io.inputs.len() - 1].row(row).add(filter);
            }
        }
        if windows.is_pointwise(image) {
            // SAFETY: a pixel of the input.
            table.from[i] = unsafe { io.inputs[0].row(row).add(channel) };
            return;
        }
        let [of, y, x] = cursor.of(row, windows.count);
        if let Some(padded) = self.padded {
            for k in 0..kernel_height {
                let y = y * windows.stride[0] + k * windows.dilation[0];
                let pixel = (of * padded.height + y) * padded.width + x * windows.stride[1];
                // SAFETY: a pixel of the padded copy.
                let from = unsafe { io.scratch.add(pixel * image.channels) };
                table.from[k * table.count + i] = from;
            }
            return;
        }
        for tap in 0..windows.taps() {
            let at = [tap / kernel_width, tap % kernel_width];
            let from = match windows.pixel(image, [y, x], at) {
                Some([y, x]) => {
                    let pixel = (of * image.height + y) * image.width + x;
                    // SAFETY: a pixel of the input.
                    unsafe { io.inputs[0].row(pixel).add(channel).cast_const() }
                }
                None => self.zeros.as_ptr(),
            };
            table.from[tap * table.count + i] = from;
        }
    }
}
