use formwork_ir::layers::{ReduceMax, ReduceMean, ReduceSum};
use formwork_ir::{Axes, Axis};
use proptest::prelude::*;

use crate::kernels::Finish;
use crate::kernels::check::{cases, check_layer};

proptest! {
    #![proptest_config(cases(300))]
    #[test]
    fn reductions_are_the_layer(
        dims in prop::collection::vec(1..6usize, 1..5), channels in 1..150usize, along: u8,
        keepdims: bool, seed: u64,
    ) {
        let dims = [dims, vec![channels]].concat();
        let axes = (1..dims.len()).filter(|axis| (along >> axis) & 1 == 1);
        let axes = Axes(axes.map(|axis| Axis(axis as isize)).collect());
        if !axes.0.is_empty() {
            let axis = axes.clone();
            check_layer(&ReduceMean { axis, keepdims }, &[&dims], Finish::NONE, seed);
            let axis = axes.clone();
            check_layer(&ReduceSum { axis, keepdims }, &[&dims], Finish::NONE, seed);
            check_layer(&ReduceMax { axis: axes, keepdims }, &[&dims], Finish::NONE, seed);
        }
    }
}
