//! The networks that are trained, as they are declared: with their batch norms.

mod fit;
mod prepare;
mod reference;
mod steps;

use formwork::Weights;
use formwork::dfdx::prelude::{Const, Cpu, TensorFromVec};
use formwork::labels::Classes;
use formwork_bench_worker::{Files, Rule, Training};
use formwork_ir::Graph;

use crate::Result;
use crate::models::{self, MnistCnn, MobileNetV2, Unet};
pub use prepare::{expected_losses, prepare, write_training};
pub use reference::LOSSES;
pub use steps::Steps;
use steps::Turns;

/// A network that is trained.
pub struct Trained {
    /// Its name in commands and folders.
    pub name: &'static str,
    /// Its name in tables.
    pub title: &'static str,
    /// How it is trained.
    pub training: Training,
    /// How far from the expected ones the first losses may be, relative to them. Where rounding
    /// takes a value to the other side of a ReLU, a gradient is another; the fewer the values of a
    /// batch norm, the more it makes of that.
    pub apart: [f64; LOSSES],
    graph: fn() -> Graph,
    fit: fn(&Files, &Turns) -> Result<()>,
    losses: fn(&Files) -> Result<Vec<f64>>,
}

impl Trained {
    /// The network as it is declared.
    pub fn graph(&self) -> Graph {
        (self.graph)()
    }

    /// What the losses of the first steps should be, by the files of a folder.
    ///
    /// # Errors
    /// If one of them cannot be read, or the network does not take what they hold.
    pub fn losses(&self, files: &Files) -> Result<Vec<f64>> {
        (self.losses)(files)
    }

    /// Floating-point operations of a step as they are counted: the gradients of inputs and of
    /// weights take as many each as the way forward.
    pub fn flops(&self) -> f64 {
        let macs = self.graph().macs().known().expect("sizes are numbers") as f64;
        3.0 * 2.0 * macs * self.training.batch as f64
    }
}

macro_rules! trained {
    ($name:literal, $title:literal, $batch:literal, $rule:expr, $apart:expr, $Net:ty,
     [$($size:literal),*] => [$($place:literal),*], $classes:literal) => {
        Trained {
            name: $name,
            title: $title,
            training: Training { batch: $batch, rule: $rule },
            apart: $apart,
            graph: models::graph::<$Net>,
            fit: |files, turns| {
                let mut model = <$Net>::build(&Cpu::default());
                model.load(files.weights())?;
                let (batch, rule) = trained!(@ batch files, [$($size),*], [$($place),*], $classes);
                fit::fit(&mut model, batch, rule, turns)
            },
            losses: |files| {
                let mut model = <$Net>::build(&Cpu::default());
                model.load(files.weights())?;
                let (batch, rule) = trained!(@ batch files, [$($size),*], [$($place),*], $classes);
                reference::losses(&mut model, &batch, rule)
            },
        }
    };
    (@ batch $files:ident, [$($size:literal),*], [$($place:literal),*], $classes:literal) => {{
        let (network, Training { batch, rule }) = ($files.network()?, $files.training()?);
        let images = $files.images(&network, batch)?;
        let images = Cpu::default().try_tensor_from_vec(images, (batch, $(Const::<$size>),*))?;
        let classes = $files.classes(&network, batch)?;
        let classes = Classes::<_, $classes>::new((batch, $(Const::<$place>),*), classes)?;
        ((images, classes), rule)
    }};
}

/// The networks that are trained, in the order of the table.
pub static TRAINED: &[Trained] = &[
    // Where an optimiser's ε stands matters as much.
    trained!("mnist_cnn", "MNIST CNN", 64, Rule::ADAM, [1e-4, 1e-2, 1e-2],
        MnistCnn, [28, 28, 1] => [], 10),
    trained!("unet", "U-Net 128²", 4, Rule::ADAM, [1e-4, 5e-3, 5e-3],
        Unet, [128, 128, 1] => [128, 128], 2),
    trained!("mobilenet_v2", "MobileNetV2 96²", 8, MOMENTUM, [1e-4, 2e-2, 6e-2],
        MobileNetV2<96>, [96, 96, 3] => [], 1000),
];

const MOMENTUM: Rule = Rule::Sgd { learning_rate: 0.01, momentum: 0.9 };

/// The training of that name.
///
/// # Errors
/// If there is none.
pub fn find(name: &str) -> Result<&'static Trained> {
    let known = || TRAINED.iter().map(|trained| trained.name).collect::<Vec<_>>().join(", ");
    let trained = TRAINED.iter().find(|trained| trained.name == name);
    Ok(trained.ok_or_else(|| format!("`{name}` is not trained; there are {}", known()))?)
}
