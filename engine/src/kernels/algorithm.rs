/// How a convolution is computed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Algorithm {
    /// Whichever takes the least time, as a model of their costs has it.
    #[default]
    Fastest,
    /// Each sum as it is defined, up to the order of its terms.
    Product,
    /// Winograd's F(2×2, 3×3): of 3×3 windows that move by one pixel.
    Winograd2,
    /// Winograd's F(4×4, 3×3): of 3×3 windows that move by one pixel.
    Winograd4,
}
