//! Files of PyTorch and Keras, and what those answer with them.

use std::path::PathBuf;

use formwork::prelude::*;
use formwork::{Framework, How, Loader, Report, Weights};

use crate::models::{Convolutional, Mixed, Moved, Parts, Up, Vgg, deviation, picture};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("weights/goldens").join(name)
}

fn answer(name: &str) -> Vec<f32> {
    serde_json::from_str(&std::fs::read_to_string(path(&format!("{name}.json"))).unwrap()).unwrap()
}

/// The answer of a model with the weights of a golden, which must be that of the framework.
macro_rules! check {
    ($name:literal, $Model:ty, $file:expr, $pixels:ty) => {
        check!($name, $Model, $file, $pixels, |loader: Loader| loader)
    };
    ($name:literal, $Model:ty, $file:expr, $pixels:ty, $rules:expr) => {{
        let device = Cpu::seed_from_u64(1);
        let mut model = <$Model>::build(&device);
        let image = picture::<$pixels>(&device);
        let before = deviation(&model.forward(image.clone()).as_vec(), &answer($name));
        let file = format!("{}.{}", $name, $file);
        let report = model.load_with($rules(Loader::open(path(&file)).unwrap())).unwrap();
        let after = deviation(&model.forward(image).as_vec(), &answer($name));
        println!("{} in {}: {after:.1e}", file, stringify!($Model));
        assert!(before > 0.01 && after < 1e-5, "{file}: {before:.1e} before, {after:.1e} after");
        assert_eq!(report.framework, framework(&file));
        assert!(report.kept.is_empty());
        assert!(report.ignored.iter().all(|name| name.ends_with("num_batches_tracked")));
        report
    }};
}

/// Both frameworks' weights, as they save them and as safetensors.
const FILES: [&str; 5] = ["pytorch.safetensors", "pth", "keras.safetensors", "keras", "weights.h5"];

fn framework(file: &str) -> Framework {
    if file.contains("keras") || file.ends_with("h5") {
        Framework::Keras
    } else {
        Framework::Pytorch
    }
}

fn change<'a>(report: &'a Report, tensor: &str) -> &'a str {
    &report.matched.iter().find(|row| row.tensor == tensor).unwrap().change
}

#[test]
fn a_vgg_of_either_answers_as_there_with_dense_layers_and_with_convolutions() {
    type Pixels = Rank4<1, 64, 64, 3>;
    for file in FILES {
        let dense = check!("vgg", Vgg, file, Pixels);
        let convolutions = check!("vgg", Convolutional, file, Pixels);
        let parts = check!("vgg", Parts<10>, file, Pixels);
        for report in [&dense, &convolutions, &parts] {
            assert_eq!(report.matched.len(), 32);
            assert!(report.matched.iter().all(|row| row.how == How::Order));
        }
        if framework(file) == Framework::Pytorch {
            let changes =
                [&dense, &convolutions, &parts].map(|report| change(report, "classifier.0.weight"));
            let transposed = "transposed, its 32 inputs from CHW to HWC";
            let windows = "a dense kernel as a 2×2 convolution, OIHW → HWIO";
            assert_eq!(changes, [transposed, windows, transposed]);
            assert_eq!(change(&dense, "features.0.weight"), "OIHW → HWIO");
        } else {
            assert_eq!(change(&dense, "fc1/kernel"), "as it is");
            assert_eq!(change(&convolutions, "fc1/kernel"), "a dense kernel as a 2×2 convolution");
        }
    }
}

#[test]
fn every_kind_of_layer_is_found_by_its_name() {
    for file in FILES {
        let report = check!("mixed", Mixed, file, Rank4<1, 4, 3, 3>);
        assert!(report.matched.iter().all(|row| row.how == How::Name), "{report}");
        let noted = report.notes.iter().any(|note| note.contains("epsilon"));
        assert_eq!(noted, framework(file) == Framework::Pytorch);
    }
}

#[test]
fn values_lie_where_they_were_moved() {
    for file in FILES {
        let report = check!("moved", Moved, file, Rank4<1, 4, 3, 3>);
        let expect = match framework(file) {
            Framework::Pytorch => {
                "transposed, its 72 inputs from CHW to HWC, piece by piece, \
                 its 24 outputs from CHW to HWC"
            }
            _ => "as it is",
        };
        let kernel = report.matched.iter().find(|row| row.parameter == "hidden.dense.kernel");
        assert_eq!(kernel.unwrap().change, expect);
    }
}

#[test]
fn what_stands_in_no_order_is_asked_for() {
    type Pixels = Rank4<1, 3, 2, 4>;
    for file in FILES {
        let named = |loader: Loader| loader.map("one", "conv2d_transpose").by_order();
        check!("up", Up, file, Pixels, named);
        let sorted = file.ends_with("safetensors") || file == "weights.h5";
        if sorted {
            let mut model = Up::build(&Cpu::default());
            let error = model.load(path(&format!("up.{file}"))).unwrap_err().to_string();
            assert!(error.contains("may be `one` or `two` of the file"), "{error}");
        } else {
            check!("up", Up, file, Pixels);
        }
    }
}
