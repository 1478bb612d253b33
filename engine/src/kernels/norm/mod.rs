//! Normalisation: by statistics that are known, of rows, and of groups of channels of samples.

mod affine;
mod group_rows;
mod groups;
mod rows;
mod values;

pub use affine::Affine;
pub(crate) use affine::factors;
pub(crate) use group_rows::{Sums, sum_rows};
pub use groups::GroupNorm;
pub use rows::RowNorm;
pub(crate) use rows::row_moments;
pub use values::Values;

use formwork_ir::layers;

use super::{Kernel, Lower, Site};
use crate::Buffer;

/// The factors and shifts of a layer's outputs, `count` of each, where it has them.
fn scale_and_shift(site: &Site, scale: bool, center: bool, count: usize) -> [Values; 2] {
    let mut params = site.params.iter();
    let mut param = |present: bool| {
        let mut next = || *params.next().expect("the layer has that parameter");
        present.then(|| Values::Own(Buffer::from(next())))
    };
    let (scale, shift) = (param(scale), param(center));
    [scale.unwrap_or_else(|| Values::ones(count)), shift.unwrap_or_else(|| Values::zeros(count))]
}

impl Lower for layers::LayerNorm {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let dims = site.inputs[0];
        let (outer, own) = dims.split_at(dims.len() - self.axis.0.len());
        let params = scale_and_shift(site, self.scale, self.center, own.iter().product());
        let samples = outer.iter().product();
        let (rows, channels) = super::pieces::rows_and_channels(own);
        match rows {
            1 => Box::new(RowNorm::new(site.isa, [samples, channels], self.epsilon, params)),
            _ => Box::new(GroupNorm::new(
                site.isa,
                [samples, rows, channels],
                1,
                self.epsilon,
                params,
            )),
        }
    }
}

impl Lower for layers::GroupNorm {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let dims = site.inputs[0];
        let channels = dims[dims.len() - 1];
        let rows = dims[1..dims.len() - 1].iter().product();
        let params = scale_and_shift(site, self.scale, self.center, channels);
        let sizes = [dims[0], rows, channels];
        Box::new(GroupNorm::new(site.isa, sizes, self.groups, self.epsilon, params))
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::{BatchNorm, GroupNorm, LayerNorm};
    use formwork_ir::{Axes, Axis};
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn batch_norms_are_the_layer(
            dims in prop::collection::vec(1..7usize, 1..4), channels in 1..80usize,
            [center, scale]: [bool; 2], seed: u64,
        ) {
            let layer = BatchNorm::new().center(center).scale(scale);
            let dims = [dims, vec![channels]].concat();
            check_layer(&layer, &[&dims], Finish::NONE, seed);
        }

        #[test]
        fn layer_norms_are_the_layer(
            dims in prop::collection::vec(1..7usize, 1..4), channels in 1..200usize,
            axes in 1..4isize, [center, scale]: [bool; 2], seed: u64,
        ) {
            let dims = [dims, vec![channels]].concat();
            let axes = (1..=axes.min(dims.len() as isize - 1)).map(|axis| Axis(-axis));
            let layer = LayerNorm::new().center(center).scale(scale).axis(Axes(axes.collect()));
            check_layer(&layer, &[&dims], Finish::NONE, seed);
        }

        #[test]
        fn group_norms_are_the_layer(
            batch in 1..4usize, dims in prop::collection::vec(1..14usize, 0..3), groups in 1..6usize,
            each in 1..20usize, [center, scale]: [bool; 2], seed: u64,
        ) {
            let layer = GroupNorm::new().groups(groups).center(center).scale(scale);
            let dims = [vec![batch], dims, vec![groups * each]].concat();
            check_layer(&layer, &[&dims], Finish::NONE, seed);
        }
    }
}
