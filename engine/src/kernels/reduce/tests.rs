use formwork_ir::layers::{ReduceMax, ReduceMean, ReduceSum};
use formwork_ir::oracle::Array;
use formwork_ir::{Axes, Axis};
use proptest::prelude::*;

use super::{LargestGradient, Reduce};
use crate::kernels::Finish;
use crate::kernels::check::{Case, Numbers, cases, check, check_layer};
use crate::kernels::slopes::Slopes;

/// The axes whose bits are set, but for the first.
fn axes(dims: &[usize], along: u8) -> Vec<usize> {
    (1..dims.len()).filter(|axis| (along >> axis) & 1 == 1).collect()
}

fn named(axes: &[usize]) -> Axes {
    Axes(axes.iter().map(|axis| Axis(*axis as isize)).collect())
}

proptest! {
    #![proptest_config(cases(300))]
    #[test]
    fn reductions_are_the_layer(
        dims in prop::collection::vec(1..6usize, 1..5), channels in 1..150usize, along: u8,
        keepdims: bool, seed: u64,
    ) {
        let dims = [dims, vec![channels]].concat();
        let axes = named(&axes(&dims, along));
        if !axes.0.is_empty() {
            let axis = axes.clone();
            check_layer(&ReduceMean { axis, keepdims }, &[&dims], Finish::NONE, seed);
            let axis = axes.clone();
            check_layer(&ReduceSum { axis, keepdims }, &[&dims], Finish::NONE, seed);
            check_layer(&ReduceMax { axis: axes, keepdims }, &[&dims], Finish::NONE, seed);
        }
    }

}

proptest! {
    #![proptest_config(cases(100))]
    #[test]
    fn sums_of_products_are_sums_of_products(
        dims in prop::collection::vec(1..6usize, 1..5), channels in 1..150usize, along: u8,
        seed: u64,
    ) {
        let dims = [dims, vec![channels]].concat();
        let axes = axes(&dims, along);
        let mut numbers = Numbers::new(seed);
        let inputs = vec![numbers.array(&dims), numbers.array(&dims)];
        let products = Array::broadcast(&inputs, |a, b| a * b);
        let sums = products.reduce(&axes, |values| values.iter().sum());
        let output = sums.dims().to_vec();
        check(Case::of(inputs, vec![], sums), |isa, _| {
            Box::new(Reduce::sums(isa, &dims, &output).of_products())
        });
    }

    #[test]
    fn gradients_of_the_largest_are_differences(
        dims in prop::collection::vec(1..4usize, 1..4), channels in 1..20usize, along: u8,
        keepdims: bool, seed: u64,
    ) {
        let dims = [dims, vec![channels]].concat();
        let axis = named(&axes(&dims, along));
        if !axis.0.is_empty() {
            let layer = ReduceMax { axis: axis.clone(), keepdims };
            let of = Slopes::new(layer, &[&dims], seed).expect("it fits");
            let sizes = of.output.dims().to_vec();
            let inputs = vec![of.dy, of.inputs[0].clone(), of.output];
            check(Case::of(inputs, vec![], of.gradients[0].clone()), |isa, _| {
                Box::new(LargestGradient::new(isa, &dims, &sizes, &axis))
            });
        }
    }
}

/// Of equal values the first has the gradient.
#[test]
fn the_first_of_the_largest_has_the_gradient() {
    for (dims, axis) in [([1, 3, 20], 1), ([1, 2, 7], 2)] {
        let (ones, axes) = (Array::build(&dims, |_| 1.0), named(&[axis]));
        let output = ones.reduce(&[axis], |_| 1.0);
        let sizes = output.dims().to_vec();
        let first = Array::build(&dims, |at| if at[axis] == 0 { 1.0 } else { 0.0 });
        check(Case::of(vec![output.clone(), ones, output], vec![], first), |isa, _| {
            Box::new(LargestGradient::new(isa, &dims, &sizes, &axes))
        });
    }
}
