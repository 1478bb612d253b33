//! The networks that are timed.

mod mnist_cnn;
mod mobilenet_v2;
mod resnet50;
mod unet;
mod vgg16;

use std::fs;
use std::path::Path;

use formwork::dfdx::prelude::*;
use formwork::{HasGraph, Weights};
use formwork_ir::Graph;

use crate::Result;
pub use mnist_cnn::MnistCnn;
use mobilenet_v2::FoldedMobileNetV2;
pub use mobilenet_v2::MobileNetV2;
use resnet50::{FoldedResNet50, ResNet50};
use unet::FoldedUnet;
pub use unet::Unet;
use vgg16::Vgg16;

/// A network that is timed.
pub struct Model {
    /// Its name in commands and folders, and that of its source's file.
    pub name: &'static str,
    /// Its name in tables.
    pub title: &'static str,
    /// The batch sizes that are timed.
    pub batches: &'static [usize],
    /// The type of the network without batch norm, which is what runs.
    pub net: &'static str,
    graphs: [fn() -> Graph; 2],
    fold: fn(&Path, &Path) -> Result<()>,
}

impl Model {
    /// The network as it is declared.
    pub fn declared(&self) -> Graph {
        self.graphs[0]()
    }

    /// The network without batch norm.
    pub fn graph(&self) -> Graph {
        self.graphs[1]()
    }

    /// Floating-point operations an image: two for a multiply-accumulate.
    pub fn flops(&self) -> f64 {
        2.0 * self.graph().macs().known().expect("sizes are numbers") as f64
    }

    /// Reads weights of the declared network, writes those of the one without batch norm.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn fold(&self, declared: &Path, net: &Path) -> Result<()> {
        (self.fold)(declared, net)
    }
}

macro_rules! entry {
    (@ $name:literal, $title:literal, $batches:expr, $fold:expr, $Declared:ident, $Net:ident) => {
        Model {
            name: $name,
            title: $title,
            batches: &$batches,
            net: stringify!($Net),
            graphs: [graph::<$Declared>, graph::<$Net>],
            fold: $fold,
        }
    };
    ($name:literal, $title:literal, $batches:expr, $Net:ident) => {
        entry!(@ $name, $title, $batches, copy, $Net, $Net)
    };
    ($name:literal, $title:literal, $batches:expr, $Declared:ident => $Net:ident) => {
        entry!(@ $name, $title, $batches, |declared, net| {
            let mut model = <$Declared>::build(&Cpu::default());
            model.load(declared)?;
            Ok(model.fold_batch_norm().save(net)?)
        }, $Declared, $Net)
    };
}

/// The networks, in the order of the table.
pub static MODELS: &[Model] = &[
    entry!("mnist_cnn", "MNIST CNN", [1, 8, 64], MnistCnn),
    entry!("unet", "U-Net 128²", [1, 8], Unet => FoldedUnet),
    entry!("mobilenet_v2", "MobileNetV2", [1, 8], MobileNetV2 => FoldedMobileNetV2),
    entry!("vgg16", "VGG-16", [1, 4], Vgg16),
    entry!("resnet50", "ResNet-50", [1, 4], ResNet50 => FoldedResNet50),
];

/// The graph of a model.
pub fn graph<M: HasGraph>() -> Graph {
    M::network().expect("`model!` wrote it").graph
}

/// The weights of a network that has no batch norm to fold.
fn copy(declared: &Path, net: &Path) -> Result<()> {
    fs::copy(declared, net)?;
    Ok(())
}

/// The network of that name.
///
/// # Errors
/// If there is none.
pub fn find(name: &str) -> Result<&'static Model> {
    let known = || MODELS.iter().map(|model| model.name).collect::<Vec<_>>().join(", ");
    let model = MODELS.iter().find(|model| model.name == name);
    Ok(model.ok_or_else(|| format!("no model `{name}`; there are {}", known()))?)
}
