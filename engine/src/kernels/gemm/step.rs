//! What the innermost loops do.

/// Adds the products of one value of each row. A macro, since sums that are handed to a function or
/// a closure go through memory.
macro_rules! step {
    ($S:ident, $sums:ident, $from:ident, $k:expr, $panel:expr) => {
        let mut columns = [$S::splat(0.0); VECTORS];
        for v in 0..VECTORS {
            columns[v] = $S::load($panel.add(v * $S::LANES));
        }
        for i in 0..ROWS {
            let value = $S::splat(*$from[i].add($k));
            for v in 0..VECTORS {
                $sums[i][v] = $S::fma(value, columns[v], $sums[i][v]);
            }
        }
    };
}
pub(super) use step;
