#[derive(::core::clone::Clone)]
pub struct Outer<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `half.conv2d.kernel`
    pub half_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<2, 2, 3, 4>,
        E,
        D,
    >,
    /// `half.conv2d.bias`
    pub half_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `whole.conv2d.kernel`
    pub whole_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<1, 1, 3, 4>,
        E,
        D,
    >,
    /// `whole.conv2d.bias`
    pub whole_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `dense.kernel`
    pub dense_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<{ 4 * SIZE.div_ceil(2) * SIZE.div_ceil(2) }>,
            ::formwork::__private::Const<{ 4 * (SIZE * (SIZE / 2) / 2) }>,
        ),
        E,
        D,
    >,
    /// `dense.bias`
    pub dense_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ 4 * (SIZE * (SIZE / 2) / 2) }>,),
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Outer<__D, __E>;
    const __SIZE: usize = SIZE;
    const __WIDTH: usize = limits::WIDTH;
    {
        use ::formwork::__private::*;
        impl<
            N: Dim,
            D_: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Tensor<(N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>), f32, D, T>,
                Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                Tensor<(N, usize), f32, D, T>,
            );
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    image,
                    table,
                ): (
                    Tensor<
                        (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                        f32,
                        D,
                        T,
                    >,
                    Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image, table),
                    |cx, (image, table)| self.__forward(cx, image, table),
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
            /// What the model answers: `image: [N, SIZE, SIZE, 3]`, `table: [N, D, 1, WIDTH]` to `[N, 4·⌊SIZE·⌊SIZE/2⌋/2⌋]`, `[N, D·WIDTH]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<N: Dim, D_: Dim, T: Record<D>>(
                &self,
                image: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                    f32,
                    D,
                    T,
                >,
                table: Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ) -> (
                Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                Tensor<(N, usize), f32, D, T>,
            ) {
                expect(self.try_forward(image, table))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<N: Dim, D_: Dim, T: Record<D>>(
                &self,
                image: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                    f32,
                    D,
                    T,
                >,
                table: Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image, table),
                    |(image, table)| {
                        self.__forward(&mut Context::inference(), image, table)
                    },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [N, SIZE, SIZE, 3]`, `table: [N, D, 1, WIDTH]` to `[N, 4·⌊SIZE·⌊SIZE/2⌋/2⌋]`, `[N, D·WIDTH]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<N: Dim, D_: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                    f32,
                    D,
                    T,
                >,
                table: Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ) -> (
                Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                Tensor<(N, usize), f32, D, T>,
            ) {
                expect(self.try_forward_mut(image, table))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<N: Dim, D_: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                    f32,
                    D,
                    T,
                >,
                table: Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image, table),
                    |cx, (image, table)| self.__forward(cx, image, table),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<N: Dim, D_: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                    f32,
                    D,
                    T,
                >,
                table: Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                let entry = Entry("Outer");
                entry
                    .size(
                        "N",
                        &[
                            ("the batch of `image`", image.shape().0.size()),
                            ("the batch of `table`", table.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                let d = entry
                    .size(
                        "D",
                        &[("the height of `table`", table.shape().1.size())],
                        &Sizes::ALL,
                    )?;
                cx.freeze(&self.frozen);
                let half_conv2d: Tensor<
                    (
                        N,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<4>,
                    ),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "half.conv2d",
                        Conv2d::new(4, [2, 2]).stride([2, 2]).padding(Padding::Same),
                        (WithEmptyTape::with_empty_tape(&image),),
                        (&self.half_conv2d_kernel, &self.half_conv2d_bias),
                    )?;
                let half: Tensor<
                    (
                        N,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<4>,
                    ),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "half.max_pool2d",
                        MaxPool2d::new([1, 1]),
                        (half_conv2d,),
                        (),
                    )?;
                let whole_upsample2d: Tensor<
                    (
                        N,
                        Const<{ 2 * __SIZE.div_ceil(2) }>,
                        Const<{ 2 * __SIZE.div_ceil(2) }>,
                        Const<4>,
                    ),
                    f32,
                    D,
                    T,
                > = cx.apply("whole.upsample2d", Upsample2d::new(), (half,), ())?;
                let whole_conv2d: Tensor<
                    (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<4>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "whole.conv2d",
                        Conv2d::new(4, [1, 1]),
                        (image,),
                        (&self.whole_conv2d_kernel, &self.whole_conv2d_bias),
                    )?;
                let whole: Tensor<
                    (
                        N,
                        Const<{ 2 * __SIZE.div_ceil(2) }>,
                        Const<{ 2 * __SIZE.div_ceil(2) }>,
                        Const<4>,
                    ),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "whole.add",
                        Add::new(),
                        (whole_upsample2d, whole_conv2d),
                        (),
                    )?;
                let flat_max_pool2d: Tensor<
                    (
                        N,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<{ __SIZE.div_ceil(2) }>,
                        Const<4>,
                    ),
                    f32,
                    D,
                    T,
                > = cx.apply("flat.max_pool2d", MaxPool2d::new([2, 2]), (whole,), ())?;
                let flat: Tensor<
                    (N, Const<{ 4 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2) }>),
                    f32,
                    D,
                    T,
                > = cx.apply("flat.flatten", Flatten::new(), (flat_max_pool2d,), ())?;
                let rows_reshape: Tensor<(N, D_, Const<{ __WIDTH }>), f32, D, T> = cx
                    .apply(
                        "rows.reshape",
                        Reshape::new(
                            NewShape::new(
                                ::std::vec![
                                    ::core::option::Option::Some(d),
                                    ::core::option::Option::None
                                ],
                            ),
                        ),
                        (table,),
                        (),
                    )?;
                let rows: Tensor<(N, usize), f32, D, T> = cx
                    .apply("rows.flatten", Flatten::new(), (rows_reshape,), ())?;
                let dense: Tensor<
                    (N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "dense",
                        Dense::new(4 * (__SIZE * (__SIZE / 2) / 2)),
                        (flat,),
                        (&self.dense_kernel, &self.dense_bias),
                    )?;
                ::core::result::Result::Ok(join((dense, rows)))
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 16 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2)
                * (__SIZE * (__SIZE / 2) / 2) + 4 * (__SIZE * (__SIZE / 2) / 2) + 68;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 16 * __SIZE.div_ceil(2)
                * __SIZE.div_ceil(2) * (__SIZE * (__SIZE / 2) / 2)
                + 4 * (__SIZE * (__SIZE / 2) / 2) + 68;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = (16 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2)
                * (__SIZE * (__SIZE / 2) / 2) + 12 * __SIZE * __SIZE
                + 48 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2)) as u64;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Outer
