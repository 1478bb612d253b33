//! `formwork import` on small files of every operator and layer, against ONNX Runtime and Keras;
//! `import/make.py`, `import/make_edges.py` and `import/make_keras.py` make them.

mod import {
    pub mod run;
}

use std::fs;
use std::path::{Path, PathBuf};

use formwork_ir::oracle::Array;
use import::run::{arrays, evaluated, formwork, graph, imported};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

fn files(kind: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder().join(kind)).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|kind| kind != "txt")).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The largest difference, by the largest value.
fn deviation(found: &Array, expected: &Array) -> f64 {
    if found.dims() != expected.dims() {
        return f64::INFINITY;
    }
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let pairs = found.data().iter().zip(expected.data());
    let difference =
        largest(&mut pairs.map(|(a, b)| if a.is_nan() { f64::INFINITY } else { (a - b).abs() }));
    difference / largest(&mut expected.data().iter().map(|x| x.abs())).max(1e-3)
}

/// Compares the models in a folder with what another framework made of the same inputs.
fn compare(kind: &str) {
    let goldens = arrays(&folder().join(format!("{kind}.safetensors")));
    let mut wrong = Vec::new();
    for file in files(kind) {
        let case = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let golden = |name: &str| goldens.get(name).cloned();
        let imported = match imported(&file) {
            Ok(imported) => imported,
            Err(problems) => {
                wrong.push(format!("{case}: {problems}"));
                continue;
            }
        };
        let inputs = imported.graph.inputs().enumerate().map(|(i, (_, node))| {
            // Models with inputs of the same sizes share them.
            let sizes: Vec<_> = node.shape.sample().iter().map(|dim| dim.to_string()).collect();
            let shared = golden(&format!("in{i} of {}", sizes.join("x")));
            golden(&format!("{case}/in{i}")).or(shared).expect("an input")
        });
        let made = evaluated(&imported, &inputs.collect::<Vec<_>>());
        let expected =
            (0..made.len()).map(|i| golden(&format!("{case}/out{i}")).expect("an output"));
        let expected: Vec<_> = expected.collect();
        assert!(golden(&format!("{case}/out{}", made.len())).is_none(), "{case}: more outputs");
        for (i, (made, expected)) in made.iter().zip(&expected).enumerate() {
            let deviation = deviation(made, expected);
            if deviation > 1e-5 {
                let (a, b) = (made.dims(), expected.dims());
                wrong.push(format!(
                    "{case}: output {i}, {a:?} for {b:?}: {deviation:.1e}\n{}",
                    imported.source
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imported_models_answer_as_onnx_runtime_does() {
    compare("onnx");
}

/// Arguments that few files have, shapes of sizes that are no numbers, layouts of outputs.
#[test]
fn edges_of_operators_answer_as_onnx_runtime_does() {
    compare("edges");
}

#[test]
fn imported_models_answer_as_keras_does() {
    compare("keras");
}

/// Compares a text with the file beside another.
fn golden(file: &Path, found: &str) {
    let written = file.with_extension("txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&written, found).unwrap();
    }
    let expected = fs::read_to_string(&written).unwrap_or_default();
    assert_eq!(expected, found, "in {}; BLESS=1 accepts what is found", written.display());
}

#[test]
fn configurations_are_models_without_weights() {
    for file in files("configs") {
        golden(&file, &graph(&file).to_string());
    }
}

#[test]
fn what_has_no_layer_is_named() {
    for file in files("unsupported") {
        let output =
            formwork(&["import", file.to_str().unwrap(), "-o", "never.rs", "--no-weights"]);
        assert_eq!(output.status.code(), Some(1), "{}", file.display());
        golden(&file, &String::from_utf8(output.stderr).unwrap());
    }
}
