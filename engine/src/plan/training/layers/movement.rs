//! What moves values: back they go by what undoes it.

use formwork_ir::layers::{
    Concat, Crop2d, DepthToSpace, Flatten, Permute, Reshape, Resize2d, Slice, SpaceToDepth,
    Upsample2d, ZeroPad2d,
};
use formwork_ir::{Interpolation, Op};

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::builder::{Builder, Unit};
use super::{Learn, image};
use crate::kernels::learn::ResizeGradient;
use crate::kernels::movement::Moves;
use crate::kernels::pool::Pool;

macro_rules! reshapes {
    ($($Layer:ident)*) => {$(
        impl Learn for $Layer {
            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let Layer { inputs, output, .. } = &unit.layer;
                if at.wants(inputs[0]) {
                    let dx = at.seen_as(dy, at.sizes(*output), at.sizes(inputs[0]));
                    at.give(inputs[0], dx);
                }
            }
        }
    )*};
}

reshapes!(Flatten Reshape);

/// `Layer: |layer| inverse`: layers that others undo.
macro_rules! inverses {
    ($($Layer:ident: |$layer:ident| $inverse:expr;)*) => {$(
        impl Learn for $Layer {
            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let ($layer, Layer { inputs, output, .. }) = (self, &unit.layer);
                let inverse = Op::from($inverse);
                at.give_moved(inputs[0], &inverse, (dy, at.sizes(*output)));
            }
        }
    )*};
}

inverses! {
    DepthToSpace: |layer| SpaceToDepth::new(layer.block_size);
    SpaceToDepth: |layer| DepthToSpace::new(layer.block_size);
    ZeroPad2d: |layer| Crop2d::new(layer.padding);
    Crop2d: |layer| ZeroPad2d::new().padding(layer.cropping);
    Permute: |layer| {
        let place = |axis: usize| layer.dims.iter().position(|dim| *dim == axis);
        let places = (1..=layer.dims.len()).filter_map(place);
        Permute::new(places.map(|place| place + 1).collect::<Vec<_>>())
    };
}

impl Learn for Slice {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Layer { inputs, output, .. } = &unit.layer;
        let (from, to) = (at.sizes(*output), at.sizes(inputs[0]));
        let axis = self.axis.index(to.len()).expect("a shape rule checked the axis");
        let [start, _] = self.ends(to[axis]).expect("a shape rule checked the range");
        at.give_part(inputs[0], [axis, start], (dy, from));
    }
}

/// Joined channels lie where the plan's layout has them, or are copied there; others are made by a
/// step.
impl Learn for Concat {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let sizes = at.sizes(unit.layer.output);
        let axis = self.axis.index(sizes.len()).expect("a shape rule checked the axis");
        let mut index = vec![0; sizes.len()];
        for &input in &unit.layer.inputs {
            if axis + 1 == sizes.len() {
                at.give(input, Spot { offset: dy.offset + index[axis], ..dy });
            } else {
                let kernel = Moves::part(at.choice.isa, sizes, at.sizes(input), &index);
                at.give_made(input, Box::new(kernel), vec![dy]);
            }
            index[axis] += at.sizes(input)[axis];
        }
    }
}

impl Learn for Upsample2d {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Layer { inputs, output, .. } = &unit.layer;
        if self.interpolation == Interpolation::Nearest {
            let kernel = Pool::sum(at.choice.isa, image(at, *output), self.size);
            return at.give_made(inputs[0], Box::new(kernel), vec![dy]);
        }
        resized(at, unit, self.interpolation, self.align_corners, dy);
    }
}

impl Learn for Resize2d {
    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        resized(at, unit, self.interpolation, self.align_corners, dy);
    }
}

fn resized(at: &mut Builder, unit: &Unit, how: Interpolation, align: bool, dy: Spot) {
    let Layer { inputs, output, .. } = &unit.layer;
    let (from, to) = (image(at, *output), image(at, inputs[0]));
    let size = [from.height, from.width];
    let kernel = ResizeGradient::new(at.choice.isa, to, size, how, align);
    at.give_made(inputs[0], Box::new(kernel), vec![dy]);
}
