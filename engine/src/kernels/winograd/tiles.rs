use super::Size;
use crate::kernels::{Image, Windows};

/// How the output is cut into tiles: those at the right and at the bottom may reach beyond it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiles {
    down: usize,
    across: usize,
    /// Of all images.
    pub(super) count: usize,
    /// Outputs in a line of a tile.
    outputs: usize,
}

impl Tiles {
    pub(super) fn new(image: Image, windows: Windows, size: Size) -> Self {
        let outputs = size.outputs();
        let [down, across] = windows.count.map(|count| count.div_ceil(outputs));
        Tiles { down, across, count: image.batch * down * across, outputs }
    }

    /// The image and the first window of a tile.
    pub(super) fn window(&self, tile: usize) -> (usize, [usize; 2]) {
        let (line, x) = (tile / self.across, tile % self.across);
        (line / self.down, [line % self.down * self.outputs, x * self.outputs])
    }
}
