//! The layout of a matrix that many rows are multiplied with.

use std::ops::Range;

use crate::Buffer;
use crate::simd::Isa;

/// How a matrix of `depth` × `columns` lies, in panels of a few vectors' columns:
/// `[panel][depth][width]`, so that a tile reads it from front to back. Columns beyond the last are
/// zeros.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Rows.
    pub depth: usize,
    /// Columns.
    pub columns: usize,
    lanes: usize,
    panels: Vec<Panel>,
}

/// A matrix that lies so.
#[derive(Debug)]
pub struct Packed {
    /// How it lies.
    pub layout: Layout,
    values: Buffer,
}

/// Neighbouring columns of a [`Layout`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Panel {
    /// Its first column.
    pub column: usize,
    /// Number of columns that there are.
    pub columns: usize,
    /// Its width in vectors.
    pub vectors: usize,
}

impl Layout {
    /// Of a matrix of those sizes, for tiles of up to `rows` rows.
    pub fn new(isa: Isa, rows: usize, [depth, columns]: [usize; 2]) -> Self {
        Layout { depth, columns, lanes: isa.lanes(), panels: panels(isa, rows, columns) }
    }

    /// The panels, from left to right.
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// Columns of all panels, those included that only fill the last.
    pub fn width(&self) -> usize {
        self.panels.iter().map(|panel| panel.vectors * self.lanes).sum()
    }

    /// Columns of the first panel, which no other exceeds.
    pub fn widest(&self) -> usize {
        self.panels.first().map_or(0, |panel| panel.vectors * self.lanes)
    }

    /// Number of values of all panels.
    pub fn values(&self) -> usize {
        self.width() * self.depth
    }

    /// Where the values of a panel are among all.
    pub fn panel(&self, index: usize) -> Range<usize> {
        let Panel { column, vectors, .. } = self.panels[index];
        // All panels before are full.
        let start = column * self.depth;
        start..start + vectors * self.lanes * self.depth
    }

    /// The columns of neighbouring panels.
    pub fn span(&self, panels: &Range<usize>) -> Range<usize> {
        let [first, last] = [self.panels[panels.start], self.panels[panels.end - 1]];
        first.column..last.column + last.columns
    }

    /// What the columns of neighbouring panels take, panels being whole vectors.
    pub fn room(&self, panels: &Range<usize>) -> usize {
        self.span(panels).len().next_multiple_of(self.lanes)
    }

    /// Writes some rows of a panel, whose values of a row and a column are `value(row, column)`.
    pub fn fill(
        &self,
        index: usize,
        rows: Range<usize>,
        to: &mut [f32],
        value: impl Fn(usize, usize) -> f32,
    ) {
        let Panel { column, columns, vectors } = self.panels[index];
        for (row, to) in rows.zip(to.chunks_exact_mut(vectors * self.lanes)) {
            let (to, behind) = to.split_at_mut(columns);
            for (i, to) in to.iter_mut().enumerate() {
                *to = value(row, column + i);
            }
            behind.fill(0.0);
        }
    }
}

impl Packed {
    /// The matrix whose value of a row and a column is `value(row, column)`, for tiles of up to
    /// `rows` rows.
    pub fn new(
        isa: Isa,
        rows: usize,
        size: [usize; 2],
        value: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let layout = Layout::new(isa, rows, size);
        let mut values = Buffer::zeros(layout.values());
        for index in 0..layout.panels.len() {
            layout.fill(index, 0..layout.depth, &mut values[layout.panel(index)], &value);
        }
        Packed { layout, values }
    }

    /// The matrix of those values, row by row. It takes no more memory than they do where panels are
    /// equally wide: each row's piece of a panel then moves to its place.
    pub fn from_values(isa: Isa, rows: usize, size: [usize; 2], mut values: Vec<f32>) -> Self {
        let layout = Layout::new(isa, rows, size);
        let (lanes, panels) = (layout.lanes, &layout.panels);
        let width = panels.first().map_or(0, |panel| panel.vectors * lanes);
        if panels.iter().any(|panel| (panel.columns, panel.vectors * lanes) != (width, width)) {
            return Packed::new(isa, rows, size, |row, column| values[row * size[1] + column]);
        }
        transpose(&mut values, [layout.depth, panels.len()], width);
        Packed { layout, values: Buffer::from(values) }
    }

    /// The values of all panels.
    pub fn values(&self) -> &[f32] {
        &self.values
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
        let last = packed.layout.panels().len() - 1;
        let Panel { column, columns, vectors } = packed.layout.panels()[last];
        assert_eq!(column + columns, 14);
        let row_2 = &packed.values()[packed.layout.panel(last)][2 * vectors * 4..];
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
                    assert_eq!((moved.values(), &moved.layout), (copied.values(), &copied.layout));
                }
            }
        }
    }
}