size N
size D
outer SIZE
outer WIDTH
image = input() : [N, SIZE, SIZE, 3]
table = input() : [N, D, 1, WIDTH]
half.conv2d = conv2d(image; 4, (2, 2), stride = (2, 2), padding = same) : [N, ⌈SIZE/2⌉, ⌈SIZE/2⌉, 4]
half.max_pool2d = max_pool2d(half.conv2d; (1, 1)) : [N, ⌈SIZE/2⌉, ⌈SIZE/2⌉, 4]
whole.upsample2d = upsample2d(half.max_pool2d) : [N, 2·⌈SIZE/2⌉, 2·⌈SIZE/2⌉, 4]
whole.conv2d = conv2d(image; 4, (1, 1)) : [N, SIZE, SIZE, 4]
whole.add = add(whole.upsample2d, whole.conv2d) : [N, 2·⌈SIZE/2⌉, 2·⌈SIZE/2⌉, 4]
flat.max_pool2d = max_pool2d(whole.add; (2, 2)) : [N, ⌈SIZE/2⌉, ⌈SIZE/2⌉, 4]
flat.flatten = flatten(flat.max_pool2d) : [N, 4·⌈SIZE/2⌉·⌈SIZE/2⌉]
rows.reshape = reshape(table; [_, D, -1]) : [N, D, WIDTH]
rows.flatten = flatten(rows.reshape) : [N, D·WIDTH]
dense = dense(flat.flatten; 4·⌊SIZE·⌊SIZE/2⌋/2⌋) : [N, 4·⌊SIZE·⌊SIZE/2⌋/2⌋]
return dense, rows.flatten
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[("SIZE", __SIZE), ("WIDTH", __WIDTH)])
            }
            /// The network as an SVG picture.
            pub fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[("SIZE", __SIZE), ("WIDTH", __WIDTH)], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[("SIZE", __SIZE), ("WIDTH", __WIDTH)], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub fn to_mermaid() -> ::std::string::String {
                draw(
                    Self::GRAPH,
                    &[("SIZE", __SIZE), ("WIDTH", __WIDTH)],
                    ir::Plot::mermaid,
                )
            }
        }
        impl<D: Storage<E>, E: Dtype> HasGraph for __Model<D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(
                    <__Model<Cpu, f32>>::GRAPH,
                    &[("SIZE", __SIZE), ("WIDTH", __WIDTH)],
                    [],
                )
            }
        }
        impl<
            N: Dim,
            D_: Dim,
            D: Backend,
            T: Record<D>,
        > Module<
            (
                Tensor<(N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>), f32, D, T>,
                Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                Tensor<(N, usize), f32, D, T>,
            );
            type Error = Error;
            fn try_forward(
                &self,
                (
                    image,
                    table,
                ): (
                    Tensor<
                        (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                        f32,
                        D,
                        T,
                    >,
                    Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward(self, image, table)
            }
        }
        impl<
            N: Dim,
            D_: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Tensor<(N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>), f32, D, T>,
                Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = (
                Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                Tensor<(N, usize), f32, D, T>,
            );
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    image,
                    table,
                ): (
                    Tensor<
                        (N, Const<{ __SIZE }>, Const<{ __SIZE }>, Const<3>),
                        f32,
                        D,
                        T,
                    >,
                    Tensor<(N, D_, Const<1>, Const<{ __WIDTH }>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(N, Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>), f32, D, T>,
                    Tensor<(N, usize), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward_mut(self, image, table)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = (head::Logits, head::Logits);
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __half_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<2, 2, 3, 4>, E, D> {
                parameter(
                    seen,
                    "half.conv2d.kernel",
                    |model| &model.half_conv2d_kernel,
                    |model| &mut model.half_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (12, 16),
                    )),
                )
            }
            fn __half_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "half.conv2d.bias",
                    |model| &model.half_conv2d_bias,
                    |model| &mut model.half_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __whole_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<1, 1, 3, 4>, E, D> {
                parameter(
                    seen,
                    "whole.conv2d.kernel",
                    |model| &model.whole_conv2d_kernel,
                    |model| &mut model.whole_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (3, 4),
                    )),
                )
            }
            fn __whole_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "whole.conv2d.bias",
                    |model| &model.whole_conv2d_bias,
                    |model| &mut model.whole_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __dense_kernel(
                seen: &Seen,
            ) -> Parameter<
                '_,
                Self,
                (
                    Const<{ 4 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2) }>,
                    Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>,
                ),
                E,
                D,
            > {
                parameter(
                    seen,
                    "dense.kernel",
                    |model| &model.dense_kernel,
                    |model| &mut model.dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (
                            4 * __SIZE.div_ceil(2) * __SIZE.div_ceil(2),
                            4 * (__SIZE * (__SIZE / 2) / 2),
                        ),
                    )),
                )
            }
            fn __dense_bias(
                seen: &Seen,
            ) -> Parameter<
                '_,
                Self,
                (Const<{ 4 * (__SIZE * (__SIZE / 2) / 2) }>,),
                E,
                D,
            > {
                parameter(
                    seen,
                    "dense.bias",
                    |model| &model.dense_bias,
                    |model| &mut model.dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (
                            4 * (__SIZE * (__SIZE / 2) / 2),
                            4 * (__SIZE * (__SIZE / 2) / 2),
                        ),
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
                            ::std::vec![Self::__half_conv2d_kernel(& seen)],
                            ::std::vec![
                                Self::__half_conv2d_bias(& seen),
                                Self::__whole_conv2d_bias(& seen)
                            ],
                            ::std::vec![Self::__whole_conv2d_kernel(& seen)],
                            ::std::vec![Self::__dense_kernel(& seen)],
                            ::std::vec![Self::__dense_bias(& seen)],
                        ),
                        |
                            (
                                (),
                                of_2x2x3x4,
                                of_4,
                                of_1x1x3x4,
                                of_4_times_size_1_2_times_size_1_2_x4_times_size_times_size_2_2_,
                                of_4_times_size_times_size_2_2_,
                            )|
                        {
                            let mut of_2x2x3x4 = each(of_2x2x3x4);
                            let mut of_4 = each(of_4);
                            let mut of_1x1x3x4 = each(of_1x1x3x4);
                            let mut of_4_times_size_1_2_times_size_1_2_x4_times_size_times_size_2_2_ = each(
                                of_4_times_size_1_2_times_size_1_2_x4_times_size_times_size_2_2_,
                            );
                            let mut of_4_times_size_times_size_2_2_ = each(
                                of_4_times_size_times_size_2_2_,
                            );
                            __Model {
                                half_conv2d_kernel: next(&mut of_2x2x3x4),
                                half_conv2d_bias: next(&mut of_4),
                                whole_conv2d_kernel: next(&mut of_1x1x3x4),
                                whole_conv2d_bias: next(&mut of_4),
                                dense_kernel: next(
                                    &mut of_4_times_size_1_2_times_size_1_2_x4_times_size_times_size_2_2_,
                                ),
                                dense_bias: next(&mut of_4_times_size_times_size_2_2_),
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
        const _: () = assert!(
            2 * __SIZE.div_ceil(2) == __SIZE,
            "`add`: heights differ: the output of `upsample2d` has 2·⌈SIZE/2⌉, the output of `conv2d` has SIZE\nthis works only where `SIZE % 2 == 0`\nhelp: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`"
        );
    }
};
