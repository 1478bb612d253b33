//! Networks, tried at one size after the other.

use formwork_ir::{Call, Dim, Domain, Group, Op, Operand, Shape, Value, find};

use crate::common::Rng;

/// Height and width of the input.
pub type Point = [u64; 2];

/// A network without its sizes.
pub struct Plan {
    pub steps: Vec<Step>,
}

pub struct Step {
    pub layer: &'static str,
    pub inputs: Vec<usize>,
}

/// What trying them one by one says.
#[derive(PartialEq, Debug)]
pub struct Tried {
    /// The step at which an allowed size is refused, if one is.
    pub refused: Option<usize>,
    /// The sizes at which all steps fit.
    pub works: Vec<Point>,
}

/// The shapes of one node, at each point; `None` where it has none.
pub type Column = Vec<Option<Vec<usize>>>;

/// The layer that `resize2d((H, W))` writes, where `H` and `W` stand for these sizes.
pub fn layer(text: &str, [h, w]: [Dim; 2]) -> Op {
    let (name, args) = text.split_once('(').expect("layer(…)");
    let sizes = |name: &str| match name {
        "H" => Some(h.clone()),
        "W" => Some(w.clone()),
        _ => None,
    };
    let args = Value::parse_args(args.strip_suffix(')').expect("layer(…)"), Some(&sizes));
    find(name).expect("a layer").call(&args.expect("arguments")).expect("its arguments")
}

/// Applies an operation at one point; `ones` says which inputs broadcast along which axis.
fn at_point(op: &Op, inputs: &[Vec<usize>], ones: &[Vec<bool>]) -> Option<Vec<usize>> {
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

/// One more column: the values of a layer at all points.
fn column(text: &str, points: &[Point], inputs: &[&Column]) -> Option<Column> {
    let known = |[h, w]: Point| layer(text, [h as usize, w as usize].map(Dim::from));
    let fixed = (!text.contains('H')).then(|| known([1, 1]));
    let op = |n: usize| fixed.clone().unwrap_or_else(|| known(points[n]));
    let rank = |column: &Column| column.iter().flatten().next().map(Vec::len);
    let ranks: Vec<_> = inputs.iter().map(|column| rank(column)).collect::<Option<_>>()?;
    if is_merge(text) && ranks.iter().any(|rank| *rank != ranks[0]) {
        return None;
    }
    let reach =
        |n: usize| inputs.iter().map(|column| column[n].clone()).collect::<Option<Vec<_>>>();
    let reached: Vec<_> = (0..points.len()).filter_map(reach).collect();
    let ones: Vec<Vec<_>> = (0..inputs.len())
        .map(|i| (0..ranks[i]).map(|axis| reached.iter().all(|x| x[i][axis] == 1)).collect())
        .collect();
    Some((0..points.len()).map(|n| at_point(&op(n), &reach(n)?, &ones)).collect())
}

fn is_merge(text: &str) -> bool {
    ["add", "multiply", "concat"].iter().any(|merge| text.starts_with(merge))
}

/// Whether a step that does not fit is too small, not unequal.
fn is_bound(text: &str) -> bool {
    let equal = ["reshape", "space_to_depth", "depth_to_space"];
    !is_merge(text) && !equal.iter().any(|layer| text.starts_with(layer))
}

/// What holds from some size on holds from this height on.
pub const LARGE: u64 = 4800;

/// The points that are tried.
#[derive(Clone, Copy)]
pub enum Order {
    /// The first of ever larger heights.
    Endless,
    /// All heights that are allowed.
    Bounded,
    /// Heights and widths.
    Grid,
}

/// A network of which most steps fit at some point at least, and what comes of trying it at all;
/// every step counts, whether or not a later one reads it. The largest point comes last.
pub fn plan(
    rng: &mut Rng,
    layers: &[&'static str],
    merges: &[&'static str],
    points: &[Point],
    order: Order,
) -> (Plan, Tried) {
    let start: Column =
        points.iter().map(|&[h, w]| Some(vec![h as usize, w as usize, 4])).collect();
    let (mut plan, mut columns) = (Plan { steps: Vec::new() }, vec![start]);
    let (mut refused, mut works) = (None, vec![true; points.len()]);
    for _ in 0..40 {
        if plan.steps.len() >= 10 {
            break;
        }
        let merge = columns.len() > 1 && rng.below(3) == 0;
        let layer = rng.pick(if merge { merges } else { layers });
        // Mostly goes on from the last one.
        let last = columns.len() - 1;
        let pick = |rng: &mut Rng| if rng.below(3) > 0 { last } else { rng.below(columns.len()) };
        let inputs: Vec<_> = match merge {
            true => vec![pick(rng), rng.below(columns.len())],
            false => vec![pick(rng)],
        };
        let values: Vec<_> = inputs.iter().map(|&input| &columns[input]).collect();
        let Some(found) = column(layer, points, &values) else { continue };
        let fits: Vec<_> = found.iter().map(Option::is_some).collect();
        if !fits.contains(&true) && rng.below(50) > 0 {
            continue;
        }
        let reached: Vec<_> = (0..points.len()).filter(|&n| works[n]).collect();
        let fails = |n: &usize| !fits[*n];
        let bad = match (is_bound(layer), order) {
            (false, _) => reached.iter().any(fails),
            // What only the smallest sizes fail is a bound.
            (true, Order::Endless) => reached.iter().filter(|&&n| points[n][0] >= LARGE).any(fails),
            (true, Order::Bounded) => {
                reached.last().is_some_and(fails) || !reached.iter().map(|&n| fits[n]).is_sorted()
            }
            (true, Order::Grid) => reached.last().is_some_and(fails),
        };
        if bad && refused.is_none() {
            refused = Some(plan.steps.len());
        }
        works.iter_mut().zip(fits).for_each(|(works, fits)| *works &= fits);
        columns.push(found);
        for column in &mut columns {
            let lost = column.iter_mut().zip(&works).filter(|(_, works)| !**works);
            lost.for_each(|(shape, _)| *shape = None);
        }
        plan.steps.push(Step { layer, inputs });
        if !works.contains(&true) {
            break;
        }
    }
    let works = points.iter().zip(works).filter(|(_, works)| *works).map(|(&n, _)| n).collect();
    (plan, Tried { refused, works })
}
