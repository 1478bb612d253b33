//! Rows copied from one tensor to another: what a concatenation does where nobody wrote to its
//! place.

use super::pieces::unit;
use super::{Io, Kernel};
use crate::team::Member;

/// A copy of rows of channels.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    /// Number of rows.
    pub rows: usize,
    /// Values in a row.
    pub channels: usize,
}

impl Kernel for Copy {
    fn name(&self) -> String {
        "copy".to_owned()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        for row in member.take(self.rows, unit(self.channels)).flatten() {
            // SAFETY: rows of the two tensors, which do not overlap.
            unsafe {
                let from = io.inputs[0].row(row);
                std::ptr::copy_nonoverlapping(from, io.output.row(row), self.channels);
            }
        }
    }
}
