//! Layers that are convolutions.

use std::borrow::Cow;

use formwork_ir::Op;
use formwork_ir::layers::{Conv2d, Dense, DepthwiseConv2d};

use super::Conv;
use crate::kernels::winograd::{self, Winograd};
use crate::kernels::{Algorithm, Image, Kernel, Lower, Site, Windows};

/// Whether a layer can keep the largest of each 2×2 outputs alone, where it is applied to a tensor of
/// those sizes: `Finish::pool`.
pub fn pools(op: &Op, input: &[usize], algorithm: Algorithm) -> bool {
    let (Op::Conv2d(conv), &[batch, height, width, channels]) = (op, input) else { return false };
    let image = Image::new([batch, height, width, channels]);
    let filters = conv.filters.known().unwrap_or(0);
    conv.groups == 1 && winograd::best(image, windows(conv, &image), filters, algorithm).is_some()
}

/// Whether a layer can make a function of what it sums, where it is applied to a tensor of those
/// sizes: `Finish::function`.
pub fn applies(op: &Op, input: &[usize], algorithm: Algorithm) -> bool {
    match op {
        Op::Conv2d(_) => !pools(op, input, algorithm),
        Op::Dense(_) | Op::DepthwiseConv2d(_) => true,
        _ => false,
    }
}

/// Whether a convolution of a tensor of those sizes can be computed by Winograd's method.
pub fn winograd_fits(conv: &Conv2d, input: &[usize]) -> bool {
    let Ok(sizes) = input.try_into() else { return false };
    conv.groups == 1 && winograd::fits(&windows(conv, &Image::new(sizes)))
}

fn windows(conv: &Conv2d, image: &Image) -> Windows {
    let size = [image.height, image.width];
    Windows::new(size, conv.kernel, conv.stride, conv.dilation, conv.padding)
}

impl Lower for Conv2d {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let windows = windows(self, &image);
        let zeros = vec![0.0; site.output[3]];
        let params = [site.params[0], site.params.get(1).copied().unwrap_or(&zeros)];
        if self.groups == image.channels && self.groups > 1 {
            // Each channel by itself: the kernel lies as a depthwise one does.
            let multiplier = site.output[3] / image.channels;
            let layer = DepthwiseConv2d::new(self.kernel)
                .stride(self.stride)
                .padding(self.padding)
                .dilation(self.dilation)
                .depth_multiplier(multiplier)
                .bias(self.bias);
            return layer.lower(site);
        }
        if self.groups == 1
            && let Some(size) = winograd::best(image, windows, site.output[3], site.algorithm)
        {
            let conv = Winograd::new(site.isa, image, windows, params, site.finish, size);
            return Box::new(if site.finish.pool { conv.pooled() } else { conv });
        }
        Box::new(Conv::new(site.isa, image, windows, self.groups, params, site.finish))
    }
}

impl Lower for Dense {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        dense(site, site.params.iter().copied().map(Cow::Borrowed))
    }

    fn lower_with(&self, site: &Site, params: Vec<Vec<f32>>) -> Box<dyn Kernel> {
        dense(site, params.into_iter().map(Cow::Owned))
    }
}

fn dense<'a>(site: &Site, mut params: impl Iterator<Item = Cow<'a, [f32]>>) -> Box<dyn Kernel> {
    let [rows @ .., channels] = site.inputs[0] else { unreachable!("a tensor has channels") };
    let image = Image::new([1, 1, rows.iter().product(), *channels]);
    let windows = Windows::pointwise(&image);
    let kernel = params.next().expect("a dense layer has a kernel");
    let zeros = || Cow::Owned(vec![0.0; *site.output.last().expect("channels")]);
    let params = [kernel, params.next().unwrap_or_else(zeros)];
    Box::new(Conv::new(site.isa, image, windows, 1, params, site.finish))
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::{Conv2d, Dense};
    use proptest::prelude::*;

    use crate::kernels::check::{cases, check_layer};
    use crate::kernels::{Finish, Function};

    proptest! {
        #![proptest_config(cases(500))]
        #[test]
        fn convolutions_are_the_layer(
            batch in 1..3usize, [height, width] in [1..12usize, 1..12], kernel in [1..4usize, 1..4],
            stride in [1..3usize, 1..3], dilation in [1..3usize, 1..3],
            pads in [[0..3usize, 0..3], [0..3, 0..3]],
            (groups, inner, outer) in (1..4usize, 1..20usize, 1..40usize), residual: bool, seed: u64,
        ) {
            let layer = Conv2d::new(groups * outer, kernel)
                .stride(stride)
                .dilation(dilation)
                .padding(Padding::Explicit(pads))
                .groups(groups)
                .bias(seed % 2 == 0);
            let function = (seed % 3 == 0).then_some(Function::Silu);
            let finish = Finish { residual, low: -0.5, high: 2.0, function, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, groups * inner]], finish, seed);
        }

        #[test]
        fn dense_layers_are_the_layer(
            rows in 1..70usize, channels in 1..300usize, units in 1..200usize, seed: u64,
        ) {
            check_layer(&Dense::new(units), &[&[rows, channels]], Finish::RELU, seed);
        }
    }
}
