//! Pools, of windows or of whole images.

use formwork_ir::layers;

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::builder::{Builder, Unit};
use super::functions::uncut_largest;
use super::{Learn, image};
use crate::kernels::Image;
use crate::kernels::learn::PoolGradient;
use crate::kernels::pool::{global_windows, mean_cells, pool_windows};

/// The size of a max pooling's windows, if those tile an image: each pixel is in one.
pub(in super::super) fn tiles(pool: &layers::MaxPool2d, sizes: &[usize]) -> Option<[usize; 2]> {
    let image = Image::new(sizes.try_into().expect("a shape rule checked the rank"));
    let windows = pool_windows(&image, (pool.size, pool.stride, pool.padding, pool.ceil_mode));
    windows.tile(&image).then_some(pool.size)
}

/// `Layer: |layer, image| (windows, cells)`: see [`PoolGradient`].
macro_rules! pools {
    ($($Layer:ident: |$layer:ident, $image:ident| $parts:expr;)*) => {$(
        impl Learn for layers::$Layer {
            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let ($layer, Layer { inputs, output, .. }) = (self, &unit.layer);
                let $image = image(at, inputs[0]);
                let (windows, cells) = $parts;
                let from = match cells {
                    Some(_) => vec![dy],
                    None => {
                        let dy = uncut_largest(at, [inputs[0], *output], dy);
                        vec![dy, at.spot(inputs[0]), at.spot(*output)]
                    }
                };
                let kernel = PoolGradient { isa: at.choice.isa, image: $image, windows, cells };
                at.give_made(inputs[0], Box::new(kernel), from);
            }
        }
    )*};
}

pools! {
    MaxPool2d: |layer, image| {
        let args = (layer.size, layer.stride, layer.padding, layer.ceil_mode);
        (pool_windows(&image, args), None)
    };
    AvgPool2d: |layer, image| {
        let args = (layer.size, layer.stride, layer.padding, layer.ceil_mode);
        let windows = pool_windows(&image, args);
        let cells = mean_cells(&image, &windows, layer.padding, layer.count_include_pad);
        (windows, Some(cells))
    };
    GlobalAvgPool2d: |_layer, image| {
        let cells = [image.height, image.width].map(|n| vec![n as f32]);
        (global_windows(&image), Some(cells))
    };
    GlobalMaxPool2d: |_layer, image| (global_windows(&image), None);
}
