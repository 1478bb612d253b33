//! Exported networks compute what the layers are defined to compute.
//!
//! ONNX Runtime and Keras run them, in the Pythons that `FORMWORK_PYTHON` (with onnx, onnxruntime
//! and numpy) and `FORMWORK_KERAS_PYTHON` (with keras, safetensors and numpy) name; without, the
//! files are written and nothing runs them.

#[path = "export/case.rs"]
mod case;
#[path = "export/cases.rs"]
mod cases;

use std::path::{Path, PathBuf};
use std::process::Command;

use case::Case;

/// An empty folder of that name for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Exports each case as `kind` and has `check.py` run them in the Python that `variable` names.
fn check(name: &str, kind: &str, framework: &str, variable: &str, cases: &[Case]) {
    assert!(!cases.is_empty());
    let folder = folder(name);
    let exported: Vec<_> = cases.iter().map(|case| case.export(kind, &folder)).collect();
    let file = folder.join("cases.json");
    std::fs::write(&file, format!("[{}]", exported.join(",\n"))).unwrap();
    let Some(python) = std::env::var_os(variable) else {
        eprintln!("{variable} is not set: {} files are not run by {framework}", cases.len());
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/check.py");
    let run = Command::new(&python).arg(script).arg(framework).arg(file).output();
    let run = run.unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    let text = String::from_utf8_lossy(&run.stdout);
    let problems = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{text}{problems}");
    println!("{name}: {text}");
}

fn onnx(name: &str, cases: &[Case]) {
    check(name, "onnx", "onnx", "FORMWORK_PYTHON", cases);
}

#[test]
fn every_example_as_onnx() {
    onnx("examples", &cases::examples());
}

#[test]
fn arguments_and_layouts_as_onnx() {
    onnx("models", &cases::models());
    onnx("channels_last", &cases::channels_last(cases::models()));
}

#[test]
fn symbols_as_onnx() {
    onnx("symbolic", &cases::symbolic());
}

#[test]
fn random_networks_as_onnx() {
    onnx("random", &cases::random(30));
}
