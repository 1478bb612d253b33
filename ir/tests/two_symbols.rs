//! What is decided for all heights and widths at once, against trying them pair by pair.

mod common;

use common::Rng;
use common::plan::{Column, Count, Vocabulary, op, plan};
use common::tree::domain;
use formwork_ir::{Dim, Shape, Sizes};

/// Heights and widths are tried from 1 to this one, in all pairs.
const LAST: i64 = 32;
/// And some that are larger than any threshold.
const FAR: std::ops::Range<i64> = 2000..2012;

const LAYERS: &[&str] = &[
    "conv2d(4, 3)",
    "conv2d(4, (3, 2), stride = 2, padding = same)",
    "conv2d(4, (1, 3), stride = (1, 2))",
    "max_pool2d(2)",
    "max_pool2d(2)",
    "max_pool2d((2, 1))",
    "max_pool2d((1, 3), padding = same)",
    "avg_pool2d(3, stride = 2, ceil_mode = true)",
    "conv2d_transpose(4, 2, stride = 2)",
    "conv2d_transpose(4, 3, stride = 2, padding = same)",
    "upsample2d(2)",
    "upsample2d(2)",
    "upsample2d((1, 3))",
    "zero_pad2d(((1, 0), (0, 2)))",
    "crop2d(((0, 1), (1, 1)))",
    "slice(1, 1..-1)",
    "slice(1, 0..30)",
    "slice(2, 0..6)",
    "space_to_depth(2)",
    "depth_to_space(2)",
    "permute((2, 1, 3))",
    "permute((2, 1, 3))",
    "resize2d((H, W))",
    "resize2d((W, H))",
    "resize2d((H / 2, W / 2))",
    "resize2d((2 * W, H + 1))",
    "flatten()",
    "reshape([_, -1, 4])",
    "reshape([_, H, W, 4])",
    "reshape([_, H * W, 4])",
    "reshape([_, H, -1])",
    "reshape([_, -1, W, 4])",
    "reshape([_, W, -1, 4])",
    "reduce_mean(1, keepdims = true)",
    "reduce_mean(2, keepdims = true)",
];

const MERGES: &[&str] =
    &["add()", "add()", "multiply()", "concat()", "concat(axis = 1)", "concat(axis = 1)"];

/// What a `where` may say of a symbol.
fn declared(rng: &mut Rng) -> Sizes {
    let any = Sizes::ALL;
    match rng.below(8) {
        0 => any.and_every(2, &[0]).expect("small"),
        1 => any.and_every(4, &[rng.below(4) as u64]).expect("small"),
        2 => any.and_every(6, &[1, 4]).expect("small"),
        3 => any.and_between(1 + rng.below(9) as u64, None),
        4 => {
            let from = 1 + rng.below(20) as u64;
            any.and_between(from, Some(from + rng.below(12) as u64))
        }
        _ => any,
    }
}

fn check(seed: u64, count: &mut Count) {
    let mut rng = Rng::new(seed);
    let allowed = [declared(&mut rng), declared(&mut rng)];
    let (domain, [h, w]) = domain(&allowed);
    let ops = |texts: &[&str]| texts.iter().map(|text| op(text, &domain)).collect();
    let vocabulary = Vocabulary { layers: ops(LAYERS), merges: ops(MERGES), most: 8 };
    let near = (1..=LAST).flat_map(|h| (1..=LAST).map(move |w| [h, w]));
    let far = FAR.flat_map(|h| FAR.map(move |w| [h, w]));
    let allows = |size: &[i64; 2]| (0..2).all(|i| allowed[i].has(size[i] as u64));
    let sizes: Vec<_> = near.chain(far).filter(allows).collect();
    let start: Column = sizes.iter().map(|s| Some(vec![s[0] as usize, s[1] as usize, 4])).collect();
    let (plan, tried) = plan(&mut rng, &vocabulary, &start, &sizes);
    let shape = Shape::batched([h, w, Dim::from(4)]);
    let story = format!("seed {seed}, H: {}, W: {}", allowed[0], allowed[1]);
    plan.compare(&tried, (shape, domain), &sizes, &story, count);
}

#[test]
fn the_verdict_is_that_of_trying_pairs() {
    let mut count = Count::default();
    (0..600).for_each(|seed| check(seed, &mut count));
    let Count { networks, decided, indivisible, refused, exact } = count;
    let undecided = networks - decided - indivisible;
    assert!(undecided * 100 < networks, "{undecided} of {networks} are undecided");
    assert!(indivisible * 4 < networks, "{indivisible} of {networks} divide sizes by others");
    assert!(refused * 5 > networks && refused * 5 < networks * 4, "{refused} are refused");
    assert!(exact * 3 > networks, "the sizes of {exact} of {networks} are compared");
}
