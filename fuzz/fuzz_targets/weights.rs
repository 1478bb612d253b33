//! No bytes make the reader of weight files panic, or take memory that they do not justify.
//!
//! `cargo fuzz run weights fuzz/corpus/weights weights/tests/goldens/files` starts from files of
//! PyTorch and NumPy; libFuzzer ends what takes more than 2 GB. Keras' are packed there: first
//!
//! ```sh
//! mkdir -p fuzz/corpus/weights
//! cp weights/tests/goldens/files/*.gz fuzz/corpus/weights
//! gzip -d fuzz/corpus/weights/*.gz
//! ```
#![no_main]

use std::io::Cursor;

use formwork_weights::WeightFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut file) = WeightFile::read("fuzzed", Cursor::new(bytes.to_vec())) else { return };
    for index in 0..file.entries().len() {
        let count: usize = file.entries()[index].shape.iter().product();
        if let Ok(values) = file.values(index) {
            assert_eq!(values.len(), count);
        }
    }
});
