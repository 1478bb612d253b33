use super::Function;

/// What becomes of a sum before it is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Finish {
    /// Whether the step's last input is added.
    pub residual: bool,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
    /// Whether of each 2×2 outputs the largest alone is written; see [`pools`](super::pools).
    pub pool: bool,
    /// What is made of it then; see [`applies`](super::applies).
    pub function: Option<Function>,
}

impl Finish {
    /// The sum itself.
    pub const NONE: Self = Finish {
        residual: false,
        low: f32::NEG_INFINITY,
        high: f32::INFINITY,
        pool: false,
        function: None,
    };

    /// Every number: the smallest output and the largest where nothing is cut.
    pub const RANGE: (f32, f32) = (f32::NEG_INFINITY, f32::INFINITY);

    /// Nothing below 0.
    pub const RELU: Self = Finish { low: 0.0, ..Self::NONE };
}
