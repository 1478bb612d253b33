#[derive(::core::clone::Clone)]
pub struct Small<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `conv2d.kernel`
    pub conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<1, 1, 3, 2>,
        E,
        D,
    >,
    /// `conv2d.bias`
    pub conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Small<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            H: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, H, Const<4>, Const<2>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    image,
                    mask,
                ): (
                    Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                    Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image, mask),
                    |cx, (image, mask)| self.__forward(cx, image, mask),
                )
            }
        }
        impl<
            B: Dim,
            H: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Tensor<(B, H, Const<4>, Const<3>), f32, D, T>,
                Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, H, Const<4>, Const<2>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    image,
                    mask,
                ): (
                    Tensor<(B, H, Const<4>, Const<3>), f32, D, T>,
                    Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (Pixels::assume(image), mask),
                    |cx, (image, mask)| self.__forward(cx, image, mask),
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
            /// What the model answers: `image: [_, H, 4, 3] in -1..=1`, `mask: [_, H, 4, 1]` to `[_, H, 4, 2]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, H: Dim, T: Record<D>>(
                &self,
                image: Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                mask: Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ) -> Tensor<(B, H, Const<4>, Const<2>), f32, D, T> {
                expect(self.try_forward(image, mask))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, H: Dim, T: Record<D>>(
                &self,
                image: Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                mask: Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
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
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, H, 4, 3] in -1..=1`, `mask: [_, H, 4, 1]` to `[_, H, 4, 2]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, H: Dim, T: Record<D>>(
                &mut self,
                image: Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                mask: Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ) -> Tensor<(B, H, Const<4>, Const<2>), f32, D, T> {
                expect(self.try_forward_mut(image, mask))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, H: Dim, T: Record<D>>(
                &mut self,
                image: Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                mask: Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    &mut Context::training(),
                    (image, mask),
                    |cx, (image, mask)| self.__forward(cx, image, mask),
                )
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, H: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                mask: Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                let image = image.into_tensor();
                let entry = Entry("Small");
                entry
                    .size(
                        "_",
                        &[
                            ("the batch of `image`", image.shape().0.size()),
                            ("the batch of `mask`", mask.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                entry
                    .size(
                        "H",
                        &[
                            ("the height of `image`", image.shape().1.size()),
                            ("the height of `mask`", mask.shape().1.size()),
                        ],
                        &Sizes::new(2, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                cx.freeze(&self.frozen);
                let multiply: Tensor<(B, H, Const<4>, Const<3>), f32, D, T> = cx
                    .apply("multiply", Multiply::new(), (image, mask), ())?;
                let conv2d: Tensor<(B, H, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "conv2d",
                        Conv2d::new(2, [1, 1]),
                        (multiply,),
                        (&self.conv2d_kernel, &self.conv2d_bias),
                    )?;
                let softmax: Tensor<(B, H, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("softmax", Softmax::new(), (conv2d,), ())?;
                ::core::result::Result::Ok(softmax)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 8;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 8;
            /// Multiply-accumulates a sample of that size.
            pub const fn macs(h: usize) -> u64 {
                (24 * h) as u64
            }
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Small
size H where H % 2 == 0
widest H
image = input(in -1..=1) : [_, H, 4, 3]
mask = input() : [_, H, 4, 1]
multiply = multiply(image, mask) : [_, H, 4, 3]
conv2d = conv2d(multiply; 2, (1, 1)) : [_, H, 4, 2]
softmax = softmax(conv2d) : [_, H, 4, 2]
return softmax
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
            D: Backend,
            T: Record<D>,
        > Module<
            (
                Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, H, Const<4>, Const<2>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                (
                    image,
                    mask,
                ): (
                    Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                    Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image, mask)
            }
        }
        impl<
            B: Dim,
            H: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, H, Const<4>, Const<2>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    image,
                    mask,
                ): (
                    Pixels<Between<-1, 1>, (B, H, Const<4>, Const<3>), D, T>,
                    Tensor<(B, H, Const<4>, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                Tensor<(B, H, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                __Model::try_forward_mut(self, image, mask)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Pictures as `image`: `[_, H, 4, 3] in -1..=1`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess(
                device: &D,
                images: &[Picture],
            ) -> ::core::result::Result<
                Pixels<Between<-1, 1>, (usize, usize, Const<4>, Const<3>), D>,
                PreprocessError,
            > {
                Self::preprocess_with(device, images, Resize::default())
            }
            /// Pictures as `image`: `[_, H, 4, 3] in -1..=1`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_with(
                device: &D,
                images: &[Picture],
                resize: Resize,
            ) -> ::core::result::Result<
                Pixels<Between<-1, 1>, (usize, usize, Const<4>, Const<3>), D>,
                PreprocessError,
            > {
                pictures(
                    "image",
                    [
                        Side::Kept(
                            "H",
                            &Sizes::new(2, &[0], 1, ::core::option::Option::None, &[]),
                        ),
                        Side::Fixed(4),
                    ],
                    device,
                    images,
                    resize,
                )
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Probabilities;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<1, 1, 3, 2>, E, D> {
                parameter(
                    seen,
                    "conv2d.kernel",
                    |model| &model.conv2d_kernel,
                    |model| &mut model.conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (3, 2),
                    )),
                )
            }
            fn __conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "conv2d.bias",
                    |model| &model.conv2d_bias,
                    |model| &mut model.conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
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
                            ::std::vec![Self::__conv2d_bias(& seen)],
                        ),
                        |((), of_1x1x3x2, of_2)| {
                            let mut of_1x1x3x2 = each(of_1x1x3x2);
                            let mut of_2 = each(of_2);
                            __Model {
                                conv2d_kernel: next(&mut of_1x1x3x2),
                                conv2d_bias: next(&mut of_2),
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
pub struct Whole<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `seen.inner`
    pub seen_inner: Inner<D, E>,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Whole<__D, __E>;
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
                Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                Pixels<Between<-127, 128, 128>, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    near,
                    far,
                ): (
                    Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                    Pixels<
                        Between<-127, 128, 128>,
                        (B, Const<2>, Const<2>, Const<3>),
                        D,
                        T,
                    >,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (near, far),
                    |cx, (near, far)| self.__forward(cx, near, far),
                )
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<
            D,
            T,
            (
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    near,
                    far,
                ): (
                    Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                    Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (Pixels::assume(near), Pixels::assume(far)),
                    |cx, (near, far)| self.__forward(cx, near, far),
                )
            }
        }
        impl<D: Backend> Statistics<D> for __Model<D, f32> {
            fn update(
                &mut self,
                cx: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                self.seen_inner.update(cx)?;
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
            /// What the model answers: `near: [_, 2, 2, 3] in imagenet`, `far: [_, 2, 2, 3] in -0.9921875..=1` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                near: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                far: Pixels<
                    Between<-127, 128, 128>,
                    (B, Const<2>, Const<2>, Const<3>),
                    D,
                    T,
                >,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward(near, far))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                near: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                far: Pixels<
                    Between<-127, 128, 128>,
                    (B, Const<2>, Const<2>, Const<3>),
                    D,
                    T,
                >,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                D::infer(
                    self,
                    &self.plans,
                    (near, far),
                    |(near, far)| {
                        self.__forward(&mut Context::inference(), near, far)
                    },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `near: [_, 2, 2, 3] in imagenet`, `far: [_, 2, 2, 3] in -0.9921875..=1` to `[_, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                near: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                far: Pixels<
                    Between<-127, 128, 128>,
                    (B, Const<2>, Const<2>, Const<3>),
                    D,
                    T,
                >,
            ) -> Tensor<(B, Const<3>), f32, D, T> {
                expect(self.try_forward_mut(near, far))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                near: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                far: Pixels<
                    Between<-127, 128, 128>,
                    (B, Const<2>, Const<2>, Const<3>),
                    D,
                    T,
                >,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                let mut cx = Context::training();
                let outputs = D::train(
                    self,
                    &self.plans,
                    &mut cx,
                    (near, far),
                    |cx, (near, far)| self.__forward(cx, near, far),
                )?;
                self.update(&mut cx)?;
                ::core::result::Result::Ok(outputs)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            fn __forward<B: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                near: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                far: Pixels<
                    Between<-127, 128, 128>,
                    (B, Const<2>, Const<2>, Const<3>),
                    D,
                    T,
                >,
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                let near = near.into_tensor();
                let far = far.into_tensor();
                let entry = Entry("Whole");
                entry
                    .size(
                        "_",
                        &[
                            ("the batch of `near`", near.shape().0.size()),
                            ("the batch of `far`", far.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                let seen: Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T> = cx
                    .submodel::<
                        (B, Const<2>, Const<2>, Const<3>),
                        _,
                        _,
                        _,
                        _,
                    >("seen.inner", &self.seen_inner, near)?;
                asserted(
                    "seen.inner",
                    &seen,
                    &[
                        ::core::option::Option::None,
                        ::core::option::Option::Some(2),
                        ::core::option::Option::Some(2),
                        ::core::option::Option::Some(3),
                    ],
                )?;
                let add: Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T> = cx
                    .apply("add", Add::new(), (seen, far), ())?;
                let global_avg_pool2d: Tensor<(B, Const<3>), f32, D, T> = cx
                    .apply("global_avg_pool2d", GlobalAvgPool2d::new(), (add,), ())?;
                ::core::result::Result::Ok(global_avg_pool2d)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 0 + <Inner<Cpu, f32>>::PARAMS;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 0 + <Inner<Cpu, f32>>::TRAINABLE_PARAMS;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Whole
near = input(in imagenet) : [_, 2, 2, 3]
far = input(in -0.9921875..=1) : [_, 2, 2, 3]
seen.inner = apply(near; "Inner") as seen.inner : [_, 2, 2, 3] asserted
add = add(seen.inner, far) : [_, 2, 2, 3]
global_avg_pool2d = global_avg_pool2d(add) : [_, 3]
return global_avg_pool2d
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
                    [("seen.inner", <Inner<Cpu, f32> as HasGraph>::network())],
                )
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Module<
            (
                Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                Pixels<Between<-127, 128, 128>, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                (
                    near,
                    far,
                ): (
                    Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                    Pixels<
                        Between<-127, 128, 128>,
                        (B, Const<2>, Const<2>, Const<3>),
                        D,
                        T,
                    >,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward(self, near, far)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                Pixels<Between<-127, 128, 128>, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ),
        > for __Model<D, f32> {
            type Output = Tensor<(B, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    near,
                    far,
                ): (
                    Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
                    Pixels<
                        Between<-127, 128, 128>,
                        (B, Const<2>, Const<2>, Const<3>),
                        D,
                        T,
                    >,
                ),
            ) -> ::core::result::Result<Tensor<(B, Const<3>), f32, D, T>, Error> {
                __Model::try_forward_mut(self, near, far)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Pictures as `near`: `[_, 2, 2, 3] in imagenet`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_near(
                device: &D,
                images: &[Picture],
            ) -> ::core::result::Result<
                Pixels<Imagenet, (usize, Const<2>, Const<2>, Const<3>), D>,
                PreprocessError,
            > {
                Self::preprocess_near_with(device, images, Resize::default())
            }
            /// Pictures as `near`: `[_, 2, 2, 3] in imagenet`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_near_with(
                device: &D,
                images: &[Picture],
                resize: Resize,
            ) -> ::core::result::Result<
                Pixels<Imagenet, (usize, Const<2>, Const<2>, Const<3>), D>,
                PreprocessError,
            > {
                pictures(
                    "near",
                    [Side::Fixed(2), Side::Fixed(2)],
                    device,
                    images,
                    resize,
                )
            }
            /// Pictures as `far`: `[_, 2, 2, 3] in -0.9921875..=1`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_far(
                device: &D,
                images: &[Picture],
            ) -> ::core::result::Result<
                Pixels<
                    Between<-127, 128, 128>,
                    (usize, Const<2>, Const<2>, Const<3>),
                    D,
                >,
                PreprocessError,
            > {
                Self::preprocess_far_with(device, images, Resize::default())
            }
            /// Pictures as `far`: `[_, 2, 2, 3] in -0.9921875..=1`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_far_with(
                device: &D,
                images: &[Picture],
                resize: Resize,
            ) -> ::core::result::Result<
                Pixels<
                    Between<-127, 128, 128>,
                    (usize, Const<2>, Const<2>, Const<3>),
                    D,
                >,
                PreprocessError,
            > {
                pictures("far", [Side::Fixed(2), Side::Fixed(2)], device, images, resize)
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {}
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
                            Self::module(
                                "seen.inner",
                                |model| &model.seen_inner,
                                |model| &mut model.seen_inner,
                            ),
                        ),
                        |((), seen_inner)| {
                            __Model {
                                seen_inner,
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
                self.seen_inner
                    .each_frozen(&::std::format!("{scope}seen.inner."), visit);
                visit(scope, &self.frozen);
            }
            fn each_frozen_mut(
                &mut self,
                scope: &str,
                visit: &mut dyn ::core::ops::FnMut(&str, &mut Frozen),
            ) {
                self.seen_inner
                    .each_frozen_mut(&::std::format!("{scope}seen.inner."), visit);
                visit(scope, &mut self.frozen);
            }
        }
    }
};
#[derive(::core::clone::Clone)]
pub struct Inner<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `batch_norm.gamma`
    pub batch_norm_gamma: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm.beta`
    pub batch_norm_beta: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm.moving_mean`
    pub batch_norm_moving_mean: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// `batch_norm.moving_variance`
    pub batch_norm_moving_variance: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<3>,
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<__D, __E> = Inner<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
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
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (Pixels::assume(image),),
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
            /// What the model answers: `image: [_, 2, 2, 3] in imagenet` to `[_, 2, 2, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 2, 2, 3] in imagenet` to `[_, 2, 2, 3]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
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
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Error,
            > {
                let image = image.into_tensor();
                cx.freeze(&self.frozen);
                let batch_norm: Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T> = cx
                    .apply(
                        "batch_norm",
                        BatchNorm::new(),
                        (image,),
                        (
                            &self.batch_norm_gamma,
                            &self.batch_norm_beta,
                            &self.batch_norm_moving_mean,
                            &self.batch_norm_moving_variance,
                        ),
                    )?;
                ::core::result::Result::Ok(batch_norm)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 12;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 6;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = 0;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Inner
image = input(in imagenet) : [_, 2, 2, 3]
batch_norm = batch_norm(image) : [_, 2, 2, 3]
return batch_norm
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
        > Module<Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Pixels<Imagenet, (B, Const<2>, Const<2>, Const<3>), D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<2>, Const<2>, Const<3>), f32, D, T>,
                Error,
            > {
                __Model::try_forward_mut(self, image)
            }
        }
        impl<D: Backend> __Model<D, f32> {
            /// Pictures as `image`: `[_, 2, 2, 3] in imagenet`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess(
                device: &D,
                images: &[Picture],
            ) -> ::core::result::Result<
                Pixels<Imagenet, (usize, Const<2>, Const<2>, Const<3>), D>,
                PreprocessError,
            > {
                Self::preprocess_with(device, images, Resize::default())
            }
            /// Pictures as `image`: `[_, 2, 2, 3] in imagenet`. A picture of another size is resized to the model's, or refused where the model has none of its own: see `Resize`.
            ///
            /// # Errors
            /// If there is no picture, one has a size that the model does not take, or their sizes
            /// differ where they are kept; or if the device fails.
            pub fn preprocess_with(
                device: &D,
                images: &[Picture],
                resize: Resize,
            ) -> ::core::result::Result<
                Pixels<Imagenet, (usize, Const<2>, Const<2>, Const<3>), D>,
                PreprocessError,
            > {
                pictures(
                    "image",
                    [Side::Fixed(2), Side::Fixed(2)],
                    device,
                    images,
                    resize,
                )
            }
        }
        impl<D: Storage<E>, E: Dtype> Answers for __Model<D, E> {
            type Head = head::Logits;
        }
        impl<E: Dtype, D: Device<E>> __Model<D, E> {
            fn __batch_norm_gamma(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm.gamma",
                    |model| &model.batch_norm_gamma,
                    |model| &mut model.batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_beta(seen: &Seen) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm.beta",
                    |model| &model.batch_norm_beta,
                    |model| &mut model.batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm.moving_mean",
                    |model| &model.batch_norm_moving_mean,
                    |model| &mut model.batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (3, 3),
                    )),
                )
            }
            fn __batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank1<3>, E, D> {
                parameter(
                    seen,
                    "batch_norm.moving_variance",
                    |model| &model.batch_norm_moving_variance,
                    |model| &mut model.batch_norm_moving_variance,
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
                            ::std::vec![
                                Self::__batch_norm_gamma(& seen), Self::__batch_norm_beta(&
                                seen), Self::__batch_norm_moving_mean(& seen),
                                Self::__batch_norm_moving_variance(& seen)
                            ],
                        ),
                        |((), of_3)| {
                            let mut of_3 = each(of_3);
                            __Model {
                                batch_norm_gamma: next(&mut of_3),
                                batch_norm_beta: next(&mut of_3),
                                batch_norm_moving_mean: next(&mut of_3),
                                batch_norm_moving_variance: next(&mut of_3),
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
