use crate::Buffer;
use crate::kernels::Io;

/// What a norm multiplies with, or adds.
#[derive(Debug)]
pub enum Values {
    /// The kernel's own.
    Own(Buffer),
    /// Those that its step is given: an input, by its index; one a channel.
    Given(usize),
}

impl Values {
    /// Ones: no factors.
    pub fn ones(count: usize) -> Self {
        Values::Own(Buffer::from(&vec![1.0; count][..]))
    }

    /// Zeros: no shifts.
    pub fn zeros(count: usize) -> Self {
        Values::Own(Buffer::zeros(count))
    }

    /// The first of them.
    pub fn first(&self, io: &Io) -> *const f32 {
        match self {
            Values::Own(values) => values.as_ptr(),
            Values::Given(input) => io.inputs[*input].first,
        }
    }

    /// From a row's to the next's: 0 where all rows of so many channels have the same.
    pub(super) fn step(&self, channels: usize) -> usize {
        match self {
            Values::Own(values) if values.len() != channels => channels,
            _ => 0,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Values::Own(values) => size_of_val(&values[..]),
            Values::Given(_) => 0,
        }
    }
}
