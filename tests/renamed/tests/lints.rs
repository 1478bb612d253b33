//! The expansion raises no lint, and no name or trait of the user's gets in its way.
#![no_implicit_prelude]
#![deny(missing_docs, unused, nonstandard_style, unreachable_pub, clippy::all)]
#![forbid(unsafe_code)]

use ::mold::dfdx::shapes::Const;
use ::mold::dfdx::tensor::{Cpu, Tensor, TensorFrom};

/// Has methods of the names of some that the expansion calls.
#[allow(dead_code, reason = "it is only in the way")]
trait Hostile {
    fn with_empty_tape(&self) {}
    fn try_forward(&self) {}
}

impl<T> Hostile for T {}

::mold::model! {
    /// Named like our type parameters.
    #[derive(::core::clone::Clone, ::core::fmt::Debug)]
    struct D(x: [_, 2]) -> [_, 2] { x.dense(2) }

    struct E(device: [_, 2]) -> [_, 2] { device.dense(2) }

    #[allow(nonstandard_style)]
    struct B(B: [_, 2]) -> [_, 2] { let Const = B.relu(); Const }

    /// Without parameters; `x` is shadowed while its value is still to be read.
    struct Shadow(x: [_, 2]) -> ([_, 2], [_, 2], [_, 2]) {
        let y = x;
        let x = x * 2.0;
        let sum = x + y;
        (sum, y, y)
    }

    /// With variables that are keywords, and one input that does nothing.
    struct Keywords(r#type: [_, 2], _unused: [_, 2]) -> [_, 2] {
        let r#match = r#type.relu();
        r#match + r#match
    }
}

fn row(values: [f32; 2]) -> Tensor<(Const<1>, Const<2>), f32, Cpu> {
    <Cpu as ::core::default::Default>::default().tensor([values])
}

#[::core::prelude::v1::test]
fn the_expansion_is_quiet() {
    let device = Cpu::seed_from_u64(0);
    let d = D::build(&device);
    ::core::assert_eq!(d.forward(row([0.0; 2])).as_vec(), [0.0; 2]);
    ::core::assert_eq!(E::build(&device).forward(row([0.0; 2])).as_vec(), [0.0; 2]);
    ::core::assert_eq!(B::build(&device).forward(row([-1.0, 3.0])).as_vec(), [0.0, 3.0]);
}

#[::core::prelude::v1::test]
fn a_shadowed_value_is_the_old_one() {
    let device = Cpu::seed_from_u64(0);
    let (sum, first, second) = Shadow::build(&device).forward(row([1.0, 2.0]));
    ::core::assert_eq!(sum.as_vec(), [3.0, 6.0]);
    ::core::assert_eq!([first.as_vec(), second.as_vec()], [[1.0, 2.0]; 2]);
    let doubled = Keywords::build(&device).forward(row([1.0, -2.0]), row([0.0; 2]));
    ::core::assert_eq!(doubled.as_vec(), [2.0, 0.0]);
}

#[::core::prelude::v1::test]
fn a_model_may_stand_in_a_function() {
    ::mold::model! {
        struct Local(x: [_, 2]) -> [_, 3] { x.dense(3) }
    }
    ::core::assert_eq!(Local::PARAMS, 9);
}
