//! When it pays.

use super::Size;
use super::tiles::Tiles;
use crate::kernels::{Algorithm, Image, Windows};

// In what a multiplication and an addition within a product take, counted as two; as measured.
/// A byte of filters on its way here.
const BYTE: f64 = 5.0;
/// An operation of a direct product.
const DIRECT: f64 = 1.1;
/// A channel of a tile of the input, and a column of one of the output.
const TRANSFORMS: [(Size, [f64; 2]); 2] =
    [(Size::Two, [200.0, 130.0]), (Size::Four, [860.0, 560.0])];

/// Channels that are too few.
const FEW: usize = 8;

/// Whether windows are such that there is a way.
pub fn fits(windows: &Windows) -> bool {
    let Windows { kernel, stride, dilation, .. } = *windows;
    (kernel, stride, dilation) == ([3, 3], [1, 1], [1, 1])
}

/// The size of tiles that takes the least time; `None` where that is to compute each sum as it is
/// defined, or where nothing else will do.
pub fn best(image: Image, windows: Windows, filters: usize, algorithm: Algorithm) -> Option<Size> {
    best_of(image, windows, filters, algorithm, BYTE)
}

/// The same of filters that are transformed at each run.
pub fn best_given(
    image: Image,
    windows: Windows,
    filters: usize,
    algorithm: Algorithm,
) -> Option<Size> {
    best_of(image, windows, filters, algorithm, 4.0 * BYTE)
}

/// The same of the gradient of the filters.
pub fn best_weights(
    image: Image,
    windows: Windows,
    filters: usize,
    algorithm: Algorithm,
) -> Option<Size> {
    best_of(image, windows, filters, algorithm, 2.0 * BYTE)
}

fn best_of(
    image: Image,
    windows: Windows,
    filters: usize,
    algorithm: Algorithm,
    byte: f64,
) -> Option<Size> {
    match algorithm {
        Algorithm::Winograd2 if fits(&windows) => return Some(Size::Two),
        Algorithm::Winograd4 if fits(&windows) => return Some(Size::Four),
        Algorithm::Fastest if fits(&windows) && image.channels >= FEW => {}
        _ => return None,
    }
    let [channels, filters] = [image.channels, filters].map(|count| count as f64);
    let pixels = (image.batch * windows.count[0] * windows.count[1]) as f64;
    let weights = channels * filters;
    let mut best = (9.0 * weights * (2.0 * DIRECT * pixels + 4.0 * byte), None);
    for (size, [input, output]) in TRANSFORMS {
        let tiles = Tiles::new(image, windows, size).count as f64;
        let products = size.frequencies() as f64 * weights * (2.0 * tiles + 4.0 * byte);
        let cost = products + tiles * (input * channels + output * filters);
        if cost < best.0 {
            best = (cost, Some(size));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;

    use super::*;

    fn best_of(size: usize, channels: usize, filters: usize) -> Option<Size> {
        let image = Image { batch: 1, height: size, width: size, channels };
        let windows = Windows::new([size; 2], [3; 2], [1; 2], [1; 2], Padding::Same);
        best(image, windows, filters, Algorithm::Fastest)
    }

    #[test]
    fn sizes_are_those_that_were_faster() {
        for (size, channels, filters) in
            [(224, 64, 64), (56, 256, 256), (14, 512, 512), (28, 16, 16)]
        {
            assert_eq!(best_of(size, channels, filters), Some(Size::Four), "{size}² {channels}");
        }
        for (size, channels) in [(8, 512), (7, 512), (8, 256), (7, 256), (8, 128)] {
            assert_eq!(best_of(size, channels, channels), Some(Size::Two), "{size}² {channels}");
        }
        assert_eq!(best_of(224, 3, 64), None);
        assert_eq!(best_of(1, 512, 512), None);
    }
}
