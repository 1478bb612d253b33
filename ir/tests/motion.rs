//! Where layers say that their pixels lie, against where they do: of an image whose values are
//! the coordinates of its pixels, any layer that averages makes coordinates again.

mod common;

use std::collections::BTreeMap;

use common::{Rng, call, op};
use formwork_ir::oracle::Array;
use formwork_ir::{
    Call, Dim, Domain, Interpolation, Kind, Motion, Op, Operand, Param, Pixels, Ratio, Shape,
    Sizes, Symbol,
};

/// What height and width count in the values of the image: an error of one makes up for no error
/// of the other.
const WEIGHTS: [f64; 2] = [1.0, 1000.0];
/// The most pixels that a layer looks beyond its own, or adds.
const REACH: usize = 7;

fn number(x: Option<Ratio>) -> f64 {
    let (n, d) = x.expect("known, for sizes that are numbers").parts();
    n as f64 / d as f64
}

/// A layer that moves pixels, with random arguments, for an image of `size`.
fn layer(rng: &mut Rng, size: [usize; 2]) -> String {
    let pair = |rng: &mut Rng, from, to: usize| {
        let mut one = || from + rng.below(to - from + 1);
        format!("({}, {})", one(), one())
    };
    let sides = |rng: &mut Rng, most| format!("({}, {})", pair(rng, 0, most), pair(rng, 0, most));
    let (kernel, stride) = (pair(rng, 1, 4), pair(rng, 1, 4));
    let padding = match rng.below(4) {
        0 | 1 => "same".to_owned(),
        2 => "valid".to_owned(),
        _ => sides(rng, 3),
    };
    let window = format!("{kernel}, stride = {stride}, padding = {padding}");
    let pool = format!("{window}, ceil_mode = {}", rng.below(2) == 0);
    let dilation = format!("dilation = {}", pair(rng, 1, 2));
    let how = rng.pick(&[
        "interpolation = nearest",
        "interpolation = bilinear",
        "interpolation = bilinear, align_corners = true",
    ]);
    let (axis, block) = (1 + rng.below(2), 2 + rng.below(2));
    match rng.below(14) {
        0 | 1 => format!("conv2d(1, {window}, {dilation})"),
        2 => format!("depthwise_conv2d({window}, {dilation})"),
        3 => format!("separable_conv2d(1, {window}, {dilation})"),
        4 => format!("max_pool2d({pool})"),
        5 => format!("avg_pool2d({pool}, count_include_pad = {})", rng.below(2) == 0),
        6 => match rng.below(2) {
            0 => format!("conv2d_transpose(1, {window}, {dilation})"),
            _ => format!("conv2d_transpose(1, {window}, output_padding = {})", pair(rng, 0, 2)),
        },
        7 => format!("upsample2d({}, {how})", pair(rng, 1, 3)),
        8 => match rng.pick(&[[0, 0], [1, 2], [2, 1], [4, 1], [2, 3], [3, 2], [4, 3]]) {
            [0, _] => format!("resize2d({}, {how})", pair(rng, 30, 90)),
            [p, q] => format!("resize2d(({}, {}), {how})", size[0] * q / p, size[1] * q / p),
        },
        9 => format!("zero_pad2d({})", sides(rng, 3)),
        10 => format!("crop2d({})", sides(rng, 3)),
        11 => match rng.below(2) {
            0 => format!("slice({axis}, {}..-{})", rng.below(4), 1 + rng.below(3)),
            _ => format!("slice({axis}, -{}..{})", 30 + rng.below(9), 40 + rng.below(9)),
        },
        12 => format!("space_to_depth({block})"),
        _ => rng.pick(&["depth_to_space(2)", "depth_to_space(3)", "permute((2, 1, 3))"]).to_owned(),
    }
}

/// In how many outputs along height and width the layer reads its input at the same distances
/// again; `None` where some outputs read nothing.
fn period(op: &Op, from: [usize; 2], to: [usize; 2]) -> Option<[usize; 2]> {
    let ratio = |i: usize| Ratio::new(from[i] as i64, to[i] as i64).expect("sizes").parts();
    let coprime =
        |a: usize, b: usize| Ratio::new(a as i64, b as i64).unwrap().parts().1 == b as i64;
    match op {
        Op::Upsample2d(layer) if layer.interpolation == Interpolation::Nearest => Some(layer.size),
        Op::Resize2d(layer) if layer.interpolation == Interpolation::Nearest => {
            Some([0, 1].map(|i| ratio(i).1 as usize))
        }
        Op::DepthToSpace(layer) => Some([layer.block_size; 2]),
        Op::Conv2dTranspose(layer) => {
            let reads = |i: usize| {
                layer.kernel[i] >= layer.stride[i] && coprime(layer.dilation[i], layer.stride[i])
            };
            (reads(0) && reads(1)).then_some(layer.stride)
        }
        _ => Some([1, 1]),
    }
}

