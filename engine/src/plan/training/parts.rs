//! Gradients of parts of a tensor, which are put together at once: what `split` makes of a tensor goes
//! back in one step.

use super::super::layout::Spot;
use super::super::net::Value;
use super::builder::Builder;
use super::shapes::Sized;
use crate::kernels::movement::Moves;

/// A part of a tensor, from a position along an axis on, and its gradient.
#[derive(Clone, Debug)]
pub(super) struct Part {
    axis: usize,
    start: usize,
    sizes: Vec<usize>,
    spot: Spot,
}

impl Part {
    fn end(&self) -> usize {
        self.start + self.sizes[self.axis]
    }
}

/// How many parts are put together at once.
const SEVERAL: usize = 12;

impl Builder<'_> {
    /// The gradient of a part of a tensor, from a position along an axis on.
    pub fn give_part(&mut self, value: Value, [axis, start]: [usize; 2], (spot, sizes): Sized) {
        if self.wants(value) {
            self.parts[value].push(Part { axis, start, sizes: sizes.to_vec(), spot });
        }
    }

    /// Makes the gradient of a tensor of those of its parts: of those together that lie along one
    /// axis, apart from each other.
    pub(super) fn join_parts(&mut self, value: Value) {
        let mut parts = std::mem::take(&mut self.parts[value]);
        parts.sort_by_key(|part| (part.axis, part.start));
        while let Some(first) = parts.first() {
            let (axis, mut end, mut joined) = (first.axis, 0, Vec::new());
            parts.retain(|part| {
                let fits = part.axis == axis && part.start >= end && joined.len() < SEVERAL;
                if fits {
                    end = part.end();
                    joined.push(part.clone());
                }
                !fits
            });
            let inputs: Vec<_> = joined.iter().map(|part| (&*part.sizes, part.start)).collect();
            let kernel = Moves::along(self.choice.isa, axis, &inputs, self.sizes(value));
            let spots = joined.iter().map(|part| part.spot).collect();
            self.give_made(value, Box::new(kernel), spots);
        }
    }
}
