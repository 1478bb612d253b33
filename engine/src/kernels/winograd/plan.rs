use super::Size;
use super::filters::GROUP;
use super::spectrum::Spectrum;

/// Who does what. Either way each output is made by the same operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Plan {
    /// Members take tiles, so many at once.
    Blocks(usize),
    /// Members take frequencies, of so many tiles at once: each reads its filters once.
    Split(usize),
}

/// Bytes of a core's own cache to be used: about three quarters of the smallest there are.
const NEAR: usize = 384 << 10;
/// Bytes of filters that are not to be read for each block of tiles: more than is left of the cache
/// that cores share.
const FAR: usize = 16 << 20;
/// Bytes of both spectra where frequencies are split.
const SPECTRA: usize = 16 << 20;
/// Tiles that are too few for blocks of them.
const FEW: usize = 64;

impl Plan {
    pub(super) fn new(size: Size, tiles: usize, [channels, filters]: [usize; 2]) -> Self {
        let frequencies = size.frequencies();
        let bytes = |values: usize| values * size_of::<f32>();
        let of_filters = bytes(frequencies * channels * filters);
        // Of a tile's both spectra, the second of so many columns.
        let of_tile = |columns: usize| {
            let both = [channels, columns].map(|values| Spectrum::values(frequencies, 1, values));
            bytes(both.iter().sum())
        };
        if of_filters > FAR || tiles <= FEW && of_filters > NEAR {
            let most = (SPECTRA / of_tile(filters)).max(FEW);
            return Plan::Split(tiles.min(most));
        }
        let of_tile = of_tile(filters.min(GROUP));
        let fit = match of_filters <= NEAR / 2 {
            true => ((NEAR - of_filters) / of_tile).max(12),
            // They come from farther away, for each block: many tiles at once, even if their
            // spectra then do not all stay near.
            false => (NEAR / of_tile).max(24),
        };
        // Whole tiles of rows of a product.
        Plan::Blocks(tiles.min(fit.min(36) / 6 * 6))
    }
}
