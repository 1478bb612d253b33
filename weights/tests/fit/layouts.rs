//! Layouts: there and back, and against the formulas of both frameworks.

use formwork_weights::fit::{Framework, Layout, Order, Role};
use proptest::prelude::*;

const ALL: [Framework; 3] = [Framework::Formwork, Framework::Keras, Framework::Pytorch];

/// A parameter of any kind, with its sizes.
fn parameter() -> impl Strategy<Value = (Role, Vec<usize>)> {
    let size = || 1..5usize;
    let four = (size(), size(), size(), size()).prop_map(|(a, b, c, d)| [a, b, c, d]);
    let map = (size(), size(), size()).prop_map(|(a, b, c)| [a, b, c]);
    let conv =
        (four.clone(), any::<bool>(), 1..4usize).prop_map(|([h, w, i, o], windows, groups)| {
            let windows = windows && groups == 1;
            (Role::Conv { groups, windows }, vec![h, w, i, o * groups])
        });
    let dense = (map.clone(), size()).prop_map(|(map, o)| {
        let inputs = Order::flattened(map);
        let sizes = vec![inputs.values(), o];
        (Role::Dense { inputs, outputs: Order::plain(o) }, sizes)
    });
    let decoder = (size(), map.clone()).prop_map(|(i, map)| {
        let outputs = Order::flattened(map);
        let sizes = vec![i, outputs.values()];
        (Role::Dense { inputs: Order::plain(i), outputs }, sizes)
    });
    let vector = map.clone().prop_map(|map| {
        let order = Order::flattened(map);
        let sizes = vec![order.values()];
        (Role::Vector(order), sizes)
    });
    let whole = map.prop_map(|[h, w, c]| (Role::Map(vec![1, 2, 0]), vec![h, w, c]));
    prop_oneof![
        conv,
        four.clone().prop_map(|sizes| (Role::Depthwise, sizes.to_vec())),
        four.prop_map(|sizes| (Role::Transposed, sizes.to_vec())),
        dense,
        decoder,
        vector,
        whole,
    ]
}

fn iota(sizes: &[usize]) -> Vec<f32> {
    (0..sizes.iter().product::<usize>()).map(|i| i as f32).collect()
}

/// The value at an index, row-major.
fn at(values: &[f32], sizes: &[usize], index: &[usize]) -> f32 {
    values[index.iter().zip(sizes).fold(0, |flat, (i, size)| flat * size + i)]
}

/// All indices of a shape.
fn indices(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().fold(vec![Vec::new()], |all, &size| {
        all.iter().flat_map(|i| (0..size).map(move |j| [&i[..], &[j]].concat())).collect()
    })
}

/// Where a value of ours is in PyTorch: its index there, as the documentations say it.
fn pytorch(role: &Role, sizes: &[usize], index: &[usize]) -> Vec<usize> {
    // (height, width, channels) to (channels, height, width), flattened.
    let flat = |order: &Order, i: usize| match order.map() {
        Some([h, w, c]) => ((i % c) * h + i / c / w) * w + i / c % w,
        None => i,
    };
    match (role, index) {
        (Role::Conv { .. }, &[y, x, i, o]) => vec![o, i, y, x],
        (Role::Depthwise, &[y, x, c, m]) => vec![c * sizes[3] + m, 0, y, x],
        (Role::Transposed, &[y, x, o, i]) => vec![i, o, y, x],
        (Role::Dense { inputs, outputs }, &[i, o]) => vec![flat(outputs, o), flat(inputs, i)],
        (Role::Vector(order), &[i]) => vec![flat(order, i)],
        (Role::Map(_), &[y, x, c]) => vec![c, y, x],
        _ => panic!("{role:?} of {index:?}"),
    }
}

