use formwork_ir::Padding;
use formwork_ir::layers::Conv2d;
use proptest::prelude::*;

use super::{Plan, Size, Winograd};
use crate::kernels::check::{Case, cases, check};
use crate::kernels::{Finish, Image, Windows};

/// Compares with the layer, by both plans.
fn check_winograd(image: Image, filters: usize, padding: Padding, finish: Finish, seed: u64) {
    let layer = Conv2d::new(filters, [3, 3]).padding(padding);
    let Image { batch, height, width, channels } = image;
    for (size, tolerance) in [(Size::Two, 1e-5), (Size::Four, 2e-5)] {
        for plan in [Plan::Blocks(5), Plan::Split(7)] {
            let dims = [batch, height, width, channels];
            let Some(case) = Case::new(layer.clone(), &[&dims], seed) else { return };
            let windows = Windows::new([height, width], [3; 2], [1; 2], [1; 2], padding);
            check(case.within(tolerance).finished(finish), |isa, params| {
                let params = [params[0], params[1]];
                Box::new(Winograd::with_plan(isa, image, windows, params, finish, size, plan))
            });
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]
    #[test]
    fn convolutions_are_the_layer(
        (batch, height, width, channels) in (1..3usize, 1..14usize, 1..14usize, 1..40usize),
        filters in 1..100usize, pads in [[0..4usize, 0..4], [0..4, 0..4]], residual: bool, seed: u64,
    ) {
        let finish = Finish { residual, low: -0.5, high: 2.0 };
        let image = Image { batch, height, width, channels };
        check_winograd(image, filters, Padding::Explicit(pads), finish, seed);
    }
}

#[test]
fn many_channels_lose_little() {
    for channels in [256, 512] {
        let image = Image { batch: 1, height: 9, width: 9, channels };
        check_winograd(image, 70, Padding::Same, Finish::NONE, 3);
    }
}
