use std::cell::Cell;

/// Where a row of a product is, found without division where it is next to the one before.
#[derive(Default)]
pub(super) struct Cursor(Cell<(usize, [usize; 3])>);

impl Cursor {
    /// The image, row and column of a row, where they are counted up to `size`.
    pub fn of(&self, row: usize, size: [usize; 2]) -> [usize; 3] {
        let (last, [of, y, x]) = self.0.get();
        let at = match (row == last + 1, x + 1 == size[1], y + 1 == size[0]) {
            (true, false, _) => [of, y, x + 1],
            (true, true, false) => [of, y + 1, 0],
            _ => [row / size[1] / size[0], row / size[1] % size[0], row % size[1]],
        };
        self.0.set((row, at));
        at
    }
}
