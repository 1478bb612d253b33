//! Which blocks there are for which windows, on each instruction set: those whose sums and pixels stay
//! in registers.

use super::block::Block;
use crate::simd::Isa;

/// Computes a block.
pub type Run = unsafe fn(&Block);

/// The functions for windows of one size: `rows[r - 1][c - 1]` for `r` rows of `c` columns.
pub type Blocks = &'static [&'static [Run]];

/// The functions for square windows of a size and a step between them, if there are any.
pub fn blocks(isa: Isa, size: usize, step: usize) -> Option<Blocks> {
    let set: &[(usize, usize, Blocks)] = match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => avx512::SET,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => avx2::SET,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => neon::SET,
        Isa::Portable => portable::SET,
    };
    set.iter().find(|(k, s, _)| (*k, *s) == (size, step)).map(|(.., blocks)| *blocks)
}

/// An instruction set's functions: of windows of a size and a step, with the numbers of columns
/// (and the pixels under them) for each number of rows.
macro_rules! set {
    ($module:ident, $S:ident, $(#[$feature:meta])* {
        $($size:literal / $step:literal: $([$($columns:literal ($width:literal))*])*;)*
    }) => {
        mod $module {
            use super::{Blocks, Run};
            use crate::kernels::depthwise::block::{Block, block};
            use crate::simd::$S;

            $(#[$feature])*
            unsafe fn run<
                const SIZE: usize,
                const STEP: usize,
                const ROWS: usize,
                const COLUMNS: usize,
                const WIDTH: usize,
            >(
                of: &Block,
            ) {
                const { assert!(WIDTH == (COLUMNS - 1) * STEP + SIZE) };
                // SAFETY: the caller's.
                unsafe { block::<$S, SIZE, STEP, ROWS, COLUMNS, WIDTH>(of) }
            }

            pub(super) static SET: &[(usize, usize, Blocks)] = &[
                $(($size, $step, set!(rows $size $step $([$($columns $width)*])*)),)*
            ];
        }
    };
    (rows $size:literal $step:literal [$($c:literal $w:literal)*]) => {
        &[&[$(run::<$size, $step, 1, $c, $w> as Run),*]]
    };
    (rows $size:literal $step:literal [$($c:literal $w:literal)*] [$($c2:literal $w2:literal)*]) => {
        &[
            &[$(run::<$size, $step, 1, $c, $w> as Run),*],
            &[$(run::<$size, $step, 2, $c2, $w2> as Run),*],
        ]
    };
}

#[cfg(target_arch = "x86_64")]
set!(avx512, Avx512, #[target_feature(enable = "avx512f,avx512dq,avx512vl,fma,avx2")] {
    3 / 1: [1(3) 2(4) 3(5) 4(6)] [1(3) 2(4) 3(5) 4(6)];
    3 / 2: [1(3) 2(5) 3(7) 4(9)] [1(3) 2(5) 3(7) 4(9)];
    5 / 1: [1(5) 2(6) 3(7) 4(8)] [1(5) 2(6) 3(7) 4(8)];
    5 / 2: [1(5) 2(7) 3(9) 4(11)] [1(5) 2(7) 3(9) 4(11)];
    7 / 1: [1(7) 2(8) 3(9) 4(10)] [1(7) 2(8) 3(9) 4(10)];
});
#[cfg(target_arch = "x86_64")]
set!(avx2, Avx2, #[target_feature(enable = "avx2,fma")] {
    3 / 1: [1(3) 2(4) 3(5) 4(6)] [1(3) 2(4) 3(5) 4(6)];
    3 / 2: [1(3) 2(5) 3(7) 4(9)] [1(3) 2(5) 3(7)];
    5 / 1: [1(5) 2(6) 3(7) 4(8)] [1(5) 2(6) 3(7)];
    5 / 2: [1(5) 2(7) 3(9) 4(11)] [1(5) 2(7) 3(9)];
    7 / 1: [1(7) 2(8) 3(9) 4(10)] [1(7) 2(8) 3(9)];
});
#[cfg(target_arch = "aarch64")]
set!(neon, Neon, {
    3 / 1: [1(3) 2(4) 3(5) 4(6)] [1(3) 2(4) 3(5) 4(6)];
    3 / 2: [1(3) 2(5) 3(7) 4(9)] [1(3) 2(5) 3(7) 4(9)];
    5 / 1: [1(5) 2(6) 3(7) 4(8)] [1(5) 2(6) 3(7) 4(8)];
    5 / 2: [1(5) 2(7) 3(9) 4(11)] [1(5) 2(7) 3(9) 4(11)];
    7 / 1: [1(7) 2(8) 3(9) 4(10)] [1(7) 2(8) 3(9) 4(10)];
});
set!(portable, Portable, {
    3 / 1: [1(3) 2(4) 3(5) 4(6)];
    3 / 2: [1(3) 2(5) 3(7) 4(9)];
});
