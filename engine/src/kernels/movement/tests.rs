use formwork_ir::layers::*;
use formwork_ir::{Axis, Ends, Extent, Interpolation, NewShape, Op};
use proptest::prelude::*;

use crate::kernels::Finish;
use crate::kernels::check::{Case, cases, check, check_layer};
use crate::kernels::{Algorithm, Lower, Site};

/// Sizes of a tensor, batch first; the last axis longer.
fn dims() -> impl Strategy<Value = Vec<usize>> {
    (prop::collection::vec(1..6usize, 1..4), 1..60usize)
        .prop_map(|(outer, last)| [outer, vec![last]].concat())
}

/// Sizes of images.
fn image() -> impl Strategy<Value = [usize; 4]> {
    [1..3usize, 1..10, 1..10, 1..40]
}

fn interpolation(nearest: bool) -> Interpolation {
    if nearest { Interpolation::Nearest } else { Interpolation::Bilinear }
}

/// Checks that values arrive as they are.
fn moves<L: Lower + Into<Op> + Clone>(layer: &L, inputs: &[&[usize]], seed: u64) {
    let Some(case) = Case::new(layer.clone(), inputs, seed) else { return };
    let output = case.output.clone();
    check(case.within(0.0), |isa, params| {
        let (inputs, output, params) = (inputs.to_vec(), &output[..], params.to_vec());
        layer.lower(&Site {
            isa,
            algorithm: Algorithm::Fastest,
            inputs,
            output,
            params,
            finish: Finish::NONE,
        })
    });
}

proptest! {
    #![proptest_config(cases(200))]
    #[test]
    fn dropouts_copy(dims in dims(), seed: u64) {
        moves(&Dropout::new(0.5), &[&dims], seed);
        moves(&GaussianNoise::new(0.5), &[&dims], seed);
    }

    #[test]
    fn parts_are_the_layer(
        dims in dims(), axis in 1..4isize, [start, end] in [0..60i64, 0..60], seed: u64,
    ) {
        let axis = axis.min(dims.len() as isize - 1);
        let size = dims[axis as usize] as i64;
        let (start, end) = (start % size, end % size);
        let range = Ends::from(start.min(end)..start.max(end) + 1);
        moves(&Slice { axis: Axis(axis), range }, &[&dims], seed);
    }

    #[test]
    fn crops_and_pads_are_the_layer(
        image in image(), sides in [[0..4usize, 0..4], [0..4, 0..4]], seed: u64,
    ) {
        moves(&Crop2d::new(sides), &[&image], seed);
        moves(&ZeroPad2d::new().padding(sides), &[&image], seed);
    }

    #[test]
    fn concats_are_the_layer(
        dims in dims(), axis in 1..4isize, sizes in prop::collection::vec(1..20usize, 2..13),
        seed: u64,
    ) {
        let axis = axis.min(dims.len() as isize - 1);
        let inputs: Vec<_> = sizes
            .iter()
            .map(|size| {
                let mut dims = dims.clone();
                dims[axis as usize] = *size;
                dims
            })
            .collect();
        let inputs: Vec<_> = inputs.iter().map(Vec::as_slice).collect();
        moves(&Concat::new().axis(Axis(axis)), &inputs, seed);
    }

    #[test]
    fn permutations_are_the_layer(
        dims in prop::collection::vec(1..20usize, 2..5), order in Just([1, 2, 3]).prop_shuffle(),
        seed: u64,
    ) {
        let order: Vec<_> = order.into_iter().filter(|axis| *axis < dims.len()).collect();
        moves(&Permute::new(order), &[&dims], seed);
    }

    #[test]
    fn reshapes_are_the_layer(
        dims in dims(), [first, second] in [1..7usize, 1..7], split: bool, seed: u64,
    ) {
        let last = dims.len() - 1;
        // The last axis once more as two, and those of a sample as two.
        let mut fine = dims.clone();
        fine[last] *= first * second;
        moves(&Flatten::new(), &[&fine], seed);
        let sizes = if split { vec![first, second] } else { vec![second * first] };
        let sizes = sizes.into_iter().map(|n| Some(n.into())).chain([None]);
        moves(&Reshape { shape: NewShape(sizes.collect()) }, &[&fine], seed);
    }

    #[test]
    fn blocks_are_the_layer(
        [batch, height, width, channels] in image(), block in 1..4usize, seed: u64,
    ) {
        let deep = [batch, height, width, channels * block * block];
        moves(&DepthToSpace::new(block), &[&deep], seed);
        let fine = [batch, height * block, width * block, channels];
        moves(&SpaceToDepth::new(block), &[&fine], seed);
    }

    #[test]
    fn resized_images_are_the_layer(
        image in image(), size in [1..14usize, 1..14], nearest: bool, align: bool, seed: u64,
    ) {
        let how = interpolation(nearest);
        let resize = Resize2d { size: Extent::from(size), interpolation: how, align_corners: align };
        check_layer(&resize, &[&image], Finish::NONE, seed);
        let upsample = Upsample2d::new().size(size.map(|n| n % 4 + 1)).interpolation(how);
        check_layer(&upsample.align_corners(align), &[&image], Finish::NONE, seed);
    }
}
