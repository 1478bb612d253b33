//! Broken files end in an error, whatever is wrong with them.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{compiled, keras, onnx};
use crate::source;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn names(folder: &str, file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(folder);
    let path = folder.join(file);
    let bytes = fs::read(&path).unwrap();
    let imported = match keras::is_keras(&bytes) {
        true => keras::read(&path, &bytes, "Net", true),
        false => onnx::read(&path, &bytes, "Net", true),
    };
    let graph = imported.unwrap().graph;
    graph.nodes().map(|(_, node)| node.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// Names are those of the modules and layers of the file.
#[test]
fn names_come_from_the_file() {
    let check = |folder, file, starts: &str| {
        let found = names(folder, file);
        assert!(found.starts_with(starts), "{file}: {found}");
    };
    check(
        "onnx",
        "torch_script.onnx",
        "image stem.0 stem.2 norm squeeze.0 squeeze.1 squeeze.2 Mul act.0 Add act.1 Add_1 act.2 ",
    );
    check("onnx", "torch_script_unfolded.onnx", "image stem.0 stem.1 stem.2 norm squeeze.0 ");
    check("onnx", "torch_dynamo.onnx", "image stem.0 silu Reshape_14 mean squeeze.1 sigmoid mul ");
    check(
        "keras",
        "functional.keras",
        "image normalization zero_padding2d stem batch_normalization re_lu depthwise_conv2d \
         depthwise_conv2d_activation separable_conv2d ",
    );
}

/// What may befall a file.
#[derive(Clone, Debug)]
enum Damage {
    Byte(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<usize>;
    prop_oneof![
        8 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => at().prop_map(Damage::Cut),
        1 => (at(), 1..20_usize).prop_map(|(at, n)| Damage::Remove(at, n)),
        1 => (at(), 1..200_usize).prop_map(|(at, n)| Damage::Repeat(at, n)),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for damage in all {
        let len = bytes.len().max(1);
        let (at, end) = match *damage {
            Damage::Byte(at, _) | Damage::Cut(at) => (at % len, 0),
            Damage::Remove(at, n) | Damage::Repeat(at, n) => {
                (at % len, (at % len + n).min(bytes.len()))
            }
        };
        match *damage {
            _ if bytes.is_empty() => {}
            Damage::Byte(_, byte) => bytes[at] = byte,
            Damage::Cut(_) => bytes.truncate(at),
            Damage::Remove(..) => drop(bytes.drain(at..end)),
            Damage::Repeat(..) => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn damaged_onnx_files_are_refused_or_make_a_model(
        file in any::<prop::sample::Index>(),
        all in prop::collection::vec(damage(), 1..6),
    ) {
        let file = file.get(&[files("onnx"), files("edges")].concat()).clone();
        let bytes = damaged(fs::read(&file).unwrap(), &all);
        if let Ok(imported) = onnx::read(&file, &bytes, "Net", true) {
            // What is written compiles.
            if let Ok(source) = source::write(&imported.graph, &[]) {
                prop_assert!(compiled(&source.text).is_ok(), "{}", source.text);
            }
        }
    }

    #[test]
    fn damaged_configurations_are_refused_or_make_a_model(
        file in any::<prop::sample::Index>(),
        all in prop::collection::vec(damage(), 1..4),
    ) {
        let mut json = [files("configs"), files("unsupported")].concat();
        json.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
        let bytes = damaged(fs::read(file.get(&json)).unwrap(), &all);
        let _ = keras::read(Path::new("net.json"), &bytes, "Net", false);
    }
}

/// Sizes that a file claims cost nothing until it holds them.
#[test]
fn claims_are_not_believed() {
    use crate::onnx::proto::*;
    use prost::Message;

    let ints = |name: &str, values: &[i64]| TensorProto {
        name: name.to_owned(),
        dims: vec![values.len() as i64],
        data_type: DataType::Int64 as i32,
        int64_data: values.to_vec(),
        ..TensorProto::default()
    };
    let check = |op: &str, constants: Vec<TensorProto>, expect: &str| {
        let node = NodeProto {
            op_type: op.to_owned(),
            input: constants.iter().map(|constant| constant.name.clone()).collect(),
            output: vec!["y".to_owned()],
            ..NodeProto::default()
        };
        let output = ValueInfoProto { name: "y".to_owned(), r#type: None };
        let model = ModelProto {
            opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
            graph: Some(GraphProto {
                node: vec![node],
                initializer: constants,
                output: vec![output],
                ..GraphProto::default()
            }),
            ..ModelProto::default()
        };
        let found = onnx::read(Path::new("x.onnx"), &model.encode_to_vec(), "Net", true);
        let problems = found.err().unwrap_or_default();
        assert!(problems.iter().any(|problem| problem.what.contains(expect)), "{op}: {problems:?}");
    };
    let many = "values before the model runs";
    check("ConstantOfShape", vec![ints("s", &[1 << 40, 1 << 40])], many);
    check("Expand", vec![ints("x", &[1]), ints("s", &[1 << 62])], many);
    check("Tile", vec![ints("x", &[1]), ints("s", &[1 << 62])], many);
    check("Gather", vec![ints("x", &[1, 2]), ints("i", &[5])], "no axis 5");
    check("Reshape", vec![ints("x", &[1, 2]), ints("s", &[1 << 62, 4, -1])], "it makes");
    check(
        "Flatten",
        vec![TensorProto { dims: vec![0, 1 << 62, 4], ..ints("x", &[]) }],
        "are too large",
    );
    let large = TensorProto { dims: vec![1 << 62, 16], data_type: 1, ..ints("w", &[]) };
    check("Relu", vec![TensorProto { int64_data: Vec::new(), ..large }], "are too large");
    let empty = TensorProto { dims: vec![2], data_type: 1, ..TensorProto::default() };
    check("Relu", vec![empty.clone()], "it holds 0 values, its sizes say 2");
    let beside = TensorProto { data_location: 1, ..empty };
    check("Relu", vec![beside], "in another file without a name");
}