/// The mean over twice a period along each axis, weighted so that the middle is where it was.
fn smooth(x: &Array, period: [usize; 2]) -> Array {
    let along = |x: &Array, axis: usize, period: usize| {
        let (n, period) = (x.dims()[axis] as isize, period as isize);
        Array::build(x.dims(), |index| {
            let at = |t: isize| {
                let mut index = index.to_vec();
                index[axis] = (index[axis] as isize + t).clamp(0, n - 1) as usize;
                x.at(&index) * (period - t.abs()) as f64
            };
            (1 - period..period).map(at).sum::<f64>() / (period * period) as f64
        })
    };
    along(&along(x, 1, period[0]), 2, period[1])
}

/// The coordinates that the layer makes of coordinates, one channel of each.
fn apply(op: &Op, x: &Array, period: [usize; 2]) -> Array {
    let [_, h, w, _] = x.dims4();
    let copies = match op {
        Op::DepthToSpace(layer) => layer.block_size.pow(2),
        _ => 1,
    };
    let x = x.map_rows(copies, |row, _| row[0]);
    let shape = Shape::batched([h, w, copies]);
    let inferred = call(op, &[shape], |call| op.infer(call)).expect("it fits");
    let ones = |param: &Param| {
        let sizes: Vec<_> = param.shape.iter().map(|dim| dim.known().expect("a number")).collect();
        Array::build(&sizes, |_| if param.kind == "bias" { 0.0 } else { 1.0 })
    };
    let params: Vec<_> = inferred.params.iter().map(ones).collect();
    let run = |x: &Array| op.oracle(std::slice::from_ref(x), &params);
    let y = match op {
        // The middle of the largest and the smallest.
        Op::MaxPool2d(_) => {
            let (most, least) = (run(&x), run(&x.map(|x| -x)));
            Array::broadcast(&[most, least], |most, least| (most - least) / 2.0)
        }
        _ if params.is_empty() => run(&x),
        _ => Array::broadcast(&[run(&x), run(&x.map(|_| 1.0))], |sum, count| sum / count),
    };
    smooth(&y.map_rows(1, |row, _| row.iter().sum::<f64>() / row.len() as f64), period)
}

/// The image after a chain of layers, and what they say of it.
struct Chain {
    image: Array,
    /// Along which axis of the first image height and width run, and where their pixels lie.
    places: [(usize, Pixels); 2],
    /// So many pixels from each border may be none of the middle's business.
    border: [usize; 2],
    story: String,
}

impl Chain {
    fn new(rng: &mut Rng) -> Self {
        let dims = [1, 60 + rng.below(60), 60 + rng.below(60), 1];
        let at = |index: &[usize]| WEIGHTS[0] * index[1] as f64 + WEIGHTS[1] * index[2] as f64;
        Chain {
            image: Array::build(&dims, at),
            places: [(0, Pixels::KEPT), (1, Pixels::KEPT)],
            border: [0, 0],
            story: format!("{dims:?}"),
        }
    }

    /// One layer more, unless it does not fit, or leaves nothing in the middle.
    fn then(&self, text: &str) -> Option<Self> {
        let op = op(text);
        let [_, h, w, _] = self.image.dims4();
        let channels = if let Op::DepthToSpace(layer) = &op { layer.block_size.pow(2) } else { 1 };
        let (shape, motion) = call(&op, &[Shape::batched([h, w, channels])], |call| {
            Some((op.infer(call).ok()?.shape, op.motion(call)))
        })?;
        let to = [shape[1].known()?, shape[2].known()?];
        let period = period(&op, [h, w], to)?;
        let axes = [0, 1].map(|axis| motion.along(axis).expect("a place"));
        let border = [0, 1].map(|axis| {
            let from = axes[axis].0;
            let seen = (self.border[from] + REACH) * to[axis];
            seen.div_ceil([h, w][from]) + 2 * period[axis]
        });
        if to[0] * to[1] > 40_000 || (0..2).any(|axis| to[axis] < 2 * border[axis] + 3) {
            return None;
        }
        Some(Chain {
            image: apply(&op, &self.image, period),
            places: axes.map(|(from, pixels)| {
                let (origin, before) = self.places[from];
                (origin, before.then(pixels))
            }),
            border,
            story: format!("{} {text} to {to:?}", self.story),
        })
    }

