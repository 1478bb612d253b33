#[derive(Debug)]
#[derive(::core::clone::Clone)]
pub(crate) struct Residual<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `x.conv2d.kernel`
    pub(crate) x_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<1, 1, 3, 8>,
        E,
        D,
    >,
    /// `x.conv2d.bias`
    pub(crate) x_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.conv2d.kernel`
    pub(crate) x_block_y_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 8, 8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm.gamma`
    pub(crate) x_block_y_batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm.beta`
    pub(crate) x_block_y_batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm.moving_mean`
    pub(crate) x_block_y_batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm.moving_variance`
    pub(crate) x_block_y_batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.conv2d_1.kernel`
    pub(crate) x_block_y_conv2d_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 8, 8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm_1.gamma`
    pub(crate) x_block_y_batch_norm_1_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm_1.beta`
    pub(crate) x_block_y_batch_norm_1_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm_1.moving_mean`
    pub(crate) x_block_y_batch_norm_1_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `x.block.y.batch_norm_1.moving_variance`
    pub(crate) x_block_y_batch_norm_1_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.conv2d.kernel`
    pub(crate) block_y_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 8, 8>,
        E,
        D,
    >,
    /// `block.y.batch_norm.gamma`
    pub(crate) block_y_batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm.beta`
    pub(crate) block_y_batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm.moving_mean`
    pub(crate) block_y_batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm.moving_variance`
    pub(crate) block_y_batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.conv2d_1.kernel`
    pub(crate) block_y_conv2d_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 8, 8>,
        E,
        D,
    >,
    /// `block.y.batch_norm_1.gamma`
    pub(crate) block_y_batch_norm_1_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm_1.beta`
    pub(crate) block_y_batch_norm_1_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm_1.moving_mean`
    pub(crate) block_y_batch_norm_1_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// `block.y.batch_norm_1.moving_variance`
    pub(crate) block_y_batch_norm_1_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<8>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub(crate) frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub(crate) plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Residual<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
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
                cx.update(&mut self.x_block_y_batch_norm_moving_mean)?;
                cx.update(&mut self.x_block_y_batch_norm_moving_variance)?;
                cx.update(&mut self.x_block_y_batch_norm_1_moving_mean)?;
                cx.update(&mut self.x_block_y_batch_norm_1_moving_variance)?;
                cx.update(&mut self.block_y_batch_norm_moving_mean)?;
                cx.update(&mut self.block_y_batch_norm_moving_variance)?;
                cx.update(&mut self.block_y_batch_norm_1_moving_mean)?;
                cx.update(&mut self.block_y_batch_norm_1_moving_variance)?;
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
            /// What the model answers: `image: [_, 8, 8, 3]` to `[_, 8, 8, 8]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 8, 8, 3]` to `[_, 8, 8, 8]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub(crate) fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub(crate) fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
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
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
                cx.freeze(&self.frozen);
                let x: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply(
                        "x.conv2d",
                        Conv2d::new(8, [1, 1]),
                        (image,),
                        (&self.x_conv2d_kernel, &self.x_conv2d_bias),
                    )?;
                let x_block_y_conv2d: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "x.block.y.conv2d",
                        Conv2d::new(8, [3, 3]).padding(Padding::Same).bias(false),
                        (WithEmptyTape::with_empty_tape(&x),),
                        (&self.x_block_y_conv2d_kernel,),
                    )?;
                let x_block_y_batch_norm: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "x.block.y.batch_norm",
                        BatchNorm::new(),
                        (x_block_y_conv2d,),
                        (
                            &self.x_block_y_batch_norm_gamma,
                            &self.x_block_y_batch_norm_beta,
                            &self.x_block_y_batch_norm_moving_mean,
                            &self.x_block_y_batch_norm_moving_variance,
                        ),
                    )?;
                let y: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("x.block.y.relu", Relu::new(), (x_block_y_batch_norm,), ())?;
                let x_block_y_conv2d_1: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "x.block.y.conv2d_1",
                        Conv2d::new(8, [3, 3]).padding(Padding::Same).bias(false),
                        (y,),
                        (&self.x_block_y_conv2d_1_kernel,),
                    )?;
                let y: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply(
                        "x.block.y.batch_norm_1",
                        BatchNorm::new().momentum(0.9),
                        (x_block_y_conv2d_1,),
                        (
                            &self.x_block_y_batch_norm_1_gamma,
                            &self.x_block_y_batch_norm_1_beta,
                            &self.x_block_y_batch_norm_1_moving_mean,
                            &self.x_block_y_batch_norm_1_moving_variance,
                        ),
                    )?;
                let x_block_add: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("x.block.add", Add::new(), (x, y), ())?;
                let x: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("x.block.relu", Relu::new(), (x_block_add,), ())?;
                let block_y_conv2d: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "block.y.conv2d",
                        Conv2d::new(8, [3, 3]).padding(Padding::Same).bias(false),
                        (WithEmptyTape::with_empty_tape(&x),),
                        (&self.block_y_conv2d_kernel,),
                    )?;
                let block_y_batch_norm: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "block.y.batch_norm",
                        BatchNorm::new(),
                        (block_y_conv2d,),
                        (
                            &self.block_y_batch_norm_gamma,
                            &self.block_y_batch_norm_beta,
                            &self.block_y_batch_norm_moving_mean,
                            &self.block_y_batch_norm_moving_variance,
                        ),
                    )?;
                let y: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("block.y.relu", Relu::new(), (block_y_batch_norm,), ())?;
                let block_y_conv2d_1: Tensor<
                    (B, Const<8>, Const<8>, Const<8>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "block.y.conv2d_1",
                        Conv2d::new(8, [3, 3]).padding(Padding::Same).bias(false),
                        (y,),
                        (&self.block_y_conv2d_1_kernel,),
                    )?;
                let y: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply(
                        "block.y.batch_norm_1",
                        BatchNorm::new().momentum(0.9),
                        (block_y_conv2d_1,),
                        (
                            &self.block_y_batch_norm_1_gamma,
                            &self.block_y_batch_norm_1_beta,
                            &self.block_y_batch_norm_1_moving_mean,
                            &self.block_y_batch_norm_1_moving_variance,
                        ),
                    )?;
                let block_add: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("block.add", Add::new(), (x, y), ())?;
                let block_relu: Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T> = cx
                    .apply("block.relu", Relu::new(), (block_add,), ())?;
                ::core::result::Result::Ok(block_relu)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub(crate) const PARAMS: usize = 2464;
            /// Number of values that training updates: Keras' "Trainable params".
            pub(crate) const TRAINABLE_PARAMS: usize = 2400;
            /// Multiply-accumulates a sample.
            pub(crate) const MACS: u64 = 148992;
            /// The network as text, one line a layer.
            pub(crate) const GRAPH: &'static str = r#"model Residual
