//! Rows of a matrix made of its columns.

use crate::simd::{Simd, kernel};

/// A matrix whose columns lie one value behind the other, and where its rows go.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Where the first column begins.
    pub from: *const f32,
    /// From one column to the next.
    pub from_step: usize,
    /// Where the first row goes.
    pub to: *mut f32,
    /// From one row to the next.
    pub to_step: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
}

kernel! {
    /// Writes the rows.
    pub fn turn(of: &Turn) = run;
}

/// # Safety
/// The machine has `S`. The columns can be read, the rows written; they are apart.
#[inline(always)]
unsafe fn run<S: Simd>(of: &Turn) {
    let whole = [of.rows, of.columns].map(|count| count - count % S::LANES);
    // SAFETY: the caller's.
    unsafe {
        let at = |row: usize, column: usize| {
            let to = of.to.add(row * of.to_step + column);
            (of.from.add(column * of.from_step + row), to)
        };
        for column in (0..whole[1]).step_by(S::LANES) {
            for row in (0..whole[0]).step_by(S::LANES) {
                let (from, to) = at(row, column);
                S::transpose(from, of.from_step, to, of.to_step);
            }
        }
        for column in 0..of.columns {
            let first = if column < whole[1] { whole[0] } else { 0 };
            for row in first..of.rows {
                let (from, to) = at(row, column);
                *to = *from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::cases;
    use crate::simd::Isa;

    proptest! {
        #![proptest_config(cases(100))]
        #[test]
        fn rows_are_what_columns_were(
            [rows, columns] in [0..40usize, 0..40], [more, gap] in [0..5usize, 0..5],
        ) {
            let (from_step, to_step) = (rows + more, columns + gap);
            let from: Vec<f32> = (0..from_step * columns).map(|i| i as f32).collect();
            for isa in Isa::available() {
                let mut to = vec![f32::NAN; to_step * rows];
                let of = Turn {
                    from: from.as_ptr(), from_step, to: to.as_mut_ptr(), to_step, rows, columns,
                };
                // SAFETY: both matrices have those sizes.
                unsafe { turn(isa, &of) };
                for (row, to) in to.chunks_exact(to_step.max(1)).enumerate() {
                    for (column, to) in to.iter().enumerate() {
                        match column < columns {
                            true => prop_assert_eq!(*to, from[column * from_step + row]),
                            false => prop_assert!(to.is_nan(), "wrote in a gap"),
                        }
                    }
                }
            }
        }
    }
}
