//! Random networks over symbolic sizes: what is decided of them, and what trying sizes says.

use formwork_ir::{Call, Domain, Graph, Group, NodeId, Op, Operand, Shape, Symbol, Value, find};

use super::Rng;
use super::tree::at;

/// A network without its sizes.
pub(crate) struct Plan {
    steps: Vec<Step>,
}

struct Step {
    op: Op,
    inputs: Vec<usize>,
}

/// What a network is made of.
pub(crate) struct Vocabulary {
    pub(crate) layers: Vec<Op>,
    pub(crate) merges: Vec<Op>,
    /// No network has more layers.
    pub(crate) most: usize,
}

/// What trying sizes says.
#[derive(PartialEq, Debug)]
pub(crate) struct Tried {
    /// The step at which an allowed size is refused, if one is.
    refused: Option<usize>,
    /// The sizes at which all steps fit: heights and widths.
    works: Vec<[i64; 2]>,
}

/// The shapes of one node, at each size; `None` where it has none.
pub(crate) type Column = Vec<Option<Vec<usize>>>;

/// The layer that the text writes, in which `domain` says what a name stands for.
pub(crate) fn op(text: &str, domain: &Domain) -> Op {
    let (name, args) = text.split_once('(').expect("layer(…)");
    let args = args.strip_suffix(')').expect("layer(…)");
    let args = Value::parse_args(args, Some(&|name| domain.lookup(name))).expect("arguments");
    find(name).expect("a layer").call(&args).expect("its arguments")
}

/// The layer with numbers for its symbols; `None` where one is below 0.
fn numbers(op: &Op, size: &dyn Fn(&Symbol) -> i64) -> Option<Op> {
    fn number(value: Value, size: &dyn Fn(&Symbol) -> i64) -> Option<Value> {
        let all = |items: Vec<Value>| -> Option<Vec<_>> {
            items.into_iter().map(|item| number(item, size)).collect()
        };
        Some(match value {
            Value::Size(dim) => Value::Int(dim.eval(size).filter(|n| *n >= 0)?),
            Value::Tuple(items) => Value::Tuple(all(items)?),
            Value::Array(items) => Value::Array(all(items)?),
            other => other,
        })
    }
    let values = op.write().into_iter().map(|value| number(value, size).map(Some));
    (op.spec().read)(&values.collect::<Option<Vec<_>>>()?).ok()
}

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
fn column(op: &Op, inputs: &[&Column], sizes: &[[i64; 2]]) -> Option<Column> {
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
    let symbolic = op.write().iter().any(|value| !value.symbols().is_empty());
    let value = |n: usize| match symbolic {
        true => at_size(&numbers(op, &at(sizes[n]))?, &reach(n)?, &ones),
        false => at_size(op, &reach(n)?, &ones),
    };
    Some((0..count).map(value).collect())
}

/// Whether a step that does not fit is too small, not unequal.
fn is_bound(op: &Op) -> bool {
    let equal = ["concat", "reshape", "space_to_depth", "depth_to_space"];
    op.spec().group != Group::Merge && !equal.contains(&op.spec().name)
}

