//! Exported networks compute what the layers are defined to compute.
//!
//! ONNX Runtime and Keras run them, in the Pythons that `FORMWORK_PYTHON` (with onnx, onnxruntime
//! and numpy) and `FORMWORK_KERAS_PYTHON` (with keras, safetensors and numpy) name; without, the
//! files are written and nothing runs them.

#[path = "export/case.rs"]
mod case;
#[path = "export/cases.rs"]
mod cases;

use std::io::Write;
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
        let count = cases.len();
        // Past the capture of a test that passes.
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "{variable} is not set: {count} files are not run by {framework}");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/check.py");
    let mut command = Command::new(&python);
    // Each network runs once or twice.
    command.env("XLA_FLAGS", "--xla_backend_optimization_level=0");
    let run = command.arg(script).arg(framework).arg(file).output();
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
fn parts_and_constants_as_onnx() {
    onnx("staged", &cases::staged());
}

#[test]
fn random_networks_as_onnx() {
    onnx("random", &cases::random(30));
}

fn keras(name: &str, cases: &[Case]) {
    check(name, "py", "keras", "FORMWORK_KERAS_PYTHON", cases);
}

#[test]
fn every_example_as_keras_source() {
    keras("keras_examples", &cases::examples());
    keras("keras_staged", &cases::staged());
}

#[test]
fn arguments_as_keras_source() {
    keras("keras_models", &cases::models());
    keras("keras_sizes", &cases::at_sizes());
    keras("keras_symbolic", &cases::sizeless());
}

#[test]
fn random_networks_as_keras_source() {
    keras("keras_random", &cases::random(12));
}

