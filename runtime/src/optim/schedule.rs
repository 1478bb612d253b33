use std::f64::consts::PI;

/// A learning rate for each step: a number, which is the same for all, a function of the step, or
/// one of the schedules of this module.
pub trait Schedule {
    /// The rate of a step, 0 for the first.
    fn rate(&self, step: u64) -> f64;
}

impl Schedule for f64 {
    fn rate(&self, _: u64) -> f64 {
        *self
    }
}

impl<F: Fn(u64) -> f64> Schedule for F {
    fn rate(&self, step: u64) -> f64 {
        self(step)
    }
}

macro_rules! schedules {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$field_doc:meta])* $field:ident: $Type:ty),* $(,)? }
        |$s:ident, $step:ident| $rate:expr)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $Name { $($(#[$field_doc])* pub $field: $Type),* }

        impl Schedule for $Name {
            fn rate(&self, step: u64) -> f64 {
                let ($s, $step) = (self, step as f64);
                $rate
            }
        }
    )* };
}

/// `a / b`, 1 where `b` is no number of steps.
fn share(a: f64, b: u64) -> f64 {
    if b == 0 { 1.0 } else { a / b as f64 }
}

schedules! {
    /// `initial · rate^(step / steps)`.
    ExponentialDecay {
        /// The rate of the first step.
        initial_learning_rate: f64,
        /// Steps until it decayed once.
        decay_steps: u64,
        /// What is left after that many steps.
        decay_rate: f64,
        /// Whether it decays only every `decay_steps`.
        staircase: bool,
    }
    |s, step| {
        let times = share(step, s.decay_steps);
        let times = if s.staircase { times.floor() } else { times };
        s.initial_learning_rate * s.decay_rate.powf(times)
    }

    /// `initial / (1 + rate · step / steps)`.
    InverseTimeDecay {
        /// The rate of the first step.
        initial_learning_rate: f64,
        /// Steps until the divisor grew once.
        decay_steps: u64,
        /// By how much it grows.
        decay_rate: f64,
        /// Whether it grows only every `decay_steps`.
        staircase: bool,
    }
    |s, step| {
        let times = share(step, s.decay_steps);
        let times = if s.staircase { times.floor() } else { times };
        s.initial_learning_rate / (1.0 + s.decay_rate * times)
    }

    /// From the first rate to the last along `(1 - step / steps)^power`.
    PolynomialDecay {
        /// The rate of the first step.
        initial_learning_rate: f64,
        /// Steps until the last rate.
        decay_steps: u64,
        /// The last rate; Keras' default is 0.0001.
        end_learning_rate: f64,
        /// 1 is a line.
        power: f64,
    }
    |s, step| {
        let done = share(step, s.decay_steps).min(1.0);
        let (first, last) = (s.initial_learning_rate, s.end_learning_rate);
        (first - last) * (1.0 - done).powf(s.power) + last
    }

    /// Half a cosine from the first rate down, after a linear warm-up to `warmup_target`.
    CosineDecay {
        /// The rate of the first step.
        initial_learning_rate: f64,
        /// Steps of the cosine.
        decay_steps: u64,
        /// The share of the highest rate that is left in the end.
        alpha: f64,
        /// The highest rate, reached after `warmup_steps`; `None` for no warm-up.
        warmup_target: Option<f64>,
        /// Steps of the warm-up.
        warmup_steps: u64,
    }
    |s, step| {
        let first = s.initial_learning_rate;
        let (highest, step) = match s.warmup_target {
            Some(target) if step < s.warmup_steps as f64 => {
                return first + (target - first) * share(step, s.warmup_steps);
            }
            Some(target) => (target, step - s.warmup_steps as f64),
            None => (first, step),
        };
        let done = share(step, s.decay_steps).min(1.0);
        highest * ((1.0 - s.alpha) * 0.5 * (1.0 + (PI * done).cos()) + s.alpha)
    }

    /// Cosines that start again, each `t_mul` times as long and `m_mul` times as high as the last.
    CosineDecayRestarts {
        /// The rate of the first step.
        initial_learning_rate: f64,
        /// Steps of the first cosine.
        first_decay_steps: u64,
        /// How much longer each is; Keras' default is 2.
        t_mul: f64,
        /// How much higher each is; Keras' default is 1.
        m_mul: f64,
        /// The share of the first rate that is never gone below.
        alpha: f64,
    }
    |s, step| {
        let done = share(step, s.first_decay_steps);
        let (restarts, done) = if s.t_mul == 1.0 {
            (done.floor(), done.fract())
        } else {
            let restarts = ((1.0 - done * (1.0 - s.t_mul)).ln() / s.t_mul.ln()).floor();
            let before = (1.0 - s.t_mul.powf(restarts)) / (1.0 - s.t_mul);
            (restarts, (done - before) / s.t_mul.powf(restarts))
        };
        let cosine = 0.5 * s.m_mul.powf(restarts) * (1.0 + (PI * done).cos());
        s.initial_learning_rate * ((1.0 - s.alpha) * cosine + s.alpha)
    }

    /// `values[i]` up to and including the step `boundaries[i]`, the last value after all.
    PiecewiseConstantDecay {
        /// The last step of each value, ascending.
        boundaries: Vec<u64>,
        /// One more than boundaries.
        values: Vec<f64>,
    }
    |s, step| {
        let passed = s.boundaries.iter().filter(|&&last| step > last as f64).count();
        s.values.get(passed).or(s.values.last()).copied().unwrap_or(0.0)
    }

    /// PyTorch's `OneCycleLR`: up along half a cosine, and down to almost nothing along another.
    OneCycle {
        /// The highest rate.
        max_learning_rate: f64,
        /// Steps of the whole training.
        total_steps: u64,
        /// The part of them in which the rate rises; PyTorch's default is 0.3.
        pct_start: f64,
        /// The first rate is the highest divided by this; 25.
        div_factor: f64,
        /// The last rate is the first divided by this; 10000.
        final_div_factor: f64,
    }
    |s, step| {
        let first = s.max_learning_rate / s.div_factor;
        let end = s.total_steps.saturating_sub(1) as f64;
        let top = (s.pct_start * s.total_steps as f64 - 1.0).max(0.0);
        let between = |from: f64, to: f64, done: f64| {
            to + (from - to) / 2.0 * (1.0 + (PI * done.clamp(0.0, 1.0)).cos())
        };
        if step <= top && top > 0.0 {
            between(first, s.max_learning_rate, step / top)
        } else {
            let done = (step - top) / (end - top).max(1.0);
            between(s.max_learning_rate, first / s.final_div_factor, done)
        }
    }
}
