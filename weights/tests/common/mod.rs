//! The files of weights/tests/goldens, which its make.py makes.

#![allow(dead_code, reason = "each test uses its part")]

pub mod pickle;

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use formwork_weights::{FileError, WeightFile};

/// The files' names, without `.gz`; the JSON beside them says what is in them.
pub fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name());
    let names = files.map(|name| name.into_string().unwrap());
    let mut names: Vec<_> = names
        .filter(|name| !name.ends_with(".json"))
        .map(|name| name.trim_end_matches(".gz").to_owned())
        .collect();
    names.sort();
    names
}

pub fn bytes(name: &str) -> Vec<u8> {
    let packed = folder().join(format!("{name}.gz"));
    let mut bytes = Vec::new();
    if packed.exists() {
        GzDecoder::new(fs::File::open(packed).unwrap()).read_to_end(&mut bytes).unwrap();
        return bytes;
    }
    fs::read(folder().join(name)).unwrap()
}

pub fn open(name: &str, bytes: Vec<u8>) -> Result<WeightFile, FileError> {
    WeightFile::read(name, Cursor::new(bytes))
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/files")
}
