//! Every layer of the table against its definition in f64: outputs, and gradients against
//! central differences of the definition, over random shapes and arguments.
//!
//! With `--features cuda` the same runs on a GPU.

mod cases;
mod random;
mod support;
mod training;

use formwork_ir::TABLE;

use random::Random;
use support::check;

/// How many random cases a layer gets.
const TRIES: u64 = 40;

#[test]
fn every_layer_computes_what_its_definition_says() {
    for (name, case) in cases::all() {
        let accepted = (0..TRIES).filter(|&seed| {
            let mut random = Random::new(seed);
            let (op, dims) = case(&mut random);
            assert_eq!(op.spec().name, *name);
            check(&op, &dims, &mut random)
        });
        let accepted = accepted.count();
        assert!(accepted >= 12, "`{name}`: only {accepted} of {TRIES} cases fit together");
    }
}

#[test]
fn every_layer_has_cases() {
    for spec in TABLE.iter().filter(|spec| spec.name != "split") {
        assert!(cases::all().any(|(name, _)| *name == spec.name), "`{}` has no cases", spec.name);
    }
}
