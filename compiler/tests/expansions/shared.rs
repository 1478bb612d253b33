#[derive(::core::clone::Clone)]
pub struct Encoder<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `conv2d.kernel`
    pub conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 3, 4>,
        E,
        D,
    >,
    /// `conv2d.bias`
    pub conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.gamma`
    pub batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.beta`
    pub batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.moving_mean`
    pub batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `batch_norm.moving_variance`
    pub batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Encoder<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, H, W, Const<3>), f32, D, T>> for __Model<D, f32> {
            type Output = Tensor<(B, usize, usize, Const<4>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
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
                cx.update(&mut self.batch_norm_moving_mean)?;
                cx.update(&mut self.batch_norm_moving_variance)?;
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
            /// What the model answers: `image: [_, H, W, 3]` to `[_, H/2, W/2, 4]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> Tensor<(B, usize, usize, Const<4>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, H, W, 3]` to `[_, H/2, W/2, 4]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> Tensor<(B, usize, usize, Const<4>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
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
            fn __forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
                Error,
            > {
                let entry = Entry("Encoder");
                entry
                    .size(
                        "H",
                        &[("the height of `image`", image.shape().1.size())],
                        &Sizes::new(2, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                entry
                    .size(
                        "W",
                        &[("the width of `image`", image.shape().2.size())],
                        &Sizes::new(2, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                cx.freeze(&self.frozen);
                let conv2d: Tensor<(B, H, W, Const<4>), f32, D, T> = cx
                    .apply(
                        "conv2d",
                        Conv2d::new(4, [3, 3]).padding(Padding::Same),
                        (image,),
                        (&self.conv2d_kernel, &self.conv2d_bias),
                    )?;
                let batch_norm: Tensor<(B, H, W, Const<4>), f32, D, T> = cx
                    .apply(
                        "batch_norm",
                        BatchNorm::new(),
                        (conv2d,),
                        (
                            &self.batch_norm_gamma,
                            &self.batch_norm_beta,
                            &self.batch_norm_moving_mean,
                            &self.batch_norm_moving_variance,
                        ),
                    )?;
                let relu: Tensor<(B, H, W, Const<4>), f32, D, T> = cx
                    .apply("relu", Relu::new(), (batch_norm,), ())?;
                let max_pool2d: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .apply("max_pool2d", MaxPool2d::new([2, 2]), (relu,), ())?;
                ::core::result::Result::Ok(max_pool2d)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 128;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 120;
            /// Multiply-accumulates a sample of that size.
            pub const fn macs(h: usize, w: usize) -> u64 {
                (108 * h * w) as u64
            }
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Encoder
size H where H % 2 == 0
size W where W % 2 == 0
widest H where H >= 2
widest W where W >= 2
image = input() : [_, H, W, 3]
conv2d = conv2d(image; 4, (3, 3), padding = same) : [_, H, W, 4]
batch_norm = batch_norm(conv2d) : [_, H, W, 4]
relu = relu(batch_norm) : [_, H, W, 4]
max_pool2d = max_pool2d(relu; (2, 2)) : [_, H/2, W/2, 4]
return max_pool2d
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
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > Module<Tensor<(B, H, W, Const<3>), f32, D, T>> for __Model<D, f32> {
            type Output = Tensor<(B, usize, usize, Const<4>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, H, W, Const<3>), f32, D, T>> for __Model<D, f32> {
            type Output = Tensor<(B, usize, usize, Const<4>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, usize, usize, Const<4>), f32, D, T>,
                Error,
            > {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Values;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 3, 4>, E, D> {
                parameter(
                    seen,
                    "conv2d.kernel",
                    |model| &model.conv2d_kernel,
                    |model| &mut model.conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (27, 36),
                    )),
                )
            }
            fn __conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "conv2d.bias",
                    |model| &model.conv2d_bias,
                    |model| &mut model.conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __batch_norm_gamma(seen: &Seen) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "batch_norm.gamma",
                    |model| &model.batch_norm_gamma,
                    |model| &mut model.batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
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
                            ::std::vec![Self::__conv2d_kernel(& seen)],
                            ::std::vec![
                                Self::__conv2d_bias(& seen), Self::__batch_norm_gamma(&
                                seen), Self::__batch_norm_beta(& seen),
                                Self::__batch_norm_moving_mean(& seen),
                                Self::__batch_norm_moving_variance(& seen)
                            ],
                        ),
                        |((), of_3x3x3x4, of_4)| {
                            let mut of_3x3x3x4 = each(of_3x3x3x4);
                            let mut of_4 = each(of_4);
                            __Model {
                                conv2d_kernel: next(&mut of_3x3x3x4),
                                conv2d_bias: next(&mut of_4),
                                batch_norm_gamma: next(&mut of_4),
                                batch_norm_beta: next(&mut of_4),
                                batch_norm_moving_mean: next(&mut of_4),
                                batch_norm_moving_variance: next(&mut of_4),
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
#[derive(::core::clone::Clone)]
pub struct Shared<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `norm.batch_norm.gamma`
    pub norm_batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `norm.batch_norm.beta`
    pub norm_batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `norm.batch_norm.moving_mean`
    pub norm_batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `norm.batch_norm.moving_variance`
    pub norm_batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<4>,
        E,
        D,
    >,
    /// `head.conv2d.kernel`
    pub head_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 4, 5>,
        E,
        D,
    >,
    /// `head.conv2d.bias`
    pub head_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<5>,
        E,
        D,
    >,
    /// `encoder.encoder`
    pub encoder_encoder: Encoder<D, E>,
    /// `own.encoder`
    pub own_encoder: Encoder<D, E>,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Shared<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Tensor<(B, H, W, Const<3>), f32, D, T>,
                Tensor<(B, H, W, Const<3>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<5>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    left,
                    right,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (left, right),
                    |cx, (left, right)| self.__forward(cx, left, right),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                cx: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                self.encoder_encoder.update(cx)?;
                self.encoder_encoder.update(cx)?;
                self.own_encoder.update(cx)?;
                cx.update(&mut self.norm_batch_norm_moving_mean)?;
                cx.update(&mut self.norm_batch_norm_moving_variance)?;
                cx.update(&mut self.norm_batch_norm_moving_mean)?;
                cx.update(&mut self.norm_batch_norm_moving_variance)?;
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
            /// What the model answers: `left: [_, H, W, 3]`, `right: [_, H, W, 3]` to `[_, 5]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                left: Tensor<(B, H, W, Const<3>), f32, D, T>,
                right: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> Tensor<(B, Const<5>), f32, D, T> {
                expect(self.try_forward(left, right))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                left: Tensor<(B, H, W, Const<3>), f32, D, T>,
                right: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (left, right),
                    |(left, right)| {
                        self.__forward(&mut Context::inference(), left, right)
                    },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `left: [_, H, W, 3]`, `right: [_, H, W, 3]` to `[_, 5]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                left: Tensor<(B, H, W, Const<3>), f32, D, T>,
                right: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> Tensor<(B, Const<5>), f32, D, T> {
                expect(self.try_forward_mut(left, right))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                left: Tensor<(B, H, W, Const<3>), f32, D, T>,
                right: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                let mut cx = Context::training();
                let outputs = D::train(
                    self,
                    &self.plans,
                    &mut cx,
                    (left, right),
                    |cx, (left, right)| self.__forward(cx, left, right),
                )?;
                self.update(&mut cx)?;
                ::core::result::Result::Ok(outputs)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                left: Tensor<(B, H, W, Const<3>), f32, D, T>,
                right: Tensor<(B, H, W, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                let entry = Entry("Shared");
                entry
                    .size(
                        "_",
                        &[
                            ("the batch of `left`", left.shape().0.size()),
                            ("the batch of `right`", right.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                let h = entry
                    .size(
                        "H",
                        &[
                            ("the height of `left`", left.shape().1.size()),
                            ("the height of `right`", right.shape().1.size()),
                        ],
                        &Sizes::new(4, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                let w = entry
                    .size(
                        "W",
                        &[
                            ("the width of `left`", left.shape().2.size()),
                            ("the width of `right`", right.shape().2.size()),
                        ],
                        &Sizes::new(4, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                cx.freeze(&self.frozen);
                let a: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .submodel::<
                        (B, usize, usize, Const<4>),
                        _,
                        _,
                        _,
                        _,
                    >(
                        "encoder.encoder",
                        &self.encoder_encoder,
                        WithEmptyTape::with_empty_tape(&left),
                    )?;
                asserted(
                    "encoder.encoder",
                    &a,
                    &[
                        ::core::option::Option::None,
                        ::core::option::Option::Some(h / 2),
                        ::core::option::Option::Some(w / 2),
                        ::core::option::Option::Some(4),
                    ],
                )?;
                let b: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .submodel::<
                        (B, usize, usize, Const<4>),
                        _,
                        _,
                        _,
                        _,
                    >("b.encoder", &self.encoder_encoder, right)?;
                asserted(
                    "b.encoder",
                    &b,
                    &[
                        ::core::option::Option::None,
                        ::core::option::Option::Some(h / 2),
                        ::core::option::Option::Some(w / 2),
                        ::core::option::Option::Some(4),
                    ],
                )?;
                let own: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .submodel::<
                        (B, usize, usize, Const<4>),
                        _,
                        _,
                        _,
                        _,
                    >("own.encoder", &self.own_encoder, left)?;
                asserted(
                    "own.encoder",
                    &own,
                    &[
                        ::core::option::Option::None,
                        ::core::option::Option::Some(h / 2),
                        ::core::option::Option::Some(w / 2),
                        ::core::option::Option::Some(4),
                    ],
                )?;
                let near_norm: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .with_params_of("norm.batch_norm")
                    .apply(
                        "near.norm",
                        BatchNorm::new().momentum(0.5),
                        (a,),
                        (
                            &self.norm_batch_norm_gamma,
                            &self.norm_batch_norm_beta,
                            &self.norm_batch_norm_moving_mean,
                            &self.norm_batch_norm_moving_variance,
                        ),
                    )?;
                let near_head: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .with_params_of("head.conv2d")
                    .apply(
                        "near.head",
                        Conv2d::new(5, [3, 3])
                            .padding(Padding::Same)
                            .activation(Activation::new(Relu::new())),
                        (near_norm,),
                        (&self.head_conv2d_kernel, &self.head_conv2d_bias),
                    )?;
                let near_relu: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .apply("near.relu", Relu::new(), (near_head,), ())?;
                let near_norm_1: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .with_params_of("norm.batch_norm")
                    .apply(
                        "near.norm_1",
                        BatchNorm::new().momentum(0.5),
                        (b,),
                        (
                            &self.norm_batch_norm_gamma,
                            &self.norm_batch_norm_beta,
                            &self.norm_batch_norm_moving_mean,
                            &self.norm_batch_norm_moving_variance,
                        ),
                    )?;
                let near_head_1: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .with_params_of("head.conv2d")
                    .apply(
                        "near.head_1",
                        Conv2d::new(5, [3, 3])
                            .padding(Padding::Same)
                            .activation(Activation::new(Relu::new())),
                        (near_norm_1,),
                        (&self.head_conv2d_kernel, &self.head_conv2d_bias),
                    )?;
                let near_relu_1: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .apply("near.relu_1", Relu::new(), (near_head_1,), ())?;
                let near: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .apply("near.add", Add::new(), (near_relu, near_relu_1), ())?;
                let far_max_pool2d: Tensor<(B, usize, usize, Const<4>), f32, D, T> = cx
                    .apply("far.max_pool2d", MaxPool2d::new([2, 2]), (own,), ())?;
                let far_head: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .with_params_of("head.conv2d")
                    .apply(
                        "far.head",
                        Conv2d::new(5, [3, 3])
                            .padding(Padding::Same)
                            .activation(Activation::new(Relu::new())),
                        (far_max_pool2d,),
                        (&self.head_conv2d_kernel, &self.head_conv2d_bias),
                    )?;
                let far: Tensor<(B, usize, usize, Const<5>), f32, D, T> = cx
                    .apply("far.relu", Relu::new(), (far_head,), ())?;
                let global_avg_pool2d: Tensor<(B, Const<5>), f32, D, T> = cx
                    .apply("global_avg_pool2d", GlobalAvgPool2d::new(), (near,), ())?;
                let global_avg_pool2d_1: Tensor<(B, Const<5>), f32, D, T> = cx
                    .apply("global_avg_pool2d_1", GlobalAvgPool2d::new(), (far,), ())?;
                let add: Tensor<(B, Const<5>), f32, D, T> = cx
                    .apply(
                        "add",
                        Add::new(),
                        (global_avg_pool2d, global_avg_pool2d_1),
                        (),
                    )?;
                ::core::result::Result::Ok(add)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 201 + <Encoder<Cpu, f32>>::PARAMS
                + <Encoder<Cpu, f32>>::PARAMS;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 193
                + <Encoder<Cpu, f32>>::TRAINABLE_PARAMS
                + <Encoder<Cpu, f32>>::TRAINABLE_PARAMS;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Shared
size H where H % 4 == 0
size W where W % 4 == 0
left = input() : [_, H, W, 3]
right = input() : [_, H, W, 3]
encoder.encoder = apply(left; "Encoder") as encoder.encoder : [_, H/2, W/2, 4] asserted
b.encoder = apply(right; "Encoder") as encoder.encoder : [_, H/2, W/2, 4] asserted
own.encoder = apply(left; "Encoder") as own.encoder : [_, H/2, W/2, 4] asserted
near.norm = batch_norm(encoder.encoder; momentum = 0.5) as norm.batch_norm : [_, H/2, W/2, 4]
near.head = conv2d(near.norm; 5, (3, 3), padding = same, activation = relu) as head.conv2d : [_, H/2, W/2, 5]
near.relu = relu(near.head) : [_, H/2, W/2, 5]
near.norm_1 = batch_norm(b.encoder; momentum = 0.5) as norm.batch_norm : [_, H/2, W/2, 4]
near.head_1 = conv2d(near.norm_1; 5, (3, 3), padding = same, activation = relu) as head.conv2d : [_, H/2, W/2, 5]
near.relu_1 = relu(near.head_1) : [_, H/2, W/2, 5]
near.add = add(near.relu, near.relu_1) : [_, H/2, W/2, 5]
far.max_pool2d = max_pool2d(own.encoder; (2, 2)) : [_, H/4, W/4, 4]
far.head = conv2d(far.max_pool2d; 5, (3, 3), padding = same, activation = relu) as head.conv2d : [_, H/4, W/4, 5]
far.relu = relu(far.head) : [_, H/4, W/4, 5]
global_avg_pool2d = global_avg_pool2d(near.add) : [_, 5]
global_avg_pool2d_1 = global_avg_pool2d(far.relu) : [_, 5]
add = add(global_avg_pool2d, global_avg_pool2d_1) : [_, 5]
return add
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
                network(
                    <__Model<Cpu, f32>>::GRAPH,
                    &[],
                    [
                        ("encoder.encoder", <Encoder<Cpu, f32> as HasGraph>::network()),
                        ("own.encoder", <Encoder<Cpu, f32> as HasGraph>::network()),
                    ],
                )
            }
        }
        impl<
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > Module<
            (
                Tensor<(B, H, W, Const<3>), f32, D, T>,
                Tensor<(B, H, W, Const<3>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<5>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                (
                    left,
                    right,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                __Model::try_forward(self, left, right)
            }
        }
        impl<
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Tensor<(B, H, W, Const<3>), f32, D, T>,
                Tensor<(B, H, W, Const<3>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<5>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    left,
                    right,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<5>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, left, right)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Values;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __norm_batch_norm_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "norm.batch_norm.gamma",
                    |model| &model.norm_batch_norm_gamma,
                    |model| &mut model.norm_batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (4, 4),
                    )),
                )
            }
            fn __norm_batch_norm_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "norm.batch_norm.beta",
                    |model| &model.norm_batch_norm_beta,
                    |model| &mut model.norm_batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __norm_batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "norm.batch_norm.moving_mean",
                    |model| &model.norm_batch_norm_moving_mean,
                    |model| &mut model.norm_batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (4, 4),
                    )),
                )
            }
            fn __norm_batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<4>, E, D> {
                parameter(
                    seen,
                    "norm.batch_norm.moving_variance",
                    |model| &model.norm_batch_norm_moving_variance,
                    |model| &mut model.norm_batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (4, 4),
                    )),
                )
            }
            fn __head_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 4, 5>, E, D> {
                parameter(
                    seen,
                    "head.conv2d.kernel",
                    |model| &model.head_conv2d_kernel,
                    |model| &mut model.head_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (36, 45),
                    )),
                )
            }
            fn __head_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<5>, E, D> {
                parameter(
                    seen,
                    "head.conv2d.bias",
                    |model| &model.head_conv2d_bias,
                    |model| &mut model.head_conv2d_bias,
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
                            ::std::vec![
                                Self::__norm_batch_norm_gamma(& seen),
                                Self::__norm_batch_norm_beta(& seen),
                                Self::__norm_batch_norm_moving_mean(& seen),
                                Self::__norm_batch_norm_moving_variance(& seen)
                            ],
                            ::std::vec![Self::__head_conv2d_kernel(& seen)],
                            ::std::vec![Self::__head_conv2d_bias(& seen)],
                            Self::module(
                                "encoder.encoder",
                                |model| &model.encoder_encoder,
                                |model| &mut model.encoder_encoder,
                            ),
                            Self::module(
                                "own.encoder",
                                |model| &model.own_encoder,
                                |model| &mut model.own_encoder,
                            ),
                        ),
                        |((), of_4, of_3x3x4x5, of_5, encoder_encoder, own_encoder)| {
                            let mut of_4 = each(of_4);
                            let mut of_3x3x4x5 = each(of_3x3x4x5);
                            let mut of_5 = each(of_5);
                            __Model {
                                norm_batch_norm_gamma: next(&mut of_4),
                                norm_batch_norm_beta: next(&mut of_4),
                                norm_batch_norm_moving_mean: next(&mut of_4),
                                norm_batch_norm_moving_variance: next(&mut of_4),
                                head_conv2d_kernel: next(&mut of_3x3x4x5),
                                head_conv2d_bias: next(&mut of_5),
                                encoder_encoder,
                                own_encoder,
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
                self.encoder_encoder
                    .each_frozen(&::std::format!("{scope}encoder.encoder."), visit);
                self.own_encoder
                    .each_frozen(&::std::format!("{scope}own.encoder."), visit);
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                self.encoder_encoder
                    .each_frozen_mut(&::std::format!("{scope}encoder.encoder."), visit);
                self.own_encoder
                    .each_frozen_mut(&::std::format!("{scope}own.encoder."), visit);
                visit(scope, &mut self.frozen);
            }
        }
    }
};
