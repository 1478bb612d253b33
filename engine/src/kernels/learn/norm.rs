use super::norm_rows::{Factors, normalize_rows};
use crate::kernels::pieces::unit;
use crate::kernels::{Finish, Io, Kernel, Place, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// A batch norm while a model is trained, and a cut behind it.
#[derive(Clone, Copy, Debug)]
pub struct BatchNorm {
    /// The instruction set.
    pub isa: Isa,
    /// Rows over which there are statistics.
    pub rows: usize,
    /// Values in a row.
    pub channels: usize,
    /// What is added to variances.
    pub epsilon: f64,
    /// Whether it has factors `gamma`.
    pub scale: bool,
    /// Whether it has shifts `beta`.
    pub center: bool,
    /// Whether the means and variances are not those of the batch: then nothing follows from them.
    pub frozen: bool,
    /// The smallest output and the largest: [`Finish::RANGE`] where nothing is cut.
    pub range: (f32, f32),
}

impl BatchNorm {
    /// Computes the factors of all channels: from `(means and variances, gamma?, beta?)`.
    ///
    /// # Safety
    /// They are there, and there is room at `to` for what [`Factors`] hold.
    pub(super) unsafe fn factors(&self, inputs: &[Place], to: *mut f32) -> Factors {
        let (moments, mut params) = (inputs[0], inputs[1..].iter());
        let mut param = |present: bool| {
            present.then(|| params.next().expect("the parameter").first.cast_const())
        };
        let (gamma, beta) = (param(self.scale), param(self.center));
        let factors = Factors::new(to, self.channels);
        for c in 0..self.channels {
            // SAFETY: the caller's.
            unsafe {
                let [mean, variance] = [0, 1].map(|row| f64::from(*moments.row(row).add(c)));
                let of = |param: Option<*const f32>, or: f64| {
                    param.map_or(or, |param| f64::from(*param.add(c)))
                };
                let inverse = 1.0 / (variance + self.epsilon).sqrt();
                let scale = of(gamma, 1.0) * inverse;
                *factors.mean.add(c) = mean as f32;
                *factors.inverse.add(c) = inverse as f32;
                *factors.scale.add(c) = scale as f32;
                *factors.shift.add(c) = (of(beta, 0.0) - mean * scale) as f32;
            }
        }
        factors
    }

    /// Whether something is cut.
    pub(super) fn cuts(&self) -> bool {
        self.range != Finish::RANGE
    }

    /// How many rows are worth to be taken at once.
    pub(super) fn unit(&self) -> usize {
        4 * unit(self.channels)
    }
}

/// What a batch norm makes: of `(x, means and variances, gamma?, beta?)`.
#[derive(Debug)]
pub struct Normalize(pub BatchNorm);

impl Kernel for Normalize {
    fn name(&self) -> String {
        format!("normalise{}", if self.0.cuts() { ", cut" } else { "" })
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: Factors::values(self.0.channels) }
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let BatchNorm { isa, rows, channels, range, .. } = self.0;
        // SAFETY: a member's own scratch memory; rows of the tensors.
        unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            let factors = self.0.factors(&io.inputs[1..], own);
            for rows in member.take(rows, self.0.unit()) {
                let [from, to] = [io.inputs[0], io.output].map(|at| at.at(rows.start, 0));
                normalize_rows(isa, from, to, rows.len(), channels, factors, range);
            }
        }
    }
}
