use super::Operator;
use crate::kernels::Place;
use crate::simd::{Simd, kernel};

/// Rows to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub first: *mut f32,
    /// From one row to the next, in values; 0 where one row is read again.
    pub step: usize,
    /// Whether a row is one value that stands for all.
    pub scalar: bool,
}

impl Operand {
    /// The step, or the length of a row where a row more makes no difference: the same value stands
    /// for all of it.
    pub(super) fn joint_step(&self, count: usize) -> usize {
        match self.scalar {
            true if self.step == 0 => count,
            true => usize::MAX,
            false => self.step,
        }
    }
}

/// Rows to merge. Those written may be those of the left operand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub left: Operand,
    pub right: Operand,
    pub to: Place,
    pub rows: usize,
    pub count: usize,
}

trait Merging {
    /// # Safety
    /// As for [`Simd`].
    unsafe fn of<S: Simd>(a: S::V, b: S::V) -> S::V;
}

macro_rules! merging {
    ($($Type:ident: |$S:ident, $a:ident, $b:ident| $value:expr),* $(,)?) => {$(
        struct $Type;
        impl Merging for $Type {
            #[inline(always)]
            unsafe fn of<$S: Simd>($a: $S::V, $b: $S::V) -> $S::V {
                // SAFETY: the caller's.
                unsafe { $value }
            }
        }
    )*};
}

merging! {
    Add: |S, a, b| S::add(a, b),
    Subtract: |S, a, b| S::sub(a, b),
    Multiply: |S, a, b| S::mul(a, b),
    Maximum: |S, a, b| S::max(a, b),
    Minimum: |S, a, b| S::min(a, b),
    Prelu: |S, a, b| S::select_less(a, S::splat(0.0), S::mul(a, b), a),
    PreluSlope: |S, a, b| S::select_less(S::splat(0.0), a, S::splat(1.0), b),
    AtLeast: |S, a, b| S::select_less(a, b, S::splat(0.0), S::splat(1.0)),
    Less: |S, a, b| S::select_less(a, b, S::splat(1.0), S::splat(0.0)),
}

/// # Safety
/// The rows are there; those written are the left operand's or apart from both.
#[inline(always)]
unsafe fn merge<S: Simd, M: Merging, const LEFT: bool, const RIGHT: bool>(pair: Pair) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Pair { left, right, to, rows, count } = pair;
        for row in 0..rows {
            let (a, b) = (left.first.add(row * left.step), right.first.add(row * right.step));
            let to = to.row(row);
            let (all_a, all_b) = (S::splat(*a), S::splat(*b));
            if count < S::LANES {
                let a = if LEFT { all_a } else { S::load_first(a, count) };
                let b = if RIGHT { all_b } else { S::load_first(b, count) };
                S::store_first(to, M::of::<S>(a, b), count);
                continue;
            }
            macro_rules! at {
                ($i:expr) => {{
                    let a = if LEFT { all_a } else { S::load(a.add($i)) };
                    let b = if RIGHT { all_b } else { S::load(b.add($i)) };
                    M::of::<S>(a, b)
                }};
            }
            // Read before anything is written: both may lie in the same place.
            let last = count - S::LANES;
            let end = at!(last);
            let mut i = 0;
            while i < last {
                S::store(to.add(i), at!(i));
                i += S::LANES;
            }
            S::store(to.add(last), end);
        }
    }
}

/// # Safety
/// As for [`merge`].
#[inline(always)]
unsafe fn merge_by<S: Simd, M: Merging>(pair: Pair) {
    // SAFETY: the caller's.
    unsafe {
        match (pair.left.scalar, pair.right.scalar) {
            (false, false) => merge::<S, M, false, false>(pair),
            (false, true) => merge::<S, M, false, true>(pair),
            (true, false) => merge::<S, M, true, false>(pair),
            (true, true) => merge::<S, M, true, true>(pair),
        }
    }
}

/// # Safety
/// As for [`merge`].
#[inline(always)]
unsafe fn merge_any<S: Simd>(operator: Operator, pair: Pair) {
    // SAFETY: the caller's.
    unsafe {
        match operator {
            Operator::Add => merge_by::<S, Add>(pair),
            Operator::Subtract => merge_by::<S, Subtract>(pair),
            Operator::Multiply => merge_by::<S, Multiply>(pair),
            Operator::Maximum => merge_by::<S, Maximum>(pair),
            Operator::Minimum => merge_by::<S, Minimum>(pair),
            Operator::Prelu => merge_by::<S, Prelu>(pair),
            Operator::PreluSlope => merge_by::<S, PreluSlope>(pair),
            Operator::AtLeast => merge_by::<S, AtLeast>(pair),
            Operator::Less => merge_by::<S, Less>(pair),
        }
    }
}

kernel! {
    /// Merges rows.
    pub(super) fn merge_rows(operator: Operator, pair: Pair) = merge_any;
}
