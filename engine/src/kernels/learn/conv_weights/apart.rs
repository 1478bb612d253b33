//! Gradients of small kernels: each member goes through some images by itself, so that nothing of them
//! leaves its cache, and what images say is summed up at the end.

use super::super::parts::total;
use super::{ConvWeights, Work};
use crate::kernels::pool::which::{Tiled, give};
use crate::kernels::{Image, Io, Kernel, Place, Scratch, Windows};
use crate::simd::Isa;
use crate::team::Member;

/// The gradient of a convolution's kernel, as [`ConvWeights`] makes it: from the image and the gradient
/// of the output; added to a last input, if it is to be.
///
/// With a max pooling behind the convolution, whose windows tile its output, it is made from the
/// gradient of the largest outputs and from which they were, instead.
#[derive(Debug)]
pub struct ConvWeightsApart {
    /// Of some images.
    few: ConvWeights,
    /// Pixels of an image.
    pixels: usize,
    batch: usize,
    pool: Option<[usize; 2]>,
    adds: bool,
}

/// About how many outputs are gone through at once; an image's at least.
const PIXELS: usize = 1024;
/// How many values are small: what all parts of a batch say, together.
const SMALL: usize = 1 << 18;
/// The fewest parts that members find enough to do in.
const FEWEST: usize = 8;

impl ConvWeightsApart {
    /// Of a convolution of those windows over that image.
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        [groups, filters]: [usize; 2],
        pool: Option<[usize; 2]>,
        adds: bool,
    ) -> Self {
        let batch = image.batch;
        let images = (PIXELS / (windows.count[0] * windows.count[1])).clamp(1, batch);
        let few = Image { batch: images, ..image };
        let few = ConvWeights::new(isa, few, windows, [groups, filters], false);
        ConvWeightsApart { few, pixels: image.height * image.width, batch, pool, adds }
    }

    /// Whether there are enough parts, and what they say is small.
    pub fn pays(&self) -> bool {
        self.parts() >= FEWEST && self.parts() * self.values() <= SMALL
    }

    /// Number of parts of the batch.
    fn parts(&self) -> usize {
        self.batch.div_ceil(self.few.image.batch)
    }

    /// Rows of the gradient, and how many values there are in each.
    fn sizes(&self) -> [usize; 2] {
        let ConvWeights { image, windows, groups, ref layout, .. } = self.few;
        [windows.taps() * image.channels / groups, layout.columns * groups]
    }

    /// Values of a part's sums.
    fn values(&self) -> usize {
        let [rows, filters] = self.sizes();
        rows * filters
    }

    /// Values of a part's gradient of the convolution's outputs, if that is made here.
    fn given(&self) -> usize {
        let outputs = self.few.image.batch * self.few.count() * self.sizes()[1];
        if self.pool.is_some() { outputs.next_multiple_of(16) } else { 0 }
    }

    /// Makes what some images say.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the sums are there to be written, and the memory is the member's.
    unsafe fn part(&self, io: &Io, part: usize, sums: *mut f32, own: *mut f32) {
        let few = &self.few;
        let (first, filters) = (part * few.image.batch, self.sizes()[1]);
        let images = few.image.batch.min(self.batch - first);
        // SAFETY: the caller's; a part's rows of the tensors.
        unsafe {
            let x = Place { first: io.inputs[0].row(first * self.pixels), ..io.inputs[0] };
            let dy = match self.pool {
                None => Place { first: io.inputs[1].row(first * few.count()), ..io.inputs[1] },
                Some(size) => {
                    self.unpool(io, size, first..first + images, own);
                    Place { first: own, stride: filters }
                }
            };
            let image = own.add(self.given());
            let gradient = image.add(few.copied());
            let io = &Io {
                inputs: &[x, dy],
                output: Place { first: sums, stride: filters },
                scratch: image,
            };
            let rows = few.padded.plane / few.padded.row;
            for row in 0..images * rows {
                few.copy(io, row / rows, row / rows, row % rows, image);
            }
            for group in 0..if few.packs { few.groups } else { 0 } {
                for panel in 0..few.layout.panels().len() {
                    let to = gradient.add(group * few.layout.values());
                    few.pack(io, 0, 0..images * few.count(), [group, panel], to);
                }
            }
            let work = Work { images, first: 0, image, gradient, begins: true };
            for group in 0..few.groups {
                few.sum(io, &work, group, 0..few.windows.taps() * few.blocks());
            }
        }
    }

    /// Makes the gradient of some images' outputs of that of the largest of them.
    ///
    /// # Safety
    /// As for [`ConvWeightsApart::part`].
    unsafe fn unpool(
        &self,
        io: &Io,
        size: [usize; 2],
        images: std::ops::Range<usize>,
        own: *mut f32,
    ) {
        let ([height, width], filters) = (self.few.windows.count, self.sizes()[1]);
        let [down, across] = [height / size[0], width / size[1]];
        for (i, row) in (images.start * down..images.end * down).enumerate() {
            // SAFETY: a row of windows, and the outputs under it.
            unsafe {
                let of = |place: Place| Place { first: place.row(row * across), ..place };
                let tiled = Tiled {
                    pixels: own.add(i * size[0] * width * filters),
                    stride: filters,
                    size,
                    count: across,
                    channels: filters,
                    values: of(io.inputs[1]),
                    which: of(io.inputs[2]),
                };
                give(self.few.isa, &tiled);
            }
        }
    }
}

