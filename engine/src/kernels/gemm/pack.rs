//! The layout of a matrix that many rows are multiplied with.

use crate::Buffer;
use crate::simd::Isa;

/// A matrix of `depth` × `columns`, in panels of a few vectors' columns: `[panel][depth][width]`,
/// so that a tile reads it from front to back. Columns beyond the last are zeros.
#[derive(Debug)]
pub struct Packed {
    values: Buffer,
    /// Rows.
    pub depth: usize,
    /// Columns.
    pub columns: usize,
    lanes: usize,
    panels: Vec<Panel>,
}

/// Neighbouring columns of a [`Packed`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Panel {
    /// Its first column.
    pub column: usize,
    /// Number of columns that there are.
    pub columns: usize,
    /// Its width in vectors.
    pub vectors: usize,
}

impl Packed {
    /// The matrix whose value of a row and a column is `value(row, column)`, for tiles of up to
    /// `rows` rows.
    pub fn new(
        isa: Isa,
        rows: usize,
        [depth, columns]: [usize; 2],
        value: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let lanes = isa.lanes();
        let panels = panels(isa, rows, columns);
        let width: usize = panels.iter().map(|panel| panel.vectors * lanes).sum();
        let mut values = Buffer::zeros(width * depth);
        let mut rest = &mut *values;
        for panel in &panels {
            let width = panel.vectors * lanes;
            let (own, behind) = rest.split_at_mut(width * depth);
            for (row, own) in own.chunks_exact_mut(width).enumerate() {
                for (column, own) in own[..panel.columns].iter_mut().enumerate() {
                    *own = value(row, panel.column + column);
                }
            }
            rest = behind;
        }
        Packed { values, depth, columns, lanes, panels }
    }

    /// The matrix of those values, row by row. It takes no more memory than they do where panels are
    /// equally wide: each row's piece of a panel then moves to its place.
    pub fn from_values(
        isa: Isa,
        rows: usize,
        [depth, columns]: [usize; 2],
        mut values: Vec<f32>,
    ) -> Self {
        let (lanes, panels) = (isa.lanes(), panels(isa, rows, columns));
        let width = panels.first().map_or(0, |panel| panel.vectors * lanes);
        if panels.iter().any(|panel| (panel.columns, panel.vectors * lanes) != (width, width)) {
            return Packed::new(isa, rows, [depth, columns], |row, column| {
                values[row * columns + column]
            });
        }
        transpose(&mut values, [depth, panels.len()], width);
        Packed { values: Buffer::from(values), depth, columns, lanes, panels }
    }

    /// The panels, from left to right.
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// The values of a panel.
    pub fn panel(&self, index: usize) -> &[f32] {
        let Panel { column, vectors, .. } = self.panels[index];
        // All panels before are full.
        let start = column * self.depth;
        &self.values[start..start + vectors * self.lanes * self.depth]
    }

    /// Its size in memory.
    pub fn bytes(&self) -> usize {
        self.values.len() * size_of::<f32>()
    }
}

/// Transposes a matrix of pieces of `width` values in place: piece after piece goes where it
/// belongs, and the one that was there goes on.
fn transpose(values: &mut [f32], [rows, columns]: [usize; 2], width: usize) {
    let mut moved = vec![false; rows * columns];
    let mut held = vec![0.0; width];
    for first in 0..rows * columns {
        if moved[first] {
            continue;
        }
        held.copy_from_slice(&values[first * width..][..width]);
        let mut piece = first;
        loop {
            piece = piece % columns * rows + piece / columns;
            moved[piece] = true;
            if piece == first {
                break;
            }
            held.swap_with_slice(&mut values[piece * width..][..width]);
        }
        values[first * width..][..width].copy_from_slice(&held);
    }
}

/// How columns are cut into panels, for tiles of up to `rows` rows.
fn panels(isa: Isa, rows: usize, columns: usize) -> Vec<Panel> {
    let lanes = isa.lanes();
    let total = columns.div_ceil(lanes);
    let mut left = total;
    let mut column = 0;
    let mut panels = Vec::new();
    while left > 0 {
        let vectors = width(isa, rows, left);
        let columns = (vectors * lanes).min(columns - column);
        panels.push(Panel { column, columns, vectors });
        column += columns;
        left -= vectors;
    }
    panels
}

/// The width of the next panel, in vectors, where `left` are left.
fn width(isa: Isa, rows: usize, left: usize) -> usize {
    let many = isa.registers() >= 32;
    match (rows, left) {
        // Few rows: enough accumulators that one does not wait for the other.
        (1, 8..) => 8,
        (1..=3, 4..) => 4,
        (_, 1..=2) => left,
        (_, 3) if many => 3,
        (_, 5) if many => 3,
        (_, 4..) if many => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_cover_the_columns() {
        for isa in Isa::available() {
            for rows in [1, 2, 3, 4, 100] {
                for columns in 1..200 {
                    let mut next = 0;
                    for panel in panels(isa, rows, columns) {
                        assert_eq!(panel.column, next);
                        let width = panel.vectors * isa.lanes();
                        next += panel.columns;
                        assert!(panel.columns == width || next == columns && panel.columns < width);
                    }
                    assert_eq!(next, columns, "{isa} {rows}");
                }
            }
        }
    }

    #[test]
    fn values_are_where_tiles_look() {
        let isa = Isa::Portable;
        let packed = Packed::new(isa, 100, [3, 14], |row, column| (100 * row + column) as f32);
        let last = packed.panels().len() - 1;
        let Panel { column, columns, vectors } = packed.panels()[last];
        assert_eq!(column + columns, 14);
        let row_2 = &packed.panel(last)[2 * vectors * 4..];
        assert_eq!(row_2[0], 200.0 + column as f32);
        assert_eq!(row_2[columns - 1], 213.0);
        assert!(row_2[columns..].iter().all(|value| *value == 0.0));
    }

    #[test]
    fn values_that_move_are_where_those_that_are_copied_are() {
        for isa in Isa::available() {
            for size in [[1, 64], [7, 128], [12, 16], [5, 100], [64, 192], [3, 8]] {
                for rows in [1, 2, 100] {
                    let values: Vec<_> = (0..size[0] * size[1]).map(|i| i as f32).collect();
                    let value = |row: usize, column: usize| values[row * size[1] + column];
                    let copied = Packed::new(isa, rows, size, value);
                    let moved = Packed::from_values(isa, rows, size, values.clone());
                    assert_eq!((&*moved.values, &moved.panels), (&*copied.values, &copied.panels));
                }
            }
        }
    }
}
