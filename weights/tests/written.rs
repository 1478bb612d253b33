//! What is written is read back, and a file that could not be written stays what it was.
#![cfg(feature = "formats")]

use std::borrow::Cow;
use std::fs;

use formwork_weights::{Dtype, Entry, FileError, Format, Tensor, WeightFile, write, write_each};

const FORMATS: [Format; 2] = [Format::Safetensors, Format::Npz];

fn tensor(name: &str, shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|i| i as f32 * 0.1 - 1.0).collect();
    Tensor { name: name.into(), shape: shape.into(), values }
}

#[test]
fn the_format_follows_from_the_name() {
    let check = |name: &str, expect: Result<Format, &str>| {
        let found = Format::to_write(name.as_ref()).map_err(|e| e.to_string());
        assert_eq!(
            found,
            expect.map_err(|kind| {
                format!("{name}: files of this kind are {kind}; write .safetensors or .npz")
            })
        );
    };
    for name in ["pair", "pair.safetensors", "pair.v1.2", "best.SafeTensors", ".hidden", "a.npz/b"]
    {
        check(name, Ok(Format::Safetensors));
    }
    check("a/b.NPZ", Ok(Format::Npz));
    for name in ["a.PTH", "a.h5"] {
        check(name, Err("only read"));
    }
    for name in ["a.npy", "a.onnx", "a.pkl", "a.ckpt", "pytorch_model.bin", "a.pth.tar"] {
        check(name, Err("not written"));
    }
}

#[test]
fn there_and_back() {
    let tensors = [
        tensor("stem.conv2d.kernel", &[3, 3, 1, 4]),
        tensor("a/b \"quoted\" ü", &[2]),
        tensor("scalar", &[]),
        tensor("empty", &[0, 3]),
    ];
    for format in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w");
        write(&path, format, &tensors).unwrap();
        let mut file = WeightFile::open(&path).unwrap();
        assert_eq!((file.format(), file.path(), file.config()), (format, path.as_path(), None));
        let expected = tensors.iter().map(|t| Entry {
            name: t.name.clone(),
            shape: t.shape.clone(),
            dtype: Dtype::F32,
        });
        assert_eq!(file.entries(), expected.collect::<Vec<_>>(), "{format}");
        for (index, tensor) in tensors.iter().enumerate() {
            assert_eq!(file.values(index).unwrap(), tensor.values, "{format} {}", tensor.name);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }
}

#[test]
fn replaced_when_all_is_written() {
    for format in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w");
        fs::write(&path, "before").unwrap();
        let shapes = [("a".into(), vec![2]), ("b".into(), vec![2])];
        let wrong = |path| FileError::Format { path, message: "no b".into() };
        let result = write_each(&path, format, &shapes, |index| match index {
            0 => Ok(Cow::Owned(vec![1.0, 2.0])),
            _ => Err(wrong(path.clone())),
        });
        assert_eq!(result.unwrap_err().to_string(), wrong(path.clone()).to_string());
        assert_eq!(fs::read(&path).unwrap(), b"before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write(&path, format, &[tensor("a", &[2])]).unwrap();
        assert_eq!(WeightFile::open(&path).unwrap().entries().len(), 1);
    }
}

#[test]
fn refused() {
    let check = |tensors: &[Tensor], message: &str| {
        for format in FORMATS {
            let folder = tempfile::tempdir().unwrap();
            let error = write(folder.path().join("w"), format, tensors).unwrap_err().to_string();
            assert!(error.ends_with(message), "{error}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    };
    check(&[tensor("a", &[1]), tensor("a", &[2])], "`a` comes twice");
    let few = Tensor { values: vec![0.0; 3], ..tensor("a", &[2, 2]) };
    check(&[few], "`a` is [2, 2]: 4 values expected, 3 found");
    let large = Tensor { shape: vec![usize::MAX, 2], ..tensor("a", &[]) };
    check(&[large], "`a` would be [18446744073709551615, 2]: that is too large");
    let folder = tempfile::tempdir().unwrap();
    let check = |format, name, message: &str| {
        let path = folder.path().join("w");
        let error = write(path, format, &[tensor(name, &[1])]).unwrap_err().to_string();
        assert!(error.ends_with(message), "{error}");
    };
    let reserved = "`__metadata__` cannot be the name of a tensor";
    check(Format::Safetensors, "__metadata__", reserved);
    check(Format::Npz, "../a", "`../a` cannot be the name of a file in an archive");
    check(Format::Npz, "a//b", "`a//b` cannot be the name of a file in an archive");
    check(Format::Pytorch, "a", "PyTorch files are read, not written");
    let sizes = write(folder.path().join("w"), Format::Npz, &[tensor("a", &[1; 65])]);
    let error = sizes.unwrap_err().to_string();
    assert!(error.ends_with("`a` has 65 sizes: NumPy's arrays have at most 64"), "{error}");
}

/// The length of a safetensors header comes first, and may read like the start of a pickle, or of
/// an archive.
#[test]
fn told_by_more_than_the_first_bytes() {
    for length in [0x0280_u64, 0x0480, u64::from(u16::from_le_bytes(*b"PK"))] {
        let header = r#"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        let padding = length as usize - header.len();
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(header.bytes().chain(std::iter::repeat_n(b' ', padding)));
        bytes.extend(1.5_f32.to_le_bytes());
        let mut file = WeightFile::read("x", std::io::Cursor::new(bytes)).unwrap();
        assert_eq!((file.format(), file.values(0).unwrap()), (Format::Safetensors, vec![1.5]));
    }
}
