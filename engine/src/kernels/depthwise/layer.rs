use formwork_ir::layers::DepthwiseConv2d;

use super::{Depthwise, Rows};
use crate::kernels::function::{self, Function};
use crate::kernels::lines::Lines;
use crate::kernels::pieces::strips;
use crate::kernels::{Finish, Given, Image, Io, Kernel, Lower, Place, Scratch, Site, Windows};
use crate::simd::Isa;
use crate::team::Member;

/// A depthwise convolution of a tensor. Members share the rows of outputs of all images.
#[derive(Debug)]
pub struct Layer {
    depthwise: Depthwise,
    residual: bool,
    repeat: Repeat,
    isa: Isa,
    function: Option<Function>,
    /// How the weights lie that it is given, if it has none of its own.
    given: Option<Given>,
}

/// How many rows are made before a function is made of them.
const STRIP: usize = 4;

/// How often each channel is there before the windows go over them.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// The images as they are.
    pub image: Image,
    /// Times a channel is there.
    pub times: usize,
}

impl Layer {
    /// A convolution of images with a kernel `[height, width, channels, multiplier]` and a bias for
    /// each channel that it makes.
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        params: [&[f32]; 2],
        finish: Finish,
    ) -> Self {
        let repeat = Repeat::new(image, params[1].len());
        let range = [finish.low, finish.high];
        let depthwise = Depthwise::new(isa, repeat.repeated(), windows, params, range);
        let Finish { residual, function, .. } = finish;
        Layer { depthwise, residual, repeat, isa, function, given: None }
    }

    /// A convolution with one filter a channel, with a kernel that it is given, `[positions,
    /// channels]`.
    pub fn given(isa: Isa, image: Image, windows: Windows, given: Given, finish: Finish) -> Self {
        let depthwise = Depthwise::without(isa, image, windows, [finish.low, finish.high]);
        let Finish { residual, function, .. } = finish;
        let (repeat, given) = (Repeat::new(image, image.channels), Some(given));
        Layer { depthwise, residual, repeat, isa, function, given }
    }

    /// Packs what it is given, with the others of the team.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pack(&self, given: Given, io: &Io, member: &Member) -> *const f32 {
        let taps = self.depthwise.course().windows.taps();
        let each = self.depthwise.packed() / self.depthwise.groups();
        // SAFETY: a position of the kernel, a value of the bias.
        let value = |tap: usize, channel: usize| unsafe {
            let tap = if given == Given::Turned { taps - 1 - tap } else { tap };
            *io.inputs[1].row(tap).add(channel)
        };
        // SAFETY: as above.
        let bias = |channel: usize| match given {
            Given::Straight { bias: true } => unsafe { *io.inputs[2].first.add(channel) },
            _ => 0.0,
        };
        for group in member.take(self.depthwise.groups(), 4).flatten() {
            // SAFETY: `shared` scratch memory holds the weights; a vector's are one member's.
            let to = unsafe { std::slice::from_raw_parts_mut(io.scratch.add(group * each), each) };
            self.depthwise.pack(group..group + 1, to, value, bias);
        }
        member.meet();
        io.scratch
    }
}

impl Repeat {
    /// Images whose channels are to be `channels`.
    pub fn new(image: Image, channels: usize) -> Self {
        Repeat { image, times: channels / image.channels }
    }

    /// The images as they become.
    pub fn repeated(self) -> Image {
        Image { channels: self.image.channels * self.times, ..self.image }
    }

    /// What copies of that many rows take, in values.
    pub fn scratch(self, rows: usize) -> usize {
        let Image { width, channels, .. } = self.repeated();
        if self.times == 1 { 0 } else { rows * width * channels }
    }

    /// Where a row of pixels lies: in the tensor, or in a copy in the scratch memory.
    ///
    /// # Safety
    /// The tensor has these images, and the memory room for that many rows, which nobody else
    /// touches.
    pub unsafe fn row(self, input: Place, scratch: *mut f32, row: usize, slot: usize) -> Place {
        let Image { width, channels, .. } = self.image;
        // SAFETY: a row of the tensor.
        let first = unsafe { input.row(row * width) };
        if self.times == 1 {
            return Place { first, ..input };
        }
        let stride = channels * self.times;
        for x in 0..width {
            for channel in 0..stride {
                // SAFETY: values of the row, and of its copy.
                unsafe {
                    let value = *first.add(x * input.stride + channel / self.times);
                    *scratch.add((slot * width + x) * stride + channel) = value;
                }
            }
        }
        Place { first: scratch.wrapping_add(slot * width * stride), stride }
    }
}

