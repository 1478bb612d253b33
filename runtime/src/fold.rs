//! Batch normalisation at inference is a factor and a term a channel; here a layer beside it takes
//! them into its kernels and its bias. All is computed in f64 and rounded once.

use dfdx::nn::ToDevice;
use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{ConstShape, HasShape, Shape, Tensor};
use formwork_ir::Layout;

use crate::{Backend, Frozen, HasFrozen};

/// The values of a tensor, and its sizes.
pub struct Values {
    sizes: Vec<usize>,
    values: Vec<f64>,
}

/// Reads a tensor.
pub fn values<S: Shape, D: Backend>(tensor: &Tensor<S, f32, D>) -> Values {
    let sizes = tensor.shape().concrete().into();
    Values { sizes, values: tensor.as_vec().into_iter().map(f64::from).collect() }
}

/// A tensor of its own with the same values.
///
/// # Errors
/// If the device fails.
pub fn copy<S: Shape, D: Backend>(tensor: &Tensor<S, f32, D>) -> Result<Tensor<S, f32, D>, D::Err> {
    tensor.device().try_tensor_from_vec(tensor.as_vec(), *tensor.shape())
}

/// A model of its own with the same values, of which nothing is frozen.
///
/// # Errors
/// If the device fails.
pub fn another<D: Backend, M>(model: &M, device: &D) -> Result<M::To<f32, D>, D::Err>
where
    M: TensorCollection<f32, D, To<f32, D>: HasFrozen>,
{
    let mut model = model.try_to_device(device)?;
    model.each_frozen_mut("", &mut |_, frozen| *frozen = Frozen::new());
    Ok(model)
}

/// A tensor of zeros.
///
/// # Errors
/// If the device fails.
pub fn zeros<S: ConstShape, D: Backend>(device: &D) -> Result<Tensor<S, f32, D>, D::Err> {
    device.try_zeros()
}

/// What a batch norm does at inference: `factor · x + term`, for each channel.
pub struct Norm {
    factors: Vec<f64>,
    terms: Vec<f64>,
}

impl Norm {
    /// `γ/√(σ²+ε)` and `β - μ·γ/√(σ²+ε)`.
    pub fn new(
        epsilon: f64,
        gamma: Option<Values>,
        beta: Option<Values>,
        mean: Values,
        variance: Values,
    ) -> Self {
        let inverse = variance.values.iter().map(|variance| 1.0 / (variance + epsilon).sqrt());
        let factors: Vec<_> = match gamma {
            Some(gamma) => {
                inverse.zip(gamma.values).map(|(inverse, gamma)| inverse * gamma).collect()
            }
            None => inverse.collect(),
        };
        let mut terms: Vec<_> =
            mean.values.iter().zip(&factors).map(|(mean, factor)| -mean * factor).collect();
        if let Some(beta) = beta {
            terms.iter_mut().zip(beta.values).for_each(|(term, beta)| *term += beta);
        }
        Norm { factors, terms }
    }
}

/// A layer's kernels, one after the other, and its bias.
pub struct Folded {
    kernels: Vec<(Layout, Values)>,
    bias: Vec<f64>,
}

impl Folded {
    /// The layer as it is; without a bias it has one of zeros.
    pub fn new<const N: usize>(kernels: [(Layout, Values); N], bias: Option<Values>) -> Self {
        let outputs = kernels.last().map_or(0, |(layout, kernel)| layout.outputs(&kernel.sizes));
        let bias = bias.map_or_else(|| vec![0.0; outputs], |bias| bias.values);
        Folded { kernels: kernels.into(), bias }
    }

    /// The layer, then the batch norm.
    pub fn then(&mut self, norm: Norm) {
        let Norm { factors, terms } = norm;
        if let Some((layout, kernel)) = self.kernels.last_mut() {
            scale(kernel, |sizes, i| factors[layout.channels(sizes, i)[1]]);
        }
        for (bias, (factor, term)) in self.bias.iter_mut().zip(factors.iter().zip(terms)) {
            *bias = *bias * factor + term;
        }
    }

    /// The batch norm, then the layer.
    pub fn after(&mut self, norm: Norm) {
        let Norm { factors, mut terms } = norm;
        // What the terms add to what each kernel makes.
        for (layout, kernel) in &self.kernels {
            let mut sums = vec![0.0; layout.outputs(&kernel.sizes)];
            for (i, value) in kernel.values.iter().enumerate() {
                let [input, output] = layout.channels(&kernel.sizes, i);
                sums[output] += value * terms[input];
            }
            terms = sums;
        }
        if let Some((layout, kernel)) = self.kernels.first_mut() {
            scale(kernel, |sizes, i| factors[layout.channels(sizes, i)[0]]);
        }
        self.bias.iter_mut().zip(terms).for_each(|(bias, term)| *bias += term);
    }

    /// The values of a kernel, or of the bias.
    pub fn rounded(&self, kernel: Option<usize>) -> Vec<f32> {
        let values = kernel.map_or(&self.bias, |index| &self.kernels[index].1.values);
        values.iter().map(|&value| value as f32).collect()
    }

    /// A kernel, by its number.
    ///
    /// # Errors
    /// If the device fails.
    pub fn kernel<S: ConstShape, D: Backend>(
        &self,
        device: &D,
        index: usize,
    ) -> Result<Tensor<S, f32, D>, D::Err> {
        device.try_tensor_from_vec(self.rounded(Some(index)), S::default())
    }

    /// The bias.
    ///
    /// # Errors
    /// If the device fails.
    pub fn bias<S: ConstShape, D: Backend>(&self, device: &D) -> Result<Tensor<S, f32, D>, D::Err> {
        device.try_tensor_from_vec(self.rounded(None), S::default())
    }
}

fn scale(kernel: &mut Values, factor: impl Fn(&[usize], usize) -> f64) {
    let Values { sizes, values } = kernel;
    values.iter_mut().enumerate().for_each(|(i, value)| *value *= factor(sizes, i));
}
