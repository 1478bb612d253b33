/// A batch norm on either side of a layer.
#[derive(::core::clone::Clone)]
pub(crate) struct Stem<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `x.conv2d.kernel`
    pub(crate) x_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 4>,
        E,
        D,
    >,
    /// `x.batch_norm.gamma`
    pub(crate) x_batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `x.batch_norm.beta`
    pub(crate) x_batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `x.batch_norm.moving_mean`
    pub(crate) x_batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `x.batch_norm.moving_variance`
    pub(crate) x_batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.beta`
    pub(crate) batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.moving_mean`
    pub(crate) batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.moving_variance`
    pub(crate) batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `dense.kernel`
    pub(crate) dense_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<4, 3>,
        E,
        D,
    >,
    /// `dense.bias`
    pub(crate) dense_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm_1.gamma`
    pub(crate) batch_norm_1_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm_1.beta`
    pub(crate) batch_norm_1_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm_1.moving_mean`
    pub(crate) batch_norm_1_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm_1.moving_variance`
    pub(crate) batch_norm_1_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub(crate) frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub(crate) plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Stem<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                cx: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                cx.update(&mut self.x_batch_norm_moving_mean)?;
                cx.update(&mut self.x_batch_norm_moving_variance)?;
                cx.update(&mut self.batch_norm_moving_mean)?;
                cx.update(&mut self.batch_norm_moving_variance)?;
                cx.update(&mut self.batch_norm_1_moving_mean)?;
                cx.update(&mut self.batch_norm_1_moving_variance)?;
                ::core::result::Result::Ok(())
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Makes the model on `device`, its parameters as their initialisers say.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub(crate) fn build(device: &D) -> Self {
                Self::try_build(device).unwrap()
            }
            /// Fallible version of `build`.
            ///
            /// # Errors
            /// If the device fails.
            pub(crate) fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                let mut cx = Context::training();
                let outputs = D::train(
                    self,
                    &self.plans,
                    &mut cx,
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )?;
                self.update(&mut cx)?;
                ::core::result::Result::Ok(outputs)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                let entry = Entry("Stem");
                let batch = entry
                    .size(
                        "_",
                        &[("the batch of `image`", image.shape().0.size())],
                        &Sizes::ALL,
                    )?;
                if cx.is_training() {
                    entry
                        .layer(
                            "batch_norm",
                            batch >= 2,
                            "sees one value a channel (batch): its variance is always 0; give it a larger batch or map, or use `layer_norm` or `group_norm`",
                        )?;
                }
                cx.freeze(&self.frozen);
                let x_conv2d: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply(
                        "x.conv2d",
                        Conv2d::new(4, [3, 3]).bias(false),
                        (image,),
                        (&self.x_conv2d_kernel,),
                    )?;
                let x_batch_norm: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply(
                        "x.batch_norm",
                        BatchNorm::new(),
                        (x_conv2d,),
                        (
                            &self.x_batch_norm_gamma,
                            &self.x_batch_norm_beta,
                            &self.x_batch_norm_moving_mean,
                            &self.x_batch_norm_moving_variance,
                        ),
                    )?;
                let x: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply("x.relu", Relu::new(), (x_batch_norm,), ())?;
                let global_avg_pool2d: Tensor<(B, Const<4>), f32, D, T> = cx
                    .apply("global_avg_pool2d", GlobalAvgPool2d::new(), (x,), ())?;
                let batch_norm: Tensor<(B, Const<4>), f32, D, T> = cx
                    .apply(
                        "batch_norm",
                        BatchNorm::new().scale(false),
                        (global_avg_pool2d,),
                        (
                            &self.batch_norm_beta,
                            &self.batch_norm_moving_mean,
                            &self.batch_norm_moving_variance,
                        ),
                    )?;
                let dense: Tensor<(B, Const<3>), f32, D, T> = cx
                    .apply(
                        "dense",
                        Dense::new(3),
                        (batch_norm,),
                        (&self.dense_kernel, &self.dense_bias),
                    )?;
                let batch_norm_1: Tensor<(B, Const<3>), f32, D, T> = cx
                    .apply(
                        "batch_norm_1",
                        BatchNorm::new().epsilon(1e-5),
                        (dense,),
                        (
                            &self.batch_norm_1_gamma,
                            &self.batch_norm_1_beta,
                            &self.batch_norm_1_moving_mean,
                            &self.batch_norm_1_moving_variance,
                        ),
                    )?;
                ::core::result::Result::Ok(batch_norm_1)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub(crate) const PARAMS: usize = 127;
            /// Number of values that training updates: Keras' "Trainable params".
            pub(crate) const TRAINABLE_PARAMS: usize = 105;
            /// Multiply-accumulates a sample.
            pub(crate) const MACS: u64 = 2604;
            /// The network as text, one line a layer.
            pub(crate) const GRAPH: &'static str = r#"model Stem
image = input() : [_, 8, 8, 2]
x.conv2d = conv2d(image; 4, (3, 3), bias = false) : [_, 6, 6, 4]
x.batch_norm = batch_norm(x.conv2d) : [_, 6, 6, 4]
x.relu = relu(x.batch_norm) : [_, 6, 6, 4]
global_avg_pool2d = global_avg_pool2d(x.relu) : [_, 4]
batch_norm = batch_norm(global_avg_pool2d; scale = false) : [_, 4]
dense = dense(batch_norm; 3) : [_, 3]
batch_norm_1 = batch_norm(dense; epsilon = 1e-5) : [_, 3]
return batch_norm_1
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub(crate) fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[])
            }
            /// The network as an SVG picture.
            pub(crate) fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub(crate) fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub(crate) fn to_mermaid() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::mermaid)
            }
        }
        impl<D: Storage<E>, E: Dtype> HasGraph for __Model<D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(<__Model<Cpu, f32>>::GRAPH, &[], [])
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Module<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __x_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 4>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.kernel",
                    |model| &model.x_conv2d_kernel,
                    |model| &mut model.x_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 36),
                    )),
                )
            }
            fn __x_batch_norm_gamma(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.batch_norm.gamma",
                    |model| &model.x_batch_norm_gamma,
                    |model| &mut model.x_batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (4, 4),
                    )),
                )
            }
            fn __x_batch_norm_beta(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.batch_norm.beta",
                    |model| &model.x_batch_norm_beta,
                    |model| &mut model.x_batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __x_batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.batch_norm.moving_mean",
                    |model| &model.x_batch_norm_moving_mean,
                    |model| &mut model.x_batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __x_batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.batch_norm.moving_variance",
                    |model| &model.x_batch_norm_moving_variance,
                    |model| &mut model.x_batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (4, 4),
                    )),
                )
            }
            fn __batch_norm_beta(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "batch_norm.beta",
                    |model| &model.batch_norm_beta,
                    |model| &mut model.batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "batch_norm.moving_mean",
                    |model| &model.batch_norm_moving_mean,
                    |model| &mut model.batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "batch_norm.moving_variance",
                    |model| &model.batch_norm_moving_variance,
                    |model| &mut model.batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (4, 4),
                    )),
                )
            }
            fn __dense_kernel(seen: &Seen) -> Parameter<'_, Self, Rank2<4, 3>, E, D> {
                parameter(
                    seen,
                    "dense.kernel",
                    |model| &model.dense_kernel,
                    |model| &mut model.dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (4, 3),
                    )),
                )
            }
            fn __dense_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "dense.bias",
                    |model| &model.dense_bias,
                    |model| &mut model.dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_1_gamma(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm_1.gamma",
                    |model| &model.batch_norm_1_gamma,
                    |model| &mut model.batch_norm_1_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_1_beta(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm_1.beta",
                    |model| &model.batch_norm_1_beta,
                    |model| &mut model.batch_norm_1_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_1_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm_1.moving_mean",
                    |model| &model.batch_norm_1_moving_mean,
                    |model| &mut model.batch_norm_1_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_1_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm_1.moving_variance",
                    |model| &model.batch_norm_1_moving_variance,
                    |model| &mut model.batch_norm_1_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (3, 3),
                    )),
                )
            }
        }
        impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<D, E> {
            type To<E2: Dtype, D2: Device<E2>> = __Model<D2, E2>;
            fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                visitor: &mut V,
            ) -> ::core::result::Result<
                ::core::option::Option<Self::To<V::E2, V::D2>>,
                V::Err,
            > {
                let seen = Seen::new();
                visitor
                    .visit_fields(
                        (
                            state::<
                                Self,
                            >(&seen, |model| &model.frozen, |model| &mut model.frozen),
                            ::std::vec![Self::__x_conv2d_kernel(& seen)],
                            ::std::vec![
                                Self::__x_batch_norm_gamma(& seen),
                                Self::__x_batch_norm_beta(& seen),
                                Self::__x_batch_norm_moving_mean(& seen),
                                Self::__x_batch_norm_moving_variance(& seen),
                                Self::__batch_norm_beta(& seen),
                                Self::__batch_norm_moving_mean(& seen),
                                Self::__batch_norm_moving_variance(& seen)
                            ],
                            ::std::vec![Self::__dense_kernel(& seen)],
                            ::std::vec![
                                Self::__dense_bias(& seen), Self::__batch_norm_1_gamma(&
                                seen), Self::__batch_norm_1_beta(& seen),
                                Self::__batch_norm_1_moving_mean(& seen),
                                Self::__batch_norm_1_moving_variance(& seen)
                            ],
                        ),
                        |((), of_3x3x2x4, of_4, of_4x3, of_3)| {
                            let mut of_3x3x2x4 = each(of_3x3x2x4);
                            let mut of_4 = each(of_4);
                            let mut of_4x3 = each(of_4x3);
                            let mut of_3 = each(of_3);
                            __Model {
                                x_conv2d_kernel: next(&mut of_3x3x2x4),
                                x_batch_norm_gamma: next(&mut of_4),
                                x_batch_norm_beta: next(&mut of_4),
                                x_batch_norm_moving_mean: next(&mut of_4),
                                x_batch_norm_moving_variance: next(&mut of_4),
                                batch_norm_beta: next(&mut of_4),
                                batch_norm_moving_mean: next(&mut of_4),
                                batch_norm_moving_variance: next(&mut of_4),
                                dense_kernel: next(&mut of_4x3),
                                dense_bias: next(&mut of_3),
                                batch_norm_1_gamma: next(&mut of_3),
                                batch_norm_1_beta: next(&mut of_3),
                                batch_norm_1_moving_mean: next(&mut of_3),
                                batch_norm_1_moving_variance: next(&mut of_3),
                                frozen: seen.frozen(),
                                plans: Plans::new(),
                            }
                        },
                    )
            }
        }
        impl<D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
        for __Model<D0, E0> {
            type Built = __Model<D, E>;
        }
        impl<E: Dtype, D: Device<E>> HasFrozen for __Model<D, E> {
            fn each_frozen(
                &self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &Frozen),
            ) {
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                visit(scope, &mut self.frozen);
            }
        }
    }
};
/// `Stem` with its batch normalisation folded into its other layers: it computes the same at inference.
#[derive(::core::clone::Clone)]
pub(crate) struct Folded<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `x.conv2d.kernel`
    pub(crate) x_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 4>,
        E,
        D,
    >,
    /// `x.conv2d.bias`
    pub(crate) x_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `dense.kernel`
    pub(crate) dense_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<4, 3>,
        E,
        D,
    >,
    /// `dense.bias`
    pub(crate) dense_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub(crate) frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub(crate) plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Folded<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                _: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                ::core::result::Result::Ok(())
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Makes the model on `device`, its parameters as their initialisers say.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub(crate) fn build(device: &D) -> Self {
                Self::try_build(device).unwrap()
            }
            /// Fallible version of `build`.
            ///
            /// # Errors
            /// If the device fails.
            pub(crate) fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                cx.freeze(&self.frozen);
                let x_conv2d: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply(
                        "x.conv2d",
                        Conv2d::new(4, [3, 3]),
                        (image,),
                        (&self.x_conv2d_kernel, &self.x_conv2d_bias),
                    )?;
                let x: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply("x.relu", Relu::new(), (x_conv2d,), ())?;
                let global_avg_pool2d: Tensor<(B, Const<4>), f32, D, T> = cx
                    .apply("global_avg_pool2d", GlobalAvgPool2d::new(), (x,), ())?;
                let dense: Tensor<(B, Const<3>), f32, D, T> = cx
                    .apply(
                        "dense",
                        Dense::new(3),
                        (global_avg_pool2d,),
                        (&self.dense_kernel, &self.dense_bias),
                    )?;
                ::core::result::Result::Ok(dense)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub(crate) const PARAMS: usize = 91;
            /// Number of values that training updates: Keras' "Trainable params".
            pub(crate) const TRAINABLE_PARAMS: usize = 91;
            /// Multiply-accumulates a sample.
            pub(crate) const MACS: u64 = 2604;
            /// The network as text, one line a layer.
            pub(crate) const GRAPH: &'static str = r#"model Folded
image = input() : [_, 8, 8, 2]
x.conv2d = conv2d(image; 4, (3, 3)) : [_, 6, 6, 4]
x.relu = relu(x.conv2d) : [_, 6, 6, 4]
global_avg_pool2d = global_avg_pool2d(x.relu) : [_, 4]
dense = dense(global_avg_pool2d; 3) : [_, 3]
return dense
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub(crate) fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[])
            }
            /// The network as an SVG picture.
            pub(crate) fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub(crate) fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub(crate) fn to_mermaid() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::mermaid)
            }
        }
        impl<D: Storage<E>, E: Dtype> HasGraph for __Model<D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(<__Model<Cpu, f32>>::GRAPH, &[], [])
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Module<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __x_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 4>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.kernel",
                    |model| &model.x_conv2d_kernel,
                    |model| &mut model.x_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 36),
                    )),
                )
            }
            fn __x_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.bias",
                    |model| &model.x_conv2d_bias,
                    |model| &mut model.x_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __dense_kernel(seen: &Seen) -> Parameter<'_, Self, Rank2<4, 3>, E, D> {
                parameter(
                    seen,
                    "dense.kernel",
                    |model| &model.dense_kernel,
                    |model| &mut model.dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (4, 3),
                    )),
                )
            }
            fn __dense_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "dense.bias",
                    |model| &model.dense_bias,
                    |model| &mut model.dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
        }
        impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<D, E> {
            type To<E2: Dtype, D2: Device<E2>> = __Model<D2, E2>;
            fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                visitor: &mut V,
            ) -> ::core::result::Result<
                ::core::option::Option<Self::To<V::E2, V::D2>>,
                V::Err,
            > {
                let seen = Seen::new();
                visitor
                    .visit_fields(
                        (
                            state::<
                                Self,
                            >(&seen, |model| &model.frozen, |model| &mut model.frozen),
                            ::std::vec![Self::__x_conv2d_kernel(& seen)],
                            ::std::vec![Self::__x_conv2d_bias(& seen)],
                            ::std::vec![Self::__dense_kernel(& seen)],
                            ::std::vec![Self::__dense_bias(& seen)],
                        ),
                        |((), of_3x3x2x4, of_4, of_4x3, of_3)| {
                            let mut of_3x3x2x4 = each(of_3x3x2x4);
                            let mut of_4 = each(of_4);
                            let mut of_4x3 = each(of_4x3);
                            let mut of_3 = each(of_3);
                            __Model {
                                x_conv2d_kernel: next(&mut of_3x3x2x4),
                                x_conv2d_bias: next(&mut of_4),
                                dense_kernel: next(&mut of_4x3),
                                dense_bias: next(&mut of_3),
                                frozen: seen.frozen(),
                                plans: Plans::new(),
                            }
                        },
                    )
            }
        }
        impl<D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
        for __Model<D0, E0> {
            type Built = __Model<D, E>;
        }
        impl<E: Dtype, D: Device<E>> HasFrozen for __Model<D, E> {
            fn each_frozen(
                &self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &Frozen),
            ) {
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                visit(scope, &mut self.frozen);
            }
        }
    }
};
const _: () = {
    type __Model<__D, __E> = Stem<__D, __E>;
    type __Twin<__D, __E> = Folded<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<D: Backend> __Model<D, f32> {
            /// The same model with its batch normalisation folded into its other layers: at inference it answers the same but for rounding, and in training it goes on from there. Nothing in it is frozen.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub(crate) fn fold_batch_norm(&self) -> __Twin<D, f32> {
                self.try_fold_batch_norm().unwrap()
            }
            /// Fallible version of `fold_batch_norm`.
            ///
            /// # Errors
            /// If the device fails.
            pub(crate) fn try_fold_batch_norm(
                &self,
            ) -> ::core::result::Result<__Twin<D, f32>, D::Err> {
                let device = self.x_conv2d_kernel.device();
                let mut x_conv2d = Folded::new(
                    [(Layout::Conv { groups: 1 }, values(&self.x_conv2d_kernel))],
                    ::core::option::Option::None,
                );
                x_conv2d
                    .then(
                        Norm::new(
                            0.001,
                            ::core::option::Option::Some(
                                values(&self.x_batch_norm_gamma),
                            ),
                            ::core::option::Option::Some(
                                values(&self.x_batch_norm_beta),
                            ),
                            values(&self.x_batch_norm_moving_mean),
                            values(&self.x_batch_norm_moving_variance),
                        ),
                    );
                let mut dense = Folded::new(
                    [(Layout::Conv { groups: 1 }, values(&self.dense_kernel))],
                    ::core::option::Option::Some(values(&self.dense_bias)),
                );
                dense
                    .after(
                        Norm::new(
                            0.001,
                            ::core::option::Option::None,
                            ::core::option::Option::Some(values(&self.batch_norm_beta)),
                            values(&self.batch_norm_moving_mean),
                            values(&self.batch_norm_moving_variance),
                        ),
                    );
                dense
                    .then(
                        Norm::new(
                            0.00001,
                            ::core::option::Option::Some(
                                values(&self.batch_norm_1_gamma),
                            ),
                            ::core::option::Option::Some(
                                values(&self.batch_norm_1_beta),
                            ),
                            values(&self.batch_norm_1_moving_mean),
                            values(&self.batch_norm_1_moving_variance),
                        ),
                    );
                ::core::result::Result::Ok(__Twin {
                    x_conv2d_kernel: x_conv2d.kernel(device, 0)?,
                    x_conv2d_bias: x_conv2d.bias(device)?,
                    dense_kernel: dense.kernel(device, 0)?,
                    dense_bias: dense.bias(device)?,
                    frozen: Frozen::new(),
                    plans: Plans::new(),
                })
            }
        }
    }
};
/// `Stem` with its batch normalisation left out: it is to be trained on.
#[derive(::core::clone::Clone)]
pub(crate) struct Plain<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `x.conv2d.kernel`
    pub(crate) x_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 4>,
        E,
        D,
    >,
    /// `x.conv2d.bias`
    pub(crate) x_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `dense.kernel`
    pub(crate) dense_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<4, 3>,
        E,
        D,
    >,
    /// `dense.bias`
    pub(crate) dense_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub(crate) frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub(crate) plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Plain<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                _: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                ::core::result::Result::Ok(())
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Makes the model on `device`, its parameters as their initialisers say.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub(crate) fn build(device: &D) -> Self {
                Self::try_build(device).unwrap()
            }
            /// Fallible version of `build`.
            ///
            /// # Errors
            /// If the device fails.
            pub(crate) fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 2]` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image,),
                    |cx, (image,)| self.__forward(cx, image),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                cx.freeze(&self.frozen);
                let x_conv2d: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply(
                        "x.conv2d",
                        Conv2d::new(4, [3, 3]),
                        (image,),
                        (&self.x_conv2d_kernel, &self.x_conv2d_bias),
                    )?;
                let x: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx
                    .apply("x.relu", Relu::new(), (x_conv2d,), ())?;
                let global_avg_pool2d: Tensor<(B, Const<4>), f32, D, T> = cx
                    .apply("global_avg_pool2d", GlobalAvgPool2d::new(), (x,), ())?;
                let dense: Tensor<(B, Const<3>), f32, D, T> = cx
                    .apply(
                        "dense",
                        Dense::new(3),
                        (global_avg_pool2d,),
                        (&self.dense_kernel, &self.dense_bias),
                    )?;
                ::core::result::Result::Ok(dense)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub(crate) const PARAMS: usize = 91;
            /// Number of values that training updates: Keras' "Trainable params".
            pub(crate) const TRAINABLE_PARAMS: usize = 91;
            /// Multiply-accumulates a sample.
            pub(crate) const MACS: u64 = 2604;
            /// The network as text, one line a layer.
            pub(crate) const GRAPH: &'static str = r#"model Plain