image = input() : [_, 8, 8, 3]
x.conv2d = conv2d(image; 8, (1, 1)) : [_, 8, 8, 8]
x.block.y.conv2d = conv2d(x.conv2d; 8, (3, 3), padding = same, bias = false) : [_, 8, 8, 8]
x.block.y.batch_norm = batch_norm(x.block.y.conv2d) : [_, 8, 8, 8]
x.block.y.relu = relu(x.block.y.batch_norm) : [_, 8, 8, 8]
x.block.y.conv2d_1 = conv2d(x.block.y.relu; 8, (3, 3), padding = same, bias = false) : [_, 8, 8, 8]
x.block.y.batch_norm_1 = batch_norm(x.block.y.conv2d_1; momentum = 0.9) : [_, 8, 8, 8]
x.block.add = add(x.conv2d, x.block.y.batch_norm_1) : [_, 8, 8, 8]
x.block.relu = relu(x.block.add) : [_, 8, 8, 8]
block.y.conv2d = conv2d(x.block.relu; 8, (3, 3), padding = same, bias = false) : [_, 8, 8, 8]
block.y.batch_norm = batch_norm(block.y.conv2d) : [_, 8, 8, 8]
block.y.relu = relu(block.y.batch_norm) : [_, 8, 8, 8]
block.y.conv2d_1 = conv2d(block.y.relu; 8, (3, 3), padding = same, bias = false) : [_, 8, 8, 8]
block.y.batch_norm_1 = batch_norm(block.y.conv2d_1; momentum = 0.9) : [_, 8, 8, 8]
block.add = add(x.block.relu, block.y.batch_norm_1) : [_, 8, 8, 8]
block.relu = relu(block.add) : [_, 8, 8, 8]
return block.relu
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
        > Module<Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<8>, Const<8>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<8>, Const<8>, Const<8>), f32, D, T>,
                Error,
            > {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Values;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __x_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<1, 1, 3, 8>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.kernel",
                    |model| &model.x_conv2d_kernel,
                    |model| &mut model.x_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (3, 8),
                    )),
                )
            }
            fn __x_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.bias",
                    |model| &model.x_conv2d_bias,
                    |model| &mut model.x_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 8, 8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.conv2d.kernel",
                    |model| &model.x_block_y_conv2d_kernel,
                    |model| &mut model.x_block_y_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (72, 72),
                    )),
                )
            }
            fn __x_block_y_batch_norm_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm.gamma",
                    |model| &model.x_block_y_batch_norm_gamma,
                    |model| &mut model.x_block_y_batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm.beta",
                    |model| &model.x_block_y_batch_norm_beta,
                    |model| &mut model.x_block_y_batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm.moving_mean",
                    |model| &model.x_block_y_batch_norm_moving_mean,
                    |model| &mut model.x_block_y_batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm.moving_variance",
                    |model| &model.x_block_y_batch_norm_moving_variance,
                    |model| &mut model.x_block_y_batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_conv2d_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 8, 8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.conv2d_1.kernel",
                    |model| &model.x_block_y_conv2d_1_kernel,
                    |model| &mut model.x_block_y_conv2d_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (72, 72),
                    )),
                )
            }
            fn __x_block_y_batch_norm_1_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm_1.gamma",
                    |model| &model.x_block_y_batch_norm_1_gamma,
                    |model| &mut model.x_block_y_batch_norm_1_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_1_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm_1.beta",
                    |model| &model.x_block_y_batch_norm_1_beta,
                    |model| &mut model.x_block_y_batch_norm_1_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_1_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm_1.moving_mean",
                    |model| &model.x_block_y_batch_norm_1_moving_mean,
                    |model| &mut model.x_block_y_batch_norm_1_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __x_block_y_batch_norm_1_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "x.block.y.batch_norm_1.moving_variance",
                    |model| &model.x_block_y_batch_norm_1_moving_variance,
                    |model| &mut model.x_block_y_batch_norm_1_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 8, 8>, E, D> {
                parameter(
                    seen,
                    "block.y.conv2d.kernel",
                    |model| &model.block_y_conv2d_kernel,
                    |model| &mut model.block_y_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (72, 72),
                    )),
                )
            }
            fn __block_y_batch_norm_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm.gamma",
                    |model| &model.block_y_batch_norm_gamma,
                    |model| &mut model.block_y_batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm.beta",
                    |model| &model.block_y_batch_norm_beta,
                    |model| &mut model.block_y_batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm.moving_mean",
                    |model| &model.block_y_batch_norm_moving_mean,
                    |model| &mut model.block_y_batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm.moving_variance",
                    |model| &model.block_y_batch_norm_moving_variance,
                    |model| &mut model.block_y_batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_conv2d_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 8, 8>, E, D> {
                parameter(
                    seen,
                    "block.y.conv2d_1.kernel",
                    |model| &model.block_y_conv2d_1_kernel,
                    |model| &mut model.block_y_conv2d_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (72, 72),
                    )),
                )
            }
            fn __block_y_batch_norm_1_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm_1.gamma",
                    |model| &model.block_y_batch_norm_1_gamma,
                    |model| &mut model.block_y_batch_norm_1_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_1_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm_1.beta",
                    |model| &model.block_y_batch_norm_1_beta,
                    |model| &mut model.block_y_batch_norm_1_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_1_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm_1.moving_mean",
                    |model| &model.block_y_batch_norm_1_moving_mean,
                    |model| &mut model.block_y_batch_norm_1_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (8, 8),
                    )),
                )
            }
            fn __block_y_batch_norm_1_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<8>, E, D> {
                parameter(
                    seen,
                    "block.y.batch_norm_1.moving_variance",
                    |model| &model.block_y_batch_norm_1_moving_variance,
                    |model| &mut model.block_y_batch_norm_1_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (8, 8),
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
                                Self::__x_conv2d_bias(& seen),
                                Self::__x_block_y_batch_norm_gamma(& seen),
                                Self::__x_block_y_batch_norm_beta(& seen),
                                Self::__x_block_y_batch_norm_moving_mean(& seen),
                                Self::__x_block_y_batch_norm_moving_variance(& seen),
                                Self::__x_block_y_batch_norm_1_gamma(& seen),
                                Self::__x_block_y_batch_norm_1_beta(& seen),
                                Self::__x_block_y_batch_norm_1_moving_mean(& seen),
                                Self::__x_block_y_batch_norm_1_moving_variance(& seen),
                                Self::__block_y_batch_norm_gamma(& seen),
                                Self::__block_y_batch_norm_beta(& seen),
                                Self::__block_y_batch_norm_moving_mean(& seen),
                                Self::__block_y_batch_norm_moving_variance(& seen),
                                Self::__block_y_batch_norm_1_gamma(& seen),
                                Self::__block_y_batch_norm_1_beta(& seen),
                                Self::__block_y_batch_norm_1_moving_mean(& seen),
                                Self::__block_y_batch_norm_1_moving_variance(& seen)
                            ],
                            ::std::vec![
                                Self::__x_block_y_conv2d_kernel(& seen),
                                Self::__x_block_y_conv2d_1_kernel(& seen),
                                Self::__block_y_conv2d_kernel(& seen),
                                Self::__block_y_conv2d_1_kernel(& seen)
                            ],
                        ),
                        |((), of_1x1x3x8, of_8, of_3x3x8x8)| {
                            let mut of_1x1x3x8 = each(of_1x1x3x8);
                            let mut of_8 = each(of_8);
                            let mut of_3x3x8x8 = each(of_3x3x8x8);
                            __Model {
                                x_conv2d_kernel: next(&mut of_1x1x3x8),
                                x_conv2d_bias: next(&mut of_8),
                                x_block_y_conv2d_kernel: next(&mut of_3x3x8x8),
                                x_block_y_batch_norm_gamma: next(&mut of_8),
                                x_block_y_batch_norm_beta: next(&mut of_8),
                                x_block_y_batch_norm_moving_mean: next(&mut of_8),
                                x_block_y_batch_norm_moving_variance: next(&mut of_8),
                                x_block_y_conv2d_1_kernel: next(&mut of_3x3x8x8),
                                x_block_y_batch_norm_1_gamma: next(&mut of_8),
                                x_block_y_batch_norm_1_beta: next(&mut of_8),
                                x_block_y_batch_norm_1_moving_mean: next(&mut of_8),
                                x_block_y_batch_norm_1_moving_variance: next(&mut of_8),
                                block_y_conv2d_kernel: next(&mut of_3x3x8x8),
                                block_y_batch_norm_gamma: next(&mut of_8),
                                block_y_batch_norm_beta: next(&mut of_8),
                                block_y_batch_norm_moving_mean: next(&mut of_8),
                                block_y_batch_norm_moving_variance: next(&mut of_8),
                                block_y_conv2d_1_kernel: next(&mut of_3x3x8x8),
                                block_y_batch_norm_1_gamma: next(&mut of_8),
                                block_y_batch_norm_1_beta: next(&mut of_8),
                                block_y_batch_norm_1_moving_mean: next(&mut of_8),
                                block_y_batch_norm_1_moving_variance: next(&mut of_8),
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
