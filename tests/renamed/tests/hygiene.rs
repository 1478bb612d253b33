//! The expansion stands on its own: without a prelude, beside names that collide with ours, and
//! with formwork under another name.
#![no_implicit_prelude]
#![allow(missing_docs, non_snake_case, reason = "tests, with names that are in the way")]

use ::mold::dfdx::shapes::{Const, Rank4};
use ::mold::dfdx::tensor::{Cpu, SampleTensor, Tensor, ZerosTensor};

/// Names that the expansion uses, meaning something else here.
#[allow(dead_code, reason = "they are only in the way")]
mod hostile {
    pub struct Option;
    pub struct Result;
    pub struct Vec;
    pub struct String;
    pub struct Context;
    pub struct Backend;
    pub struct Const;
    pub struct Dim;
    pub struct Error;
    pub trait Default {}
    pub trait Clone {}
    pub trait Into {}
    pub fn drop() {}
}

::mold::model! {
    /// Twice in one module, first.
    #[fold_batch_norm(Values)]
    #[remove_batch_norm(Norm)]
    pub struct First(x: [_, 8, 8, 3]) -> [_, 4] {
        x.conv2d(4, 3).batch_norm().relu().dropout(0.5).global_avg_pool2d()
    }
}

::mold::model! {
    /// Twice in one module, second; a model named like what it is made of.
    pub struct Tensor4(x: [_, 8, 8, 3]) -> ([_, 8, 8, 3], [_, 6]) {
        let cx = x.relu();
        let device = cx.conv2d(3, 1, activation = sigmoid);
        let D = cx * device;
        let outputs = D.flatten().dense(6, name = "self");
        (D, outputs)
    }
}

mod colliding {
    #[allow(unused_imports, reason = "they are only in the way")]
    use super::hostile::*;

    ::mold::model! {
        pub struct Tensor(T: [_, 4], B: [_, 4]) -> [_, 2] {
            let E = concat(T, B);
            let S = block(E, 2);
            S.dense(2)
        }

        fn block(x, n: usize) {
            let mut layer = x;
            for _ in 0..n {
                layer = layer.dense(4).relu();
            }
            layer
        }
    }

    ::mold::model! {
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        pub struct Some(x: [_, 4]) -> [_, 2] {
            x.dense(2)
        }
    }
}

#[::core::prelude::v1::test]
fn models_run_whatever_is_in_scope() {
    let device = Cpu::seed_from_u64(7);
    let image: Tensor<Rank4<2, 8, 8, 3>, f32, Cpu> = device.sample_normal();
    let first = First::build(&device).forward(::core::clone::Clone::clone(&image));
    ::core::assert_eq!(Values::PARAMS, Norm::PARAMS);
    let (second, third) = Tensor4::build(&device).forward(image);
    ::core::assert_eq!(first.as_vec().len(), 2 * 4);
    ::core::assert_eq!(second.as_vec().len(), 2 * 8 * 8 * 3);
    ::core::assert_eq!(third.as_vec().len(), 2 * 6);

    let row = || -> Tensor<(usize, Const<4>), f32, Cpu> { device.zeros_like(&(3, Const)) };
    let collided = colliding::Tensor::build(&device).forward(row(), row());
    ::core::assert_eq!(collided.as_vec().len(), 3 * 2);
    let some = colliding::Some::build(&device);
    ::core::assert_eq!(::core::clone::Clone::clone(&some).forward(row()).as_vec().len(), 3 * 2);
}
