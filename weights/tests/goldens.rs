//! What PyTorch, Keras 3, Keras 2 and NumPy wrote, against what they had in memory.
#![cfg(feature = "formats")]

mod common;

use std::fs;

use common::{bytes, folder, names, open};
use serde_json::Value;

/// What no JSON is beside: see `refused`.
const REFUSED: [&str; 5] = ["no_tensors.pth", "object.pth", "one.npy", "pickle.pkl", "repeated.h5"];

#[test]
fn as_written() {
    let (refused, read): (Vec<_>, Vec<_>) =
        names().into_iter().partition(|name| REFUSED.contains(&name.as_str()));
    assert_eq!(refused, REFUSED);
    for name in read {
        let json = fs::read_to_string(folder().join(format!("{name}.json")));
        let json = json.unwrap_or_else(|e| panic!("{name}.json: {e}"));
        check(&name, &serde_json::from_str(&json).unwrap());
    }
    let json = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let json = json.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert_eq!(json.count() + REFUSED.len(), names().len(), "a JSON without its file");
}

fn check(name: &str, expect: &Value) {
    let mut file = open(name, bytes(name)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(file.format().to_string(), expect["format"], "{name}");
    assert_eq!(serde_json::json!(file.left_out()), expect["left_out"], "{name}");
    let config = file.config().map(|text| serde_json::from_str::<Value>(text).unwrap());
    let config = config.unwrap_or_default();
    assert_eq!(config["class_name"], expect["config"]["class_name"], "{name}");
    assert_eq!(config["config"]["name"], expect["config"]["name"], "{name}");
    let entries = file.entries().to_vec();
    let found: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let expect = expect["entries"].as_array().unwrap();
    let names: Vec<_> = expect.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(found, names, "{name}");
    for (index, (entry, expect)) in entries.iter().zip(expect).enumerate() {
        let place = format!("{name} {}", entry.name);
        assert_eq!(serde_json::json!(entry.shape), expect["shape"], "{place}");
        assert_eq!(entry.dtype.to_string(), expect["dtype"], "{place}");
        let values: Vec<f32> = serde_json::from_value(expect["values"].clone()).unwrap();
        assert_eq!(file.values(index).unwrap(), values, "{place}");
    }
}

#[test]
fn versions_of_keras() {
    let check = |name: &str, expect: Option<&str>| {
        assert_eq!(open(name, bytes(name)).unwrap().keras_version(), expect, "{name}");
    };
    check("keras2.h5", Some("2.21.0"));
    check("keras2_weights.h5", Some("2.21.0"));
    check("outer.keras", Some("3.15.1"));
    check("nested.pth", None);
}

#[test]
fn refused() {
    let check = |name: &str, bytes: Vec<u8>, expect: &str| {
        let error = open(name, bytes).err().unwrap_or_else(|| panic!("{name} opens")).to_string();
        assert_eq!(error, format!("{name}{expect}"));
    };
    let golden = |name: &str, expect: &str| check(name, bytes(name), expect);
    golden(
        "one.npy",
        ": it is one array without a name: expected an npz, `numpy.savez(path, name=array)` writes \
         one",
    );
    golden(
        "pickle.pkl",
        ": it is a pickle, but not PyTorch's: `torch.save(model.state_dict(), path)` writes one \
         that can be read",
    );
    golden("no_tensors.pth", ": no tensors are in it");
    golden(
        "object.pth",
        ": no tensors are in it\n  it is made by `torch_files.Settings`, which only Python can \
         run: `torch.save(model.state_dict(), path)` writes a file without it",
    );
    golden(
        "repeated.h5",
        ": as an HDF5 file it cannot be read: HDF5 format error: byte source error: its table refers to \
         itself too often",
    );
    check(
        "w",
        b"version https://git-lfs.github.com/spec/v1\n".into(),
        ": it is a pointer of Git LFS: `git lfs pull` fetches the file itself",
    );
    check(
        "w",
        vec![],
        " is no weight file: expected safetensors, npz, PyTorch's .pth or .pt, Keras' .keras, .weights.h5 or .h5; found a file that starts with nothing: it is empty",
    );
}
