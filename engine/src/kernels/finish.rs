/// What becomes of a sum before it is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Finish {
    /// Whether the step's last input is added.
    pub residual: bool,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
}

impl Finish {
    /// The sum itself.
    pub const NONE: Self = Finish { residual: false, low: f32::NEG_INFINITY, high: f32::INFINITY };

    /// Nothing below 0.
    pub const RELU: Self = Finish { low: 0.0, ..Self::NONE };
}
