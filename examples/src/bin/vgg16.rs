//! VGG-16, and its classifier as convolutions: the same weights, the same answer. So are the
//! weights in the layouts of PyTorch and of Keras, written and read again.

use std::path::{Path, PathBuf};

use formwork::compiled::Plans;
use formwork::prelude::*;
use formwork::{Framework, WeightsError};
use formwork_examples::report::{difference, timed, totals};

model! {
    /// VGG-16 (Simonyan and Zisserman, 2014) as Keras has it, without the final softmax.
    pub struct Vgg16(image: [_, 224, 224, 3] in caffe) -> [_, 1000] {
        image.features().classifier()
    }

    /// Its convolutions alone.
    pub struct Features(image: [_, 224, 224, 3] in caffe) -> [_, 7, 7, 512] {
        image.features()
    }

    /// Its classifier alone.
    pub struct Classifier(map: [_, 7, 7, 512]) -> [_, 1000] {
        map.classifier()
    }

    /// The classifier as convolutions. Its first dense layer sees all of the 7×7 map, and so does
    /// a 7×7 kernel; the layers after it see one pixel. On a larger map it would slide.
    pub struct Convolutional(map: [_, 7, 7, 512]) -> [_, 1, 1, 1000] {
        map.conv2d(4096, 7).relu().conv2d(4096, 1).relu().conv2d(1000, 1)
    }

    fn features(mut x) {
        for (filters, convolutions) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
            for _ in 0..convolutions {
                x = x.conv2d(filters, 3, padding = same).relu();
            }
            x = x.max_pool2d(2);
        }
        x
    }

    fn classifier(x) {
        x.flatten().dense(4096).relu().dense(4096).relu().dense(1000)
    }
}

const _: () = assert!(Vgg16::PARAMS == 138_357_544);
const _: () = assert!(Vgg16::PARAMS == Features::PARAMS + Convolutional::PARAMS);

fn main() -> Result<(), WeightsError> {
    println!("{}", totals(&Vgg16::summary()));
    let device = Cpu::seed_from_u64(0);
    let features = Features::build(&device);
    let images: Tensor<Rank4<2, 224, 224, 3>, f32, Cpu> = device.sample_normal();
    let map = timed("features of two images", || features.forward(Pixels::assume(images)));

    let dense = Classifier::build(&device);
    let logits = timed("dense classifier", || dense.forward(map.clone()));
    let logits = logits.as_vec();
    for framework in [Framework::Pytorch, Framework::Keras] {
        let file = Temporary::new(framework);
        timed(&format!("classifier, as {framework} has it, written"), || {
            dense.save_as(&file.0, framework)
        })?;
        let as_dense = read::<Classifier>(&device, &file.0)?;
        compare("read into dense layers", &logits, &as_dense.forward(map.clone()).as_vec());
        drop(as_dense);
        let as_pixels = read::<Convolutional>(&device, &file.0)?;
        compare("read into convolutions", &logits, &as_pixels.forward(map.clone()).as_vec());
    }
    let convolutional = convolutional(dense);
    let pixels = timed("convolutional classifier", || convolutional.forward(map));
    compare("the dense layers as convolutions", &logits, &pixels.as_vec());
    Ok(())
}

fn compare(what: &str, logits: &[f32], found: &[f32]) {
    let difference = difference(logits, found);
    println!("{what}: the logits differ by at most {difference:.1e}");
    assert!(difference < 1e-4);
}

/// A model with the weights of a file, and what was done to its first kernel.
fn read<M: Weights<Cpu> + BuildModule<Cpu, f32>>(
    device: &Cpu,
    file: &Path,
) -> Result<M, WeightsError> {
    let mut model = M::build(device);
    let report = timed("  read", || model.load(file))?;
    let first = &report.matched[0];
    println!("  {} from {}: {}", first.parameter, first.tensor, first.change);
    Ok(model)
}

/// A file of half a gigabyte, removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(framework: Framework) -> Self {
        let name = format!("formwork-vgg16-{}-{framework}.safetensors", std::process::id());
        Temporary(std::env::temp_dir().join(name))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

/// The same classifier as convolutions. Reshaping is all, because `flatten` and a kernel both
/// count (height, width, channels).
fn convolutional(dense: Classifier) -> Convolutional {
    Convolutional {
        conv2d_kernel: dense.classifier_dense_kernel.reshape(),
        conv2d_bias: dense.classifier_dense_bias,
        conv2d_1_kernel: dense.classifier_dense_1_kernel.reshape(),
        conv2d_1_bias: dense.classifier_dense_1_bias,
        conv2d_2_kernel: dense.classifier_dense_2_kernel.reshape(),
        conv2d_2_bias: dense.classifier_dense_2_bias,
        frozen: Frozen::new(),
        plans: Plans::new(),
    }
}
