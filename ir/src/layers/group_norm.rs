use super::rules::{above_zero, divides, positive};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::{Array, mean, variance};
use crate::{Call, Example, Fault, Group, Inferred, Initializer, Inputs, Rule};

layer! {
    /// Normalises each sample over height, width and a group of channels; then scales and
    /// shifts it.
    ///
    /// The variance is the biased one; `gamma` and `beta` have one value a channel. One group is
    /// PyTorch's `GroupNorm(1, …)`, as many as channels is instance normalisation.
    "group_norm" => GroupNorm {;
        /// Number of groups; divides the channels.
        groups: usize = 32,
        /// Added to the variance.
        epsilon: f64 = 1e-3,
        /// Whether a learned shift `beta` is added.
        center: bool = true,
        /// Whether a learned factor `gamma` is applied.
        scale: bool = true,
        /// How `beta` starts.
        beta_initializer: Initializer = Initializer::Zeros,
        /// How `gamma` starts.
        gamma_initializer: Initializer = Initializer::Ones,
    }
}

impl Rule for GroupNorm {
    const GROUP: Group = Group::Normalization;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["GroupNormalization", "GroupNorm", "groupnorm"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 64]",
        body: "x.group_norm(groups = 16)",
        output: "[_, 8, 8, 64]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let n = call.channels()?;
        positive(call, "groups", self.groups)?;
        above_zero(call.layer, "epsilon", self.epsilon)?;
        divides(call, self.groups, n, "channels")?;
        Ok(Inferred::shape(call.shape().clone())
            .vector(self.scale, "gamma", n, &self.gamma_initializer)
            .vector(self.center, "beta", n, &self.beta_initializer))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let (x, channels) = (&inputs[0], *inputs[0].dims().last().expect("channels"));
        let (batch, each) = (x.dims()[0], channels / self.groups);
        // (batch, pixels, groups, channels of a group)
        let grouped = x.reshape(&[batch, x.len() / batch / channels, self.groups, each]);
        let (mean, variance) = (grouped.reduce(&[1, 3], mean), grouped.reduce(&[1, 3], variance));
        let normal = Array::build(grouped.dims(), |index| {
            let group = [index[0], 0, index[2], 0];
            let variance = variance.at(&group) + self.epsilon;
            (grouped.at(index) - mean.at(&group)) / variance.sqrt()
        });
        let mut params = params.iter();
        let gamma = self.scale.then(|| params.next().expect("gamma"));
        let beta = self.center.then(|| params.next().expect("beta"));
        normal.reshape(x.dims()).map_channels(|x, c| {
            x * gamma.map_or(1.0, |gamma| gamma.at(&[c])) + beta.map_or(0.0, |beta| beta.at(&[c]))
        })
    }
}