    /// Three pixels in the middle are where they are said to be.
    fn check(&self) {
        let [_, h, w, _] = self.image.dims4();
        for [down, right] in [[0, 0], [1, 0], [0, 1]] {
            let at = [h / 2 + down, w / 2 + right];
            let said = [0, 1].map(|axis| {
                let (origin, Pixels { scale, offset }) = self.places[axis];
                WEIGHTS[origin] * (number(offset) + number(scale) * at[axis] as f64)
            });
            let found = self.image.at(&[0, at[0], at[1], 0]);
            let said = said[0] + said[1];
            assert!((found - said).abs() < 1e-5, "{found} is said to be {said}: {}", self.story);
        }
    }
}

#[test]
fn pixels_lie_where_a_chain_of_layers_says() {
    let mut tried: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for seed in 0..1500 {
        let rng = &mut Rng::new(seed);
        let mut chain = Chain::new(rng);
        for length in 0..3 {
            let [_, h, w, _] = chain.image.dims4();
            let mut layers = (0..8).map(|_| layer(rng, [h, w]));
            let then = |text: String| Some((chain.then(&text)?, text));
            let Some((next, text)) = layers.find_map(then) else { break };
            next.check();
            chain = next;
            let name = text.split('(').next().expect("a name").to_owned();
            tried.entry(name).or_default()[length] += 1;
        }
    }
    let often = tried.values().all(|counts| counts.iter().all(|&count| count >= 5));
    assert!(tried.len() == 14 && often, "{tried:?}");
}

/// What a layer does to an image of height `n`; `None` where it does not fit.
fn motion(op: &Op, n: Dim, domain: &Domain) -> Option<Motion> {
    let shape = Shape::batched([n, Dim::from(60), Dim::from(36)]);
    let inputs = [Operand { name: "x", shape: &shape }];
    let call = Call::new(op.spec().name, &inputs, domain);
    op.infer(&call).ok()?;
    Some(op.motion(&call))
}

/// The layer with a resized height, if it resizes.
fn resized(op: &Op, height: Dim) -> Op {
    match op.clone() {
        Op::Resize2d(mut layer) => {
            layer.size.0[0] = height;
            layer.into()
        }
        other => other,
    }
}

#[test]
fn what_is_said_of_all_sizes_at_once_is_said_of_each() {
    let (mut known, mut unknown) = (0, 0);
    for seed in 0..8000 {
        let rng = &mut Rng::new(seed);
        let (every, rest) = (1 + rng.below(6), rng.below(6));
        let sizes = Sizes::ALL.and_every(every as u64, &[(rest % every) as u64]).expect("small");
        let mut domain = Domain::default();
        let h = Dim::from(domain.declare(Symbol::new("H", Kind::Runtime), sizes));
        // What some layers before made of `H`, and what it is resized to.
        let mut height = || {
            let (times, over, plus) = (1 + rng.below(3), 1 + rng.below(3), rng.below(3));
            move |h: &Dim| (h * times).over(over) + plus
        };
        let (from, to) = (height(), height());
        let op = op(&layer(rng, [60, 36]));
        let at = |h: &Dim, domain: &Domain| motion(&resized(&op, to(h)), from(h), domain);
        let Some(at_once) = at(&h, &domain) else { continue };
        let sizes = (20..44).map(|k| Dim::from(k * every + rest % every));
        let each = sizes.map(|h| at(&h, &Domain::default())).collect::<Option<Vec<_>>>();
        let Some(each) = each else { continue };
        let numbers = |motion: &Motion| {
            let [a, b] = [0, 1].map(|axis| motion.along(axis).expect("a place"));
            assert_eq!(a.0 + b.0, 1);
            [a.1.scale, a.1.offset, b.1.scale, b.1.offset]
        };
        let known_scale = numbers(&at_once)[0];
        for i in 0..4 {
            let at_once = numbers(&at_once)[i];
            let each: Vec<_> = each.iter().map(|motion| numbers(motion)[i]).collect();
            // Known where it is one number, and only there; but for what `nearest` makes one by
            // chance, whatever the scale.
            let one = each.iter().all(|x| x == &each[0]).then_some(each[0]).flatten();
            if at_once.is_none() && i == 1 && known_scale.is_none() {
                continue;
            }
            let story = || format!("{op:?} of {} to {}, {each:?}", from(&h), to(&h));
            assert_eq!(at_once, one, "{}", story());
            let count = if one.is_some() { &mut known } else { &mut unknown };
            *count += 1;
        }
    }
    assert!(known > 10_000 && unknown > 500, "{known}, {unknown}");
}
