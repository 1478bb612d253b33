//! `softmax` and its logarithm.

use formwork_ir::layers;

use super::super::super::layout::Spot;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::learn::SoftmaxGradient;

macro_rules! softmaxes {
    ($($Layer:ident: $logarithm:literal;)*) => {$(
        impl Learn for layers::$Layer {
            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let (input, output) = (unit.layer.inputs[0], unit.layer.output);
                let sizes = at.sizes(input);
                let axis = self.axis.index(sizes.len()).expect("a shape rule checked the axis");
                let kernel = SoftmaxGradient::new(at.choice.isa, $logarithm, sizes, axis);
                at.give_made(input, Box::new(kernel), vec![dy, at.spot(output)]);
            }
        }
    )*};
}

softmaxes! {
    Softmax: false;
    LogSoftmax: true;
}
