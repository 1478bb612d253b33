/// Values in a cache line.
const LINE: usize = 16;

/// Transformed tiles: `[frequency][tile][channel]`, with gaps: neighbours in any of the three are an
/// odd number of cache lines apart, since a cache has few places for lines that are a power of two
/// apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spectrum {
    first: *mut f32,
    /// From one tile to the next.
    pub(super) tile: usize,
    /// From one frequency to the next.
    pub(super) frequency: usize,
}

impl Spectrum {
    /// Values that so many take.
    pub(super) fn values(frequencies: usize, tiles: usize, channels: usize) -> usize {
        frequencies * odd(tiles * odd(channels))
    }

    /// In memory for that many tiles.
    pub(super) fn new(first: *mut f32, tiles: usize, channels: usize) -> Self {
        let tile = odd(channels);
        Spectrum { first, tile, frequency: odd(tiles * tile) }
    }

    /// A tile's channels of a frequency.
    ///
    /// # Safety
    /// It has both.
    #[inline(always)]
    pub(super) unsafe fn row(self, frequency: usize, tile: usize) -> *mut f32 {
        // SAFETY: within the memory.
        unsafe { self.first.add(frequency * self.frequency + tile * self.tile) }
    }
}

/// Up to an odd number of cache lines.
fn odd(values: usize) -> usize {
    (values.div_ceil(LINE) | 1) * LINE
}