impl Lower for DepthwiseConv2d {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let size = [image.height, image.width];
        let windows = Windows::new(size, self.kernel, self.stride, self.dilation, self.padding);
        let zeros = vec![0.0; site.output[3]];
        let params = [site.params[0], site.params.get(1).copied().unwrap_or(&zeros)];
        Box::new(Layer::new(site.isa, image, windows, params, site.finish))
    }
}

impl Kernel for Layer {
    fn name(&self) -> String {
        let [h, w] = self.depthwise.course().windows.kernel;
        format!("depthwise {h}×{w}")
    }

    fn scratch(&self) -> Scratch {
        let shared = if self.given.is_some() { self.depthwise.packed() } else { 0 };
        Scratch { shared, own: self.repeat.scratch(self.depthwise.course().slots()) }
    }

    fn bytes(&self) -> usize {
        self.depthwise.bytes()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let course = self.depthwise.course();
        let width = course.windows.count[1];
        let weights = match self.given {
            None => self.depthwise.weights(),
            // SAFETY: the caller's.
            Some(given) => unsafe { self.pack(given, io, member) },
        };
        let residual = self.residual.then(|| io.inputs[io.inputs.len() - 1]);
        // SAFETY: this member's own scratch memory has room for as many rows as are held.
        let make = |row: usize, slot: usize| unsafe {
            let scratch = io.scratch.wrapping_add(self.scratch().own(member));
            self.repeat.row(io.inputs[0], scratch, row, slot)
        };
        let rows = |row: usize| Rows::of(io.output, residual, row, width);
        // What a function is made of is made few rows at a time, which stay in the cache.
        let height = if self.function.is_some() { STRIP } else { course.count() };
        Lines::with(course, |lines| {
            for strip in member.take(course.count(), 1).flat_map(|taken| strips(taken, height)) {
                let (first, count) = (strip.start * width, strip.len() * width);
                // SAFETY: rows of the tensors, each of which one member makes.
                unsafe {
                    self.depthwise.run(lines, strip, make, rows, weights);
                    if let Some(function) = self.function {
                        let place = Place { first: io.output.row(first), ..io.output };
                        let channels = course.image.channels;
                        let all =
                            function::Rows { from: place, to: place, rows: count, count: channels };
                        function::apply_rows(self.isa, function, all);
                    }
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::DepthwiseConv2d;
    use proptest::prelude::*;

    use crate::kernels::check::{cases, check_layer};
    use crate::kernels::{Finish, Function};

    proptest! {
        #![proptest_config(cases(400))]
        #[test]
        fn any_windows(
            batch in 1..3usize, [height, width] in [1..12usize, 1..12], kernel in [1..4usize, 1..6],
            stride in [1..4usize, 1..3], dilation in [1..3usize, 1..3],
            pads in [[0..3usize, 0..3], [0..3, 0..3]], channels in 1..50usize,
            multiplier in 1..3usize, residual: bool, seed: u64,
        ) {
            let layer = DepthwiseConv2d::new(kernel)
                .stride(stride)
                .dilation(dilation)
                .padding(Padding::Explicit(pads))
                .depth_multiplier(multiplier)
                .bias(seed % 2 == 0);
            let function = (seed % 3 == 0).then_some(Function::Silu);
            let finish = Finish { residual, low: -0.5, high: 2.0, function, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, channels]], finish, seed);
        }

        #[test]
        fn square_windows(
            batch in 1..3usize, [height, width] in [1..17usize, 1..17], kernel in 1..5usize,
            stride in 1..3usize, same: bool, channels in 1..50usize, residual: bool, seed: u64,
        ) {
            let kernel = [3, 3, 5, 7][kernel - 1];
            let layer = DepthwiseConv2d::new([kernel; 2])
                .stride([stride; 2])
                .padding(if same { Padding::Same } else { Padding::Valid });
            let finish = Finish { residual, low: 0.0, high: 6.0, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, channels]], finish, seed);
        }
    }
}
