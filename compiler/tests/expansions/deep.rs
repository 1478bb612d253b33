#[derive(::core::clone::Clone)]
pub struct Tensor<
    D: ::formwork::__private::Storage<E> = ::formwork::__private::Cpu,
    E: ::formwork::__private::Dtype = f32,
> {
    /// `x.conv2d.kernel`
    pub x_conv2d_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d.bias`
    pub x_conv2d_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_1.kernel`
    pub x_conv2d_1_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_1.bias`
    pub x_conv2d_1_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_2.kernel`
    pub x_conv2d_2_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_2.bias`
    pub x_conv2d_2_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_3.kernel`
    pub x_conv2d_3_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_3.bias`
    pub x_conv2d_3_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_4.kernel`
    pub x_conv2d_4_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_4.bias`
    pub x_conv2d_4_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_5.kernel`
    pub x_conv2d_5_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_5.bias`
    pub x_conv2d_5_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_6.kernel`
    pub x_conv2d_6_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_6.bias`
    pub x_conv2d_6_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_7.kernel`
    pub x_conv2d_7_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_7.bias`
    pub x_conv2d_7_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_8.kernel`
    pub x_conv2d_8_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_8.bias`
    pub x_conv2d_8_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_9.kernel`
    pub x_conv2d_9_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_9.bias`
    pub x_conv2d_9_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_10.kernel`
    pub x_conv2d_10_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_10.bias`
    pub x_conv2d_10_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_11.kernel`
    pub x_conv2d_11_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_11.bias`
    pub x_conv2d_11_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_12.kernel`
    pub x_conv2d_12_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_12.bias`
    pub x_conv2d_12_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_13.kernel`
    pub x_conv2d_13_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_13.bias`
    pub x_conv2d_13_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_14.kernel`
    pub x_conv2d_14_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_14.bias`
    pub x_conv2d_14_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_15.kernel`
    pub x_conv2d_15_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_15.bias`
    pub x_conv2d_15_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_16.kernel`
    pub x_conv2d_16_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_16.bias`
    pub x_conv2d_16_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_17.kernel`
    pub x_conv2d_17_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_17.bias`
    pub x_conv2d_17_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_18.kernel`
    pub x_conv2d_18_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_18.bias`
    pub x_conv2d_18_bias: ::formwork::__private::Tensor<
        ::formwork::__private::Rank1<2>,
        E,
        D,
    >,
    /// `x.conv2d_19.kernel`
    pub x_conv2d_19_kernel: ::formwork::__private::Tensor<
        ::formwork::__private::Rank4<3, 3, 2, 2>,
        E,
        D,
    >,
    /// `x.conv2d_19.bias`
    pub x_conv2d_19_bias: ::formwork::__private::Tensor<
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
    type __Model<__D, __E> = Tensor<__D, __E>;
    {
        use ::formwork::__private::*;
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > Submodel<D, T, Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>;
            fn run(
                &self,
                cx: &mut Context<D>,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
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
            /// What the model answers: `image: [_, 4, 4, 2]` to `[_, 4, 4, 2]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> {
                expect(self.try_forward(image))
            }
            /// Fallible version of `forward`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward<B: Dim, T: Record<D>>(
                &self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                D::infer(
                    self,
                    &self.plans,
                    (image,),
                    |(image,)| { self.__forward(&mut Context::inference(), image) },
                )
            }
            /// What the model answers while it is trained: dropout drops, batch normalisation uses the batch's statistics and moves its own. `image: [_, 4, 4, 2]` to `[_, 4, 4, 2]`.
            ///
            /// # Panics
            /// If the device fails, or the inputs' sizes do not fit the model.
            #[track_caller]
            pub fn forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> {
                expect(self.try_forward_mut(image))
            }
            /// Fallible version of `forward_mut`.
            ///
            /// # Errors
            /// If the device fails, or the inputs' sizes do not fit the model.
            pub fn try_forward_mut<B: Dim, T: Record<D>>(
                &mut self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
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
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                cx.freeze(&self.frozen);
                let x_conv2d: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (image,),
                        (&self.x_conv2d_kernel, &self.x_conv2d_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu", Relu::new(), (x_conv2d,), ())?;
                let x_conv2d_1: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_1",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_1_kernel, &self.x_conv2d_1_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_1", Relu::new(), (x_conv2d_1,), ())?;
                let x_conv2d_2: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_2",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_2_kernel, &self.x_conv2d_2_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_2", Relu::new(), (x_conv2d_2,), ())?;
                let x_conv2d_3: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_3",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_3_kernel, &self.x_conv2d_3_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_3", Relu::new(), (x_conv2d_3,), ())?;
                let x_conv2d_4: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_4",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_4_kernel, &self.x_conv2d_4_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_4", Relu::new(), (x_conv2d_4,), ())?;
                let x_conv2d_5: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_5",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_5_kernel, &self.x_conv2d_5_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_5", Relu::new(), (x_conv2d_5,), ())?;
                let x_conv2d_6: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_6",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_6_kernel, &self.x_conv2d_6_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_6", Relu::new(), (x_conv2d_6,), ())?;
                let x_conv2d_7: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_7",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_7_kernel, &self.x_conv2d_7_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_7", Relu::new(), (x_conv2d_7,), ())?;
                let x_conv2d_8: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_8",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_8_kernel, &self.x_conv2d_8_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_8", Relu::new(), (x_conv2d_8,), ())?;
                let x_conv2d_9: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_9",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_9_kernel, &self.x_conv2d_9_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_9", Relu::new(), (x_conv2d_9,), ())?;
                let x_conv2d_10: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_10",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_10_kernel, &self.x_conv2d_10_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_10", Relu::new(), (x_conv2d_10,), ())?;
                let x_conv2d_11: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_11",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_11_kernel, &self.x_conv2d_11_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_11", Relu::new(), (x_conv2d_11,), ())?;
                let x_conv2d_12: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_12",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_12_kernel, &self.x_conv2d_12_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_12", Relu::new(), (x_conv2d_12,), ())?;
                let x_conv2d_13: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_13",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_13_kernel, &self.x_conv2d_13_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_13", Relu::new(), (x_conv2d_13,), ())?;
                let x_conv2d_14: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_14",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_14_kernel, &self.x_conv2d_14_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_14", Relu::new(), (x_conv2d_14,), ())?;
                let x_conv2d_15: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_15",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_15_kernel, &self.x_conv2d_15_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_15", Relu::new(), (x_conv2d_15,), ())?;
                let x_conv2d_16: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_16",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_16_kernel, &self.x_conv2d_16_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_16", Relu::new(), (x_conv2d_16,), ())?;
                let x_conv2d_17: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_17",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_17_kernel, &self.x_conv2d_17_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_17", Relu::new(), (x_conv2d_17,), ())?;
                let x_conv2d_18: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_18",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_18_kernel, &self.x_conv2d_18_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_18", Relu::new(), (x_conv2d_18,), ())?;
                let x_conv2d_19: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply(
                        "x.conv2d_19",
                        Conv2d::new(2, [3, 3]).padding(Padding::Same),
                        (x,),
                        (&self.x_conv2d_19_kernel, &self.x_conv2d_19_bias),
                    )?;
                let x: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T> = cx
                    .apply("x.relu_19", Relu::new(), (x_conv2d_19,), ())?;
                ::core::result::Result::Ok(x)
            }
        }
        impl __Model<Cpu, f32> {
            /// Number of values in all parameters, running statistics included: Keras' "Total
            /// params".
            pub const PARAMS: usize = 760;
            /// Number of values that training updates: Keras' "Trainable params".
            pub const TRAINABLE_PARAMS: usize = 760;
            /// Multiply-accumulates a sample.
            pub const MACS: u64 = 11520;
            /// The network as text, one line a layer.
            pub const GRAPH: &'static str = r#"model Tensor
image = input() : [_, 4, 4, 2]
x.conv2d = conv2d(image; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu = relu(x.conv2d) : [_, 4, 4, 2]
x.conv2d_1 = conv2d(x.relu; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_1 = relu(x.conv2d_1) : [_, 4, 4, 2]
x.conv2d_2 = conv2d(x.relu_1; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_2 = relu(x.conv2d_2) : [_, 4, 4, 2]
x.conv2d_3 = conv2d(x.relu_2; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_3 = relu(x.conv2d_3) : [_, 4, 4, 2]
x.conv2d_4 = conv2d(x.relu_3; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_4 = relu(x.conv2d_4) : [_, 4, 4, 2]
x.conv2d_5 = conv2d(x.relu_4; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_5 = relu(x.conv2d_5) : [_, 4, 4, 2]
x.conv2d_6 = conv2d(x.relu_5; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_6 = relu(x.conv2d_6) : [_, 4, 4, 2]
x.conv2d_7 = conv2d(x.relu_6; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_7 = relu(x.conv2d_7) : [_, 4, 4, 2]
x.conv2d_8 = conv2d(x.relu_7; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_8 = relu(x.conv2d_8) : [_, 4, 4, 2]
x.conv2d_9 = conv2d(x.relu_8; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_9 = relu(x.conv2d_9) : [_, 4, 4, 2]
x.conv2d_10 = conv2d(x.relu_9; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_10 = relu(x.conv2d_10) : [_, 4, 4, 2]
x.conv2d_11 = conv2d(x.relu_10; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_11 = relu(x.conv2d_11) : [_, 4, 4, 2]
x.conv2d_12 = conv2d(x.relu_11; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_12 = relu(x.conv2d_12) : [_, 4, 4, 2]
x.conv2d_13 = conv2d(x.relu_12; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_13 = relu(x.conv2d_13) : [_, 4, 4, 2]
x.conv2d_14 = conv2d(x.relu_13; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_14 = relu(x.conv2d_14) : [_, 4, 4, 2]
x.conv2d_15 = conv2d(x.relu_14; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_15 = relu(x.conv2d_15) : [_, 4, 4, 2]
x.conv2d_16 = conv2d(x.relu_15; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_16 = relu(x.conv2d_16) : [_, 4, 4, 2]
x.conv2d_17 = conv2d(x.relu_16; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_17 = relu(x.conv2d_17) : [_, 4, 4, 2]
x.conv2d_18 = conv2d(x.relu_17; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_18 = relu(x.conv2d_18) : [_, 4, 4, 2]
x.conv2d_19 = conv2d(x.relu_18; 2, (3, 3), padding = same) : [_, 4, 4, 2]
x.relu_19 = relu(x.conv2d_19) : [_, 4, 4, 2]
return x.relu_19
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
        > Module<Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>;
            type Error = Error;
            fn try_forward(
                &self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
                Error,
            > {
                __Model::try_forward(self, image)
            }
        }
        impl<
            B: Dim,
            D: Backend,
            T: Record<D>,
        > ModuleMut<Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>>
        for __Model<D, f32> {
            type Output = Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>;
            type Error = Error;
            fn try_forward_mut(
                &mut self,
                image: Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
            ) -> ::core::result::Result<
                Tensor<(B, Const<4>, Const<4>, Const<2>), f32, D, T>,
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
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.kernel",
                    |model| &model.x_conv2d_kernel,
                    |model| &mut model.x_conv2d_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d.bias",
                    |model| &model.x_conv2d_bias,
                    |model| &mut model.x_conv2d_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_1_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_1.kernel",
                    |model| &model.x_conv2d_1_kernel,
                    |model| &mut model.x_conv2d_1_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_1_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_1.bias",
                    |model| &model.x_conv2d_1_bias,
                    |model| &mut model.x_conv2d_1_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_2_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_2.kernel",
                    |model| &model.x_conv2d_2_kernel,
                    |model| &mut model.x_conv2d_2_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_2_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_2.bias",
                    |model| &model.x_conv2d_2_bias,
                    |model| &mut model.x_conv2d_2_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_3_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_3.kernel",
                    |model| &model.x_conv2d_3_kernel,
                    |model| &mut model.x_conv2d_3_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_3_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_3.bias",
                    |model| &model.x_conv2d_3_bias,
                    |model| &mut model.x_conv2d_3_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_4_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_4.kernel",
                    |model| &model.x_conv2d_4_kernel,
                    |model| &mut model.x_conv2d_4_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_4_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_4.bias",
                    |model| &model.x_conv2d_4_bias,
                    |model| &mut model.x_conv2d_4_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_5_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_5.kernel",
                    |model| &model.x_conv2d_5_kernel,
                    |model| &mut model.x_conv2d_5_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_5_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_5.bias",
                    |model| &model.x_conv2d_5_bias,
                    |model| &mut model.x_conv2d_5_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_6_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_6.kernel",
                    |model| &model.x_conv2d_6_kernel,
                    |model| &mut model.x_conv2d_6_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_6_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_6.bias",
                    |model| &model.x_conv2d_6_bias,
                    |model| &mut model.x_conv2d_6_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_7_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_7.kernel",
                    |model| &model.x_conv2d_7_kernel,
                    |model| &mut model.x_conv2d_7_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_7_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_7.bias",
                    |model| &model.x_conv2d_7_bias,
                    |model| &mut model.x_conv2d_7_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_8_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_8.kernel",
                    |model| &model.x_conv2d_8_kernel,
                    |model| &mut model.x_conv2d_8_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_8_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_8.bias",
                    |model| &model.x_conv2d_8_bias,
                    |model| &mut model.x_conv2d_8_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_9_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_9.kernel",
                    |model| &model.x_conv2d_9_kernel,
                    |model| &mut model.x_conv2d_9_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_9_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_9.bias",
                    |model| &model.x_conv2d_9_bias,
                    |model| &mut model.x_conv2d_9_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_10_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_10.kernel",
                    |model| &model.x_conv2d_10_kernel,
                    |model| &mut model.x_conv2d_10_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_10_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_10.bias",
                    |model| &model.x_conv2d_10_bias,
                    |model| &mut model.x_conv2d_10_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_11_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_11.kernel",
                    |model| &model.x_conv2d_11_kernel,
                    |model| &mut model.x_conv2d_11_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_11_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_11.bias",
                    |model| &model.x_conv2d_11_bias,
                    |model| &mut model.x_conv2d_11_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_12_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_12.kernel",
                    |model| &model.x_conv2d_12_kernel,
                    |model| &mut model.x_conv2d_12_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_12_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_12.bias",
                    |model| &model.x_conv2d_12_bias,
                    |model| &mut model.x_conv2d_12_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_13_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_13.kernel",
                    |model| &model.x_conv2d_13_kernel,
                    |model| &mut model.x_conv2d_13_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_13_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_13.bias",
                    |model| &model.x_conv2d_13_bias,
                    |model| &mut model.x_conv2d_13_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_14_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_14.kernel",
                    |model| &model.x_conv2d_14_kernel,
                    |model| &mut model.x_conv2d_14_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_14_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_14.bias",
                    |model| &model.x_conv2d_14_bias,
                    |model| &mut model.x_conv2d_14_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_15_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_15.kernel",
                    |model| &model.x_conv2d_15_kernel,
                    |model| &mut model.x_conv2d_15_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_15_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_15.bias",
                    |model| &model.x_conv2d_15_bias,
                    |model| &mut model.x_conv2d_15_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_16_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_16.kernel",
                    |model| &model.x_conv2d_16_kernel,
                    |model| &mut model.x_conv2d_16_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_16_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_16.bias",
                    |model| &model.x_conv2d_16_bias,
                    |model| &mut model.x_conv2d_16_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_17_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_17.kernel",
                    |model| &model.x_conv2d_17_kernel,
                    |model| &mut model.x_conv2d_17_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_17_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_17.bias",
                    |model| &model.x_conv2d_17_bias,
                    |model| &mut model.x_conv2d_17_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_18_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_18.kernel",
                    |model| &model.x_conv2d_18_kernel,
                    |model| &mut model.x_conv2d_18_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_18_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_18.bias",
                    |model| &model.x_conv2d_18_bias,
                    |model| &mut model.x_conv2d_18_bias,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::Zeros,
                        (2, 2),
                    )),
                )
            }
            fn __x_conv2d_19_kernel(
                seen: &Seen,
            ) -> Parameter<'_, Self, Rank4<3, 3, 2, 2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_19.kernel",
                    |model| &model.x_conv2d_19_kernel,
                    |model| &mut model.x_conv2d_19_kernel,
                    TensorOptions::reset_with(|tensor| initialize(
                        tensor,
                        Initializer::GlorotUniform,
                        (18, 18),
                    )),
                )
            }
            fn __x_conv2d_19_bias(seen: &Seen) -> Parameter<'_, Self, Rank1<2>, E, D> {
                parameter(
                    seen,
                    "x.conv2d_19.bias",
                    |model| &model.x_conv2d_19_bias,
                    |model| &mut model.x_conv2d_19_bias,
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
                            ::std::vec![
                                Self::__x_conv2d_kernel(& seen), Self::__x_conv2d_1_kernel(&
                                seen), Self::__x_conv2d_2_kernel(& seen),
                                Self::__x_conv2d_3_kernel(& seen),
                                Self::__x_conv2d_4_kernel(& seen),
                                Self::__x_conv2d_5_kernel(& seen),
                                Self::__x_conv2d_6_kernel(& seen),
                                Self::__x_conv2d_7_kernel(& seen),
                                Self::__x_conv2d_8_kernel(& seen),
                                Self::__x_conv2d_9_kernel(& seen),
                                Self::__x_conv2d_10_kernel(& seen),
                                Self::__x_conv2d_11_kernel(& seen),
                                Self::__x_conv2d_12_kernel(& seen),
                                Self::__x_conv2d_13_kernel(& seen),
                                Self::__x_conv2d_14_kernel(& seen),
                                Self::__x_conv2d_15_kernel(& seen),
                                Self::__x_conv2d_16_kernel(& seen),
                                Self::__x_conv2d_17_kernel(& seen),
                                Self::__x_conv2d_18_kernel(& seen),
                                Self::__x_conv2d_19_kernel(& seen)
                            ],
                            ::std::vec![
                                Self::__x_conv2d_bias(& seen), Self::__x_conv2d_1_bias(&
                                seen), Self::__x_conv2d_2_bias(& seen),
                                Self::__x_conv2d_3_bias(& seen), Self::__x_conv2d_4_bias(&
                                seen), Self::__x_conv2d_5_bias(& seen),
                                Self::__x_conv2d_6_bias(& seen), Self::__x_conv2d_7_bias(&
                                seen), Self::__x_conv2d_8_bias(& seen),
                                Self::__x_conv2d_9_bias(& seen), Self::__x_conv2d_10_bias(&
                                seen), Self::__x_conv2d_11_bias(& seen),
                                Self::__x_conv2d_12_bias(& seen), Self::__x_conv2d_13_bias(&
                                seen), Self::__x_conv2d_14_bias(& seen),
                                Self::__x_conv2d_15_bias(& seen), Self::__x_conv2d_16_bias(&
                                seen), Self::__x_conv2d_17_bias(& seen),
                                Self::__x_conv2d_18_bias(& seen), Self::__x_conv2d_19_bias(&
                                seen)
                            ],
                        ),
                        |((), of_3x3x2x2, of_2)| {
                            let mut of_3x3x2x2 = each(of_3x3x2x2);
                            let mut of_2 = each(of_2);
                            __Model {
                                x_conv2d_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_bias: next(&mut of_2),
                                x_conv2d_1_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_1_bias: next(&mut of_2),
                                x_conv2d_2_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_2_bias: next(&mut of_2),
                                x_conv2d_3_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_3_bias: next(&mut of_2),
                                x_conv2d_4_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_4_bias: next(&mut of_2),
                                x_conv2d_5_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_5_bias: next(&mut of_2),
                                x_conv2d_6_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_6_bias: next(&mut of_2),
                                x_conv2d_7_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_7_bias: next(&mut of_2),
                                x_conv2d_8_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_8_bias: next(&mut of_2),
                                x_conv2d_9_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_9_bias: next(&mut of_2),
                                x_conv2d_10_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_10_bias: next(&mut of_2),
                                x_conv2d_11_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_11_bias: next(&mut of_2),
                                x_conv2d_12_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_12_bias: next(&mut of_2),
                                x_conv2d_13_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_13_bias: next(&mut of_2),
                                x_conv2d_14_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_14_bias: next(&mut of_2),
                                x_conv2d_15_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_15_bias: next(&mut of_2),
                                x_conv2d_16_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_16_bias: next(&mut of_2),
                                x_conv2d_17_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_17_bias: next(&mut of_2),
                                x_conv2d_18_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_18_bias: next(&mut of_2),
                                x_conv2d_19_kernel: next(&mut of_3x3x2x2),
                                x_conv2d_19_bias: next(&mut of_2),
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
