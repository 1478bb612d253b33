use super::rules::{above_zero, axes};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::{Array, mean, variance};
use crate::{Axes, Axis, Call, Example, Fault, Group, Inferred, Initializer, Inputs, Rule};

layer! {
    /// Normalises each sample over its last axes, by default the channels; then scales and
    /// shifts it.
    ///
    /// The variance is the biased one. `gamma` and `beta` have the sizes of the axes. PyTorch's
    /// `epsilon` is 1e-5.
    "layer_norm" => LayerNorm {;
        /// Over which axes: the last one, or the last few.
        axis: Axes = Axes(vec![Axis(-1)]),
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

impl Rule for LayerNorm {
    const GROUP: Group = Group::Normalization;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["LayerNormalization", "LayerNorm", "layernorm"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.layer_norm(epsilon = 1e-6)",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        above_zero(call.layer, "epsilon", self.epsilon)?;
        let shape = call.shape();
        let axes = axes(call, "axis", &self.axis)?;
        let first = shape.rank() - axes.len();
        if axes[0] != first {
            let title = format!("`{}`: the axes must be the last ones of {shape}", call.layer);
            return Err(Fault::arg("axis", title).help("-1, or (-2, -1), …; `permute` moves axes"));
        }
        let sizes = &shape.dims()[first..];
        let mut inferred = Inferred::shape(shape.clone());
        if self.scale {
            inferred = inferred.weight("gamma", sizes, &self.gamma_initializer);
        }
        if self.center {
            inferred = inferred.weight("beta", sizes, &self.beta_initializer);
        }
        Ok(inferred)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let (x, rank) = (&inputs[0], inputs[0].dims().len());
        let first = rank - self.axis.0.len();
        let axes: Vec<_> = (first..rank).collect();
        let (mean, variance) = (x.reduce(&axes, mean), x.reduce(&axes, variance));
        let mut params = params.iter();
        let gamma = self.scale.then(|| params.next().expect("gamma"));
        let beta = self.center.then(|| params.next().expect("beta"));
        Array::build(x.dims(), |index| {
            let mut group = index.to_vec();
            group[first..].fill(0);
            let (mean, variance) = (mean.at(&group), variance.at(&group));
            let normal = (x.at(index) - mean) / (variance + self.epsilon).sqrt();
            let own = &index[first..];
            normal * gamma.map_or(1.0, |gamma| gamma.at(own))
                + beta.map_or(0.0, |beta| beta.at(own))
        })
    }
}
