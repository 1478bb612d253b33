//! Weights, images and labels: random, the same in every run, and such that values neither grow nor vanish.

use formwork_ir::{Graph, Parameter};
use formwork_weights::Tensor;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use crate::Result;

/// Says what is drawn; another one is another set of files.
pub const SEED: u64 = 1;

/// Weights for every parameter of a network.
///
/// # Errors
/// If a size is no number.
pub fn weights(graph: &Graph) -> Result<Vec<Tensor>> {
    let mut random = StdRng::seed_from_u64(SEED);
    graph.params().map(|(_, param)| weight(param, &mut random)).collect()
}

/// Kernels as He et al. draw them, and what batch norm could have learnt.
fn weight(param: &Parameter, random: &mut StdRng) -> Result<Tensor> {
    let Parameter { name, shape, fans, .. } = param;
    let sizes = shape.iter().map(formwork_ir::Dim::known).collect::<Option<Vec<_>>>();
    let (Some(shape), Some(fan_in)) = (sizes, fans.0.known()) else {
        return Err(format!("`{name}` has a size that is no number").into());
    };
    let count = shape.iter().product();
    let deviation = (2.0 / fan_in.max(1) as f32).sqrt();
    let values = match name.rsplit('.').next() {
        Some("kernel") => normal(count, random).iter().map(|x| deviation * x).collect(),
        Some("gamma") => uniform(count, 0.5, 1.2, random),
        Some("moving_variance") => uniform(count, 0.5, 1.5, random),
        _ => uniform(count, -0.2, 0.2, random),
    };
    Ok(Tensor { name: name.clone(), shape, values })
}

/// Values of mean 0 and variance 1: the pixels of images.
pub fn images(count: usize) -> Vec<f32> {
    normal(count, &mut StdRng::seed_from_u64(SEED + 1))
}

/// Classes, each as likely as the others: the labels of places.
pub fn classes(count: usize, classes: usize) -> Vec<u32> {
    let mut random = StdRng::seed_from_u64(SEED + 2);
    (0..count).map(|_| random.gen_range(0..classes as u32)).collect()
}

fn normal(count: usize, random: &mut StdRng) -> Vec<f32> {
    StandardNormal.sample_iter(random).take(count).collect()
}

fn uniform(count: usize, low: f32, high: f32, random: &mut StdRng) -> Vec<f32> {
    (0..count).map(|_| random.gen_range(low..high)).collect()
}
