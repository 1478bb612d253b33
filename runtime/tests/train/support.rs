use std::path::PathBuf;
use std::sync::Arc;

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::Accuracy;
use formwork::optim::Adam;
use formwork::prelude::*;
use formwork::train::{Dataset, Fit, Loader, Sample};

model! {
    pub struct Small(image: [_, 6, 6, 1]) -> [_, 3] {
        image.conv2d(4, 3).batch_norm(momentum = 0.9).relu().dropout(0.3).flatten().dense(3)
    }
}

/// Pictures of three kinds, with noise that follows from the sample's seed.
pub struct Pictures(pub usize);

impl Dataset for Pictures {
    type Item = (Vec<f32>, u32);

    fn len(&self) -> usize {
        self.0
    }

    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item> {
        let class = index as u32 % 3;
        let pixel = |i: usize| {
            let noise = seed.wrapping_mul(2 * i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (noise >> 40) as f32 / (1u64 << 24) as f32
                + f32::from(u8::from(i % 3 == class as usize))
        };
        Ok(((0..36).map(pixel).collect(), class))
    }
}

pub type Image = Tensor<(usize, Const<6>, Const<6>, Const<1>), f32, Cpu>;
pub type Batch = (Image, Classes<(usize,), 3>);

pub fn collate(samples: Vec<(Vec<f32>, u32)>) -> Result<Batch, Error> {
    let n = samples.len();
    let (pixels, classes): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
    let image = Cpu::default().tensor_from_vec(pixels.concat(), (n, Const, Const, Const));
    Ok((image, Classes::new((n,), classes)?))
}

pub type Collate = fn(Vec<(Vec<f32>, u32)>) -> Result<Batch, Error>;

pub fn loader(threads: usize) -> Loader<Pictures, Collate> {
    let collate: Collate = collate;
    Loader::new(Arc::new(Pictures(50)), 8, collate).shuffle(7).threads(threads)
}

pub type SmallFit<'a> =
    Fit<'a, Cpu, (usize, Const<3>), Classes<(usize,), 3>, SparseCategoricalCrossentropy>;

pub fn fit<'a>(epochs: usize) -> SmallFit<'a> {
    let loss = SparseCategoricalCrossentropy::from_logits();
    Fit::new(Adam::new(0.01), loss).epochs(epochs).seed(5).metric(Accuracy::new())
}

pub fn model() -> Small {
    Small::build(&Cpu::seed_from_u64(1))
}

/// All weights, to the bit.
pub fn bits(model: &Small) -> Vec<u32> {
    let tensors: [Vec<f32>; 8] = [
        model.conv2d_kernel.as_vec(),
        model.conv2d_bias.as_vec(),
        model.batch_norm_gamma.as_vec(),
        model.batch_norm_beta.as_vec(),
        model.batch_norm_moving_mean.as_vec(),
        model.batch_norm_moving_variance.as_vec(),
        model.dense_kernel.as_vec(),
        model.dense_bias.as_vec(),
    ];
    tensors.iter().flatten().map(|value| value.to_bits()).collect()
}

/// A directory that goes with the value.
pub struct Directory(pub PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("formwork-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
