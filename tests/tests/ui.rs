//! What rustc prints for wrong models: `ui/*.rs` beside their `.stderr`, which
//! `TRYBUILD=overwrite cargo test -p formwork-tests` writes anew.

#[test]
fn wrong_models_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
