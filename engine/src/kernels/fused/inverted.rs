use formwork_ir::Padding;

use super::{Fused, Source};
use crate::kernels::depthwise::Depthwise;
use crate::kernels::matrix::Matrix;
use crate::kernels::{Finish, Image, Io, Kernel, Scratch, Windows};
use crate::simd::Isa;
use crate::team::Member;

/// An inverted residual: a 1×1 convolution to more channels, a depthwise convolution, and a 1×1
/// convolution to fewer, to which the input may be added.
#[derive(Debug)]
pub struct Inverted(Fused);

/// A kernel, a bias, and the range that a convolution's output is cut to.
pub type Step<'a> = ([&'a [f32]; 2], [f32; 2]);

impl Inverted {
    /// The block on images: the 1×1 kernel that expands, the depthwise kernel and how its windows go,
    /// and the 1×1 kernel that projects.
    pub fn new(
        isa: Isa,
        image: Image,
        ([kernel, bias], [low, high]): Step,
        (depthwise, range, windows): ([&[f32]; 2], [f32; 2], Windows),
        [project, project_bias]: [&[f32]; 2],
        finish: Finish,
    ) -> Self {
        let (channels, filters) = (bias.len(), project_bias.len());
        let between = Image { channels, ..image };
        let value = |row: usize, column: usize| kernel[row * channels + column];
        let matrix = Matrix::new(isa, image.width, [image.channels, channels], value, bias);
        let value = |row: usize, column: usize| project[row * filters + column];
        let pixels = windows.count[0] * windows.count[1];
        Inverted(Fused {
            source: Source::Expand { image, matrix, low, high },
            depthwise: Depthwise::new(isa, between, windows, depthwise, range),
            project: Matrix::new(isa, pixels, [channels, filters], value, project_bias),
            finish,
        })
    }

    /// The windows of a block as MobileNetV2 has them: padded so that all pixels are centres, or
    /// every other one.
    pub fn windows(image: &Image, size: usize, stride: usize) -> Windows {
        let of = [image.height, image.width];
        Windows::new(of, [size; 2], [stride; 2], [1; 2], Padding::Same)
    }
}

impl Kernel for Inverted {
    fn name(&self) -> String {
        let [h, w] = self.0.depthwise.course().windows.kernel;
        format!("inverted residual {h}×{w}, {} rows at a time", self.0.strip())
    }

    fn scratch(&self) -> Scratch {
        self.0.scratch()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        // SAFETY: the caller's.
        unsafe { self.0.run(io, member) }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::{Conv2d, DepthwiseConv2d};
    use formwork_ir::{Op, Padding};
    use proptest::prelude::*;

    use super::Inverted;
    use crate::kernels::check::{Case, Numbers, cases, check};
    use crate::kernels::{Finish, Image};
    use formwork_ir::oracle::Array;

    proptest! {
        #![proptest_config(cases(150))]
        #[test]
        fn inverted_residuals_are_three_layers(
            batch in 1..3usize, [height, width] in [1..14usize, 1..14], size in 0..2usize,
            stride in 1..3usize, (channels, expanded, filters) in (1..20usize, 1..60usize, 1..30usize),
            residual: bool, seed: u64,
        ) {
            let size = [3, 5][size];
            let mut numbers = Numbers::new(seed);
            let mut random = |dims: &[usize]| Array::build(dims, |_| numbers.next().into());
            let input = random(&[batch, height, width, channels]);
            let params = [
                random(&[1, 1, channels, expanded]),
                random(&[expanded]),
                random(&[size, size, expanded, 1]),
                random(&[expanded]),
                random(&[1, 1, expanded, filters]),
                random(&[filters]),
            ];
            let layers: [Op; 3] = [
                Conv2d::new(expanded, [1; 2]).into(),
                DepthwiseConv2d::new([size; 2]).stride([stride; 2]).padding(Padding::Same).into(),
                Conv2d::new(filters, [1; 2]).into(),
            ];
            let mut made = input.clone();
            for (i, layer) in layers.iter().enumerate() {
                made = layer.oracle(&[made], &params[2 * i..2 * i + 2]);
                if i < 2 {
                    made = made.map(|x| x.clamp(0.0, 6.0));
                }
            }
            let finish = Finish { residual, low: -2.0, high: 2.0, ..Finish::NONE };
            let case = Case::of(vec![input], params.to_vec(), made).finished(finish);
            let image = Image { batch, height, width, channels };
            check(case, |isa, params| {
                let windows = Inverted::windows(&image, size, stride);
                let range = [0.0, 6.0];
                Box::new(Inverted::new(
                    isa,
                    image,
                    ([params[0], params[1]], range),
                    ([params[2], params[3]], range, windows),
                    [params[4], params[5]],
                    finish,
                ))
            });
        }
    }
}
