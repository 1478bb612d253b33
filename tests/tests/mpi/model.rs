//! A small model and its pictures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::Accuracy;
use formwork::optim::Sgd;
use formwork::prelude::*;
use formwork::train::{Dataset, Fit, Loader, Sample};

model! {
    pub struct Small(image: [_, 6, 6, 1]) -> [_, 3] {
        let stem = image.conv2d(4, 3).batch_norm(momentum = 0.9).relu();
        let deep = stem.conv2d(6, 3, padding = same, bias = false).batch_norm().relu();
        deep.flatten().dense(16).relu().dense(3)
    }

    /// With a kernel whose gradient is a message of its own.
    pub struct Wide(image: [_, 6, 6, 1]) -> [_, 3] {
        let stem = image.conv2d(4, 3, bias = false).batch_norm(momentum = 0.9).relu();
        stem.conv2d(8, 3, padding = same).batch_norm().relu().flatten().dense(2100).relu().dense(3)
    }
}

/// What a data set does when so many samples were read of it.
#[derive(Clone, Copy)]
pub enum Then {
    Error,
    Panic,
    /// Sends its own process SIGKILL.
    Die,
}

/// Pictures of three kinds, with noise that follows from the sample's seed.
pub struct Pictures {
    ends: Option<(usize, Then)>,
    read: AtomicUsize,
}

impl Pictures {
    pub fn new() -> Self {
        Pictures { ends: None, read: AtomicUsize::new(0) }
    }

    /// So many, and then something else.
    pub fn until(count: usize, then: Then) -> Self {
        Pictures { ends: Some((count, then)), ..Pictures::new() }
    }
}

impl Dataset for Pictures {
    type Item = (Vec<f32>, u32);

    fn len(&self) -> usize {
        50
    }

    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item> {
        let read = self.read.fetch_add(1, Ordering::Relaxed);
        match self.ends {
            Some((count, Then::Error)) if read == count => return Err("the picture is torn".into()),
            Some((count, Then::Panic)) if read == count => panic!("a picture that panics"),
            Some((count, Then::Die)) if read == count => {
                let id = std::process::id().to_string();
                std::process::Command::new("kill").args(["-9", &id]).status()?;
                unreachable!("nobody survives SIGKILL");
            }
            _ => {}
        }
        let class = index as u32 % 3;
        let pixel = |i: usize| {
            let noise = seed.wrapping_mul(2 * i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (noise >> 40) as f32 / (1u64 << 24) as f32
                + f32::from(u8::from(i % 3 == class as usize))
        };
        Ok(((0..36).map(pixel).collect(), class))
    }
}

type Image = Tensor<(usize, Const<6>, Const<6>, Const<1>), f32, Cpu>;
type Batch = (Image, Classes<(usize,), 3>);
type Collate = fn(Vec<(Vec<f32>, u32)>) -> Result<Batch, Error>;

fn collate(samples: Vec<(Vec<f32>, u32)>) -> Result<Batch, Error> {
    let n = samples.len();
    let (pixels, classes): (Vec<_>, Vec<_>) = samples.into_iter().unzip();
    let image = Cpu::default().tensor_from_vec(pixels.concat(), (n, Const, Const, Const));
    Ok((image, Classes::new((n,), classes)?))
}

/// Batches of eight; the last of an epoch is of two.
pub fn loader(pictures: Pictures) -> Loader<Pictures, Collate> {
    Loader::new(Arc::new(pictures), 8, collate as Collate).shuffle(7)
}

pub type Asked =
    Fit<'static, Cpu, (usize, Const<3>), Classes<(usize,), 3>, SparseCategoricalCrossentropy>;

pub fn fit(epochs: usize) -> Asked {
    let loss = SparseCategoricalCrossentropy::from_logits();
    Fit::new(Sgd::new(0.03).momentum(0.9), loss).epochs(epochs).seed(5).metric(Accuracy::new())
}

/// Trains a model, whose first weights follow from a seed, and writes it and its history.
macro_rules! train {
    ($Model:ident, $asked:expr, $loader:expr, $seed:expr, $path:expr) => {{
        let device = formwork::prelude::Cpu::seed_from_u64($seed as u64);
        let (mut model, path): ($Model, &std::path::Path) = ($Model::build(&device), $path);
        $asked.run(&mut model, $loader).map(|history| {
            formwork::Weights::save(&model, path).unwrap();
            std::fs::write(path.with_extension("history"), format!("{history:?}")).unwrap();
        })
    }};
}
pub(crate) use train;