impl Kernel for ConvWeightsApart {
    fn name(&self) -> String {
        let pool = self.pool.map(|[h, w]| format!(", max pool {h}×{w}")).unwrap_or_default();
        format!("{}{pool}, images apart", self.few.name())
    }

    fn scratch(&self) -> Scratch {
        let own = self.given() + self.few.scratch().shared;
        Scratch { shared: self.parts() * self.values(), own }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (parts, [rows, filters]) = (self.parts(), self.sizes());
        for part in member.take(parts, 1).flatten() {
            // SAFETY: scratch memory holds the sums of all parts; and what a member needs for one.
            unsafe {
                let sums = io.scratch.add(part * self.values());
                self.part(io, part, sums, io.scratch.add(self.scratch().own(member)));
            }
        }
        member.meet();
        let plus = self.adds.then(|| io.inputs[io.inputs.len() - 1]);
        for row in member.take(rows, 1).flatten() {
            // SAFETY: all members have met; a row is one member's.
            unsafe {
                let from = (io.scratch.add(row * filters).cast_const(), self.values(), parts);
                let plus = plus.map(|plus| plus.row(row).cast_const());
                total(self.few.isa, from, plus, io.output.row(row), filters);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::super::tests::{case, sums};
    use super::*;
    use crate::kernels::check::{Case, Numbers, cases, check};

    proptest! {
        #![proptest_config(cases(200))]
        #[test]
        fn sums_over_images_are_sums_over_windows(
            batch in 1..30usize, [height, width] in [1..20usize, 1..20],
            kernel in [1..4usize, 1..4], stride in [1..3usize, 1..3],
            (groups, inner, outer) in (1..3usize, 1..8usize, 1..40usize), adds: bool, seed: u64,
        ) {
            let image = Image::new([batch, height, width, groups * inner]);
            let windows = Windows::new([height, width], kernel, stride, [1; 2], Padding::Same);
            let sizes = [groups, groups * outer];
            check(case(image, windows, sizes, adds, seed), |isa, _| {
                Box::new(ConvWeightsApart::new(isa, image, windows, sizes, None, adds))
            });
        }

        #[test]
        fn the_largest_outputs_have_the_gradient(
            batch in 1..10usize, count in [1..6usize, 1..6], size in [1..4usize, 1..4],
            kernel in [1..4usize, 1..4], channels in 1..5usize, filters in 1..40usize,
            adds: bool, seed: u64,
        ) {
            let of = [0, 1].map(|a| count[a] * size[a]);
            let image = Image::new([batch, of[0], of[1], channels]);
            let windows = Windows::new(of, kernel, [1; 2], [1; 2], Padding::Same);
            let mut numbers = Numbers::new(seed);
            let mut array = |dims: &[usize]| Array::build(dims, |_| numbers.next().into());
            let x = array(&[batch, of[0], of[1], channels]);
            let dy = array(&[batch, count[0], count[1], filters]);
            let taps = size[0] * size[1];
            let which = array(dy.dims()).map(|x| ((x + 1.0) / 2.0 * taps as f64).floor());
            let all = Array::build(&[batch, of[0], of[1], filters], |at| {
                let &[image, y, x, filter] = at else { unreachable!("four axes") };
                let window = [image, y / size[0], x / size[1], filter];
                let tap = y % size[0] * size[1] + x % size[1];
                if which.at(&window) == tap as f64 { dy.at(&window) } else { 0.0 }
            });
            let mut expect = sums(image, windows, 1, &x, &all);
            let mut inputs = vec![x, dy, which];
            if adds {
                let plus = array(expect.dims());
                expect = Array::broadcast(&[expect, plus.clone()], |a, b| a + b);
                inputs.push(plus);
            }
            check(Case::of(inputs, Vec::new(), expect), |isa, _| {
                let pool = Some(size);
                Box::new(ConvWeightsApart::new(isa, image, windows, [1, filters], pool, adds))
            });
        }
    }
}
