use formwork_ir::Padding;
use formwork_ir::layers::{Conv2d, MaxPool2d};
use proptest::prelude::*;

use super::plan::Plan;
use super::{Size, Winograd, WinogradWeights};
use crate::kernels::check::{Case, cases, check, run};
use crate::kernels::learn::sums_over_windows;
use crate::kernels::{Finish, Image, Windows};
use crate::simd::Isa;

/// Compares with the layer, and a max pooling behind it.
fn check_winograd(
    image: Image,
    filters: usize,
    padding: Padding,
    finish: Finish,
    (size, plan, pooled): (Size, Option<Plan>, bool),
    seed: u64,
) {
    let layer = Conv2d::new(filters, [3, 3]).padding(padding);
    let Image { batch, height, width, channels } = image;
    let Some(case) = Case::new(layer, &[&[batch, height, width, channels]], seed) else { return };
    // A cut hides how large the sums were that rounding is relative to.
    let mut case = case.within(if size == Size::Two { 1e-5 } else { 2e-5 }).finished(finish);
    if pooled {
        let Some(behind) = case.then(MaxPool2d::new([2, 2])) else { return };
        case = behind;
    }
    let windows = Windows::new([height, width], [3; 2], [1; 2], [1; 2], padding);
    check(case, |isa, params| {
        let params = [params[0], params[1]];
        let kernel = match plan {
            Some(plan) => Winograd::with_plan(isa, image, windows, params, finish, size, plan),
            None => Winograd::new(isa, image, windows, params, finish, size),
        };
        Box::new(if pooled { kernel.pooled() } else { kernel })
    });
}

fn sizes() -> impl Strategy<Value = Size> {
    prop_oneof![Just(Size::Two), Just(Size::Four)]
}

fn plans() -> impl Strategy<Value = Option<Plan>> {
    let some = prop_oneof![(1..9usize).prop_map(Plan::Blocks), (1..9usize).prop_map(Plan::Split)];
    proptest::option::weighted(0.8, some)
}

proptest! {
    #![proptest_config(cases(200))]
    #[test]
    fn convolutions_are_the_layer(
        (batch, height, width, channels) in (1..3usize, 1..14usize, 1..14usize, 1..40usize),
        filters in 1..80usize, pads in [[0..4usize, 0..4], [0..4, 0..4]], size in sizes(),
        plan in plans(), residual: bool, seed: u64,
    ) {
        let finish = Finish { residual, low: -0.5, high: 2.0, ..Finish::NONE };
        let image = Image { batch, height, width, channels };
        let padding = Padding::Explicit(pads);
        check_winograd(image, filters, padding, finish, (size, plan, false), seed);
    }

    #[test]
    fn pooled_ones_are_the_layer_and_a_pooling(
        (batch, height, width, channels) in (1..3usize, 2..14usize, 2..14usize, 1..20usize),
        filters in 1..40usize, size in sizes(), plan in plans(), seed: u64,
    ) {
        let image = Image { batch, height, width, channels };
        check_winograd(image, filters, Padding::Same, Finish::RELU, (size, plan, true), seed);
    }

    #[test]
    fn gradients_are_sums_over_windows(
        (batch, height, width, channels) in (1..4usize, 1..20usize, 1..20usize, 1..80usize),
        filters in 1..140usize, pads in [[0..3usize, 0..3], [0..3, 0..3]], size in sizes(),
        adds: bool, seed: u64,
    ) {
        prop_assume!(height + pads[0][0] + pads[0][1] > 2 && width + pads[1][0] + pads[1][1] > 2);
        let image = Image { batch, height, width, channels };
        check_weights(image, filters, pads, (size, adds), seed);
    }
}

proptest! {
    #![proptest_config(cases(40))]
    #[test]
    fn parts_of_many_tiles_are_summed_up(
        (batch, height, width, channels) in (8..20usize, 24..30usize, 24..30usize, 1..20usize),
        filters in 1..40usize, size in sizes(), adds: bool, seed: u64,
    ) {
        let image = Image { batch, height, width, channels };
        check_weights(image, filters, [[1; 2]; 2], (size, adds), seed);
    }
}

fn check_weights(
    image: Image,
    filters: usize,
    pads: [[usize; 2]; 2],
    (size, adds): (Size, bool),
    seed: u64,
) {
    let of = [image.height, image.width];
    let windows = Windows::new(of, [3; 2], [1; 2], [1; 2], Padding::Explicit(pads));
    let case = sums_over_windows(image, windows, [1, filters], adds, seed);
    let case = case.within(if size == Size::Two { 1e-5 } else { 2e-5 });
    check(case, |isa, _| Box::new(WinogradWeights::new(isa, image, windows, filters, size, adds)));
}

#[test]
fn a_cut_does_not_hide_how_large_sums_were() {
    let image = Image { batch: 1, height: 12, width: 9, channels: 37 };
    let finish = Finish { low: -0.5, high: 2.0, ..Finish::NONE };
    let padding = Padding::Explicit([[0, 2], [0, 1]]);
    check_winograd(image, 43, padding, finish, (Size::Four, None, false), 3632476930027137655);
}

#[test]
fn many_channels_lose_little() {
    for size in [Size::Two, Size::Four] {
        let image = Image { batch: 1, height: 7, width: 7, channels: 512 };
        check_winograd(image, 24, Padding::Same, Finish::NONE, (size, None, false), 3);
    }
}

#[test]
fn who_does_what_changes_no_bit() {
    let image = Image { batch: 2, height: 13, width: 9, channels: 21 };
    let windows = Windows::new([13, 9], [3; 2], [1; 2], [1; 2], Padding::Same);
    let layer = Conv2d::new(70, [3, 3]).padding(Padding::Same);
    let case = Case::new(layer, &[&[2, 13, 9, 21]], 5).expect("it fits");
    let params = case.params();
    for isa in Isa::available() {
        for size in [Size::Two, Size::Four] {
            let made = |plan| {
                let params = [&params[0][..], &params[1]];
                let finish = Finish::NONE;
                run(
                    &Winograd::with_plan(isa, image, windows, params, finish, size, plan),
                    &case,
                    1,
                    false,
                )
            };
            let blocks = made(Plan::Blocks(7));
            for plan in [Plan::Blocks(24), Plan::Split(64), Plan::Split(5)] {
                assert!(made(plan) == blocks, "{isa}, {size:?}, {plan:?}");
            }
        }
    }
}
