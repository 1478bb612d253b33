//! What is decided for all sizes at once, against trying them one by one.

#[path = "../common/mod.rs"]
mod common;
mod layers;
mod trial;

use common::Rng;
use formwork_ir::{Dim, Domain, Graph, Kind, NodeId, Shape, Sizes, Symbol};
use trial::{LARGE, Order, Plan, Point, Step, layer, plan};

/// What the compiler says: the step that is refused first, and the sizes that work.
#[derive(Debug)]
enum Verdict {
    Decided {
        refused: Option<usize>,
        works: Option<Vec<Point>>,
    },
    /// By this layer.
    Undecided(&'static str),
}

fn decide(plan: &Plan, sizes: [Dim; 2], domain: Domain, points: &[Point]) -> Verdict {
    let mut graph = Graph::new("Plan", domain);
    let [h, w] = sizes.clone();
    let mut nodes: Vec<NodeId> = vec![graph.input("x", Shape::batched([h, w, Dim::from(4)]))];
    let mut refused = None;
    for (i, Step { layer: text, inputs }) in plan.steps.iter().enumerate() {
        let inputs: Vec<_> = inputs.iter().map(|&input| nodes[input]).collect();
        let called = vec!["x"; inputs.len()];
        let op = layer(text, sizes.clone());
        match graph.layer(&format!("n{i}"), op, &inputs, &called, None) {
            Ok(node) => nodes.push(node),
            Err(fault) if fault.undecided => return Verdict::Undecided(text),
            Err(_) => {
                return Verdict::Decided { refused: refused.or(Some(i)), works: None };
            }
        }
        if !graph.mismatches().is_empty() && refused.is_none() {
            refused = Some(i);
        }
    }
    let (works, besides) = graph.domain().contract();
    let holds = |&[h, w]: &Point| {
        let size = |name: &str| if name == "H" { h } else { w };
        besides.iter().all(|condition| condition.holds(&|symbol| size(symbol.name()) as i64))
            && works.iter().all(|works| works.sizes.has(size(works.symbol.name())))
    };
    Verdict::Decided { refused, works: Some(points.iter().copied().filter(holds).collect()) }
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

/// Whether it is decided, whether refused, and whether the sizes that work were compared.
fn check(seed: u64, two: bool) -> [bool; 3] {
    let mut rng = Rng::new(seed);
    let mut domain = Domain::default();
    let mut declare = |name| {
        let allowed = declared(&mut rng);
        let symbol = domain.declare(Symbol::new(name, Kind::Runtime), allowed.clone());
        (allowed, Dim::from(symbol))
    };
    let (heights, h) = declare("H");
    let (widths, w) = match two {
        true => declare("W"),
        false => (Sizes::ALL.and_between(4, Some(4)), Dim::from(4)),
    };
    // All small sizes, or those of a bounded symbol, and enough large ones for every remainder.
    let members = |sizes: &Sizes| {
        let (small, large) = if two { (16, 96..128) } else { (200, LARGE..LARGE + 48) };
        let small = 1..=sizes.range().1.unwrap_or(small);
        small.chain(large).filter(|&n| sizes.has(n)).collect()
    };
    let (rows, columns): (Vec<_>, Vec<_>) = (members(&heights), members(&widths));
    let points: Vec<_> = rows.iter().flat_map(|&h| columns.iter().map(move |&w| [h, w])).collect();
    let endless = heights.range().1.or(widths.range().1.filter(|_| two)).is_none();
    let order = match (two, endless) {
        (true, _) => Order::Grid,
        (false, true) => Order::Endless,
        (false, false) => Order::Bounded,
    };
    let (layers, merges) = if two { layers::TWO } else { layers::ONE };
    let (plan, tried) = plan(&mut rng, layers, merges, &points, order);
    let verdict = decide(&plan, [h, w], domain, &points);
    let story = || {
        let steps = plan.steps.iter().enumerate();
        let lines = steps.map(|(i, step)| format!("\n{i}: {} of {:?}", step.layer, step.inputs));
        let lines = lines.collect::<String>();
        format!("seed {seed}, H {heights}, W {widths}: {lines}\n{verdict:?}\n{tried:?}")
    };
    match &verdict {
        // Nothing but a division by a size is beyond what can be decided.
        Verdict::Undecided(layer) => {
            assert_eq!(*layer, "reshape([_, W, H, -1])", "{}", story());
            [false, false, false]
        }
        Verdict::Decided { refused, works } => {
            assert_eq!(*refused, tried.refused, "{}", story());
            let exact = match works {
                Some(works) if refused.is_none() || endless => {
                    assert_eq!(*works, tried.works, "{}", story());
                    true
                }
                _ => false,
            };
            [true, refused.is_some(), exact]
        }
    }
}

/// The share of all, in percent, that is decided, refused and compared.
fn check_many(seeds: std::ops::Range<u64>, two: bool) -> [usize; 3] {
    let count = (seeds.end - seeds.start) as usize;
    let found: Vec<_> = seeds.map(|seed| check(seed, two)).collect();
    let shares = [0, 1, 2].map(|i| found.iter().filter(|found| found[i]).count() * 100 / count);
    let [decided, refused, exact] = shares;
    assert!((20..80).contains(&refused), "{refused} % are refused, {decided} % decided");
    assert!(exact > 40, "the sizes of {exact} % are compared, {decided} % decided");
    shares
}

#[test]
fn the_verdict_is_that_of_trying_every_size() {
    assert!(check_many(0..6_000, false)[0] >= 99);
}

/// The other half, which runs beside it.
#[test]
fn the_verdict_of_more_networks_is_that_of_trying_every_size() {
    assert!(check_many(6_000..12_000, false)[0] >= 99);
}

#[test]
fn of_two_symbols_too() {
    assert!(check_many(0..600, true)[0] >= 85);
}