proptest! {
    #[test]
    fn there_and_back_is_nothing((role, sizes) in parameter()) {
        let values = iota(&sizes);
        for framework in ALL {
            let layout = Layout::new(&role, &sizes, framework).unwrap();
            let there = layout.from_ours(values.clone());
            prop_assert_eq!(layout.to_ours(there.clone()), values.clone());
            prop_assert_eq!(layout.from_ours(layout.to_ours(values.clone())), values.clone());
            prop_assert_eq!(layout.is_ours(), there == values);
            for shape in layout.shapes() {
                prop_assert_eq!(shape.iter().product::<usize>(), values.len());
            }
        }
    }

    #[test]
    fn values_lie_in_pytorch_where_its_formulas_say((role, sizes) in parameter()) {
        let layout = Layout::new(&role, &sizes, Framework::Pytorch).unwrap();
        // One of the shapes has as many axes as the formula.
        let there = pytorch(&role, &sizes, &vec![0; sizes.len()]).len();
        let shape = layout.shapes().iter().find(|shape| shape.len() == there).unwrap();
        let values = layout.from_ours(iota(&sizes));
        for index in indices(&sizes) {
            let found = at(&values, shape, &pytorch(&role, &sizes, &index));
            prop_assert_eq!(found, at(&iota(&sizes), &sizes, &index), "{:?}", index);
        }
    }
}

#[test]
fn shapes_of_each_framework() {
    let check = |role: Role, sizes: &[usize], keras: &[&[usize]], pytorch: &[&[usize]]| {
        for (framework, expect) in [
            (Framework::Formwork, &[sizes][..]),
            (Framework::Keras, keras),
            (Framework::Pytorch, pytorch),
        ] {
            let layout = Layout::new(&role, sizes, framework).unwrap();
            assert_eq!(layout.shapes(), expect, "{role:?} in {framework}");
        }
    };
    let conv = |groups, windows| Role::Conv { groups, windows };
    let dense = |inputs, outputs| Role::Dense { inputs, outputs };
    let plain = Order::plain;
    check(conv(1, false), &[3, 3, 8, 4], &[&[3, 3, 8, 4]], &[&[4, 8, 3, 3]]);
    // A convolution over the whole map is a dense layer, and the other way round.
    check(
        conv(1, true),
        &[7, 7, 512, 4096],
        &[&[7, 7, 512, 4096], &[25088, 4096]],
        &[&[4096, 512, 7, 7], &[4096, 25088]],
    );
    check(
        dense(Order::flattened([7, 7, 512]), plain(4096)),
        &[25088, 4096],
        &[&[25088, 4096], &[7, 7, 512, 4096]],
        &[&[4096, 25088], &[4096, 512, 7, 7]],
    );
    check(
        dense(plain(64), plain(10)),
        &[64, 10],
        &[&[64, 10], &[1, 1, 64, 10]],
        &[&[10, 64], &[10, 64, 1, 1]],
    );
    // Convolutions with a group for each channel.
    check(conv(8, false), &[3, 3, 1, 16], &[&[3, 3, 1, 16], &[3, 3, 8, 2]], &[&[16, 1, 3, 3]]);
    check(Role::Depthwise, &[3, 3, 8, 2], &[&[3, 3, 8, 2], &[3, 3, 1, 16]], &[&[16, 1, 3, 3]]);
    check(Role::Transposed, &[2, 2, 4, 8], &[&[2, 2, 4, 8]], &[&[8, 4, 2, 2]]);
    check(Role::Vector(plain(4)), &[4], &[&[4]], &[&[4]]);
    // PReLU: one slope a channel, one for all, one a place.
    let map = || Role::Map(vec![1, 2, 0]);
    check(map(), &[1, 1, 8], &[&[1, 1, 8]], &[&[8], &[8, 1, 1]]);
    check(map(), &[1, 1, 1], &[&[1, 1, 1]], &[&[1], &[1, 1, 1]]);
    check(map(), &[4, 5, 8], &[&[4, 5, 8]], &[&[8, 4, 5]]);
}

#[test]
fn what_does_not_belong_together_has_no_layout() {
    let check = |role: Role, sizes: &[usize]| {
        let layout = Layout::new(&role, sizes, Framework::Pytorch);
        assert!(layout.is_err(), "{role:?} of {sizes:?}");
    };
    check(Role::Transposed, &[2, 2, 4]);
    check(Role::Vector(Order::plain(3)), &[4]);
    check(Role::Dense { inputs: Order::plain(3), outputs: Order::plain(2) }, &[2, 3]);
    check(Role::Map(vec![0, 1]), &[2]);
    check(Role::Unknown("no".to_owned()), &[2]);
}
