//! What is decided for all sizes at once, against trying them one by one.

mod common;

use common::{Rng, op};
use formwork_ir::{
    Call, Dim, Domain, Graph, Group, Kind, NodeId, Op, Operand, Shape, Sizes, Symbol,
};

/// Sizes are tried from 1 to this one.
const LAST: u64 = 200;

/// A network without its sizes.
struct Plan {
    steps: Vec<Step>,
}

struct Step {
    op: Op,
    inputs: Vec<usize>,
}

/// What trying them one by one says.
#[derive(PartialEq, Debug)]
struct Tried {
    /// The step at which an allowed size is refused, if one is.
    refused: Option<usize>,
    /// The sizes at which all steps fit.
    works: Vec<u64>,
}

/// The shapes of one node, at each size; `None` where it has none.
type Column = Vec<Option<Vec<usize>>>;

/// Applies an operation at one size; `ones` says which inputs broadcast along which axis.
fn at_size(op: &Op, inputs: &[Vec<usize>], ones: &[Vec<bool>]) -> Option<Vec<usize>> {
    if op.spec().group == Group::Merge && op.spec().name != "concat" {
        let mut merged = inputs[0].clone();
        for axis in 0..merged.len() {
            let sizes = inputs.iter().zip(ones).filter(|(_, ones)| !ones[axis]);
            let mut sizes: Vec<_> = sizes.map(|(input, _)| input[axis]).collect();
            sizes.dedup();
            match sizes.as_slice() {
                [] => merged[axis] = 1,
                [one] => merged[axis] = *one,
                _ => return None,
            }
        }
        return Some(merged);
    }
    let shapes: Vec<_> = inputs.iter().map(|dims| Shape::batched(dims.clone())).collect();
    let operands: Vec<_> = shapes.iter().map(|shape| Operand { name: "x", shape }).collect();
    let domain = Domain::default();
    let inferred = op.infer(&Call::new(op.spec().name, &operands, &domain)).ok()?;
    let sizes: Vec<_> = inferred.shape.sample().iter().map(|dim| dim.known()).collect();
    sizes.into_iter().collect::<Option<Vec<_>>>().filter(|sizes| !sizes.contains(&0))
}

/// One more column: the values of `op` at all sizes.
fn column(op: &Op, inputs: &[&Column]) -> Option<Column> {
    let count = inputs[0].len();
    let rank = |column: &Column| column.iter().flatten().next().map(Vec::len);
    let ranks: Vec<_> = inputs.iter().map(|column| rank(column)).collect::<Option<_>>()?;
    if op.spec().group == Group::Merge && ranks.iter().any(|rank| *rank != ranks[0]) {
        return None;
    }
    let reach =
        |n: usize| inputs.iter().map(|column| column[n].clone()).collect::<Option<Vec<_>>>();
    let reached: Vec<_> = (0..count).filter_map(reach).collect();
    let ones: Vec<Vec<_>> = (0..inputs.len())
        .map(|i| (0..ranks[i]).map(|axis| reached.iter().all(|x| x[i][axis] == 1)).collect())
        .collect();
    Some((0..count).map(|n| at_size(op, &reach(n)?, &ones)).collect())
}

/// Whether a step that does not fit is too small, not unequal.
fn is_bound(op: &Op) -> bool {
    let equal = ["concat", "reshape", "space_to_depth", "depth_to_space"];
    op.spec().group != Group::Merge && !equal.contains(&op.spec().name)
}

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

/// A network of which most steps fit at some size at least, and what comes of trying it at all
/// sizes; every step counts, whether or not a later one reads it.
fn plan(rng: &mut Rng, start: &Column, sizes: &[u64]) -> (Plan, Tried) {
    let (mut plan, mut columns) = (Plan { steps: Vec::new() }, vec![start.clone()]);
    let (mut refused, mut works) = (None, vec![true; sizes.len()]);
    for _ in 0..40 {
        if plan.steps.len() >= 10 {
            break;
        }
        let merge = columns.len() > 1 && rng.below(3) == 0;
        let op = op(rng.pick(if merge { MERGES } else { LAYERS }));
        // Mostly goes on from the last one.
        let last = columns.len() - 1;
        let pick = |rng: &mut Rng| if rng.below(3) > 0 { last } else { rng.below(columns.len()) };
        let inputs: Vec<_> = match merge {
            true => vec![pick(rng), rng.below(columns.len())],
            false => vec![pick(rng)],
        };
        let values: Vec<_> = inputs.iter().map(|&input| &columns[input]).collect();
        let Some(found) = column(&op, &values) else { continue };
        let fits: Vec<_> = found.iter().map(Option::is_some).collect();
        if !fits.contains(&true) && rng.below(50) > 0 {
            continue;
        }
        let reached: Vec<_> = (0..sizes.len()).filter(|&n| works[n]).collect();
        let bad = match is_bound(&op) {
            true => reached.last().is_some_and(|&n| !fits[n]),
            false => reached.iter().any(|&n| !fits[n]),
        };
        if bad && refused.is_none() {
            refused = Some(plan.steps.len());
        }
        works.iter_mut().zip(fits).for_each(|(works, fits)| *works &= fits);
        let reach = |column: &mut Column| {
            column
                .iter_mut()
                .zip(&works)
                .filter(|(_, works)| !**works)
                .for_each(|(x, _)| *x = None);
        };
        columns.push(found);
        columns.iter_mut().for_each(reach);
        plan.steps.push(Step { op, inputs });
        if !works.contains(&true) {
            break;
        }
    }
    let works = sizes.iter().zip(works).filter(|(_, works)| *works).map(|(&n, _)| n).collect();
    (plan, Tried { refused, works })
}

