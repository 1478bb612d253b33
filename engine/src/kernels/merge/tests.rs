use formwork_ir::layers::*;
use formwork_ir::oracle::Array;
use formwork_ir::{Axes, Axis};
use proptest::prelude::*;

use super::{Merge, Operator};
use crate::kernels::Finish;
use crate::kernels::check::{Case, Numbers, cases, check, check_layer};

/// Sizes that broadcast to the first: some of theirs are 1.
fn sizes(dims: Vec<usize>, ones: &[u8]) -> Vec<Vec<usize>> {
    let one = |ones: &u8, axis: usize| axis > 0 && (ones >> axis) & 1 == 1;
    let with = |ones: &u8| {
        dims.iter().enumerate().map(|(i, n)| if one(ones, i) { 1 } else { *n }).collect()
    };
    ones.iter().map(with).collect()
}

proptest! {
    #![proptest_config(cases(100))]
    #[test]
    fn merges_are_the_layer(
        batch in 1..3usize, dims in prop::collection::vec(1..6usize, 0..4), wide in 1..50usize,
        ones in prop::collection::vec(any::<u8>(), 2..13), alike: bool, seed: u64,
    ) {
        let dims = [vec![batch], dims, vec![wide]].concat();
        let inputs = match alike {
            true => vec![dims; ones.len()],
            false => sizes(dims, &ones),
        };
        let inputs: Vec<_> = inputs.iter().map(Vec::as_slice).collect();
        check_layer(&Subtract::new(), &inputs[..2], Finish::NONE, seed);
        check_layer(&Add::new(), &inputs, Finish::NONE, seed);
        check_layer(&Multiply::new(), &inputs, Finish::NONE, seed);
        check_layer(&Average::new(), &inputs, Finish::NONE, seed);
        check_layer(&Maximum::new(), &inputs, Finish::NONE, seed);
        check_layer(&Minimum::new(), &inputs, Finish::NONE, seed);
    }

    #[test]
    fn learned_slopes_are_the_layer(
        dims in prop::collection::vec(1..6usize, 1..5), wide in 1..40usize, ones: u8,
        seed: u64,
    ) {
        let dims = [dims, vec![wide]].concat();
        let shared = (1..dims.len()).filter(|axis| (ones >> axis) & 1 == 1);
        let shared: Vec<_> = shared.map(|axis| Axis(axis as isize)).collect();
        let layer = Prelu::new().shared_axes((!shared.is_empty()).then_some(Axes(shared)));
        check_layer(&layer, &[&dims], Finish::NONE, seed);
    }

    #[test]
    fn slopes_are_chosen_by_values(
        dims in prop::collection::vec(1..6usize, 1..4), wide in 1..50usize,
        ones in prop::collection::vec(any::<u8>(), 2), seed: u64,
    ) {
        let sizes = sizes([dims, vec![wide]].concat(), &ones);
        let mut numbers = Numbers::new(seed);
        // Few numbers, so that many are equal.
        let mut array = |sizes: &Vec<usize>| numbers.array(sizes).map(|x| (2.0 * x).round());
        let inputs: Vec<_> = sizes.iter().map(&mut array).collect();
        let sizes: Vec<_> = sizes.iter().map(Vec::as_slice).collect();
        let check = |operator, of: fn(f64, f64) -> f64| {
            let expect = Array::broadcast(&inputs, of);
            let output = expect.dims().to_vec();
            check(Case::of(inputs.clone(), vec![], expect).within(0.0), |isa, _| {
                Box::new(Merge::new(isa, operator, &sizes, &output))
            });
        };
        check(Operator::AtLeast, |a, b| f64::from(u8::from(a >= b)));
        check(Operator::Less, |a, b| f64::from(u8::from(a < b)));
        check(Operator::PreluSlope, |a, b| if a > 0.0 { 1.0 } else { b });
    }

    #[test]
    fn tensors_are_repeated(
        dims in prop::collection::vec(1..6usize, 1..4), wide in 1..50usize, ones: u8, seed: u64,
    ) {
        let dims = [dims, vec![wide]].concat();
        let input = sizes(dims.clone(), &[ones]).remove(0);
        let from = Numbers::new(seed).array(&input);
        let halves = Array::broadcast(&[from.clone(), Array::build(&dims, |_| 0.0)], |a, b| a + b);
        let case = Case::of(vec![from], vec![], halves.map(|x| x / 2.0));
        check(case.within(1e-7), |isa, _| Box::new(Merge::spread(isa, &input, &dims, 0.5)));
    }
}
