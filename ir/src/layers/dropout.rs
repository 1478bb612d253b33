use super::rules::rate;
use crate::layer::layer;
use crate::{Call, Dim, Example, Fault, Group, Inferred, Inputs, NoiseShape, Rule};

layer! {
    /// Sets a random share of the values to 0 while training and scales the rest by
    /// `1 / (1 - rate)`; does nothing at inference.
    ///
    /// `noise_shape` shares one decision along an axis: `[_, 1, 1, _]` drops whole maps.
    "dropout" => Dropout {
        /// Share of the values to drop.
        rate: f64;
        /// Shape of the mask: `_` takes the input's size, 1 is shared.
        noise_shape: Option<NoiseShape> = None,
    }
}

impl Rule for Dropout {
    const GROUP: Group = Group::Regularization;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Dropout"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.dropout(0.25, noise_shape = [_, 1, 1, _])",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        rate(call.layer, self.rate)?;
        let shape = call.shape();
        if let Some(NoiseShape(noise)) = &self.noise_shape {
            let fits = |(n, dim): (&Option<usize>, &Dim)| match n {
                None | Some(1) => true,
                Some(n) => *dim == Dim::Known(*n),
            };
            let ranks_agree = noise.len() == shape.rank();
            if !ranks_agree || !noise.iter().zip(shape.dims()).all(fits) {
                let title = format!(
                    "`{}`: the noise shape does not fit the input, which is {shape}",
                    call.layer
                );
                let help = "one entry a dimension, batch first: `_` for the input's size, 1 to share";
                return Err(Fault::arg("noise_shape", title).help(help));
            }
        }
        Ok(Inferred::shape(shape.clone()))
    }

    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        _: &[crate::oracle::Array],
    ) -> crate::oracle::Array {
        inputs[0].clone()
    }
}
