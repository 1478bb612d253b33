//! Convolutions with a max pooling behind them whose windows tile what they make: of that only the
//! largest are kept, and which they were.

use super::super::super::layout::Spot;
use super::super::builder::{Builder, Pool, Unit};
use super::{Place, finish};
use crate::kernels::conv::{Conv, PooledConv};
use crate::kernels::learn::{ConvWeightsApart, Unpool};
use crate::kernels::winograd::{self, Winograd};
use crate::kernels::{Given, Kernel};

impl Place {
    /// Whether it can: Winograd's method has squares of two outputs a side at hand.
    pub(super) fn pools(&self, size: [usize; 2]) -> bool {
        self.groups == 1 && (size == [2, 2] || self.winograd().is_none())
    }

    fn winograd(&self) -> Option<winograd::Size> {
        winograd::best_given(self.image, self.windows, self.filters, self.algorithm)
    }

    /// Makes the largest of the outputs; says which they were.
    pub(super) fn forward_pooled(&self, at: &mut Builder, unit: &Unit, pool: Pool) -> Spot {
        let (layer, Place { isa, image, windows, filters, macs, .. }) = (&unit.layer, *self);
        let given = Given::Straight { bias: layer.params.len() > 1 };
        let finish = finish(unit);
        let kernel: Box<dyn Kernel> = match self.winograd() {
            Some(size) => Box::new(
                Winograd::given(isa, image, windows, filters, given, finish, size)
                    .pooled_saying_which(),
            ),
            None => {
                let conv = Conv::given(isa, image, windows, [1, filters], given, finish);
                Box::new(PooledConv::new(conv, pool.size))
            }
        };
        let (sizes, mut inputs) = (at.sizes(layer.output), vec![at.spot(layer.inputs[0])]);
        inputs.extend((0..layer.params.len()).map(|index| at.param(layer, index)));
        let which = at.fresh(sizes);
        inputs.push(which);
        at.step(kernel, inputs, at.spot(layer.output), sizes, macs);
        which
    }

    /// Makes the gradient of all outputs of that of the largest. Where only the gradient of the
    /// weights is made of that, it is added up at once, and there is none.
    pub(super) fn unpool(
        &self,
        at: &mut Builder,
        unit: &Unit,
        pool: Pool,
        [dy, which]: [Spot; 2],
    ) -> Option<Spot> {
        let (layer, Place { isa, image, windows, filters, macs, .. }) = (&unit.layer, *self);
        let input = layer.inputs[0];
        if !at.wants(input) {
            let to = at.param_gradient(layer, 0)?;
            let apart =
                ConvWeightsApart::new(isa, image, windows, [1, filters], Some(pool.size), true);
            if apart.pays() {
                at.add(Box::new(apart), vec![at.spot(input), dy, which], to, macs);
                return None;
            }
        }
        let sizes = at.sizes(pool.of);
        let (all, image) = (at.fresh(sizes), super::image(at, pool.of));
        let kernel = Unpool { isa, image, size: pool.size };
        at.step(Box::new(kernel), vec![dy, which], all, sizes, 0);
        Some(all)
    }
}
