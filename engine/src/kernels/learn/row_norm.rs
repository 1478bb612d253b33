use super::blocks::Blocks;
use crate::kernels::lanes::{sum_of, vectors};
use crate::kernels::norm::{Values, row_moments};
use crate::kernels::pieces::unit;
use crate::kernels::{Io, Kernel, Place, Scratch};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of what is normalised row by row: of `(gradient of the output, x, factors?)`.
///
/// `(γ·dy - mean(γ·dy) - x̂ · mean(γ·dy·x̂)) / σ`, with `x̂` the normalised row (Ba, Kiros and Hinton,
/// Layer Normalization, 2016).
#[derive(Debug)]
pub struct RowNormGradient {
    /// The instruction set.
    pub isa: Isa,
    /// Number of rows.
    pub rows: usize,
    /// Values in each.
    pub channels: usize,
    /// What is added to variances.
    pub epsilon: f64,
    /// The factors.
    pub scale: Values,
}

/// The gradients of a norm's shifts and factors, `[2, channels]`: of `(gradient of the output, x)`.
#[derive(Debug)]
pub struct RowNormSums {
    isa: Isa,
    blocks: Blocks,
    channels: usize,
    epsilon: f64,
}

impl RowNormSums {
    /// For so many rows of channels.
    pub fn new(isa: Isa, [rows, channels]: [usize; 2], epsilon: f64) -> Self {
        RowNormSums { isa, blocks: Blocks::new(rows, 2 * channels), channels, epsilon }
    }
}

/// Rows of gradients and of what was normalised.
#[derive(Clone, Copy, Debug)]
struct Rows {
    dy: Place,
    x: Place,
    rows: usize,
    count: usize,
    epsilon: f64,
}

impl Kernel for RowNormGradient {
    fn name(&self) -> String {
        "gradient of a norm of rows".to_owned()
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let RowNormGradient { isa, rows, channels: count, epsilon, .. } = *self;
        for rows in member.take(rows, unit(count)) {
            // SAFETY: rows of the tensors; each is one member's.
            unsafe {
                let [dy, x] = [0, 1].map(|i| io.inputs[i].at(rows.start, 0));
                let all = Rows { dy, x, rows: rows.len(), count, epsilon };
                gradient_rows(isa, all, self.scale.first(io), io.output.at(rows.start, 0));
            }
        }
    }
}

impl Kernel for RowNormSums {
    fn name(&self) -> String {
        "sums of a norm's gradients".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.blocks.sums(), own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let RowNormSums { isa, blocks, channels: count, epsilon } = *self;
        // SAFETY: rows of the tensors, and a block's sums in `shared` scratch memory.
        blocks.each(member, |block, rows| unsafe {
            let [dy, x] = [0, 1].map(|i| io.inputs[i].at(rows.start, 0));
            let all = Rows { dy, x, rows: rows.len(), count, epsilon };
            sum_gradients(isa, all, io.scratch.add(block * 2 * count));
        });
        // SAFETY: members have met; a value of the output is one member's.
        unsafe {
            blocks.each_total(member, io.scratch, count, |row, channel, sum| {
                *io.output.row(row).add(channel) = sum as f32;
            });
        }
    }
}

/// # Safety
/// The rows are there, and a factor for each channel; those read and written are the same or apart.
#[inline(always)]
unsafe fn gradient<S: Simd>(all: Rows, scale: *const f32, to: Place) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Rows { rows, count, epsilon, .. } = all;
        for row in 0..rows {
            let (dy, x) = (all.dy.row(row).cast_const(), all.x.row(row).cast_const());
            let (mean, inverse) = row_moments::<S>(x, count, epsilon);
            let at = S::splat(mean);
            let sum = sum_of!(S, count, |load| S::mul(load(dy), load(scale)));
            let product = sum_of!(S, count, |load| S::mul(
                S::mul(load(dy), load(scale)),
                S::sub(load(x), at)
            ));
            let (each, wide) = (1.0 / count as f64, f64::from(inverse));
            let constant = S::splat((wide * sum * each) as f32);
            let slope = S::splat((wide * wide * wide * product * each) as f32);
            let (inverse, to) = (S::splat(inverse), to.row(row));
            vectors!(S, count, |i, load, store| {
                let own = S::mul(S::mul(load(dy.add(i)), load(scale.add(i))), inverse);
                let less = S::fma(S::sub(load(x.add(i)), at), slope, constant);
                store(to.add(i), S::sub(own, less));
            });
        }
    }
}

kernel! {
    /// The gradients of rows.
    fn gradient_rows(all: Rows, scale: *const f32, to: Place) = gradient;
}

/// # Safety
/// The rows are there, and room for two sums of each channel.
#[inline(always)]
unsafe fn sums<S: Simd>(all: Rows, to: *mut f32) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Rows { rows, count, epsilon, .. } = all;
        std::slice::from_raw_parts_mut(to, 2 * count).fill(0.0);
        let products = to.add(count);
        for row in 0..rows {
            let (dy, x) = (all.dy.row(row).cast_const(), all.x.row(row).cast_const());
            let (mean, inverse) = row_moments::<S>(x, count, epsilon);
            let (mean, inverse) = (S::splat(mean), S::splat(inverse));
            vectors!(S, count, |i, load, store| {
                let (dy, product) = (load(dy.add(i)), load(products.add(i)));
                let normal = S::mul(S::sub(load(x.add(i)), mean), inverse);
                store(to.add(i), S::add(load(to.add(i)), dy));
                store(products.add(i), S::fma(dy, normal, product));
            });
        }
    }
}

kernel! {
    /// Sums of each channel: of the gradients, and of them times the normalised rows.
    fn sum_gradients(all: Rows, to: *mut f32) = sums;
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::LayerNorm;
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, cases, check};
    use crate::kernels::slopes::Slopes;

    proptest! {
        #![proptest_config(cases(60))]
        #[test]
        fn gradients_of_norms_of_rows_are_differences(
            rows in 1..6usize, channels in 1..60usize, scaled: bool, seed: u64,
        ) {
            let layer = LayerNorm::new().scale(scaled);
            let sizes: &[&[usize]] = &[&[rows, channels]];
            let of = Slopes::new(layer.clone(), sizes, seed).expect("it fits");
            let mut inputs = vec![of.dy.clone(), of.inputs[0].clone()];
            if scaled {
                inputs.push(of.params[0].reshape(&[1, channels]));
            }
            check(Case::of(inputs, vec![], of.gradients[0].clone()), |isa, _| {
                let scale = if scaled { Values::Given(2) } else { Values::ones(channels) };
                let epsilon = layer.epsilon;
                Box::new(RowNormGradient { isa, rows, channels, epsilon, scale })
            });
        }

        #[test]
        fn sums_of_norms_of_rows_are_differences(
            rows in 1..200usize, channels in 1..4usize, seed: u64,
        ) {
            let sizes: &[&[usize]] = &[&[rows, channels]];
            let of = Slopes::new(LayerNorm::new(), sizes, seed).expect("it fits");
            let [_, factors, shifts] = &of.gradients[..] else { panic!("two parameters") };
            let sums = [shifts.data(), factors.data()].concat();
            let inputs = vec![of.dy.clone(), of.inputs[0].clone()];
            check(Case::of(inputs, vec![], Array::new(&[2, channels], sums)), |isa, _| {
                Box::new(RowNormSums::new(isa, [rows, channels], LayerNorm::new().epsilon))
            });
        }
    }
}
