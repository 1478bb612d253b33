use super::rules::above_zero;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::shape::product;
use crate::{
    Call, Condition, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Rule, Symbol,
};

layer! {
    /// Normalises each channel over batch, height and width; then scales and shifts it.
    ///
    /// Training uses the batch's mean and biased variance and moves the running statistics:
    /// `moving = momentum · moving + (1 - momentum) · batch` (Keras' rule; PyTorch's momentum is
    /// one minus this one). Inference uses the running statistics, and so does training where they
    /// are frozen. Defaults are Keras'.
    "batch_norm" => BatchNorm {;
        /// How much of the running statistics each step keeps.
        momentum: f64 = 0.99,
        /// Added to the variance.
        epsilon: f64 = 1e-3,
        /// Whether a learned shift `beta` is added.
        center: bool = true,
        /// Whether a learned factor `gamma` is applied.
        scale: bool = true,
        /// Whether the running variance takes the unbiased batch variance, as PyTorch's does.
        unbiased: bool = false,
        /// How `beta` starts.
        beta_initializer: Initializer = Initializer::Zeros,
        /// How `gamma` starts.
        gamma_initializer: Initializer = Initializer::Ones,
        /// How `moving_mean` starts.
        moving_mean_initializer: Initializer = Initializer::Zeros,
        /// How `moving_variance` starts.
        moving_variance_initializer: Initializer = Initializer::Ones,
    }
}

impl Rule for BatchNorm {
    const GROUP: Group = Group::Normalization;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["BatchNormalization", "BatchNorm2d", "BatchNorm1d", "batchnorm", "bn"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.batch_norm(momentum = 0.9)",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let n = call.channels()?;
        if !(0.0..=1.0).contains(&self.momentum) {
            let title =
                format!("`batch_norm`: the momentum must be in 0..=1, got {}", self.momentum);
            return Err(Fault::arg("momentum", title));
        }
        above_zero(call.layer, "epsilon", self.epsilon)?;
        let shape = call.shape();
        let positions = &shape.dims()[..shape.rank() - 1];
        let several = Condition::at_least(&product(positions), &Dim::Known(2));
        call.need_in_training(several, || {
            let sizes: Vec<_> = positions.iter().map(|dim| dim.math(&Symbol::spoken)).collect();
            let title = format!(
                "`batch_norm` sees one value a channel ({}): its variance is always 0",
                sizes.join("×")
            );
            let help = "give it a larger batch or map, or use `layer_norm` or `group_norm`";
            Fault::input(0, title).help(help)
        })?;
        Ok(Inferred::shape(call.shape().clone())
            .vector(self.scale, "gamma", n, &self.gamma_initializer)
            .vector(self.center, "beta", n, &self.beta_initializer)
            .statistic("moving_mean", n, &self.moving_mean_initializer)
            .statistic("moving_variance", n, &self.moving_variance_initializer))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let mut rest = params.iter();
        let gamma = self.scale.then(|| rest.next().expect("gamma"));
        let beta = self.center.then(|| rest.next().expect("beta"));
        let (mean, variance) = (rest.next().expect("mean"), rest.next().expect("variance"));
        inputs[0].map_channels(|x, c| {
            let normal = (x - mean.at(&[c])) / (variance.at(&[c]) + self.epsilon).sqrt();
            gamma.map_or(1.0, |g| g.at(&[c])) * normal + beta.map_or(0.0, |b| b.at(&[c]))
        })
    }
}
