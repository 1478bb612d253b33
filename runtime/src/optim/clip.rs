/// How gradients that are too long are cut: Keras' `clipvalue`, `clipnorm`, `global_clipnorm`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Clip {
    /// Each value to at most this in either direction.
    Value(f64),
    /// The gradient of each parameter to at most this length.
    Norm(f64),
    /// All gradients, as one vector, to at most this length.
    GlobalNorm(f64),
}

impl Clip {
    /// Cuts the gradients of all parameters. Lengths are summed up in f64.
    pub fn apply(self, gradients: &mut [(String, Vec<f32>)]) {
        let square = |values: &[f32]| values.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>();
        let scale = |values: &mut Vec<f32>, norm: f64, most: f64| {
            if norm > most {
                values.iter_mut().for_each(|g| *g = (f64::from(*g) * (most / norm)) as f32);
            }
        };
        let values = gradients.iter_mut().map(|(_, values)| values);
        match self {
            Clip::Value(most) => {
                let most = most.abs() as f32;
                values.flatten().for_each(|g| *g = g.clamp(-most, most));
            }
            Clip::Norm(most) => values.for_each(|g| scale(g, square(g).sqrt(), most)),
            Clip::GlobalNorm(most) => {
                let norm = gradients.iter().map(|(_, g)| square(g)).sum::<f64>().sqrt();
                gradients.iter_mut().for_each(|(_, g)| scale(g, norm, most));
            }
        }
    }
}
