//! The algebra of sizes, against plain arithmetic.

mod common;

use std::collections::HashMap;

use common::rust::Rust;
use common::tree::{Tree, at, domain, sizes, trees};
use formwork_ir::{Dim, Sizes};
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, prop_assume, proptest};

/// Some sizes of a set, small ones and others.
fn samples(sizes: &Sizes) -> Vec<i64> {
    let members: Vec<_> = (1..).take_while(|n| *n < 2000).filter(|&n| sizes.has(n)).collect();
    let far = [20, 47, members.len() - 1];
    let picked = (0..9).chain(far).filter_map(|i| members.get(i)).map(|&n| n as i64);
    picked.collect()
}

/// All pairs of some sizes.
fn pairs(sizes: &[Sizes; 2]) -> Vec<[i64; 2]> {
    let [h, w] = [samples(&sizes[0]), samples(&sizes[1])];
    h.iter().flat_map(|&h| w.iter().map(move |&w| [h, w])).collect()
}

fn read(text: &str, symbols: &[Dim; 2]) -> Result<Dim, String> {
    Dim::parse(text, &|name| match name {
        "H" => Some(symbols[0].clone()),
        "W" => Some(symbols[1].clone()),
        _ => None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_normal_form_has_the_value(tree in trees(4), sizes in [sizes(), sizes()]) {
        let (_, symbols) = domain(&sizes);
        let dim = tree.dim(&symbols);
        prop_assume!(dim.is_some());
        let dim = dim.unwrap();
        for size in pairs(&sizes) {
            prop_assert_eq!(dim.eval(&at(size)), i64::try_from(tree.value(size)).ok(), "{} at {:?}", dim, size);
        }
    }

    #[test]
    fn what_is_written_reads_back(tree in trees(4), sizes in [sizes(), sizes()]) {
        let (_, symbols) = domain(&sizes);
        let dim = tree.dim(&symbols);
        prop_assume!(dim.is_some());
        let dim = dim.unwrap();
        prop_assert_eq!(read(&dim.to_string(), &symbols), Ok(dim.clone()), "{}", dim);
        prop_assert_eq!(read(&dim.source(), &symbols), Ok(dim.clone()), "{}", dim.source());
    }

    #[test]
    fn as_rust_no_part_is_below_0(tree in trees(4), sizes in [sizes(), sizes()]) {
        let (_, symbols) = domain(&sizes);
        let dim = tree.dim(&symbols);
        prop_assume!(dim.is_some());
        let dim = dim.unwrap();
        for text in [dim.source(), dim.rust(&|symbol| symbol.name().to_owned())] {
            for size in pairs(&sizes) {
                if let Ok(value) = u128::try_from(tree.value(size)) {
                    prop_assert_eq!(Rust::eval(&text, size), Some(value), "{} at {:?}", text, size);
                }
            }
        }
    }

    #[test]
    fn a_quotient_is_exact(a in trees(2), b in trees(2), sizes in [sizes(), sizes()], product in any::<bool>()) {
        let (_, symbols) = domain(&sizes);
        let dims = (a.dim(&symbols), b.dim(&symbols));
        prop_assume!(dims.0.is_some() && dims.1.is_some());
        let (a, b) = (dims.0.unwrap(), dims.1.unwrap());
        let a = if product { &a * &b } else { a };
        prop_assume!(!a.is_huge());
        let quotient = a.exactly_over(&b);
        // What was made by multiplication comes apart.
        assert!(!product || quotient.is_some() || b == Dim::Known(0), "{a} over {b}");
        if let Some(quotient) = quotient {
            prop_assert_eq!(&quotient * &b, a);
        }
    }
}

#[test]
fn rust_is_evaluated_as_rustc_does() {
    let check = |text, expect| assert_eq!(Rust::eval(text, [7, 3]), expect, "{text}");
    check("2 * (H / 2) + 1", Some(7));
    check("((H - 4) * W) / 2 - 1", Some(3));
    check("H / 2 / 2", Some(1));
    check("W - H + 9", None);
    check("(W - H) / 2 + 9", None);
    check("-H + 9", None);
    check("0 - H + 9", None);
}

#[test]
fn equal_normal_forms_have_equal_values() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let (mut runner, trees) = (TestRunner::deterministic(), trees(2));
    let all = [Sizes::ALL, Sizes::ALL];
    let (_, symbols) = domain(&all);
    let sizes = pairs(&all);
    let mut known: HashMap<Dim, (Tree, Vec<i128>)> = HashMap::new();
    let mut again = 0;
    for _ in 0..20_000 {
        let tree = trees.new_tree(&mut runner).expect("a tree").current();
        let values: Vec<_> = sizes.iter().map(|&size| tree.value(size)).collect();
        let dim = tree.dim(&symbols).expect("small numbers");
        if let Some((other, expect)) = known.get(&dim) {
            assert_eq!(values, *expect, "{tree:?} and {other:?} are both {dim}");
            again += 1;
        } else {
            known.insert(dim, (tree, values));
        }
    }
    assert!(again > 5_000, "{again} of 20000 are equal to another");
    // And mostly the other way round.
    let forms = known.len();
    let values: std::collections::HashSet<_> =
        known.into_values().map(|(_, values)| values).collect();
    assert!(forms - values.len() < forms / 20, "{forms} forms of {} functions", values.len());
}

#[test]
fn a_size_is_written_as_a_person_would() {
    let (_, [h, w]) = domain(&[Sizes::ALL, Sizes::ALL]);
    let (_, [k, l]) = domain(&[every(16, 4), every(2, 0)]);
    let (_, [_, m]) = domain(&[Sizes::ALL, every(2, 1)]);
    let check = |dim: &Dim, text: &str, rust: &str| {
        assert_eq!((&*dim.to_string(), &*dim.source()), (text, rust));
    };
    check(&(h.over(2) * 2 + 1), "2·⌊H/2⌋ + 1", "2 * (H / 2) + 1");
    check(&(&h + 1).over(2), "⌈H/2⌉", "(H + 1) / 2");
    check(&(&h - 5).over(3), "⌊(H + 1)/3⌋ - 2", "(H + 1) / 3 - 2");
    check(&(&w - &h), "W - H", "W - H");
    check(&(&w * &h * 3 - &h), "3·H·W - H", "3 * H * W - H");
    check(&(Dim::from(8) - h.over(2)), "8 - ⌊H/2⌋", "8 - H / 2");
    check(&k, "H", "H");
    check(&k.over(2), "H/2", "H / 2");
    check(&(k.over(4) - 1), "H/4 - 1", "H / 4 - 1");
    check(&k.over(16), "(H - 4)/16", "(H - 4) / 16");
    check(&k.over(32), "⌊(H - 4)/32⌋", "(H - 4) / 32");
    check(&(&k * &l).over(4), "H·W/4", "H * W / 4");
    check(&(&h - l.over(2)), "H - W/2", "H - W / 2");
    check(&(Dim::from(9) - l.over(2)), "9 - W/2", "9 - W / 2");
    check(&(k.over(16) - l.over(2) + 9), "(H + 140 - 8·W)/16", "(H + 140 - 8 * W) / 16");
    check(&m.over(2), "(W - 1)/2", "(W - 1) / 2");
    check(&(m.over(2) + 1), "(W + 1)/2", "(W + 1) / 2");
}

fn every(modulus: u64, remainder: u64) -> Sizes {
    Sizes::ALL.and_every(modulus, &[remainder]).expect("small numbers")
}

#[test]
fn what_is_no_size_is_an_error() {
    let (_, symbols) = domain(&[Sizes::ALL, Sizes::ALL]);
    let check = |text: &str, expect: &str| {
        assert_eq!(read(text, &symbols), Err(expect.to_owned()), "{text}");
    };
    check("", "expected a size at ``");
    check("H +", "expected a size at ``");
    check("H W", "unexpected `W` in a size");
    check("X", "no size `X`");
    check("H / 0", "a size is divided by 0");
    check("⌊H⌋", "expected `/` at `⌋`");
    check("H · 9999999999999", "expected a number at `9999999999999`");
    check("1099511627264 + 1099511627264", "a size is too large");
    check(&"(".repeat(99), "a size is nested too deeply");
}
