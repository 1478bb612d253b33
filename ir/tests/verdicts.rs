//! What is decided of conditions that a person writes.

mod common;

use common::tree::domain;
use formwork_ir::{Condition, Dim, Domain, Kind, Sizes, Symbol, Verdict};

#[test]
fn what_is_said_of_a_condition() {
    let any = [Sizes::ALL, Sizes::ALL];
    let (free, [h, w]) = domain(&any);
    let every = |modulus, rest| Sizes::ALL.and_every(modulus, &[rest]).expect("small numbers");
    let check = |domain: &Domain, condition: Condition, expect: Verdict| {
        assert_eq!(domain.decide(&condition), expect, "{condition}");
    };
    let on = |modulus, remainders: &[u64]| {
        let symbol = Symbol::new("H", Kind::Runtime);
        Verdict::OnClasses(symbol, modulus, remainders.to_vec())
    };
    check(&free, Condition::equal(&(h.over(2) * 2), &h), on(2, &[0]));
    check(&free, Condition::equal(&(h.over(4) * 2), &h.over(2)), on(4, &[0, 1]));
    check(&free, Condition::equal(&h.over(2).over(3), &h.over(6)), Verdict::Always);
    check(&free, Condition::equal(&(&h + 1).over(2), &(&h - h.over(2))), Verdict::Always);
    check(&free, Condition::equal(&h, &w), Verdict::NotAlways);
    check(&free, Condition::equal(&h, &Dim::Known(5)), Verdict::Hardly);
    check(&free, Condition::equal(&(&h * &w).over(2), &(h.over(2) * &w)), Verdict::NotAlways);
    check(&free, Condition::divides(16, &h), on(16, &[0]));
    check(&free, Condition::divides(6, &(&h * &h)), on(6, &[0]));
    check(&free, Condition::at_least(&h, &Dim::Known(1)), Verdict::Always);
    check(&free, Condition::at_least(&h, &Dim::Known(5)), Verdict::FromSomeSize);
    check(&free, Condition::at_least(&(&h * &h), &(&h * 9)), Verdict::FromSomeSize);
    check(&free, Condition::at_least(&(&h + &w), &Dim::Known(5)), Verdict::FromSomeSize);
    check(&free, Condition::at_least(&Dim::Known(5), &h), Verdict::Hardly);
    check(&free, Condition::at_least(&h, &w), Verdict::Undecided);
    check(&free, Condition::at_least(&(h.over(2) * 2), &h), on(2, &[0]));
    let (bounded, [h, w]) = domain(&[Sizes::ALL.and_between(3, Some(9)), Sizes::ALL]);
    check(&bounded, Condition::at_least(&h, &Dim::Known(3)), Verdict::Always);
    check(&bounded, Condition::at_least(&h, &Dim::Known(4)), Verdict::FromSomeSize);
    check(&bounded, Condition::at_least(&(&h * &w), &Dim::Known(40)), Verdict::FromSomeSize);
    check(&bounded, Condition::at_least(&h, &Dim::Known(10)), Verdict::Hardly);
    check(&bounded, Condition::at_least(&(h.over(3) * 3), &h), Verdict::NotAlways);
    check(&bounded, Condition::equal(&h.over(10), &Dim::Known(0)), Verdict::Always);
    check(&bounded, Condition::equal(&(h.over(3) * 3), &h), on(3, &[0]));
    check(&bounded, Condition::equal(&(h.over(16) * 16), &h), Verdict::Hardly);
    check(&bounded, Condition::equal(&h.over(5), &Dim::Known(1)), Verdict::NotAlways);
    let (far, [h, _]) = domain(&[Sizes::ALL.and_between(1, Some(1 << 31)), Sizes::ALL]);
    check(&far, Condition::equal(&h.over(2).over(3), &h.over(6)), Verdict::Always);
    check(&far, Condition::equal(&(h.over(2) * 2), &h), on(2, &[0]));
    let (even, [h, _]) = domain(&[every(2, 0), Sizes::ALL]);
    check(&even, Condition::equal(&(h.over(2) * 2), &h), Verdict::Always);
    check(&even, Condition::equal(&(&h + 1).over(2), &h.over(2)), Verdict::Always);
}

