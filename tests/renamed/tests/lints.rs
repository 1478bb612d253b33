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

    /// Symbols named like our type parameters and types.
    #[fold_batch_norm(FoldedSizes)]
    #[remove_batch_norm(PlainSizes)]
    pub struct Sizes<B, T, Const, const D: usize, const E: usize = 3>(
        x: [B, T, Const, D],
        h: [B, T / 2, 2 * Const, {sizes::CHANNELS}],
    ) -> ([B, T, Const, E + 1], [B, T / 2, 2 * Const, {sizes::CHANNELS} + 1])
    where T % 2 == 0, T >= 4, D % 2 == 0
    {
        let entry = x.conv2d(E + 1, 3, padding = same, groups = 1);
        let w = h.conv2d(CHANNELS + 1, 3, padding = same).batch_norm();
        let half: [B, T / 2, Const, E + 1] = entry.max_pool2d((2, 1)).conv2d(E + 1, 1);
        (entry + half.upsample2d((2, 1)), w)
    }

    /// Symbols of which one is called as the other might be.
    struct Alike<B, B_, const T: usize, const T_: usize>(x: [B, B_, T, T_]) -> [B, B_, T, T_] {
        x.relu()
    }

    /// A part of itself twice, and of another.
    struct Parts<H>(x: [_, H, 4, 2]) -> [_, H, 4, 2] {
        let submodel = apply::<Part>();
        let first: [_, H, 4, 2] = submodel(x);
        let second: [_, H, 4, 2] = submodel(first);
        let update: [_, H, 4, 2] = second.apply::<self::Part>();
        update
    }

    struct Part<H>(x: [_, H, 4, 2]) -> [_, H, 4, 2] { x.conv2d(2, 1).batch_norm() }

    /// With variables that are keywords, and one input that does nothing.
    struct Keywords(r#type: [_, 2], _unused: [_, 2]) -> [_, 2] {
        let r#match = r#type.relu();
        r#match + r#match
    }
}

mod sizes {
    pub(crate) const CHANNELS: usize = 3;
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
fn symbols_may_have_any_name() {
    use ::mold::dfdx::prelude::{HasShape, ZerosTensor};
    let device = Cpu::seed_from_u64(0);
    let model = Sizes::<4>::build(&device);
    let x = device.zeros_like(&(1_usize, 6_usize, 5_usize, Const::<4>));
    let h = device.zeros_like(&(1_usize, 3_usize, 10_usize, Const::<3>));
    let (y, z) = model.forward(x, h);
    let [y, z]: [[usize; 4]; 2] = [(*y.shape()).into_sizes(), (*z.shape()).into_sizes()];
    ::core::assert_eq!([y, z], [[1, 6, 5, 4], [1, 3, 10, 4]]);
    let x = device.zeros_like(&(1_usize, 6_usize, Const::<5>, Const::<4>));
    let y = Alike::<5, 4>::build(&device).forward(x);
    ::core::assert_eq!(IntoSizes::into_sizes(*y.shape()), [1, 6, 5, 4]);
    let parts = Parts::build(&device);
    let x = device.zeros_like(&(Const::<1>, 6_usize, Const::<4>, Const::<2>));
    ::core::assert_eq!(parts.forward(x).shape().1, 6);
}

/// The sizes of a shape, whatever their types.
trait IntoSizes {
    fn into_sizes(self) -> [usize; 4];
}

impl<A, B, C, D> IntoSizes for (A, B, C, D)
where
    A: ::mold::dfdx::shapes::Dim,
    B: ::mold::dfdx::shapes::Dim,
    C: ::mold::dfdx::shapes::Dim,
    D: ::mold::dfdx::shapes::Dim,
{
    fn into_sizes(self) -> [usize; 4] {
        [self.0.size(), self.1.size(), self.2.size(), self.3.size()]
    }
}

#[::core::prelude::v1::test]
fn a_model_may_stand_in_a_function() {
    ::mold::model! {
        struct Local(x: [_, 2]) -> [_, 3] { x.dense(3) }
    }
    ::core::assert_eq!(Local::PARAMS, 9);
}