/// What the compiler says: the step that is refused first, and the sizes that work.
#[derive(Debug)]
enum Verdict {
    Decided { refused: Option<usize>, works: Option<Vec<u64>> },
    Undecided,
}

fn decide(plan: &Plan, shape: Shape, domain: Domain, sizes: &[u64]) -> Verdict {
    let mut graph = Graph::new("Plan", domain);
    let mut nodes: Vec<NodeId> = vec![graph.input("x", shape)];
    let mut refused = None;
    for (i, Step { op, inputs }) in plan.steps.iter().enumerate() {
        let inputs: Vec<_> = inputs.iter().map(|&input| nodes[input]).collect();
        let called = vec!["x"; inputs.len()];
        match graph.layer(&format!("n{i}"), op.clone(), &inputs, &called, None) {
            Ok(node) => nodes.push(node),
            Err(fault) if fault.undecided => return Verdict::Undecided,
            Err(_) => {
                return Verdict::Decided { refused: refused.or(Some(i)), works: None };
            }
        }
        if !graph.mismatches().is_empty() && refused.is_none() {
            refused = Some(i);
        }
    }
    let (works, besides) = graph.domain().contract();
    let holds = |n: u64| {
        besides.iter().all(|condition| condition.holds(&|_| n as i64)) && works[0].sizes.has(n)
    };
    let works = sizes.iter().copied().filter(|&n| holds(n)).collect();
    Verdict::Decided { refused, works: Some(works) }
}

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

fn check(seed: u64) -> [bool; 3] {
    let mut rng = Rng::new(seed);
    let allowed = declared(&mut rng);
    let sizes: Vec<_> = (1..=LAST).filter(|&n| allowed.has(n)).collect();
    let start: Column = sizes.iter().map(|&n| Some(vec![n as usize, 4, 4])).collect();
    let (plan, tried) = plan(&mut rng, &start, &sizes);
    let mut domain = Domain::default();
    let h = domain.declare(Symbol::new("H", Kind::Runtime), allowed.clone());
    let shape = Shape::batched([Dim::from(h), Dim::from(4), Dim::from(4)]);
    let verdict = decide(&plan, shape, domain, &sizes);
    let story = || {
        let steps = plan.steps.iter().enumerate();
        let lines = steps.map(|(i, step)| format!("\n{i}: {:?} of {:?}", step.op, step.inputs));
        format!("seed {seed}, {allowed}: {}\n{verdict:?}\n{tried:?}", lines.collect::<String>())
    };
    match &verdict {
        Verdict::Undecided => [false, false, false],
        Verdict::Decided { refused, works } => {
            assert_eq!(*refused, tried.refused, "{}", story());
            let exact = match works {
                Some(works) if refused.is_none() || allowed.range().1.is_none() => {
                    assert_eq!(*works, tried.works, "{}", story());
                    true
                }
                _ => false,
            };
            [true, refused.is_some(), exact]
        }
    }
}

fn check_many(seeds: std::ops::Range<u64>) {
    let count = (seeds.end - seeds.start) as usize;
    let found: Vec<_> = seeds.map(check).collect();
    let count_of = |i: usize| found.iter().filter(|found| found[i]).count();
    let [decided, refused, exact] = [0, 1, 2].map(count_of);
    assert!(decided * 100 > count * 99, "{decided} of {count} are decided");
    assert!(refused * 5 > count && refused * 5 < count * 4, "{refused} of {count} are refused");
    assert!(exact * 2 > count, "the sizes of {exact} of {count} are compared");
}

#[test]
fn the_verdict_is_that_of_trying_every_size() {
    check_many(0..6_000);
}

#[test]
fn and_again() {
    check_many(6_000..12_000);
}
