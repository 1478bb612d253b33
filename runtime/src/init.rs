//! How parameters start: Keras' initialisers.

use dfdx::prelude::{Device, Dtype, HasShape, Shape, Tensor};
use formwork_ir::Initializer;
use num_traits::FromPrimitive;
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSliceMut};

use crate::random::Random;

/// Standard deviation of a normal of variance 1 that is cut at two standard deviations.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// Values that one generator draws; the next such block has its own, so that they can be drawn
/// side by side and the seed alone says what they are.
const BLOCK: usize = 1 << 16;

/// Where values come from.
#[derive(Clone, Copy)]
enum Values {
    Constant(f64),
    Uniform { low: f64, high: f64 },
    Normal { mean: f64, deviation: f64, truncated: bool },
}

/// Fills `tensor` as `initializer` says; `fans` are the layer's `(fan_in, fan_out)`.
///
/// Random values come from a generator on the host, seeded by the device, and are computed in
/// f64. The normal initialisers are truncated at two standard deviations, and their deviation is
/// corrected for it, as Keras' are.
///
/// # Errors
/// If the device fails.
pub fn initialize<S: Shape, E: Dtype, D: Device<E>>(
    tensor: &mut Tensor<S, E, D>,
    initializer: Initializer,
    fans: (usize, usize),
) -> Result<(), D::Err> {
    let mut values = vec![E::default(); tensor.shape().num_elements()];
    let source = Values::of(initializer, fans);
    let seed = match source {
        Values::Constant(_) => 0,
        _ => tensor.device().random_u64(),
    };
    values.par_chunks_mut(BLOCK).enumerate().for_each(|(block, values)| {
        let mut random = Random::new(Random::new(seed ^ block as u64).next());
        values.fill_with(|| cast(source.draw(&mut random)));
    });
    tensor.copy_from(&values);
    Ok(())
}

impl Values {
    fn of(initializer: Initializer, (fan_in, fan_out): (usize, usize)) -> Self {
        let (fan_in, fan_out) = (fan_in.max(1) as f64, fan_out.max(1) as f64);
        let uniform = |limit: f64| Values::Uniform { low: -limit, high: limit };
        let truncated = |variance: f64| Values::Normal {
            mean: 0.0,
            deviation: variance.sqrt() / TRUNCATED,
            truncated: true,
        };
        match initializer {
            Initializer::Zeros => Values::Constant(0.0),
            Initializer::Ones => Values::Constant(1.0),
            Initializer::Constant(value) => Values::Constant(value),
            Initializer::GlorotUniform => uniform((6.0 / (fan_in + fan_out)).sqrt()),
            Initializer::GlorotNormal => truncated(2.0 / (fan_in + fan_out)),
            Initializer::HeUniform => uniform((6.0 / fan_in).sqrt()),
            Initializer::HeNormal => truncated(2.0 / fan_in),
            Initializer::LecunUniform => uniform((3.0 / fan_in).sqrt()),
            Initializer::LecunNormal => truncated(1.0 / fan_in),
            Initializer::RandomUniform(low, high) => Values::Uniform { low, high },
            Initializer::RandomNormal(mean, deviation) => {
                Values::Normal { mean, deviation, truncated: false }
            }
            Initializer::TruncatedNormal(mean, deviation) => {
                Values::Normal { mean, deviation, truncated: true }
            }
        }
    }

    fn draw(self, random: &mut Random) -> f64 {
        match self {
            Values::Constant(value) => value,
            Values::Uniform { low, high } => low + (high - low) * random.uniform(),
            Values::Normal { mean, deviation, truncated } => loop {
                let x = random.normal();
                if !truncated || x.abs() <= 2.0 {
                    return mean + deviation * x;
                }
            },
        }
    }
}

/// The value as an `E`; 0 where that has no such value.
fn cast<E: Dtype>(value: f64) -> E {
    <E as FromPrimitive>::from_f64(value).unwrap_or_default()
}
