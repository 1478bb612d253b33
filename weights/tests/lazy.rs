//! Opening a file reads its table, and a tensor's values are read when they are asked for: told by
//! counting the bytes that are read.

mod common;

use std::fs;
use std::io::{Cursor, Read, Result, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::pickle;
use formwork_weights::{Format, Tensor, WeightFile, write};
use hdf5_pure::{AttrValue, FileBuilder};

struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.0.seek(to)
    }
}

/// Two tensors, the first of `LARGE` values, the second of 10.
const LARGE: usize = 1 << 20;

fn check(name: &str, bytes: Vec<u8>) {
    assert!(bytes.len() > 4 * LARGE, "{name}");
    let read = Arc::new(AtomicU64::new(0));
    let source = Counted(Cursor::new(bytes), read.clone());
    let mut file = WeightFile::read(name, source).unwrap();
    let shapes: Vec<_> = file.entries().iter().map(|entry| entry.shape.clone()).collect();
    assert_eq!(shapes, [vec![LARGE], vec![10]], "{name}");
    let table = read.swap(0, Ordering::Relaxed);
    assert!(table < 200_000, "{name}: {table} bytes for the table");
    assert_eq!(file.values(1).unwrap(), [0.0; 10]);
    let values = read.swap(0, Ordering::Relaxed);
    assert!(values < 10_000, "{name}: {values} bytes for 10 values");
    assert_eq!(file.values(0).unwrap().len(), LARGE);
    let values = read.swap(0, Ordering::Relaxed);
    assert!(values < 4 * LARGE as u64 + 10_000, "{name}: {values} bytes for {LARGE} values");
}

#[test]
fn tables_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w");
    let tensors = [("a", LARGE), ("b", 10)].map(|(name, size)| Tensor {
        name: name.into(),
        shape: vec![size],
        values: vec![0.0; size],
    });
    for format in [Format::Safetensors, Format::Npz] {
        write(&path, format, &tensors).unwrap();
        check(&format.to_string(), fs::read(&path).unwrap());
    }

    let [a, b] = [pickle::tensor("0", &[LARGE as i64], &[1]), pickle::tensor("1", &[10], &[1])];
    let state = pickle::dict(&[("a", &a), ("b", &b)]);
    check("PyTorch", pickle::zipped(&state, &[4 * LARGE, 40]));
    check("PyTorch before 1.6", pickle::legacy(&state, &[4 * LARGE, 40]));

    let mut file = FileBuilder::new();
    file.set_attr("layer_names", AttrValue::AsciiStringArray(vec!["a".into()]));
    let mut layer = file.create_group("a");
    let names = ["kernel", "bias"].map(String::from);
    layer.set_attr("weight_names", AttrValue::AsciiStringArray(names.into()));
    layer.create_dataset("kernel").with_f32_data(&vec![0.0; LARGE]);
    layer.create_dataset("bias").with_f32_data(&[0.0; 10]);
    file.add_group(layer.finish());
    check("Keras", file.finish().unwrap());
}