image = input() : [_, 8, 8, 2]
x.conv2d = conv2d(image; 4, (3, 3)) : [_, 6, 6, 4]
x.relu = relu(x.conv2d) : [_, 6, 6, 4]
global_avg_pool2d = global_avg_pool2d(x.relu) : [_, 4]
dense = dense(global_avg_pool2d; 3) : [_, 3]
return dense
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub(crate) fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[])
            }
            /// The network as an SVG picture.
            pub(crate) fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub(crate) fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub(crate) fn to_mermaid() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::mermaid)
            }
        }
        impl<D: Storage<E>, E: Dtype> HasGraph for __Model<D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(<__Model<Cpu, f32>>::GRAPH, &[], [])
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Module<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __x_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 4>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.kernel",
                    |model| &model.x_conv2d_kernel,
                    |model| &mut model.x_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 36),
                    )),
                )
            }
            fn __x_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.bias",
                    |model| &model.x_conv2d_bias,
                    |model| &mut model.x_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __dense_kernel(seen: &Seen) -> Parameter<'_, Self, Rank2<4, 3>, E, D> {
                parameter(
                    seen,
                    "dense.kernel",
                    |model| &model.dense_kernel,
                    |model| &mut model.dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (4, 3),
                    )),
                )
            }
            fn __dense_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "dense.bias",
                    |model| &model.dense_bias,
                    |model| &mut model.dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
        }
        impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for __Model<D, E> {
            type To<E2: Dtype, D2: Device<E2>> = __Model<D2, E2>;
            fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
                visitor: &mut V,
            ) -> ::core::result::Result<
                ::core::option::Option<Self::To<V::E2, V::D2>>,
                V::Err,
            > {
                let seen = Seen::new();
                visitor
                    .visit_fields(
                        (
                            state::<
                                Self,
                            >(&seen, |model| &model.frozen, |model| &mut model.frozen),
                            ::std::vec![Self::__x_conv2d_kernel(& seen)],
                            ::std::vec![Self::__x_conv2d_bias(& seen)],
                            ::std::vec![Self::__dense_kernel(& seen)],
                            ::std::vec![Self::__dense_bias(& seen)],
                        ),
                        |((), of_3x3x2x4, of_4, of_4x3, of_3)| {
                            let mut of_3x3x2x4 = each(of_3x3x2x4);
                            let mut of_4 = each(of_4);
                            let mut of_4x3 = each(of_4x3);
                            let mut of_3 = each(of_3);
                            __Model {
                                x_conv2d_kernel: next(&mut of_3x3x2x4),
                                x_conv2d_bias: next(&mut of_4),
                                dense_kernel: next(&mut of_4x3),
                                dense_bias: next(&mut of_3),
                                frozen: seen.frozen(),
                                plans: Plans::new(),
                            }
                        },
                    )
            }
        }
        impl<D: Device<E>, E: Dtype, D0: Storage<E0>, E0: Dtype> BuildOnDevice<D, E>
        for __Model<D0, E0> {
            type Built = __Model<D, E>;
        }
        impl<E: Dtype, D: Device<E>> HasFrozen for __Model<D, E> {
            fn each_frozen(
                &self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &Frozen),
            ) {
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                visit(scope, &mut self.frozen);
            }
        }
    }
};
const _: () = {
    type __Model<__D, __E> = Stem<__D, __E>;
    type __Twin<__D, __E> = Plain<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<D: Backend> __Model<D, f32> {
            /// The model with the same weights and without its batch normalisation, which answers something else: to be trained on. Biases that it has not are zero, and nothing is frozen.
            ///
            /// # Panics
            /// If the device fails.
            #[track_caller]
            pub(crate) fn remove_batch_norm(&self) -> __Twin<D, f32> {
                self.try_remove_batch_norm().unwrap()
            }
            /// Fallible version of `remove_batch_norm`.
            ///
            /// # Errors
            /// If the device fails.
            pub(crate) fn try_remove_batch_norm(
                &self,
            ) -> ::core::result::Result<__Twin<D, f32>, D::Err> {
                let device = self.x_conv2d_kernel.device();
                ::core::result::Result::Ok(__Twin {
                    x_conv2d_kernel: copy(&self.x_conv2d_kernel)?,
                    x_conv2d_bias: zeros(device)?,
                    dense_kernel: copy(&self.dense_kernel)?,
                    dense_bias: copy(&self.dense_bias)?,
                    frozen: Frozen::new(),
                    plans: Plans::new(),
                })
            }
        }
    }
};
