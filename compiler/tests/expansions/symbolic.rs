#[derive(::core::clone::Clone)]
pub struct Symbolic<
    const CLASSES: usize = 3,
    const F: usize = 4,
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `e1.conv2d.kernel`
    pub e1_conv2d_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<3>,
            ::formwork::__private::Const<3>,
            ::formwork::__private::Const<3>,
            ::formwork::__private::Const<{ F }>,
        ),
        E,
        D,
    >,
    /// `e1.conv2d.bias`
    pub e1_conv2d_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `bottom.conv2d.kernel`
    pub bottom_conv2d_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<1>,
            ::formwork::__private::Const<1>,
            ::formwork::__private::Sum<
                ::formwork::__private::Product<
                    ::formwork::__private::Const<2>,
                    ::formwork::__private::Const<{ F }>,
                >,
                ::formwork::__private::Const<1>,
            >,
            ::formwork::__private::Const<{ F }>,
        ),
        E,
        D,
    >,
    /// `bottom.conv2d.bias`
    pub bottom_conv2d_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `bottom.batch_norm.gamma`
    pub bottom_batch_norm_gamma: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `bottom.batch_norm.beta`
    pub bottom_batch_norm_beta: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `bottom.batch_norm.moving_mean`
    pub bottom_batch_norm_moving_mean: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `bottom.batch_norm.moving_variance`
    pub bottom_batch_norm_moving_variance: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `top.up.conv2d_transpose.kernel`
    pub top_up_conv2d_transpose_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<2>,
            ::formwork::__private::Const<2>,
            ::formwork::__private::Const<{ F }>,
            ::formwork::__private::Const<{ F }>,
        ),
        E,
        D,
    >,
    /// `top.up.conv2d_transpose.bias`
    pub top_up_conv2d_transpose_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `top.up.conv2d.kernel`
    pub top_up_conv2d_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<3>,
            ::formwork::__private::Const<3>,
            ::formwork::__private::Product<
                ::formwork::__private::Const<2>,
                ::formwork::__private::Const<{ F }>,
            >,
            ::formwork::__private::Const<{ F }>,
        ),
        E,
        D,
    >,
    /// `top.up.conv2d.bias`
    pub top_up_conv2d_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ F }>,),
        E,
        D,
    >,
    /// `scores.dense.kernel`
    pub scores_dense_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<{ F }>,
            ::formwork::__private::Sum<
                ::formwork::__private::Const<{ F }>,
                ::formwork::__private::Const<1>,
            >,
        ),
        E,
        D,
    >,
    /// `scores.dense.bias`
    pub scores_dense_bias: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Sum<
                ::formwork::__private::Const<{ F }>,
                ::formwork::__private::Const<1>,
            >,
        ),
        E,
        D,
    >,
    /// `conv2d.kernel`
    pub conv2d_kernel: ::formwork::__private::Tensor<
        (
            ::formwork::__private::Const<1>,
            ::formwork::__private::Const<1>,
            ::formwork::__private::Const<{ F }>,
            ::formwork::__private::Const<{ CLASSES }>,
        ),
        E,
        D,
    >,
    /// `conv2d.bias`
    pub conv2d_bias: ::formwork::__private::Tensor<
        (::formwork::__private::Const<{ CLASSES }>,),
        E,
        D,
    >,
    /// The parameters that training leaves alone.
    pub frozen: ::formwork::__private::Frozen,
    /// What it is compiled to when it runs on the CPU; a new model is compiled then.
    pub plans: ::formwork::__private::Plans,
}
const _: () = {
    type __Model<const CLASSES: usize, const F: usize, __D, __E> = Symbolic<
        CLASSES,
        F,
        __D,
        __E,
    >;
    {
        use ::formwork::__private::*;
        impl<
            const CLASSES: usize,
            const F: usize,
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
                Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ),
        > for __Model<CLASSES, F, D, f32> {
            type Output = (
                Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
            );
            fn run(
                &self,
                cx: &mut Context<D>,
                (
                    image,
                    half,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, usize, usize, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                D::train(
                    self,
                    &self.plans,
                    cx,
                    (image, half),
                    |cx, (image, half)| self.__forward(cx, image, half),
                )
            }
        }
        impl<const CLASSES: usize, const F: usize, D: Backend> Statistics<D>
        for __Model<CLASSES, F, D, f32> {
            fn update(
                &mut self,
                cx: &mut Context<D>,
            ) -> ::core::result::Result<(), Error> {
                cx.update(&mut self.bottom_batch_norm_moving_mean)?;
                cx.update(&mut self.bottom_batch_norm_moving_variance)?;
                ::core::result::Result::Ok(())
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            D: Backend,
        > __Model<CLASSES, F, D, f32> {
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
                let () = Self::__CHECKED;
                BuildModule::try_build(device)
            }
            /// What the model answers: `image: [_, H, W, 3]`, `half: [_, H/2, W/2, 1]` to `[_, H, W, CLASSES]`, `[_, F + 1]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
                half: Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ) -> (
                Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
            ) {
                expect(self.try_forward(image, half))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
                half: Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image, half),
                    |(image, half)| {
                        self.__forward(&mut Context::inference(), image, half)
                    },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, H, W, 3]`, `half: [_, H/2, W/2, 1]` to `[_, H, W, CLASSES]`, `[_, F + 1]`. The tape of all outputs travels with the first: a loss that the others are added to trains the whole model.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
                half: Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ) -> (
                Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
            ) {
                expect(self.try_forward_mut(image, half))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
                half: Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                let mut cx = Context::training();
                let outputs = D::train(
                    self,
                    &self.plans,
                    &mut cx,
                    (image, half),
                    |cx, (image, half)| self.__forward(cx, image, half),
                )?;
                self.update(&mut cx)?;
                ::core::result::Result::Ok(outputs)
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            D: Backend,
        > __Model<CLASSES, F, D, f32> {
            fn __forward<B: Dim, H: Dim, W: Dim, T: Record<D>>(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, H, W, Const<3>), f32, D, T>,
                half: Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                let () = Self::__CHECKED;
                let entry = Entry("Symbolic");
                entry
                    .size(
                        "_",
                        &[
                            ("the batch of `image`", image.shape().0.size()),
                            ("the batch of `half`", half.shape().0.size()),
                        ],
                        &Sizes::ALL,
                    )?;
                let h = entry
                    .size(
                        "H",
                        &[("the height of `image`", image.shape().1.size())],
                        &Sizes::new(4, &[0], 8, ::core::option::Option::None, &[]),
                    )?;
                let w = entry
                    .size(
                        "W",
                        &[("the width of `image`", image.shape().2.size())],
                        &Sizes::new(2, &[0], 1, ::core::option::Option::None, &[]),
                    )?;
                entry
                    .equal("the height of `half`", half.shape().1.size(), h / 2, "H/2")?;
                entry.equal("the width of `half`", half.shape().2.size(), w / 2, "W/2")?;
                cx.freeze(&self.frozen);
                let e1_conv2d: Tensor<(B, H, W, Const<F>), f32, D, T> = cx
                    .apply(
                        "e1.conv2d",
                        Conv2d::new(F, [3, 3]).padding(Padding::Same),
                        (image,),
                        (&self.e1_conv2d_kernel, &self.e1_conv2d_bias),
                    )?;
                let e1: Tensor<(B, H, W, Const<F>), f32, D, T> = cx
                    .apply("e1.relu", Relu::new(), (e1_conv2d,), ())?;
                let small: Tensor<(B, usize, usize, Const<F>), f32, D, T> = cx
                    .apply(
                        "small.resize2d",
                        Resize2d::new([h / 2, w / 2]),
                        (WithEmptyTape::with_empty_tape(&e1),),
                        (),
                    )?;
                let bottom_max_pool2d: Tensor<(B, usize, usize, Const<F>), f32, D, T> = cx
                    .apply(
                        "bottom.max_pool2d",
                        MaxPool2d::new([2, 2]),
                        (WithEmptyTape::with_empty_tape(&e1),),
                        (),
                    )?;
                let bottom_concat: Tensor<
                    (B, usize, usize, Sum<Product<Const<2>, Const<F>>, Const<1>>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "bottom.concat",
                        Concat::new(),
                        (bottom_max_pool2d, half, small),
                        (),
                    )?;
                let bottom_conv2d: Tensor<(B, usize, usize, Const<F>), f32, D, T> = cx
                    .apply(
                        "bottom.conv2d",
                        Conv2d::new(F, [1, 1]),
                        (bottom_concat,),
                        (&self.bottom_conv2d_kernel, &self.bottom_conv2d_bias),
                    )?;
                let bottom: Tensor<(B, usize, usize, Const<F>), f32, D, T> = cx
                    .apply(
                        "bottom.batch_norm",
                        BatchNorm::new(),
                        (bottom_conv2d,),
                        (
                            &self.bottom_batch_norm_gamma,
                            &self.bottom_batch_norm_beta,
                            &self.bottom_batch_norm_moving_mean,
                            &self.bottom_batch_norm_moving_variance,
                        ),
                    )?;
                let top_up_conv2d_transpose: Tensor<(B, H, W, Const<F>), f32, D, T> = cx
                    .apply(
                        "top.up.conv2d_transpose",
                        Conv2dTranspose::new(F, [2, 2]).stride([2, 2]),
                        (bottom,),
                        (
                            &self.top_up_conv2d_transpose_kernel,
                            &self.top_up_conv2d_transpose_bias,
                        ),
                    )?;
                let top_up_concat: Tensor<
                    (B, H, W, Product<Const<2>, Const<F>>),
                    f32,
                    D,
                    T,
                > = cx
                    .apply(
                        "top.up.concat",
                        Concat::new(),
                        (top_up_conv2d_transpose, e1),
                        (),
                    )?;
                let top: Tensor<(B, H, W, Const<F>), f32, D, T> = cx
                    .apply(
                        "top.up.conv2d",
                        Conv2d::new(F, [3, 3]).padding(Padding::Same),
                        (top_up_concat,),
                        (&self.top_up_conv2d_kernel, &self.top_up_conv2d_bias),
                    )?;
                let scores_global_avg_pool2d: Tensor<(B, Const<F>), f32, D, T> = cx
                    .apply(
                        "scores.global_avg_pool2d",
                        GlobalAvgPool2d::new(),
                        (WithEmptyTape::with_empty_tape(&top),),
                        (),
                    )?;
                let scores: Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T> = cx
                    .apply(
                        "scores.dense",
                        Dense::new(F + 1),
                        (scores_global_avg_pool2d,),
                        (&self.scores_dense_kernel, &self.scores_dense_bias),
                    )?;
                let conv2d: Tensor<(B, H, W, Const<CLASSES>), f32, D, T> = cx
                    .apply(
                        "conv2d",
                        Conv2d::new(CLASSES, [1, 1]),
                        (top,),
                        (&self.conv2d_kernel, &self.conv2d_bias),
                    )?;
                ::core::result::Result::Ok(join((conv2d, scores)))
            }
        }
        impl<const CLASSES: usize, const F: usize> __Model<CLASSES, F, Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 25 * F * F + CLASSES * F + 38 * F + CLASSES + 1;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 25 * F * F + CLASSES * F + 36 * F
                + CLASSES + 1;
            /// Multiply-accumulates a sample of that size.
            pub const fn macs(h: usize, w: usize) -> u64 {
                ((78 * F * F * h * w + 109 * F * h * w) / 4 + CLASSES * F * h * w + F * F
                    + F) as u64
            }
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Symbolic
size H where H % 4 == 0, H >= 8
size W where W % 2 == 0
const CLASSES
const F where F >= 2
widest H where H % 2 == 0
widest F
image = input() : [_, H, W, 3]
half = input() : [_, H/2, W/2, 1]
e1.conv2d = conv2d(image; F, (3, 3), padding = same) : [_, H, W, F]
e1.relu = relu(e1.conv2d) : [_, H, W, F]
small.resize2d = resize2d(e1.relu; (H/2, W/2)) : [_, H/2, W/2, F]
bottom.max_pool2d = max_pool2d(e1.relu; (2, 2)) : [_, H/2, W/2, F]
bottom.concat = concat(bottom.max_pool2d, half, small.resize2d) : [_, H/2, W/2, 2·F + 1]
bottom.conv2d = conv2d(bottom.concat; F, (1, 1)) : [_, H/2, W/2, F]
bottom.batch_norm = batch_norm(bottom.conv2d) : [_, H/2, W/2, F]
top.up.conv2d_transpose = conv2d_transpose(bottom.batch_norm; F, (2, 2), stride = (2, 2)) : [_, H, W, F]
top.up.concat = concat(top.up.conv2d_transpose, e1.relu) : [_, H, W, 2·F]
top.up.conv2d = conv2d(top.up.concat; F, (3, 3), padding = same) : [_, H, W, F]
scores.global_avg_pool2d = global_avg_pool2d(top.up.conv2d) : [_, F]
scores.dense = dense(scores.global_avg_pool2d; F + 1) : [_, F + 1]
conv2d = conv2d(top.up.conv2d; CLASSES, (1, 1)) : [_, H, W, CLASSES]
return conv2d, scores.dense
"#;
            /// The table of the layers, each with its output shape and its parameters.
            pub fn summary() -> ::std::string::String {
                summary(Self::GRAPH, &[("CLASSES", CLASSES), ("F", F)])
            }
            /// The network as an SVG picture.
            pub fn to_svg() -> ::std::string::String {
                draw(Self::GRAPH, &[("CLASSES", CLASSES), ("F", F)], ir::Plot::svg)
            }
            /// The network in Graphviz' language.
            pub fn to_dot() -> ::std::string::String {
                draw(Self::GRAPH, &[("CLASSES", CLASSES), ("F", F)], ir::Plot::dot)
            }
            /// The network as a Mermaid flowchart, for Markdown.
            pub fn to_mermaid() -> ::std::string::String {
                draw(Self::GRAPH, &[("CLASSES", CLASSES), ("F", F)], ir::Plot::mermaid)
            }
        }
        impl<const CLASSES: usize, const F: usize, D: Storage<E>, E: Dtype> HasGraph
        for __Model<CLASSES, F, D, E> {
            fn network() -> ::core::result::Result<Network, ir::ParseError> {
                network(
                    <__Model<CLASSES, F, Cpu, f32>>::GRAPH,
                    &[("CLASSES", CLASSES), ("F", F)],
                    [],
                )
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > Module<
            (
                Tensor<(B, H, W, Const<3>), f32, D, T>,
                Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ),
        > for __Model<CLASSES, F, D, f32> {
            type Output = (
                Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
            );
            type Error = Error;
            fn try_forward(
                &self,
                (
                    image,
                    half,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, usize, usize, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward(self, image, half)
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            B: Dim,
            H: Dim,
            W: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<
            (
                Tensor<(B, H, W, Const<3>), f32, D, T>,
                Tensor<(B, usize, usize, Const<1>), f32, D, T>,
            ),
        > for __Model<CLASSES, F, D, f32> {
            type Output = (
                Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
            );
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                (
                    image,
                    half,
                ): (
                    Tensor<(B, H, W, Const<3>), f32, D, T>,
                    Tensor<(B, usize, usize, Const<1>), f32, D, T>,
                ),
            ) -> ::core::result::Result<
                (
                    Tensor<(B, H, W, Const<CLASSES>), f32, D, T>,
                    Tensor<(B, Sum<Const<F>, Const<1>>), f32, D, T>,
                ),
                Error,
            > {
                __Model::try_forward_mut(self, image, half)
            }
        }
        impl<const CLASSES: usize, const F: usize, D: Storage<E>, E: Dtype> Answers
        for __Model<CLASSES, F, D, E> {
            type Head = (head::Logits, head::Logits);
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            E: Dtype,
            D: Device<E>,
        > __Model<CLASSES, F, D, E> {
            fn __e1_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<3>, Const<3>, Const<3>, Const<F>), E, D> {
                parameter(
                    seen,
                    "e1.conv2d.kernel",
                    |model| &model.e1_conv2d_kernel,
                    |model| &mut model.e1_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (27, 9 * F),
                    )),
                )
            }
            fn __e1_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "e1.conv2d.bias",
                    |model| &model.e1_conv2d_bias,
                    |model| &mut model.e1_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __bottom_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<
                '_,
                Self,
                (
                    Const<1>,
                    Const<1>,
                    Sum<Product<Const<2>, Const<F>>, Const<1>>,
                    Const<F>,
                ),
                E,
                D,
            > {
                parameter(
                    seen,
                    "bottom.conv2d.kernel",
                    |model| &model.bottom_conv2d_kernel,
                    |model| &mut model.bottom_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (2 * F + 1, F),
                    )),
                )
            }
            fn __bottom_conv2d_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "bottom.conv2d.bias",
                    |model| &model.bottom_conv2d_bias,
                    |model| &mut model.bottom_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __bottom_batch_norm_gamma(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "bottom.batch_norm.gamma",
                    |model| &model.bottom_batch_norm_gamma,
                    |model| &mut model.bottom_batch_norm_gamma,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (F, F),
                    )),
                )
            }
            fn __bottom_batch_norm_beta(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "bottom.batch_norm.beta",
                    |model| &model.bottom_batch_norm_beta,
                    |model| &mut model.bottom_batch_norm_beta,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __bottom_batch_norm_moving_mean(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "bottom.batch_norm.moving_mean",
                    |model| &model.bottom_batch_norm_moving_mean,
                    |model| &mut model.bottom_batch_norm_moving_mean,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __bottom_batch_norm_moving_variance(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "bottom.batch_norm.moving_variance",
                    |model| &model.bottom_batch_norm_moving_variance,
                    |model| &mut model.bottom_batch_norm_moving_variance,
                    TensorOptions::detached(|tensor| initialize(
                        tensor,
                        Initializer::Ones,
                        (F, F),
                    )),
                )
            }
            fn __top_up_conv2d_transpose_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<2>, Const<2>, Const<F>, Const<F>), E, D> {
                parameter(
                    seen,
                    "top.up.conv2d_transpose.kernel",
                    |model| &model.top_up_conv2d_transpose_kernel,
                    |model| &mut model.top_up_conv2d_transpose_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (4 * F, 4 * F),
                    )),
                )
            }
            fn __top_up_conv2d_transpose_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "top.up.conv2d_transpose.bias",
                    |model| &model.top_up_conv2d_transpose_bias,
                    |model| &mut model.top_up_conv2d_transpose_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __top_up_conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<
                '_,
                Self,
                (Const<3>, Const<3>, Product<Const<2>, Const<F>>, Const<F>),
                E,
                D,
            > {
                parameter(
                    seen,
                    "top.up.conv2d.kernel",
                    |model| &model.top_up_conv2d_kernel,
                    |model| &mut model.top_up_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18 * F, 9 * F),
                    )),
                )
            }
            fn __top_up_conv2d_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>,), E, D> {
                parameter(
                    seen,
                    "top.up.conv2d.bias",
                    |model| &model.top_up_conv2d_bias,
                    |model| &mut model.top_up_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F, F),
                    )),
                )
            }
            fn __scores_dense_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<F>, Sum<Const<F>, Const<1>>), E, D> {
                parameter(
                    seen,
                    "scores.dense.kernel",
                    |model| &model.scores_dense_kernel,
                    |model| &mut model.scores_dense_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (F, F + 1),
                    )),
                )
            }
            fn __scores_dense_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Sum<Const<F>, Const<1>>,), E, D> {
                parameter(
                    seen,
                    "scores.dense.bias",
                    |model| &model.scores_dense_bias,
                    |model| &mut model.scores_dense_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (F + 1, F + 1),
                    )),
                )
            }
            fn __conv2d_kernel(
                seen: &Seen,
            ) -> Parameter<
                '_,
                Self,
                (Const<1>, Const<1>, Const<F>, Const<CLASSES>),
                E,
                D,
            > {
                parameter(
                    seen,
                    "conv2d.kernel",
                    |model| &model.conv2d_kernel,
                    |model| &mut model.conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (F, CLASSES),
                    )),
                )
            }
            fn __conv2d_bias(
                seen: &Seen,
            ) -> Parameter<'_, Self, (Const<CLASSES>,), E, D> {
                parameter(
                    seen,
                    "conv2d.bias",
                    |model| &model.conv2d_bias,
                    |model| &mut model.conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (CLASSES, CLASSES),
                    )),
                )
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            E: Dtype,
            D: Device<E>,
        > TensorCollection<E, D> for __Model<CLASSES, F, D, E> {
            type To<E2: Dtype, D2: Device<E2>> = __Model<CLASSES, F, D2, E2>;
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
                                ::std::vec![Self::__e1_conv2d_kernel(& seen)],
                                ::std::vec![
                                    Self::__e1_conv2d_bias(& seen), Self::__bottom_conv2d_bias(&
                                    seen), Self::__bottom_batch_norm_gamma(& seen),
                                    Self::__bottom_batch_norm_beta(& seen),
                                    Self::__bottom_batch_norm_moving_mean(& seen),
                                    Self::__bottom_batch_norm_moving_variance(& seen),
                                    Self::__top_up_conv2d_transpose_bias(& seen),
                                    Self::__top_up_conv2d_bias(& seen)
                                ],
                                ::std::vec![Self::__bottom_conv2d_kernel(& seen)],
                                ::std::vec![Self::__top_up_conv2d_transpose_kernel(& seen)],
                                ::std::vec![Self::__top_up_conv2d_kernel(& seen)],
                            ),
                            (
                                ::std::vec![Self::__scores_dense_kernel(& seen)],
                                ::std::vec![Self::__scores_dense_bias(& seen)],
                                ::std::vec![Self::__conv2d_kernel(& seen)],
                                ::std::vec![Self::__conv2d_bias(& seen)],
                            ),
                        ),
                        |
                            (
                                (
                                    (),
                                    of_3x3x3xf,
                                    of_f,
                                    of_1x1x2_times_f_1xf,
                                    of_2x2xfxf,
                                    of_3x3x2_times_fxf,
                                ),
                                (of_fxf_1, of_f_1, of_1x1xfxclasses, of_classes),
                            )|
                        {
                            let mut of_3x3x3xf = each(of_3x3x3xf);
                            let mut of_f = each(of_f);
                            let mut of_1x1x2_times_f_1xf = each(of_1x1x2_times_f_1xf);
                            let mut of_2x2xfxf = each(of_2x2xfxf);
                            let mut of_3x3x2_times_fxf = each(of_3x3x2_times_fxf);
                            let mut of_fxf_1 = each(of_fxf_1);
                            let mut of_f_1 = each(of_f_1);
                            let mut of_1x1xfxclasses = each(of_1x1xfxclasses);
                            let mut of_classes = each(of_classes);
                            __Model {
                                e1_conv2d_kernel: next(&mut of_3x3x3xf),
                                e1_conv2d_bias: next(&mut of_f),
                                bottom_conv2d_kernel: next(&mut of_1x1x2_times_f_1xf),
                                bottom_conv2d_bias: next(&mut of_f),
                                bottom_batch_norm_gamma: next(&mut of_f),
                                bottom_batch_norm_beta: next(&mut of_f),
                                bottom_batch_norm_moving_mean: next(&mut of_f),
                                bottom_batch_norm_moving_variance: next(&mut of_f),
                                top_up_conv2d_transpose_kernel: next(&mut of_2x2xfxf),
                                top_up_conv2d_transpose_bias: next(&mut of_f),
                                top_up_conv2d_kernel: next(&mut of_3x3x2_times_fxf),
                                top_up_conv2d_bias: next(&mut of_f),
                                scores_dense_kernel: next(&mut of_fxf_1),
                                scores_dense_bias: next(&mut of_f_1),
                                conv2d_kernel: next(&mut of_1x1xfxclasses),
                                conv2d_bias: next(&mut of_classes),
                                frozen: seen.frozen(),
                                plans: Plans::new(),
                            }
                        },
                    )
            }
        }
        impl<
            const CLASSES: usize,
            const F: usize,
            D: Device<E>,
            E: Dtype,
            D0: Storage<E0>,
            E0: Dtype,
        > BuildOnDevice<D, E> for __Model<CLASSES, F, D0, E0> {
            type Built = __Model<CLASSES, F, D, E>;
        }
        impl<const CLASSES: usize, const F: usize, E: Dtype, D: Device<E>> HasFrozen
        for __Model<CLASSES, F, D, E> {
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
        impl<
            const CLASSES: usize,
            const F: usize,
            D: Storage<E>,
            E: Dtype,
        > __Model<CLASSES, F, D, E> {
            const __CHECKED: () = {
                {
                    static SIZES: Sizes = Sizes::new(
                        1,
                        &[0],
                        2,
                        ::core::option::Option::None,
                        &[],
                    );
                    assert!(SIZES.has(F as u64), "`Symbolic`: F must be at least 2");
                }
            };
        }
    }
};
