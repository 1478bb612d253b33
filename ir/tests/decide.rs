//! What is decided of a condition for all sizes, against trying them.

mod common;

use std::cell::Cell;

use common::Rng;
use common::rust::Rust;
use common::tree::{Tree, at, domain, sizes, trees};
use formwork_ir::{Condition, Dim, Sizes, Verdict};
use proptest::prelude::{BoxedStrategy, Strategy};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// Conditions settle below this size.
const FAR: i64 = 1_000_000;

/// A condition, and whether it holds by arithmetic.
struct Case {
    trees: [Tree; 2],
    equal: bool,
    sizes: [Sizes; 2],
}

impl Case {
    fn holds(&self, size: [i64; 2]) -> bool {
        let [a, b] = self.trees.each_ref().map(|tree| tree.value(size));
        if self.equal { a == b } else { a >= b }
    }

    /// The small sizes of both symbols, or all, if there is a last one.
    fn near(&self) -> Vec<[i64; 2]> {
        let near = |sizes: &Sizes| {
            let last = sizes.range().1.map_or(30, |to| to as i64);
            (1..=last).filter(|&n| sizes.has(n as u64)).collect()
        };
        pairs(self.sizes.each_ref().map(near))
    }

    /// Some of the sizes that are large enough for anything, or the last.
    fn far(&self) -> Vec<[i64; 2]> {
        let far = |sizes: &Sizes| match sizes.range().1 {
            Some(to) => sizes.nearest(to + 1)[0].map(|n| n as i64).into_iter().collect(),
            None => (FAR..FAR + 41).filter(|&n| sizes.has(n as u64)).collect(),
        };
        pairs(self.sizes.each_ref().map(far))
    }

    /// Whether it fails anywhere.
    fn fails(&self) -> bool {
        let mut rng = Rng::new(1);
        let any = |_| {
            self.sizes.each_ref().map(|sizes| {
                let n = 1 + rng.below(4000) as u64;
                let nearest = sizes.nearest(n);
                nearest[1].or(nearest[0]).expect("a size") as i64
            })
        };
        let mut sizes = self.near().into_iter().chain(self.far()).chain((0..50_000).map(any));
        sizes.any(|size| !self.holds(size))
    }

    /// Whether a verdict says the truth.
    fn agrees(&self, verdict: &Verdict) -> bool {
        let (near, far) = (self.near(), self.far());
        let holds = |size: &[i64; 2]| self.holds(*size);
        match verdict {
            Verdict::Always => near.iter().chain(&far).all(holds),
            Verdict::FromSomeSize => !self.equal && far.iter().all(holds),
            Verdict::OnClasses(symbol, modulus, remainders) => far.iter().all(|size| {
                let i = usize::from(symbol.name() == "W");
                let good = remainders.contains(&(size[i] as u64 % modulus));
                // Of few sizes, single ones may be among the far.
                holds(size) == good || (self.sizes[i].range().1.is_some() && !good)
            }),
            Verdict::Hardly => !far.iter().any(holds),
            Verdict::NotAlways => self.fails(),
            Verdict::Undecided => true,
        }
    }
}

fn pairs([h, w]: [Vec<i64>; 2]) -> Vec<[i64; 2]> {
    h.iter().flat_map(|&h| w.iter().map(move |&w| [h, w])).collect()
}

fn condition(equal: bool, [a, b]: &[Dim; 2]) -> Condition {
    if equal { Condition::equal(a, b) } else { Condition::at_least(a, b) }
}

/// Sides that are equal always, or at some remainders, or hardly ever.
fn sides() -> BoxedStrategy<[Tree; 2]> {
    use Tree::{Add, Mul, Number, Over, Sub};
    let number = |n: usize| Box::new(Number(n as i64));
    let parts = (trees(2), trees(2), 1..7_usize, 1..7_usize, 0..6);
    let sides = parts.prop_map(move |(a, b, d, e, form)| {
        let [a, b] = [a, b].map(Box::new);
        let over = |tree: &Tree, n| Box::new(Over(Box::new(tree.clone()), n));
        let sum = Add(a.clone(), b.clone());
        match form {
            // Always.
            0 => [Over(over(&a, d), e), Over(a, d * e)],
            1 => [
                Over(Box::new(Add(Box::new(Mul(a.clone(), number(d))), b.clone())), d),
                Add(a, over(&b, d)),
            ],
            // Where something is divided without a rest.
            2 => [Mul(over(&a, d), number(d)), *a],
            3 => [Over(Box::new(sum), d), Add(over(&a, d), over(&b, d))],
            4 => [Sub(a.clone(), over(&a, d)), Over(Box::new(Mul(a, number(d - 1))), d)],
            _ => [*a, *b],
        }
    });
    sides.boxed()
}

/// Checks random conditions; how many are undecided, hold at all sizes, at some classes of them,
/// and else.
fn check_many(equal: bool) -> [u32; 4] {
    let mut runner = TestRunner::new(Config { cases: 2000, ..Config::default() });
    let counts = [const { Cell::new(0) }; 4];
    let all = runner.run(&(sides(), [sizes(), sizes()]), |(trees, sizes)| {
        let (domain, symbols) = domain(&sizes);
        let dims = trees.each_ref().map(|tree| tree.dim(&symbols).expect("small numbers"));
        let (condition, case) = (condition(equal, &dims), Case { trees, equal, sizes });
        let verdict = domain.decide(&condition);
        let count = match verdict {
            Verdict::Undecided => &counts[0],
            Verdict::Always => &counts[1],
            Verdict::OnClasses(..) => &counts[2],
            _ => &counts[3],
        };
        count.set(count.get() + 1);
        let says = || TestCaseError::fail(format!("{condition}: {verdict:?}"));
        case.agrees(&verdict).then_some(()).ok_or_else(says)?;
        case.near().into_iter().step_by(7).try_for_each(|size| {
            let expect = case.holds(size);
            let evaluated = [condition.holds(&at(size)), rust(&condition, size)] == [expect; 2];
            let says = || TestCaseError::fail(format!("{condition} at {size:?}"));
            evaluated.then_some(()).ok_or_else(says)
        })
    });
    all.unwrap_or_else(|error| panic!("{error}"));
    counts.map(Cell::into_inner)
}

/// Whether a condition holds as rustc evaluates it.
fn rust(condition: &Condition, size: [i64; 2]) -> bool {
    let text = condition.rust(&|symbol| symbol.name().to_owned());
    let sign = if condition.is_equality() { " == " } else { " >= " };
    let (a, b) = text.split_once(sign).expect("a comparison");
    let [a, b] = [a, b].map(|side| Rust::eval(side, size).expect("nothing below 0"));
    if condition.is_equality() { a == b } else { a >= b }
}

#[test]
fn an_equality_is_decided_as_trying_does() {
    let [undecided, always, classes, fails] = check_many(true);
    let found = format!("{undecided}, {always}, {classes}, {fails}");
    assert!(undecided < 20 && always > 500 && classes > 200 && fails > 500, "{found}");
}

#[test]
fn a_bound_is_decided_as_trying_does() {
    // Where it grows along one symbol and shrinks along the other, it is not.
    let [undecided, always, classes, fails] = check_many(false);
    let found = format!("{undecided}, {always}, {classes}, {fails}");
    assert!(undecided < 500 && always > 500 && classes > 50 && fails > 80, "{found}");
}
