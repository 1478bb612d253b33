//! Steps between tensors of different sizes: what is repeated along axes, what is summed along them,
//! and the same values in rows of another length.

use formwork_ir::Op;

use super::super::layout::{Spot, channels};
use super::super::net::Value;
use super::builder::Builder;
use crate::kernels::merge::{Merge, Operator};
use crate::kernels::reduce::Reduce;
use crate::kernels::{Finish, Kernel, Site, lower};

/// A tensor and its sizes.
pub(super) type Sized<'s> = (Spot, &'s [usize]);

impl Builder<'_> {
    /// Adds the step that makes one tensor of two that may be 1 along some axes.
    pub fn merge_of(
        &mut self,
        operator: Operator,
        [(a, of_a), (b, of_b)]: [Sized; 2],
        output: Spot,
        sizes: &[usize],
    ) {
        let kernel = Merge::new(self.choice.isa, operator, &[of_a, of_b], sizes);
        self.step(Box::new(kernel), vec![a, b], output, sizes, 0);
    }

    /// The sums of a tensor along the axes that are 1 in `to`.
    pub fn summed(&mut self, (x, sizes): Sized, to: &[usize]) -> Spot {
        if sizes == to {
            return x;
        }
        let sums = self.fresh(to);
        let kernel = Reduce::sums(self.choice.isa, sizes, to);
        self.step(Box::new(kernel), vec![x], sums, to, 0);
        sums
    }

    /// The same of its products with another, which may be 1 along some axes.
    pub fn products(&mut self, (x, sizes): Sized, (by, of): Sized, to: &[usize]) -> Spot {
        if sizes != to && sizes == of {
            let sums = self.fresh(to);
            let kernel = Reduce::sums(self.choice.isa, sizes, to).of_products();
            self.step(Box::new(kernel), vec![x, by], sums, to, 0);
            return sums;
        }
        let products = self.fresh(sizes);
        self.scale(x, (by, of), products, sizes);
        self.summed((products, sizes), to)
    }

    /// A tensor seen as one of other sizes with as many values: where it lies, or copied.
    pub fn seen_as(&mut self, x: Spot, sizes: &[usize], seen: &[usize]) -> Spot {
        let (from, stride) = (channels(sizes), channels(seen));
        if from == stride {
            return x;
        }
        if x.stride == from {
            return Spot { stride, ..x };
        }
        let dense = self.fresh(sizes);
        self.copy(x, dense, sizes);
        Spot { stride, ..dense }
    }

    /// Adds the step that makes a layer's output as a tensor of other sizes.
    pub fn step_to(
        &mut self,
        output: Value,
        seen: &[usize],
        kernel: Box<dyn Kernel>,
        inputs: Vec<Spot>,
    ) {
        let (to, sizes, stride) = (self.spot(output), self.sizes(output), channels(seen));
        if stride == channels(sizes) || to.stride == channels(sizes) {
            let stride = if stride == channels(sizes) { to.stride } else { stride };
            return self.step(kernel, inputs, Spot { stride, ..to }, seen, 0);
        }
        let made = self.fresh(seen);
        self.step(kernel, inputs, made, seen, 0);
        self.copy(Spot { stride: channels(sizes), ..made }, to, sizes);
    }

    /// Gives a tensor the gradient that a layer without weights makes of another.
    pub fn give_moved(&mut self, value: Value, op: &Op, (from, of): Sized) {
        let site = Site {
            isa: self.choice.isa,
            algorithm: self.choice.algorithm(&self.name),
            inputs: vec![of],
            output: self.sizes(value),
            params: Vec::new(),
            finish: Finish::NONE,
        };
        let kernel = lower(op, &site, Vec::new());
        self.give_made(value, kernel, vec![from]);
    }
}
