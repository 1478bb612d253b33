use super::group_norm::{BLOCK, GroupSizes};
use super::group_norm_rows::{Rows, gradient_rows};
use crate::kernels::norm::Values;
use crate::kernels::{Io, Kernel, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// The gradient of what is normalised in groups: of
/// `(gradient of the output, x, what GroupNormSums made, factors?)`.
///
/// As of rows: `(γ·dy - mean(γ·dy) - x̂ · mean(γ·dy·x̂)) / σ`.
#[derive(Debug)]
pub struct GroupNormGradient {
    /// The instruction set.
    pub isa: Isa,
    /// The groups.
    pub sizes: GroupSizes,
    /// The factors.
    pub scale: Values,
}

impl GroupNormGradient {
    /// For each channel of a sample: what a gradient is multiplied with, what is taken from it, and
    /// so much of what `x` is above its mean.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; there is room for them.
    unsafe fn factors(&self, io: &Io, sample: usize, to: *mut f32) {
        let (sizes, count) = (self.sizes, self.sizes.channels);
        // SAFETY: the caller's.
        unsafe {
            let known = std::slice::from_raw_parts(io.inputs[2].row(sample), 4 * count);
            let scale = std::slice::from_raw_parts(self.scale.first(io), count);
            let wide = |i: usize, c: usize| f64::from(known[i * count + c]);
            let mean_of = |i: usize| {
                let own = |c: usize| f64::from(scale[c]) * wide(i, c) / sizes.count();
                let mut means: Vec<_> = (0..count).map(own).collect();
                sizes.sum(&mut means);
                means
            };
            let (sums, products) = (mean_of(2), mean_of(3));
            for c in 0..count {
                let inverse = wide(1, c);
                *to.add(c) = (f64::from(scale[c]) * inverse) as f32;
                *to.add(count + c) = (inverse * sums[c]) as f32;
                *to.add(2 * count + c) = (inverse * inverse * products[c]) as f32;
            }
        }
    }
}

impl Kernel for GroupNormGradient {
    fn name(&self) -> String {
        format!("gradient of a norm of {} groups", self.sizes.groups)
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: 3 * self.sizes.channels }
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let GroupSizes { samples, rows, channels: count, .. } = self.sizes;
        let blocks = rows.div_ceil(BLOCK);
        let mut known = None;
        for block in member.take(samples * blocks, 1).flatten() {
            let (sample, first) = (block / blocks, block % blocks * BLOCK);
            let (row, rows) = (sample * rows + first, BLOCK.min(rows - first));
            // SAFETY: rows of the tensors, each one member's, and its own scratch memory.
            unsafe {
                let factors = io.scratch.add(self.scratch().own(member));
                if known != Some(sample) {
                    self.factors(io, sample, factors);
                    known = Some(sample);
                }
                let [dy, x, to] = [io.inputs[0], io.inputs[1], io.output].map(|at| at.at(row, 0));
                let all = Rows { dy, x, rows, count };
                gradient_rows(self.isa, all, io.inputs[2].row(sample), factors, to);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::GroupNorm;
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, cases, check, run};
    use crate::kernels::learn::GroupNormSums;
    use crate::kernels::slopes::Slopes;

    proptest! {
        #![proptest_config(cases(40))]
        #[test]
        fn gradients_of_norms_of_groups_are_differences(
            samples in 1..3usize, wide: bool, rows in 1..6usize, groups in 1..4usize,
            each in 1..10usize, scaled: bool, seed: u64,
        ) {
            let (rows, channels) = (if wide { 30 * rows } else { rows }, groups * each);
            let channels = if wide { groups } else { channels };
            let layer = GroupNorm::new().groups(groups).scale(scaled);
            let inputs: &[&[usize]] = &[&[samples, rows, channels]];
            let of = Slopes::new(layer.clone(), inputs, seed).expect("it fits");
            let sizes = GroupSizes { samples, rows, channels, groups };
            // What the first kernel says is what the second reads; of channels' sums over samples are
            // the gradients of the parameters.
            let known = Case::of(
                vec![of.dy.clone(), of.inputs[0].clone()],
                vec![],
                Array::new(&[samples, 4 * channels], vec![0.0; 4 * samples * channels]),
            );
            let kernel = |isa| GroupNormSums::new(isa, sizes, layer.epsilon);
            for isa in Isa::available() {
                let [alone, together] =
                    [1, 3].map(|members| run(&kernel(isa), &known, members, false));
                assert_eq!(alone, together, "{isa}: other bits for another team");
                let sums = |part: usize, c: usize| -> f64 {
                    let own = |s: usize| f64::from(alone[(4 * s + part) * channels + c]);
                    (0..samples).map(own).sum()
                };
                let params = if scaled { vec![3, 2] } else { vec![2] };
                for (part, expect) in params.into_iter().zip(&of.gradients[1..]) {
                    for c in 0..channels {
                        let off = (sums(part, c) - expect.at(&[c])).abs();
                        assert!(off <= 1e-4, "{isa}: {}, not {}", sums(part, c), expect.at(&[c]));
                    }
                }
                let known = alone.iter().map(|x| f64::from(*x)).collect();
                let known = Array::new(&[samples, 4 * channels], known);
                let mut inputs = vec![of.dy.clone(), of.inputs[0].clone(), known];
                if scaled {
                    inputs.push(of.params[0].reshape(&[1, channels]));
                }
                let case = Case::of(inputs, vec![], of.gradients[0].clone());
                check(case.within(3e-5), |isa, _| {
                    let scale = if scaled { Values::Given(3) } else { Values::ones(channels) };
                    Box::new(GroupNormGradient { isa, sizes, scale })
                });
            }
        }
    }
}
