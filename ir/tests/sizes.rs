//! Sets of sizes, against sets of numbers.

use std::collections::BTreeSet;

use formwork_ir::{Dim, Domain, Graph, Kind, Shape, Sizes, Symbol};
use proptest::prelude::{BoxedStrategy, Strategy, prop_assert_eq, prop_oneof, proptest};

/// Sizes are compared up to this one.
const LAST: u64 = 400;

/// One more thing that is said of a size.
#[derive(Clone, Debug)]
enum Rule {
    Every(u64, Vec<u64>),
    Between(u64, Option<u64>),
    Not(u64),
}

impl Rule {
    fn holds(&self, n: u64) -> bool {
        match self {
            Rule::Every(modulus, remainders) => remainders.contains(&(n % modulus)),
            Rule::Between(from, to) => n >= *from && to.is_none_or(|to| n <= to),
            Rule::Not(other) => n != *other,
        }
    }

    fn narrow(&self, sizes: &Sizes) -> Sizes {
        match self {
            Rule::Every(modulus, rest) => sizes.and_every(*modulus, rest).expect("small numbers"),
            Rule::Between(from, to) => sizes.and_between(*from, *to),
            Rule::Not(n) => sizes.and_not(*n),
        }
    }
}

fn rules() -> BoxedStrategy<Vec<Rule>> {
    let every = (1..13_u64).prop_flat_map(|modulus| {
        let some = proptest::collection::btree_set(0..modulus, 1..=modulus as usize);
        some.prop_map(move |rest| Rule::Every(modulus, rest.into_iter().collect()))
    });
    let rule = prop_oneof![
        3 => every,
        1 => (0..60_u64).prop_map(|from| Rule::Between(from, None)),
        1 => (0..60_u64, 0..200_u64).prop_map(|(a, n)| Rule::Between(a, Some(a + n))),
        2 => (0..60_u64).prop_map(Rule::Not),
    ];
    proptest::collection::vec(rule, 0..6).boxed()
}

/// A set, and its members as the rules say: all up to the last that is compared, and the next.
fn narrowed(rules: &[Rule]) -> (Sizes, BTreeSet<u64>) {
    /// Remainders come round before that.
    const FAR: u64 = 30_000;
    let sizes = rules.iter().fold(Sizes::ALL, |sizes, rule| rule.narrow(&sizes));
    let allowed = |n: &u64| rules.iter().all(|rule| rule.holds(*n));
    let next = (LAST + 1..LAST + FAR).find(allowed);
    (sizes, (1..=LAST).filter(allowed).chain(next).collect())
}

fn members(sizes: &Sizes) -> BTreeSet<u64> {
    (1..=LAST).filter(|&n| sizes.has(n)).collect()
}