/// A network of which most steps fit at some size at least, and what comes of trying it at all
/// sizes, the largest last; every step counts, whether or not a later one reads it.
pub(crate) fn plan(
    rng: &mut Rng,
    vocabulary: &Vocabulary,
    start: &Column,
    sizes: &[[i64; 2]],
) -> (Plan, Tried) {
    let (mut plan, mut columns) = (Plan { steps: Vec::new() }, vec![start.clone()]);
    let (mut refused, mut works) = (None, vec![true; sizes.len()]);
    for _ in 0..4 * vocabulary.most {
        if plan.steps.len() >= vocabulary.most {
            break;
        }
        let merge = columns.len() > 1 && rng.below(3) == 0;
        let op = rng.pick(if merge { &vocabulary.merges } else { &vocabulary.layers });
        // Mostly goes on from the last one.
        let last = columns.len() - 1;
        let pick = |rng: &mut Rng| if rng.below(3) > 0 { last } else { rng.below(columns.len()) };
        let inputs: Vec<_> = match merge {
            true => vec![pick(rng), rng.below(columns.len())],
            false => vec![pick(rng)],
        };
        let values: Vec<_> = inputs.iter().map(|&input| &columns[input]).collect();
        let Some(found) = column(&op, &values, sizes) else { continue };
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
    let works = sizes.iter().zip(works).filter(|(_, works)| *works).map(|(&size, _)| size);
    (plan, Tried { refused, works: works.collect() })
}

/// What the compiler says: the step that is refused first, and the sizes that work.
#[derive(Debug)]
enum Verdict {
    Decided {
        refused: Option<usize>,
        works: Option<Vec<[i64; 2]>>,
    },
    /// Why.
    Undecided(String),
}

fn decide(plan: &Plan, shape: Shape, domain: Domain, sizes: &[[i64; 2]]) -> Verdict {
    let mut graph = Graph::new("Plan", domain);
    let mut nodes: Vec<NodeId> = vec![graph.input("x", shape)];
    let mut refused = None;
    for (i, Step { op, inputs }) in plan.steps.iter().enumerate() {
        let inputs: Vec<_> = inputs.iter().map(|&input| nodes[input]).collect();
        let called = vec!["x"; inputs.len()];
        match graph.layer(&format!("n{i}"), op.clone(), &inputs, &called, None) {
            Ok(node) => nodes.push(node),
            Err(fault) if fault.undecided => return Verdict::Undecided(fault.title),
            Err(_) => {
                return Verdict::Decided { refused: refused.or(Some(i)), works: None };
            }
        }
        if !graph.mismatches().is_empty() && refused.is_none() {
            refused = Some(i);
        }
    }
    if refused.is_none() {
        graph.set_outputs(&nodes);
        assert_eq!(Graph::parse(&graph.to_string()), Ok(graph.clone()), "{graph}");
    }
    let (works, besides) = graph.domain().contract();
    let holds = |size: [i64; 2]| {
        let size = at(size);
        works.iter().all(|ranged| ranged.sizes.has(size(&ranged.symbol) as u64))
            && besides.iter().all(|condition| condition.holds(&size))
    };
    let works = sizes.iter().copied().filter(|&size| holds(size)).collect();
    Verdict::Decided { refused, works: Some(works) }
}

/// What a network was good for.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) networks: usize,
    pub(crate) decided: usize,
    /// Those that are not decided because a size is divided by another.
    pub(crate) indivisible: usize,
    pub(crate) refused: usize,
    /// Those whose sizes were compared, one by one.
    pub(crate) exact: usize,
}

impl Plan {
    /// Compares what is decided of it with what trying it said; `story` begins the message.
    pub(crate) fn compare(
        &self,
        tried: &Tried,
        (shape, domain): (Shape, Domain),
        sizes: &[[i64; 2]],
        story: &str,
        count: &mut Count,
    ) {
        // Beyond a last size that is declared, classes are not told apart.
        let bounded = domain.symbols().iter().any(|ranged| ranged.sizes.range().1.is_some());
        let verdict = decide(self, shape, domain, sizes);
        let story = || {
            let steps = self.steps.iter().enumerate();
            let lines = steps.map(|(i, step)| format!("\n{i}: {:?} of {:?}", step.op, step.inputs));
            format!("{story}: {}\n{verdict:?}\n{tried:?}", lines.collect::<String>())
        };
        count.networks += 1;
        let (refused, works) = match &verdict {
            Verdict::Decided { refused, works } => (refused, works),
            Verdict::Undecided(why) => {
                count.indivisible += usize::from(why.ends_with("does not divide"));
                return;
            }
        };
        assert_eq!(*refused, tried.refused, "{}", story());
        count.decided += 1;
        count.refused += usize::from(refused.is_some());
        if let Some(works) = works
            && (refused.is_none() || !bounded)
        {
            assert_eq!(*works, tried.works, "{}", story());
            count.exact += 1;
        }
    }
}
