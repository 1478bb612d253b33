//! A model written by hand as `model!` expands to it: the interface of generated code.

use formwork::__private::ir::layers::{Conv2d, Dense, Dropout, Flatten, MaxPool2d, Relu};
use formwork::__private::ir::{Initializer, Padding};
use formwork::__private::{
    Backend, BuildOnDevice, Const, Context, Cpu, Device, Dim, Dtype, Error, ModuleVisitor, Tape,
    Tensor, TensorCollection, TensorOptions, initialize,
};
use formwork::dfdx::losses::cross_entropy_with_logits_loss;
use formwork::dfdx::nn::{BuildModule, ZeroGrads};
use formwork::dfdx::optim::{Adam, Optimizer};
use formwork::dfdx::prelude::{AsArray, Backward, SampleTensor, TensorFromVec, Trace};

struct Digits<E: Dtype, D: Device<E>> {
    conv2d_kernel: Tensor<(Const<3>, Const<3>, Const<1>, Const<32>), E, D>,
    conv2d_bias: Tensor<(Const<32>,), E, D>,
    conv2d_1_kernel: Tensor<(Const<3>, Const<3>, Const<32>, Const<64>), E, D>,
    conv2d_1_bias: Tensor<(Const<64>,), E, D>,
    dense_kernel: Tensor<(Const<3136>, Const<128>), E, D>,
    dense_bias: Tensor<(Const<128>,), E, D>,
    dense_1_kernel: Tensor<(Const<128>, Const<10>), E, D>,
    dense_1_bias: Tensor<(Const<10>,), E, D>,
}

macro_rules! parameter {
    ($field:ident, $fans:expr, $init:ident) => {
        Self::tensor(
            stringify!($field),
            |s| &s.$field,
            |s| &mut s.$field,
            TensorOptions::reset_with(|t| initialize(t, Initializer::$init, $fans)),
        )
    };
}

impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for Digits<E, D> {
    type To<E2: Dtype, D2: Device<E2>> = Digits<E2, D2>;

    fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
        visitor: &mut V,
    ) -> Result<Option<Self::To<V::E2, V::D2>>, V::Err> {
        visitor.visit_fields(
            (
                (
                    parameter!(conv2d_kernel, (9, 288), GlorotUniform),
                    parameter!(conv2d_bias, (32, 32), Zeros),
                    parameter!(conv2d_1_kernel, (288, 576), GlorotUniform),
                    parameter!(conv2d_1_bias, (64, 64), Zeros),
                ),
                (
                    parameter!(dense_kernel, (3136, 128), GlorotUniform),
                    parameter!(dense_bias, (128, 128), Zeros),
                    parameter!(dense_1_kernel, (128, 10), GlorotUniform),
                    parameter!(dense_1_bias, (10, 10), Zeros),
                ),
            ),
            |((conv2d_kernel, conv2d_bias, conv2d_1_kernel, conv2d_1_bias), rest)| {
                let (dense_kernel, dense_bias, dense_1_kernel, dense_1_bias) = rest;
                Digits {
                    conv2d_kernel,
                    conv2d_bias,
                    conv2d_1_kernel,
                    conv2d_1_bias,
                    dense_kernel,
                    dense_bias,
                    dense_1_kernel,
                    dense_1_bias,
                }
            },
        )
    }
}

type Image<B, D, T> = Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>;

#[rustfmt::skip]
impl<D: Backend> Digits<f32, D> {
    fn graph<B: Dim, T: Tape<f32, D>>(
        &self,
        cx: &mut Context<D>,
        image: Image<B, D, T>,
    ) -> Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
        let x: Tensor<(B, Const<28>, Const<28>, Const<32>), f32, D, T> = cx.apply("conv2d", Conv2d::new(32, [3, 3]).padding(Padding::Same), (image,), (&self.conv2d_kernel, &self.conv2d_bias))?;
        let x: Tensor<(B, Const<28>, Const<28>, Const<32>), f32, D, T> = cx.apply("relu", Relu::new(), (x,), ())?;
        let x: Tensor<(B, Const<14>, Const<14>, Const<32>), f32, D, T> = cx.apply("max_pool2d", MaxPool2d::new([2, 2]), (x,), ())?;
        let x: Tensor<(B, Const<14>, Const<14>, Const<64>), f32, D, T> = cx.apply("conv2d_1", Conv2d::new(64, [3, 3]).padding(Padding::Same), (x,), (&self.conv2d_1_kernel, &self.conv2d_1_bias))?;
        let x: Tensor<(B, Const<14>, Const<14>, Const<64>), f32, D, T> = cx.apply("relu_1", Relu::new(), (x,), ())?;
        let x: Tensor<(B, Const<7>, Const<7>, Const<64>), f32, D, T> = cx.apply("max_pool2d_1", MaxPool2d::new([2, 2]), (x,), ())?;
        let x: Tensor<(B, Const<3136>), f32, D, T> = cx.apply("flatten", Flatten::new(), (x,), ())?;
        let x: Tensor<(B, Const<128>), f32, D, T> = cx.apply("dense", Dense::new(128), (x,), (&self.dense_kernel, &self.dense_bias))?;
        let x: Tensor<(B, Const<128>), f32, D, T> = cx.apply("relu_2", Relu::new(), (x,), ())?;
        let x: Tensor<(B, Const<128>), f32, D, T> = cx.apply("dropout", Dropout::new(0.5), (x,), ())?;
        cx.apply("dense_1", Dense::new(10), (x,), (&self.dense_1_kernel, &self.dense_1_bias))
    }
}

impl<D: Device<f32>> BuildOnDevice<D, f32> for Digits<f32, D> {
    type Built = Self;
}

#[test]
fn a_model_written_by_hand_learns() {
    let device = Cpu::seed_from_u64(0);
    let mut model = Digits::<f32, Cpu>::build(&device);
    let mut adam = Adam::new(&model, Default::default());
    let mut gradients = model.alloc_grads();
    let batch = 2;
    let images: Image<usize, Cpu, _> = device.sample_normal_like(&(batch, Const, Const, Const));
    let labels = (0..batch * 10).map(|i| if i % 10 == i / 10 % 10 { 1.0 } else { 0.0 }).collect();
    let labels: Tensor<(usize, Const<10>), f32, Cpu> =
        device.tensor_from_vec(labels, (batch, Const));
    let mut losses = Vec::new();
    for _ in 0..8 {
        let mut cx = Context::training();
        let logits = model.graph(&mut cx, images.trace(gradients)).unwrap();
        let loss = cross_entropy_with_logits_loss(logits, labels.clone());
        losses.push(loss.array());
        gradients = loss.backward();
        adam.update(&mut model, &gradients).unwrap();
        model.zero_grads(&mut gradients);
    }
    assert!(losses[7] < 0.7 * losses[0], "{losses:?}");
    let logits = model.graph(&mut Context::inference(), images).unwrap();
    assert!(cross_entropy_with_logits_loss(logits, labels).array() < losses[0]);
}