/// A set as a graph that is read back has it.
fn read_back(name: &str, sizes: &Sizes) -> Sizes {
    let mut domain = Domain::default();
    let symbol = domain.declare(Symbol::new(name, Kind::Runtime), sizes.clone());
    let mut graph = Graph::new("M", domain);
    let x = graph.input("x", Shape::batched([Dim::from(symbol)]));
    graph.set_outputs(&[x]);
    let text = graph.to_string();
    let read = Graph::parse(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    assert_eq!(read.to_string(), text);
    read.declared().symbols()[0].sizes.clone()
}

proptest! {
    #[test]
    fn a_set_holds_what_all_rules_allow(rules in rules()) {
        let (sizes, expect) = narrowed(&rules);
        let near = expect.range(..=LAST).copied().collect();
        prop_assert_eq!(members(&sizes), near, "{}", sizes);
        prop_assert_eq!(sizes.smallest(), expect.first().copied());
        prop_assert_eq!(sizes.is_empty(), expect.is_empty());
        let (step, offset) = sizes.progression();
        prop_assert_eq!(expect.iter().find(|n| *n % step != offset), None);
    }

    #[test]
    fn the_nearest_are_below_and_from_there_on(rules in rules()) {
        let (sizes, expect) = narrowed(&rules);
        for n in 0..=LAST {
            let nearest = [expect.range(..n).last().copied(), expect.range(n..).next().copied()];
            prop_assert_eq!(sizes.nearest(n), nearest, "{} of {}", n, sizes);
        }
    }

    #[test]
    fn a_set_reads_back_as_it_was_written(rules in rules(), name in "H|W|n|in_1|N2|Größe") {
        let (sizes, _) = narrowed(&rules);
        prop_assert_eq!(members(&read_back(&name, &sizes)), members(&sizes), "{:?}", sizes.clauses(&name));
    }
}

#[test]
fn a_set_is_said_in_few_words() {
    use Rule::{Between, Every, Not};
    let check = |rules: &[Rule], clauses: &[&str], text: &str| {
        let (sizes, _) = narrowed(rules);
        assert_eq!((sizes.clauses("H"), sizes.to_string()), (words(clauses), text.to_owned()));
    };
    let every = |modulus, remainders: &[u64]| Every(modulus, remainders.to_vec());
    check(&[], &[], "any size");
    check(&[every(16, &[0])], &["H % 16 == 0"], "a multiple of 16");
    check(&[every(16, &[4])], &["H % 16 == 4"], "4 more than a multiple of 16");
    check(&[every(2, &[1]), every(3, &[0])], &["H % 6 == 3"], "3 more than a multiple of 6");
    check(&[every(8, &[0, 4])], &["H % 4 == 0"], "a multiple of 4");
    check(&[every(8, &[0, 1, 2])], &["H % 8 in 0..=2"], "0 to 2 more than a multiple of 8");
    check(&[every(6, &[1, 5])], &["H % 6 in [1, 5]"], "1 or 5 more than a multiple of 6");
    check(&[Between(1, None)], &[], "any size");
    check(&[Between(32, None)], &["H >= 32"], "at least 32");
    check(&[Between(0, Some(64))], &["H <= 64"], "at most 64");
    check(&[Between(32, Some(64))], &["H in 32..=64"], "at least 32, at most 64");
    check(&[Between(7, Some(7))], &["H == 7"], "7");
    check(&[Not(5)], &["H != 5"], "any size but 5");
    check(&[Not(5), Not(7)], &["H != 5", "H != 7"], "any size but 5 or 7");
    check(&[Not(5), Not(5)], &["H != 5"], "any size but 5");
    let multiple = |rules: &[Rule]| [&[every(16, &[0])], rules].concat();
    check(&multiple(&[Between(16, None)]), &["H % 16 == 0"], "a multiple of 16");
    let bounded = ["H % 16 == 0", "H >= 32"];
    check(&multiple(&[Between(17, None)]), &bounded, "a multiple of 16, at least 32");
    check(&multiple(&[Between(32, None)]), &bounded, "a multiple of 16, at least 32");
    let bounded = ["H % 16 == 0", "H <= 64"];
    check(&multiple(&[Between(1, Some(64))]), &bounded, "a multiple of 16, at most 64");
    let bounded = ["H % 16 == 0", "H in 32..=70"];
    check(
        &multiple(&[Between(17, Some(70))]),
        &bounded,
        "a multiple of 16, at least 32, at most 70",
    );
    check(&multiple(&[Between(17, Some(40))]), &["H == 32"], "32");
    let without = ["H % 16 == 0", "H != 32"];
    check(&multiple(&[Not(32)]), &without, "a multiple of 16, not 32");
    // What is left out anyhow is not said.
    check(&multiple(&[Not(5)]), &["H % 16 == 0"], "a multiple of 16");
    check(&[Between(9, Some(20)), Not(5), Not(30)], &["H in 9..=20"], "at least 9, at most 20");
    check(&[Between(5, None), Not(5)], &["H >= 6"], "at least 6");
    check(&[Not(1)], &["H >= 2"], "at least 2");
    check(&[every(2, &[0]), every(2, &[1])], &["H <= 0"], "no size");
    check(&[Between(9, None), Between(1, Some(8))], &["H <= 0"], "no size");
}

fn words(clauses: &[&str]) -> Vec<String> {
    clauses.iter().map(|clause| (*clause).to_owned()).collect()
}
