use formwork_ir::layers::SeparableConv2d;

use super::{Fused, Source};
use crate::kernels::depthwise::{Depthwise, Repeat};
use crate::kernels::matrix::Matrix;
use crate::kernels::{Io, Kernel, Lower, Scratch, Site, Windows};
use crate::team::Member;

/// A depthwise convolution, then a 1×1 convolution.
#[derive(Debug)]
struct Separable(Fused);

impl Lower for SeparableConv2d {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let size = [image.height, image.width];
        let windows = Windows::new(size, self.kernel, self.stride, self.dilation, self.padding);
        let repeat = Repeat::new(image, image.channels * self.depth_multiplier);
        let between = repeat.repeated();
        let whole = [f32::NEG_INFINITY, f32::INFINITY];
        let params = [site.params[0], &vec![0.0; between.channels]];
        let depthwise = Depthwise::new(site.isa, between, windows, params, whole);
        let filters = site.output[3];
        let zeros = vec![0.0; filters];
        let value = |channel: usize, filter: usize| site.params[1][channel * filters + filter];
        let bias = site.params.get(2).copied().unwrap_or(&zeros);
        let pixels = image.batch * windows.count[0] * windows.count[1];
        let project = Matrix::new(site.isa, pixels, [between.channels, filters], value, bias);
        let source = Source::Repeat(repeat);
        Box::new(Separable(Fused { source, depthwise, project, finish: site.finish }))
    }
}

impl Kernel for Separable {
    fn name(&self) -> String {
        let [h, w] = self.0.depthwise.course().windows.kernel;
        format!("separable {h}×{w}, {} rows at a time", self.0.strip())
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
    use formwork_ir::Padding;
    use formwork_ir::layers::SeparableConv2d;
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn separable_convolutions_are_the_layer(
            batch in 1..3usize, [height, width] in [1..14usize, 1..14], kernel in [1..4usize, 1..4],
            stride in [1..3usize, 1..3], dilation in [1..3usize, 1..3], same: bool,
            (channels, multiplier, filters) in (1..40usize, 1..3usize, 1..40usize),
            residual: bool, seed: u64,
        ) {
            let alike = seed % 2 == 0;
            let layer = SeparableConv2d::new(filters, if alike { [3; 2] } else { kernel })
                .stride(stride)
                .dilation(if alike { [1; 2] } else { dilation })
                .padding(if same { Padding::Same } else { Padding::Explicit([[1, 0], [0, 2]]) })
                .depth_multiplier(multiplier)
                .bias(seed % 3 == 0);
            let finish = Finish { residual, low: -0.5, high: 2.0, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, channels]], finish, seed);
        }
    }
}