/// `formwork export` of a model with arguments; what it says on standard error, and its exit code.
fn refusal(name: &str, model: &str, args: &[&str]) -> (String, Option<i32>) {
    let folder = folder(name);
    let (source, output) = (folder.join("net.rs"), folder.join("net.onnx"));
    std::fs::write(&source, format!("model! {{ {model} }}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
    command.arg("export").arg(source).arg("-o").arg(&output).args(args);
    let run = command.output().unwrap();
    assert!(!output.exists(), "{model}");
    (String::from_utf8(run.stderr).unwrap(), run.status.code())
}

#[test]
fn weights_that_do_not_fit_are_all_named() {
    let file = folder("misfits").join("weights.safetensors");
    let bytes = [0; 4 * 12];
    let tensor = |sizes: &[usize]| {
        let count: usize = sizes.iter().product();
        safetensors::tensor::TensorView::new(
            safetensors::Dtype::F32,
            sizes.to_vec(),
            &bytes[..4 * count],
        )
        .unwrap()
    };
    let tensors = [
        ("dense.kernel", tensor(&[3, 4])),
        ("dense_1.bias", tensor(&[2])),
        ("other", tensor(&[1])),
        ("optimizer/step", tensor(&[1])),
    ];
    safetensors::serialize_to_file(tensors, None, &file).unwrap();
    let model = "struct Net(x: [_, 4]) -> [_, 2] { x.dense(3).dense(2) }";
    let (text, code) = refusal("misfit", model, &["--weights", file.to_str().unwrap()]);
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    let file = file.display();
    let expected = [
        format!("error: `dense.kernel` is [3, 4] in {file}, [4, 3] in the model"),
        format!("error: `dense.bias` is not in {file}"),
        format!("error: `dense_1.kernel` is not in {file}"),
        format!("error: `other` is in {file}, not in the model"),
    ];
    assert_eq!((lines, code), (expected.iter().map(String::as_str).collect(), Some(1)));
}

#[test]
fn what_cannot_be_exported_says_why() {
    let check = |model: &str, args: &[&str], expect: &[&str]| {
        let (text, code) = refusal("refused", model, args);
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!((lines.as_slice(), code), (expect, Some(1)), "{model}");
    };
    let random = ["--random", "1"];
    check(
        "struct Net(x: [_, 4]) -> [_, 2] { x.dense(2) }",
        &[],
        &["error: an ONNX file holds the weights: `--weights net.safetensors`, or `--random 0` \
           for some to try it with"],
    );
    check(
        "struct Net(x: [_, 40000]) -> [_, 40000] { x.dense(40000) }",
        &random,
        &["error: the weights are 5 GiB: an ONNX file holds less than 2"],
    );
    check(
        "struct Net<H, const N: usize>(x: [_, H, 4, 1]) -> [_, H, 4, N] { x.conv2d(N, 1) }",
        &random,
        &["error: `N` is known when the model is compiled: say it, `--at N=…`"],
    );
    check(
        "struct Net<H>(x: [_, H, 4, 1]) -> [_, H, 4, 1] where H % 4 == 0 { x.relu() }",
        &["--at", "H=6,W=3,H=8"],
        &[
            "error: `H` must be a multiple of 4, got 6",
            "error: `Net` has no symbol `W`: it has `H`",
            "error: `H` is given twice",
        ],
    );
    check(
        "struct Net<H>(x: [_, H, 8, 1]) -> [_, (H + 1) / 2, 4, 1] {
            x.conv2d(1, 3, stride = 2, dilation = 2, padding = same)
        }",
        &random,
        &[
            "error: `conv2d`: `same` with a stride and a dilation depends on the size of the image: \
           say the sizes with `--at`, or `padding` as pixels",
        ],
    );
    check(
        "struct Net(x: [_, 4]) -> [_, 2] { let y: [_, 2] = x.apply::<Elsewhere>(); y }",
        &random,
        &["error: `y.elsewhere`: `Elsewhere` is not here: its `model!` must stand in the same \
           file or folder"],
    );
    check(
        "struct Net(x: [_, 4]) -> [_, 7] { let y: [_, 7] = x.apply::<Part>(); y }
        struct Part(x: [_, 4]) -> [_, 3] { x.dense(3) }",
        &["--model", "Net", "--random", "1"],
        &["error: `y.part` is [_, 7], `Part` makes [_, 3]"],
    );
    check(
        "struct Net(x: [_, 4, 4, 1]) -> [_, 9, 9, 1] {
            x.conv2d_transpose(1, 3, padding = 0, dilation = 2, output_padding = 1)
        }",
        &random,
        &["error: `conv2d_transpose`: ONNX Runtime takes no output padding from the stride on"],
    );
    check(
        "struct A(x: [_, 4]) -> [_, 4] { x.relu() } struct B(x: [_, 4]) -> [_, 4] { x.relu() }",
        &random,
        &["error: which one? `--model` names it; found: `A`, `B`"],
    );
}

#[test]
fn keras_source_is_what_a_keras_user_would_write() {
    let model = "struct Plant(photo: [_, 32, 32, 3] in 0.0..=1.0, measures: [_, 6])
        -> ([_, 12], [_, 1]) {
        let mut x = photo;
        for (filters, stride) in [(8, 2), (16, 1)] {
            let same = x.conv2d(filters, 3, stride, padding = same, bias = false).batch_norm();
            x = same + x.conv2d(filters, 1, stride = stride, padding = ((0, 0), (0, 0)));
        }
        let look = x.relu(max_value = 6.0).max_pool2d(3, stride = 2, padding = 1).flatten();
        let all = concat(look, measures.dense(6, activation = gelu)).dropout(0.25);
        (all.dense(12, kernel_initializer = random_normal(stddev = 0.01)).softmax(), all.dense(1))
    }";
    let folder = folder("golden");
    let (source, output) = (folder.join("net.rs"), folder.join("plant.py"));
    std::fs::write(&source, format!("model! {{ {model} }}")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
    let run = command.arg("export").arg(source).arg("-o").arg(&output).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found = std::fs::read_to_string(output).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export/plant.py");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), found, "BLESS=1 accepts it");
}
