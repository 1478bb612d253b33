//! What rustc prints for wrong models: `ui/*.rs` beside their `.stderr`, which
//! `TRYBUILD=overwrite cargo test -p formwork-tests` writes anew.

use std::fs;
use std::path::Path;

#[test]
fn wrong_models_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

/// Ours are plain errors; rustc's own have a code. Only what rustc alone knows is its to report: a
/// wrong tensor, another model's shape, a constant of the crate.
#[test]
fn rustc_adds_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".stderr")
            && !["fit_", "forward_", "submodel_", "outer_", "pixel_", "loss_"]
                .iter()
                .any(|own| name.starts_with(own))
        {
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("error[") && !text.contains("warning"), "{name}:\n{text}");
        }
    }
}