#[test]
fn what_is_taken_for_granted_bounds_the_sizes() {
    let (mut domain, [h, w]) = domain(&[Sizes::ALL, Sizes::ALL]);
    let values = (&h - 2) * (&w - 2);
    let left = Condition::at_least(&values, &Dim::Known(1));
    assert_eq!(domain.decide(&left), Verdict::Undecided);
    domain.assume(&Condition::at_least(&h, &Dim::Known(3)));
    domain.assume(&Condition::at_least(&w, &Dim::Known(3)));
    assert_eq!(domain.decide(&left), Verdict::Always);
}

#[test]
fn a_contract_is_what_was_taken_for_granted() {
    let check = |sizes: Sizes, conditions: &dyn Fn(&Dim) -> Vec<Condition>, expect: &str| {
        let (mut domain, [h, _]) = domain(&[sizes, Sizes::ALL]);
        conditions(&h).iter().for_each(|condition| domain.assume(condition));
        let (works, besides) = domain.contract();
        let besides: Vec<_> = besides.iter().map(ToString::to_string).collect();
        assert_eq!((&*works[0].sizes.to_string(), besides), (expect, Vec::new()));
    };
    let any = || Sizes::ALL;
    let at_least = |a: Dim, n: i64| Condition::at_least(&a, &Dim::Known(n));
    check(any(), &|_| vec![], "any size");
    check(any(), &|h| vec![at_least(h - 2, 1)], "at least 3");
    check(any(), &|h| vec![at_least(h.over(4) - 2, 1)], "at least 12");
    check(any(), &|h| vec![Condition::divides(4, h)], "a multiple of 4");
    let both = |h: &Dim| vec![Condition::divides(4, h), at_least(h - 9, 1)];
    check(any(), &both, "a multiple of 4, at least 12");
    check(any(), &|h| both(h).into_iter().rev().collect(), "a multiple of 4, at least 12");
    // Odd ones from 7 on, even ones from 2 on.
    let odd = |h: &Dim| h - h.over(2) * 2;
    check(any(), &|h| vec![at_least(h - odd(h) * 6, 1)], "at least 2, not 3 or 5");
    // (H - 4)·(H - 7)
    check(any(), &|h| vec![at_least(h * h - h * 11, -28)], "any size but 5 or 6");
    let few = || Sizes::ALL.and_between(3, Some(9));
    check(few(), &|h| vec![at_least(h - 4, 1)], "at least 5, at most 9");
    check(few(), &|h| vec![Condition::divides(4, h)], "a multiple of 4, at most 9");
}

#[test]
fn a_symbol_that_is_not_declared_has_any_size() {
    let h = Dim::from(Symbol::new("H", Kind::Runtime));
    let domain = Domain::default();
    let third = Condition::equal(&h.over(3), &Dim::Known(0));
    assert_eq!(domain.decide(&third), Verdict::Hardly);
    let half = Condition::equal(&(h.over(2) * 2), &h);
    let even = Verdict::OnClasses(Symbol::new("H", Kind::Runtime), 2, vec![0]);
    assert_eq!(domain.decide(&half), even);
}

#[test]
fn sizes_beyond_all_machines_do_not_panic() {
    for from in [1 << 31, i64::MAX as u64 - 1, i64::MAX as u64, u64::MAX - 9, u64::MAX] {
        for to in [None, Some(u64::MAX), Some(i64::MAX as u64), Some(from)] {
            let sizes = Sizes::ALL.and_between(from, to).and_every(8, &[1, 3]).expect("small");
            let sizes = sizes.and_not(from).and_not(u64::MAX);
            let (mut domain, [h, w]) = domain(&[sizes.clone(), sizes.clone()]);
            let _ = (sizes.to_string(), sizes.clauses("H"), sizes.smallest(), sizes.nearest(9));
            for other in [&h.over(16) * 16, &w * 2 + 1, &h * &w, Dim::Known(i64::MAX)] {
                let conditions = [Condition::equal(&h, &other), Condition::at_least(&h, &other)];
                conditions.iter().for_each(|condition| domain.assume(condition));
                let _ = domain.contract();
            }
        }
    }
}
