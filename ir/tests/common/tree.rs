//! Expressions of sizes as they are written, before any algebra: what a size must be equal to.

use formwork_ir::{Dim, Domain, Kind, Sizes, Symbol};
use proptest::prelude::{BoxedStrategy, Just, Strategy, prop_oneof};

/// An expression over the symbols `H` and `W`.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Number(i64),
    /// `H` or `W`.
    Size(usize),
    Add(Box<Tree>, Box<Tree>),
    Sub(Box<Tree>, Box<Tree>),
    Mul(Box<Tree>, Box<Tree>),
    /// Rounded down.
    Over(Box<Tree>, usize),
}

impl Tree {
    /// In normal form; `None` where a number on the way is too large for any machine, as the
    /// compiler finds, too.
    pub(crate) fn dim(&self, sizes: &[Dim; 2]) -> Option<Dim> {
        let dim = match self {
            Tree::Number(n) => Dim::Known(*n),
            Tree::Size(i) => sizes[*i].clone(),
            Tree::Add(a, b) => a.dim(sizes)? + b.dim(sizes)?,
            Tree::Sub(a, b) => a.dim(sizes)? - b.dim(sizes)?,
            Tree::Mul(a, b) => a.dim(sizes)? * b.dim(sizes)?,
            Tree::Over(a, divisor) => a.dim(sizes)?.over(*divisor),
        };
        (!dim.is_huge()).then_some(dim)
    }

    /// By arithmetic.
    pub(crate) fn value(&self, sizes: [i64; 2]) -> i128 {
        match self {
            Tree::Number(n) => (*n).into(),
            Tree::Size(i) => sizes[*i].into(),
            Tree::Add(a, b) => a.value(sizes) + b.value(sizes),
            Tree::Sub(a, b) => a.value(sizes) - b.value(sizes),
            Tree::Mul(a, b) => a.value(sizes) * b.value(sizes),
            Tree::Over(a, divisor) => a.value(sizes).div_euclid(*divisor as i128),
        }
    }
}

/// Trees of so many levels; no power is higher than two to that.
pub(crate) fn trees(levels: u32) -> BoxedStrategy<Tree> {
    let leaf = prop_oneof![
        3 => (0..2_usize).prop_map(Tree::Size),
        1 => (-9..20_i64).prop_map(Tree::Number),
    ];
    let node = |inner: BoxedStrategy<Tree>| {
        let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| (Box::new(a), Box::new(b)));
        prop_oneof![
            3 => two.clone().prop_map(|(a, b)| Tree::Add(a, b)),
            3 => two.clone().prop_map(|(a, b)| Tree::Sub(a, b)),
            1 => two.prop_map(|(a, b)| Tree::Mul(a, b)),
            2 => (inner.clone(), -4..9_i64)
                .prop_map(|(a, n)| Tree::Mul(Box::new(Tree::Number(n)), Box::new(a))),
            5 => (inner, 1..9_usize).prop_map(|(a, d)| Tree::Over(Box::new(a), d)),
        ]
        .boxed()
    };
    (0..levels)
        .fold(leaf.boxed(), |inner, _| prop_oneof![1 => inner.clone(), 4 => node(inner)].boxed())
}

/// Sets of sizes that a `where` may declare.
pub(crate) fn sizes() -> BoxedStrategy<Sizes> {
    let every = |modulus, remainders: &[u64]| {
        Just(Sizes::ALL.and_every(modulus, remainders).expect("small numbers"))
    };
    prop_oneof![
        3 => Just(Sizes::ALL),
        1 => every(2, &[0]),
        1 => every(2, &[1]),
        1 => every(16, &[4]),
        1 => every(6, &[1, 4]),
        1 => every(8, &[0, 1]),
        1 => (1..30_u64).prop_map(|from| Sizes::ALL.and_between(from, None)),
        1 => (1..30_u64).prop_map(|from| every_third().and_between(from, Some(from + 20))),
        1 => (1..30_u64).prop_map(|n| Sizes::ALL.and_not(n)),
    ]
    .boxed()
}

fn every_third() -> Sizes {
    Sizes::ALL.and_every(3, &[2]).expect("small numbers")
}

/// A domain in which `H` and `W` have those sizes, and both as dimensions.
pub(crate) fn domain(sizes: &[Sizes; 2]) -> (Domain, [Dim; 2]) {
    let mut domain = Domain::default();
    let mut declare = |name, sizes: &Sizes| {
        Dim::from(domain.declare(Symbol::new(name, Kind::Runtime), sizes.clone()))
    };
    let dims = [declare("H", &sizes[0]), declare("W", &sizes[1])];
    (domain, dims)
}

/// What `H` and `W` are, for [`Dim::eval`] and conditions.
pub(crate) fn at([h, w]: [i64; 2]) -> impl Fn(&Symbol) -> i64 {
    move |symbol| if symbol.name() == "H" { h } else { w }
}
