/// A small convolutional classifier for 28×28 greyscale digits.
#[derive(::core::clone::Clone)]
pub struct Digits<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `conv2d.kernel`
    pub conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 1, 32>,
        E,
        D,
    >,
    /// `conv2d.bias`
    pub conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<32>,
        E,
        D,
    >,
    /// `conv2d_1.kernel`
    pub conv2d_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 32, 64>,
        E,
        D,
    >,
    /// `conv2d_1.bias`
    pub conv2d_1_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<64>,
        E,
        D,
    >,
    /// `dense.kernel`
    pub dense_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<3136, 128>,
        E,
        D,
    >,
    /// `dense.bias`
    pub dense_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<128>,
        E,
        D,
    >,
    /// `dense_1.kernel`
    pub dense_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<128, 10>,
        E,
        D,
    >,
    /// `dense_1.bias`
    pub dense_1_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<10>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Digits<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<10>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
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
            pub fn build(device: &D) -> Self {
                Self::try_build(device).unwrap()
            }
            /// Fallible version of `build`.
            ///
            /// # Errors
            /// If the device fails.
            pub fn try_build(device: &D) -> ::core::result::Result<Self, D::Err> {
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, 28, 28, 1]` to `[_, 10]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> Tensor<(B, Const<10>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 28, 28, 1]` to `[_, 10]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> Tensor<(B, Const<10>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
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
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
                cx.freeze(&self.frozen);
                let conv2d: Tensor<(B, Const<28>, Const<28>, Const<32>), f32, D, T> = cx
                    .apply(
                        "conv2d",
                        Conv2d::new(32, [3, 3]).padding(Padding::Same),
                        (image,),
                        (&self.conv2d_kernel, &self.conv2d_bias),
                    )?;
                let relu: Tensor<(B, Const<28>, Const<28>, Const<32>), f32, D, T> = cx
                    .apply("relu", Relu::new(), (conv2d,), ())?;
                let max_pool2d: Tensor<
                    (B, Const<14>, Const<14>, Const<32>),
                    f32,
                    D,
                    T,
                > = cx.apply("max_pool2d", MaxPool2d::new([2, 2]), (relu,), ())?;
                let conv2d_1: Tensor<(B, Const<14>, Const<14>, Const<64>), f32, D, T> = cx
                    .apply(
                        "conv2d_1",
                        Conv2d::new(64, [3, 3]).padding(Padding::Same),
                        (max_pool2d,),
                        (&self.conv2d_1_kernel, &self.conv2d_1_bias),
                    )?;
                let relu_1: Tensor<(B, Const<14>, Const<14>, Const<64>), f32, D, T> = cx
                    .apply("relu_1", Relu::new(), (conv2d_1,), ())?;
                let max_pool2d_1: Tensor<
                    (B, Const<7>, Const<7>, Const<64>),
                    f32,
                    D,
                    T,
                > = cx.apply("max_pool2d_1", MaxPool2d::new([2, 2]), (relu_1,), ())?;
                let flatten: Tensor<(B, Const<3136>), f32, D, T> = cx
                    .apply("flatten", Flatten::new(), (max_pool2d_1,), ())?;
                let dense: Tensor<(B, Const<128>), f32, D, T> = cx
                    .apply(
                        "dense",
                        Dense::new(128),
                        (flatten,),
                        (&self.dense_kernel, &self.dense_bias),
                    )?;
                let relu_2: Tensor<(B, Const<128>), f32, D, T> = cx
                    .apply("relu_2", Relu::new(), (dense,), ())?;
                let dropout: Tensor<(B, Const<128>), f32, D, T> = cx
                    .apply("dropout", Dropout::new(0.5), (relu_2,), ())?;
                let dense_1: Tensor<(B, Const<10>), f32, D, T> = cx
                    .apply(
                        "dense_1",
                        Dense::new(10),
                        (dropout,),
                        (&self.dense_1_kernel, &self.dense_1_bias),
                    )?;
                ::core::result::Result::Ok(dense_1)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 421642;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 421642;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = 4241152;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Digits
image = input() : [_, 28, 28, 1]
conv2d = conv2d(image; 32, (3, 3), padding = same) : [_, 28, 28, 32]
relu = relu(conv2d) : [_, 28, 28, 32]
max_pool2d = max_pool2d(relu; (2, 2)) : [_, 14, 14, 32]
conv2d_1 = conv2d(max_pool2d; 64, (3, 3), padding = same) : [_, 14, 14, 64]
relu_1 = relu(conv2d_1) : [_, 14, 14, 64]
max_pool2d_1 = max_pool2d(relu_1; (2, 2)) : [_, 7, 7, 64]
flatten = flatten(max_pool2d_1) : [_, 3136]
dense = dense(flatten; 128) : [_, 128]
relu_2 = relu(dense) : [_, 128]
dropout = dropout(relu_2; 0.5) : [_, 128]
dense_1 = dense(dropout; 10) : [_, 10]
return dense_1
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[])
            }
            /// The network as an SVG picture.
            pub fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub fn to_mermaid() -> ::std::string::String {
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
        > Module<Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<10>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<10>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<28>, Const<28>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<10>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 1, 32>, E, D> {
                parameter(
                    seen,
                    "conv2d.kernel",
                    |model| &model.conv2d_kernel,
                    |model| &mut model.conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (9, 288),
                    )),
                )
            }
            fn __conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<32>, E, D> {
                parameter(
                    seen,
                    "conv2d.bias",
                    |model| &model.conv2d_bias,
                    |model| &mut model.conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (32, 32),
                    )),
                )
            }
            fn __conv2d_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 32, 64>, E, D> {
                parameter(
                    seen,
                    "conv2d_1.kernel",
                    |model| &model.conv2d_1_kernel,
                    |model| &mut model.conv2d_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (288, 576),
                    )),
                )
            }
            fn __conv2d_1_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<64>, E, D> {
                parameter(
                    seen,
                    "conv2d_1.bias",
                    |model| &model.conv2d_1_bias,
                    |model| &mut model.conv2d_1_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (64, 64),
                    )),
                )
            }
            fn __dense_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank2<3136, 128>, E, D> {
                parameter(
                    seen,
                    "dense.kernel",
                    |model| &model.dense_kernel,
                    |model| &mut model.dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (3136, 128),
                    )),
                )
            }
            fn __dense_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<128>, E, D> {
                parameter(
                    seen,
                    "dense.bias",
                    |model| &model.dense_bias,
                    |model| &mut model.dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (128, 128),
                    )),
                )
            }
            fn __dense_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank2<128, 10>, E, D> {
                parameter(
                    seen,
                    "dense_1.kernel",
                    |model| &model.dense_1_kernel,
                    |model| &mut model.dense_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (128, 10),
                    )),
                )
            }
            fn __dense_1_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<10>, E, D> {
                parameter(
                    seen,
                    "dense_1.bias",
                    |model| &model.dense_1_bias,
                    |model| &mut model.dense_1_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (10, 10),
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
                            (
                                state::<
                                    Self,
                                >(&seen, |model| &model.frozen, |model| &mut model.frozen),
                                ::std::vec![Self::__conv2d_kernel(& seen)],
                                ::std::vec![Self::__conv2d_bias(& seen)],
                                ::std::vec![Self::__conv2d_1_kernel(& seen)],
                                ::std::vec![Self::__conv2d_1_bias(& seen)],
                                ::std::vec![Self::__dense_kernel(& seen)],
                            ),
                            (
                                ::std::vec![Self::__dense_bias(& seen)],
                                ::std::vec![Self::__dense_1_kernel(& seen)],
                                ::std::vec![Self::__dense_1_bias(& seen)],
                            ),
                        ),
                        |
                            (
                                ((), of_3x3x1x32, of_32, of_3x3x32x64, of_64, of_3136x128),
                                (of_128, of_128x10, of_10),
                            )|
                        {
                            let mut of_3x3x1x32 = each(of_3x3x1x32);
                            let mut of_32 = each(of_32);
                            let mut of_3x3x32x64 = each(of_3x3x32x64);
                            let mut of_64 = each(of_64);
                            let mut of_3136x128 = each(of_3136x128);
                            let mut of_128 = each(of_128);
                            let mut of_128x10 = each(of_128x10);
                            let mut of_10 = each(of_10);
                            __Model {
                                conv2d_kernel: next(&mut of_3x3x1x32),
                                conv2d_bias: next(&mut of_32),
                                conv2d_1_kernel: next(&mut of_3x3x32x64),
                                conv2d_1_bias: next(&mut of_64),
                                dense_kernel: next(&mut of_3136x128),
                                dense_bias: next(&mut of_128),
                                dense_1_kernel: next(&mut of_128x10),
                                dense_1_bias: next(&mut of_10),
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
