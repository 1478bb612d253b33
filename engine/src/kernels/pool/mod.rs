//! The largest or the mean value of windows, channel by channel.

mod global;
mod row;
pub mod which;

pub use global::Global;

use formwork_ir::Padding;
use formwork_ir::layers::{AvgPool2d, MaxPool2d};
use formwork_ir::window::{Window, resolve};

use row::{Row, largest, mean};

use super::lines::{Course, Lines};
use super::{Image, Io, Kernel, Lower, Place, Site, Windows};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Member;

/// A pool. Members share the rows of outputs of all images.
#[derive(Debug)]
pub struct Pool {
    isa: Isa,
    course: Course,
    /// What is read where a window reaches over the edge.
    padding: Buffer,
    /// Of a mean, how many pixels count in each row of windows, and in each column.
    cells: Option<[Vec<f32>; 2]>,
}

impl Pool {
    fn new(isa: Isa, image: Image, windows: Windows, cells: Option<[Vec<f32>; 2]>) -> Self {
        let mut padding = Buffer::zeros(image.channels);
        if cells.is_none() {
            padding.fill(f32::NEG_INFINITY);
        }
        Pool { isa, course: Course { image, windows, rows: 1 }, padding, cells }
    }

    /// The sums of windows of that size, side by side.
    pub fn sum(isa: Isa, image: Image, size: [usize; 2]) -> Self {
        let windows = pool_windows(&image, (size, None, Padding::Valid, false));
        let ones = windows.count.map(|count| vec![1.0; count]);
        Pool::new(isa, image, windows, Some(ones))
    }
}

/// A pool's size, stride, padding and ceil mode.
pub type Args = ([usize; 2], Option<[usize; 2]>, Padding, bool);

/// Windows side by side, or with a step between them, over images that are padded.
pub fn pool_windows(image: &Image, (size, stride, padding, ceil_mode): Args) -> Windows {
    let (of, stride) = ([image.height, image.width], stride.unwrap_or(size));
    let pads = resolve(&Window::pair(size, stride, [1, 1]), of, padding, ceil_mode);
    Windows::new(of, size, stride, [1, 1], Padding::Explicit(pads))
}

/// The window over all of an image.
pub fn global_windows(image: &Image) -> Windows {
    let size = [image.height, image.width];
    Windows::new(size, size, [1, 1], [1, 1], Padding::Valid)
}

/// How many pixels count in each row of windows that means are taken of, and in each column.
pub fn mean_cells(
    image: &Image,
    windows: &Windows,
    padding: Padding,
    count_include_pad: bool,
) -> [Vec<f32>; 2] {
    let of = [image.height, image.width];
    let axes = Window::pair(windows.kernel, windows.stride, [1, 1]);
    let pads = resolve(&axes, of, padding, false);
    [0, 1].map(|a| {
        // What counts along this axis, from the first row of padding on.
        let counted = match count_include_pad {
            true => 0..pads[a][0] + of[a] + pads[a][1],
            false => pads[a][0]..pads[a][0] + of[a],
        };
        let under = |window: usize| {
            let first = window * windows.stride[a];
            let end = (first + windows.kernel[a]).min(counted.end);
            end.saturating_sub(first.max(counted.start)) as f32
        };
        (0..windows.count[a]).map(under).collect()
    })
}

impl Lower for MaxPool2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let args = (self.size, self.stride, self.padding, self.ceil_mode);
        let windows = pool_windows(&image, args);
        Box::new(Pool::new(site.isa, image, windows, None))
    }
}

impl Lower for AvgPool2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let args = (self.size, self.stride, self.padding, self.ceil_mode);
        let windows = pool_windows(&image, args);
        let cells = mean_cells(&image, &windows, self.padding, self.count_include_pad);
        Box::new(Pool::new(site.isa, image, windows, Some(cells)))
    }
}

impl Kernel for Pool {
    fn name(&self) -> String {
        let [h, w] = self.course.windows.kernel;
        let what = match &self.cells {
            None => "largest",
            Some(cells) if cells.iter().flatten().all(|count| *count == 1.0) => "sum",
            Some(_) => "mean",
        };
        format!("{what} of {h}×{w}")
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Course { image, windows: Windows { kernel, stride, count, .. }, .. } = self.course;
        let input = io.inputs[0];
        let make = |row: usize, _| Place {
            first: input.first.wrapping_add(row * image.width * input.stride),
            ..input
        };
        Lines::with(&self.course, |lines| {
            for row in member.take(self.course.count(), 1).flatten() {
                let padding = self.padding.as_ptr();
                let under = lines.under(&self.course, row, kernel[0], padding, make);
                // SAFETY: a row of the output.
                let first = unsafe { io.output.row(row * count[1]) };
                let of = Row {
                    lines: under,
                    width: kernel[1],
                    step: stride[1],
                    channels: image.channels,
                    output: Place { first, ..io.output },
                    count: count[1],
                    cells: self.cells.as_ref().map(|[y, x]| (y[row % count[0]], &x[..])),
                };
                // SAFETY: the lines have pixels of the input, or padding, as far as windows reach.
                unsafe {
                    match (&self.cells, kernel) {
                        (None, [2, 2]) => largest::<2>(self.isa, &of),
                        (None, [3, 3]) => largest::<3>(self.isa, &of),
                        (None, _) => largest::<0>(self.isa, &of),
                        (Some(_), [2, 2]) => mean::<2>(self.isa, &of),
                        (Some(_), [3, 3]) => mean::<3>(self.isa, &of),
                        (Some(_), _) => mean::<0>(self.isa, &of),
                    }
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::{AvgPool2d, MaxPool2d};
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    fn padding() -> impl Strategy<Value = Padding> {
        let pads = [[0..3usize, 0..3], [0..3, 0..3]].prop_map(Padding::Explicit);
        prop_oneof![pads, Just(Padding::Same), Just(Padding::Valid)]
    }

    proptest! {
        #![proptest_config(cases(400))]
        #[test]
        fn pools_are_the_layer(
            batch in 1..3usize, [height, width] in [1..12usize, 1..12], size in [1..5usize, 1..5],
            stride in [1..4usize, 1..4], padding in padding(), channels in 1..70usize,
            counts: bool, ceil: bool, seed: u64,
        ) {
            let size = if seed % 2 == 0 { size } else { [size[0]; 2] };
            let sizes: &[&[usize]] = &[&[batch, height, width, channels]];
            let max = MaxPool2d::new(size).stride(Some(stride)).padding(padding).ceil_mode(ceil);
            check_layer(&max, sizes, Finish::NONE, seed);
            let mean = AvgPool2d::new(size)
                .stride(Some(stride))
                .padding(padding)
                .count_include_pad(counts)
                .ceil_mode(ceil);
            check_layer(&mean, sizes, Finish::NONE, seed);
        }
    }
}
