//! What is decided for all sizes at once, against trying them one by one.

mod common;

use common::Rng;
use common::plan::{Column, Count, Vocabulary, op, plan};
use formwork_ir::{Dim, Domain, Kind, Shape, Sizes, Symbol};

/// Sizes are tried from 1 to this one.
const LAST: u64 = 200;

/// Layers that change heights, each with a chance of its own.
const LAYERS: &[&str] = &[
    "conv2d(4, (3, 1))",
    "conv2d(4, (3, 1), stride = (2, 1))",
    "conv2d(4, (3, 1), stride = (2, 1), padding = same)",
    "conv2d(4, (2, 1), stride = (3, 1), padding = ((1, 0), (0, 0)))",
    "conv2d(4, (3, 1), dilation = (3, 1))",
    "depthwise_conv2d((5, 1), stride = (2, 1), padding = same)",
    "max_pool2d((2, 1))",
    "max_pool2d((2, 1))",
    "max_pool2d((2, 1), padding = same)",
    "max_pool2d((3, 1), stride = (2, 1), ceil_mode = true)",
    "max_pool2d((2, 1), padding = ((1, 1), (0, 0)), ceil_mode = true)",
    "avg_pool2d((3, 1))",
    "conv2d_transpose(4, (2, 1), stride = (2, 1))",
    "conv2d_transpose(4, (3, 1), stride = (2, 1), padding = same)",
    "conv2d_transpose(4, (3, 1), stride = (2, 1), padding = ((1, 1), (0, 0)))",
    "conv2d_transpose(4, (3, 1), stride = (2, 1), output_padding = (1, 0), padding = same)",
    "upsample2d((2, 1))",
    "upsample2d((2, 1))",
    "upsample2d((3, 1))",
    "zero_pad2d(((1, 0), (0, 0)))",
    "zero_pad2d(((2, 3), (0, 0)))",
    "crop2d(((0, 1), (0, 0)))",
    "crop2d(((4, 4), (0, 0)))",
    "slice(1, 1..-1)",
    "slice(1, 0..6)",
    "slice(1, -9..-2)",
    "space_to_depth(2)",
    "depth_to_space(2)",
    "relu()",
    "permute((2, 1, 3))",
    "flatten()",
    "reshape([_, -1, 4, 4])",
    "reshape([_, -1, 2, 8])",
    "reshape([_, -1, 12])",
    "reshape([_, 6, -1, 1])",
    "global_avg_pool2d(keepdims = true)",
    "reduce_mean(1, keepdims = true)",
];

const MERGES: &[&str] = &["add()", "add()", "multiply()", "concat()", "concat(axis = 1)"];

/// What a `where` may say of a symbol.
fn declared(rng: &mut Rng) -> Sizes {
    let any = Sizes::ALL;
    match rng.below(8) {
        0 => any.and_every(2, &[0]).expect("small"),
        1 => any.and_every(4, &[rng.below(4) as u64]).expect("small"),
        2 => any.and_every(8, &[0]).expect("small"),
        3 => any.and_every(6, &[1, 4]).expect("small"),
        4 => any.and_between(1 + rng.below(30) as u64, None),
        5 => {
            let from = 1 + rng.below(20) as u64;
            any.and_between(from, Some(from + rng.below(12) as u64))
        }
        _ => any,
    }
}

fn check(seed: u64, vocabulary: &Vocabulary, count: &mut Count) {
    let mut rng = Rng::new(seed);
    let allowed = declared(&mut rng);
    let heights = (1..=LAST).filter(|&n| allowed.has(n));
    let sizes: Vec<_> = heights.map(|n| [n as i64, 4]).collect();
    let start: Column = sizes.iter().map(|&[h, _]| Some(vec![h as usize, 4, 4])).collect();
    let (plan, tried) = plan(&mut rng, vocabulary, &start, &sizes);
    let mut domain = Domain::default();
    let h = domain.declare(Symbol::new("H", Kind::Runtime), allowed.clone());
    let shape = Shape::batched([Dim::from(h), Dim::from(4), Dim::from(4)]);
    plan.compare(&tried, (shape, domain), &sizes, &format!("seed {seed}, {allowed}"), count);
}

fn check_many(seeds: std::ops::Range<u64>) {
    let ops = |texts: &[&str]| texts.iter().map(|text| op(text, &Domain::default())).collect();
    let vocabulary = Vocabulary { layers: ops(LAYERS), merges: ops(MERGES), most: 10 };
    let mut count = Count::default();
    seeds.for_each(|seed| check(seed, &vocabulary, &mut count));
    let Count { networks, decided, refused, exact, .. } = count;
    assert!(decided * 100 > networks * 99, "{decided} of {networks} are decided");
    assert!(refused * 5 > networks && refused * 5 < networks * 4, "{refused} are refused");
    assert!(exact * 2 > networks, "the sizes of {exact} of {networks} are compared");
}

#[test]
fn the_verdict_is_that_of_trying_every_size() {
    check_many(0..6_000);
}

#[test]
fn and_again() {
    check_many(6_000..12_000);
}
