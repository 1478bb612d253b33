//! How parameters start: Keras' initialisers, from a seed.

use formwork_ir::Initializer;

/// Standard deviation of a normal of variance 1 that is cut at two standard deviations.
const TRUNCATED: f64 = 0.879_625_661_034_239_8;

/// `count` values of a parameter of that number; `fans` are its `(fan_in, fan_out)`.
///
/// A seed means the same values in every release, but not those that a device draws.
pub fn draw(
    initializer: &Initializer,
    fans: (usize, usize),
    count: usize,
    seed: u64,
    number: usize,
) -> Vec<f32> {
    let own = Random(seed ^ (number as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93)).next();
    let mut random = Random(own);
    let (fan_in, fan_out) = (fans.0.max(1) as f64, fans.1.max(1) as f64);
    let fill = |draw: &mut dyn FnMut() -> f64| (0..count).map(|_| draw() as f32).collect();
    let mut uniform = |low: f64, high: f64| fill(&mut || low + (high - low) * random.uniform());
    let limit = |variance: f64| (3.0 * variance).sqrt();
    let (mean, deviation, cut) = match *initializer {
        Initializer::Zeros => return vec![0.0; count],
        Initializer::Ones => return vec![1.0; count],
        Initializer::Constant(value) => return vec![value as f32; count],
        Initializer::GlorotUniform => {
            let limit = limit(2.0 / (fan_in + fan_out));
            return uniform(-limit, limit);
        }
        Initializer::HeUniform => return uniform(-limit(2.0 / fan_in), limit(2.0 / fan_in)),
        Initializer::LecunUniform => return uniform(-limit(1.0 / fan_in), limit(1.0 / fan_in)),
        Initializer::RandomUniform(low, high) => return uniform(low, high),
        Initializer::GlorotNormal => (0.0, (2.0 / (fan_in + fan_out)).sqrt() / TRUNCATED, true),
        Initializer::HeNormal => (0.0, (2.0 / fan_in).sqrt() / TRUNCATED, true),
        Initializer::LecunNormal => (0.0, (1.0 / fan_in).sqrt() / TRUNCATED, true),
        Initializer::RandomNormal(mean, deviation) => (mean, deviation, false),
        Initializer::TruncatedNormal(mean, deviation) => (mean, deviation, true),
    };
    fill(&mut || loop {
        let x = random.normal();
        if !cut || x.abs() <= 2.0 {
            return mean + deviation * x;
        }
    })
}

/// splitmix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `0.0..1.0`.
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normal, mean 0 and variance 1 (Box and Muller).
    fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, standard deviation and largest distance from 0 of many values.
    fn check(initializer: Initializer, mean: f64, deviation: f64, most: f64) {
        let values = draw(&initializer, (300, 500), 40_000, 7, 3);
        let n = values.len() as f64;
        let found = values.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let variance = values.iter().map(|&x| (f64::from(x) - found).powi(2)).sum::<f64>() / n;
        let largest = values.iter().fold(0.0_f64, |most, x| most.max(f64::from(x.abs())));
        let case = format!("{initializer:?}: {found} ± {}, {largest}", variance.sqrt());
        assert!((found - mean).abs() < 0.02 * deviation.max(1e-9), "{case}");
        assert!((variance.sqrt() - deviation).abs() <= 0.02 * deviation, "{case}");
        assert!(largest <= most * 1.000_001, "{case}");
    }

    #[test]
    fn values_are_distributed_as_the_initialiser_says() {
        let of = |variance: f64| (variance.sqrt(), (3.0 * variance).sqrt());
        let (glorot, limit) = of(2.0 / 800.0);
        check(Initializer::GlorotUniform, 0.0, glorot, limit);
        check(Initializer::GlorotNormal, 0.0, glorot, 2.0 * glorot / TRUNCATED);
        let (he, limit) = of(2.0 / 300.0);
        check(Initializer::HeUniform, 0.0, he, limit);
        check(Initializer::HeNormal, 0.0, he, 2.0 * he / TRUNCATED);
        let (lecun, limit) = of(1.0 / 300.0);
        check(Initializer::LecunUniform, 0.0, lecun, limit);
        check(Initializer::LecunNormal, 0.0, lecun, 2.0 * lecun / TRUNCATED);
        check(Initializer::RandomNormal(2.0, 0.5), 2.0, 0.5, 6.0);
        check(Initializer::RandomUniform(1.0, 2.0), 1.5, 1.0 / 12.0_f64.sqrt(), 2.0);
        check(Initializer::TruncatedNormal(0.0, 1.0), 0.0, TRUNCATED, 2.0);
        check(Initializer::Constant(3.0), 3.0, 0.0, 3.0);
        check(Initializer::Zeros, 0.0, 0.0, 0.0);
        check(Initializer::Ones, 1.0, 0.0, 1.0);
    }

    #[test]
    fn a_seed_and_a_number_say_what_is_drawn() {
        let of = |seed, number| draw(&Initializer::HeNormal, (3, 5), 8, seed, number);
        assert_eq!(of(1, 2), of(1, 2));
        assert_ne!(of(1, 2), of(2, 2));
        assert_ne!(of(1, 2), of(1, 3));
    }
}
