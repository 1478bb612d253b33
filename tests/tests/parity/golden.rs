//! Files that `tests/parity/make.py` writes.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use formwork::Var;
use formwork::dfdx::prelude::Cpu;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The format that is read here; `golden.py` has the one that is written.
const FORMAT: u64 = 1;

/// Where the goldens lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/goldens")
}

/// Reads a golden, whose format must be the one that is written now.
pub fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = folder().join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    parse(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    match &value["format"] {
        format if *format == FORMAT => serde_json::from_value(value).map_err(|e| e.to_string()),
        format => Err(format!("format {format}, expected {FORMAT}: make the goldens anew")),
    }
}

/// A framework that computed a case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Framework {
    Keras,
    Torch,
}

/// Values in f32.
#[derive(Clone, Debug, Deserialize)]
pub struct Array {
    pub shape: Vec<usize>,
    base64: String,
}

impl Array {
    pub fn values(&self) -> Vec<f32> {
        let bytes = BASE64_STANDARD.decode(&self.base64).expect("base64");
        let words = bytes.chunks_exact(4);
        words.map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
    }

    pub fn upload(&self, device: &Cpu) -> Var<Cpu> {
        Var::from_vec(device, self.values(), &self.shape).expect("as many values as it says")
    }

    /// How far values are from these, relative to the largest of these.
    pub fn deviation(&self, found: &[f32]) -> f64 {
        let expected = self.values();
        assert_eq!(found.len(), expected.len());
        let largest = expected.iter().fold(0.0, |most: f64, x| most.max(f64::from(x.abs())));
        let off = found.iter().zip(&expected).map(|(a, b)| f64::from(a - b).abs());
        let most = off.fold(0.0, worse);
        if largest > 0.0 { most / largest } else { most }
    }
}

/// The larger of two deviations; what is no number is the largest (`f64::max` passes over it).
pub fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

#[test]
fn what_is_no_number_deviates() {
    let golden = Array { shape: vec![3], base64: BASE64_STANDARD.encode([0; 12]) };
    for place in 0..3 {
        let mut found = [0.0; 3];
        found[place] = f32::NAN;
        assert!(golden.deviation(&found).is_nan(), "{place}");
    }
    assert!(worse(f64::NAN, 1.0).is_nan() && worse(1.0, f64::NAN).is_nan());
}

#[test]
fn a_golden_of_another_format_is_refused() {
    let error = parse::<serde_json::Value>(r#"{"format": 2}"#).unwrap_err();
    assert!(error.contains("format 2, expected 1"), "{error}");
    assert!(parse::<serde_json::Value>("{}").is_err());
}
