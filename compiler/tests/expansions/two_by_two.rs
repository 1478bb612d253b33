#[derive(::core::clone::Clone)]
pub struct TwoByTwo<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `Tensor.conv2d.kernel`
    pub tensor_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 3, 4>,
        E,
        D,
    >,
    /// `Tensor.conv2d.bias`
    pub tensor_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `D.dense.kernel`
    pub d_dense_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank2<144, 5>,
        E,
        D,
    >,
    /// `D.dense.bias`
    pub d_dense_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<5>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = TwoByTwo<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(B, Const<5>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            );
            fn run(
                &self,
                cx_1: &mut Context<D>,
                (
                    image,
                    mask,
                ): (
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx_1,
                    (image, mask),
                    |cx_1, (image, mask)| self.__forward(cx_1, image, mask),
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
            /// What the model answers: `image: [_, 8, 8, 3]`, `mask: [_, 8, 8, 1]` to `[_, 5]`, `[_, 8, 8, 3]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                mask: Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ) -> (
                Tensor<(B, Const<5>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) {
                expect(self.try_forward(image, mask))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                mask: Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image, mask),
                    |(image, mask)| {
                        self.__forward(&mut Context::inference(), image, mask)
                    },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 3]`, `mask: [_, 8, 8, 1]` to `[_, 5]`, `[_, 8, 8, 3]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                mask: Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ) -> (
                Tensor<(B, Const<5>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) {
                expect(self.try_forward_mut(image, mask))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                mask: Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image, mask),
                    |cx_1, (image, mask)| self.__forward(cx_1, image, mask),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx_1: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                mask: Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                let entry = Entry("TwoByTwo");
                entry
                    .size(
                        "_",
                        &[
                            ("the batch of `image`", image.shape().0.size()),
                            ("the batch of `mask`", mask.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                cx_1.freeze(&self.frozen);
                let cx: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T> = cx_1
                    .apply("cx.multiply", Multiply::new(), (image, mask), ())?;
                let tensor_conv2d: Tensor<
                    (B, Const<6>, Const<6>, Const<4>),
                    f32,
                    D,
                    T,
                > = cx_1
                    .apply(
                        "Tensor.conv2d",
                        Conv2d::new(4, [3, 3]),
                        (WithEmptyTape::with_empty_tape(&cx),),
                        (&self.tensor_conv2d_kernel, &self.tensor_conv2d_bias),
                    )?;
                let tensor: Tensor<(B, Const<6>, Const<6>, Const<4>), f32, D, T> = cx_1
                    .apply("Tensor.relu", Relu::new(), (tensor_conv2d,), ())?;
                let d_flatten: Tensor<(B, Const<144>), f32, D, T> = cx_1
                    .apply("D.flatten", Flatten::new(), (tensor,), ())?;
                let D: Tensor<(B, Const<5>), f32, D, T> = cx_1
                    .apply(
                        "D.dense",
                        Dense::new(5),
                        (d_flatten,),
                        (&self.d_dense_kernel, &self.d_dense_bias),
                    )?;
                ::core::result::Result::Ok(join((D, cx)))
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 837;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 837;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = 4608;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model TwoByTwo
image = input() : [_, 8, 8, 3]
mask = input() : [_, 8, 8, 1]
cx.multiply = multiply(image, mask) : [_, 8, 8, 3]
Tensor.conv2d = conv2d(cx.multiply; 4, (3, 3)) : [_, 6, 6, 4]
Tensor.relu = relu(Tensor.conv2d) : [_, 6, 6, 4]
D.flatten = flatten(Tensor.relu) : [_, 144]
D.dense = dense(D.flatten; 5) : [_, 5]
return D.dense, cx.multiply
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
        > Module<
            (
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(B, Const<5>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            );
            type Error = Error;
            fn try_forward(
                &self,
                (
                    image,
                    mask,
                ): (
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward(self, image, mask)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(B, Const<5>), f32, D, T>,
                Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            );
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    image,
                    mask,
                ): (
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, Const<5>), f32, D, T>,
                    Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward_mut(self, image, mask)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = (head::Logits, head::Logits);
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __tensor_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 3, 4>, E, D> {
                parameter(
                    seen,
                    "Tensor.conv2d.kernel",
                    |model| &model.tensor_conv2d_kernel,
                    |model| &mut model.tensor_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (27, 36),
                    )),
                )
            }
            fn __tensor_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "Tensor.conv2d.bias",
                    |model| &model.tensor_conv2d_bias,
                    |model| &mut model.tensor_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __d_dense_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank2<144, 5>, E, D> {
                parameter(
                    seen,
                    "D.dense.kernel",
                    |model| &model.d_dense_kernel,
                    |model| &mut model.d_dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (144, 5),
                    )),
                )
            }
            fn __d_dense_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<5>, E, D> {
                parameter(
                    seen,
                    "D.dense.bias",
                    |model| &model.d_dense_bias,
                    |model| &mut model.d_dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (5, 5),
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
                            ::std::vec![Self::__tensor_conv2d_kernel(& seen)],
                            ::std::vec![Self::__tensor_conv2d_bias(& seen)],
                            ::std::vec![Self::__d_dense_kernel(& seen)],
                            ::std::vec![Self::__d_dense_bias(& seen)],
                        ),
                        |((), of_3x3x3x4, of_4, of_144x5, of_5)| {
                            let mut of_3x3x3x4 = each(of_3x3x3x4);
                            let mut of_4 = each(of_4);
                            let mut of_144x5 = each(of_144x5);
                            let mut of_5 = each(of_5);
                            __Model {
                                tensor_conv2d_kernel: next(&mut of_3x3x3x4),
                                tensor_conv2d_bias: next(&mut of_4),
                                d_dense_kernel: next(&mut of_144x5),
                                d_dense_bias: next(&mut of_5),
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
