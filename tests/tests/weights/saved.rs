//! What `save_as` writes, another model reads.

use std::path::PathBuf;

use formwork::prelude::*;
use formwork::{Loader, Weights, WeightsError};

use crate::models::{Convolutional, FRAMEWORKS, Mixed, Parts, Vgg, deviation, picture};

/// A file that is removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        let name = format!("formwork-{name}-{}.safetensors", std::process::id());
        Temporary(std::env::temp_dir().join(name))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn weights_written_for_both_frameworks_answer_alike_with_either_head() {
    let device = Cpu::seed_from_u64(2);
    let (dense, convolutions) = (Vgg::build(&device), Convolutional::build(&device));
    let image = picture::<Rank4<1, 64, 64, 3>>(&device);
    for framework in FRAMEWORKS {
        let file = Temporary::new(&format!("heads-{framework}"));
        for of_dense in [true, false] {
            let expect = if of_dense {
                dense.save_as(&file.0, framework).unwrap();
                dense.forward(image.clone()).as_vec()
            } else {
                convolutions.save_as(&file.0, framework).unwrap();
                convolutions.forward(image.clone()).as_vec()
            };
            let by_order = || Loader::open(&file.0).unwrap().by_order();
            let mut found = Vec::new();
            let mut vgg = Vgg::build(&device);
            vgg.load_with(by_order()).unwrap();
            found.push(vgg.forward(image.clone()).as_vec());
            let mut convolutional = Convolutional::build(&device);
            convolutional.load_with(by_order()).unwrap();
            found.push(convolutional.forward(image.clone()).as_vec());
            let mut parts = Parts::<10>::build(&device);
            parts.load_with(by_order()).unwrap();
            found.push(parts.forward(image.clone()).as_vec());
            for found in found {
                let deviation = deviation(&found, &expect);
                assert!(deviation < 1e-5, "{framework}: {deviation:.1e}");
            }
        }
    }
}

#[test]
fn what_is_written_is_read_by_name() {
    let device = Cpu::seed_from_u64(3);
    let mut model = Mixed::build(&device);
    model.norm_batch_norm_gamma = device.sample_uniform();
    model.flat_batch_norm_moving_mean = device.sample_uniform();
    let image = picture::<Rank4<1, 4, 3, 3>>(&device);
    for framework in FRAMEWORKS {
        let file = Temporary::new(&format!("names-{framework}"));
        model.save_as(&file.0, framework).unwrap();
        let mut other = Mixed::build(&device);
        other.load(&file.0).unwrap();
        assert_eq!(other.forward(image.clone()).array(), model.forward(image.clone()).array());
    }
}

#[test]
fn a_file_that_does_not_fit_leaves_the_model_as_it_is() {
    let device = Cpu::seed_from_u64(4);
    let file = Temporary::new("misfit");
    Vgg::build(&device).save_as(&file.0, FRAMEWORKS[0]).unwrap();
    let mut model = Mixed::build(&device);
    let image = picture::<Rank4<1, 4, 3, 3>>(&device);
    let before = model.forward(image.clone()).array();
    let error = model.load(&file.0).unwrap_err();
    assert!(matches!(error, WeightsError::Misfits { .. }), "{error}");
    assert_eq!(model.forward(image).array(), before);
}
