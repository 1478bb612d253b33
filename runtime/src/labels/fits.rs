//! What rustc checks of labels, from types alone.

use dfdx::prelude::{Const, Dim, Shape};

use crate::size::{Difference, Product, Quotient, Sum};

/// The shape of an output: a batch, any sizes, and last the channels.
#[diagnostic::on_unimplemented(
    message = "{Self} is not the shape of an output that has channels",
    label = "no channels",
    note = "an output is [batch, channels], [batch, height, width, channels], or has sizes of \
            another number between batch and channels"
)]
pub trait Output: Shape<Concrete: Shape<Concrete = <Self as Shape>::Concrete>> {
    /// The shape without the channels: a place for each thing that is told apart.
    type Places: Shape;
    /// The last size.
    type Channels: Dim;
}

/// Says of a shape of labels that it may be the shape `S`.
#[diagnostic::on_unimplemented(
    message = "the labels' shape is {Self}, the output wants {S}",
    label = "labels of another rank",
    note = "a class for each pixel of an output [batch, height, width, channels] is [batch, \
            height, width], one for each picture of a classifier's [batch, classes] is [batch]; \
            one-hot labels have the output's own shape"
)]
pub trait SameShape<S> {}

/// Says of a size of labels that it may be the size `N`.
#[diagnostic::on_unimplemented(
    message = "a size of the labels is {Self}, the output's is {N}",
    label = "labels of another size",
    note = "labels have a place for each place of the output, in the same order: batch, height, \
            width, and in a tensor the channels"
)]
pub trait SameSize<N> {}

/// Says of a number of classes that it is the number `N` of channels.
#[diagnostic::on_unimplemented(
    message = "the labels' number of classes is {Self}, the output's number of channels is {N}",
    label = "another number of classes",
    note = "the output has a channel for each class: of `Classes<_, 3>` it is `[_, …, 3]`; a void \
            label, as in `Classes::with_void`, is no class and has no channel"
)]
pub trait ClassCount<N>: MaskCount<N> {}

/// As [`ClassCount`]; also, two classes may share one channel, which is 1 for the second.
#[diagnostic::on_unimplemented(
    message = "the labels' number of classes is {Self}, the output's number of channels is {N}",
    label = "another number of classes",
    note = "the output has a channel for each class, or one channel for two classes: it is 1 for \
            the second"
)]
pub trait MaskCount<N> {}

/// Says of a shape of weights that it has a weight for each of the places `P`, or for each sample.
#[diagnostic::on_unimplemented(
    message = "weights of shape {Self} are neither one for each sample nor one for each place of \
               {P}",
    label = "weights of another shape",
    note = "weights are [batch], one a sample, or have the output's shape without the channels, \
            one a place"
)]
pub trait PerPlace<P> {}

/// Weights of the classes of an output of `N` channels: none, or an array of as many.
#[diagnostic::on_unimplemented(
    message = "the class weights are {Self}, the output's number of channels is {N}",
    label = "not a class weight for each channel",
    note = "`class_weight` takes an array of one weight for each channel of the output"
)]
pub trait ClassWeights<N> {
    /// The weights, if there are any.
    fn weights(&self) -> Option<&[f32]>;
}

impl<N> ClassWeights<N> for () {
    fn weights(&self) -> Option<&[f32]> {
        None
    }
}

impl<const C: usize> ClassWeights<usize> for [f32; C] {
    fn weights(&self) -> Option<&[f32]> {
        Some(self)
    }
}

impl<const C: usize> ClassWeights<Const<C>> for [f32; C] {
    fn weights(&self) -> Option<&[f32]> {
        Some(self)
    }
}

impl<N: Dim> SameSize<N> for usize {}
impl<const N: usize> SameSize<usize> for Const<N> {}
impl<const N: usize> SameSize<Const<N>> for Const<N> {}
impl<const N: usize> ClassCount<usize> for Const<N> {}
impl<const N: usize> ClassCount<Const<N>> for Const<N> {}
impl<const N: usize> MaskCount<usize> for Const<N> {}
impl<const N: usize> MaskCount<Const<N>> for Const<N> {}
impl MaskCount<Const<1>> for Const<2> {}

/// What is computed from a model's `const` parameters is checked when it runs.
macro_rules! computed {
    ($($Size:ident)*) => { $(
        impl<A, B> SameSize<usize> for $Size<A, B> {}
        impl<A, B> SameSize<$Size<A, B>> for $Size<A, B> {}
        impl<A, B, const N: usize> SameSize<Const<N>> for $Size<A, B> {}
        impl<A, B, const N: usize> SameSize<$Size<A, B>> for Const<N> {}
        impl<A, B, const N: usize> ClassCount<$Size<A, B>> for Const<N> {}
        impl<A, B, const N: usize> MaskCount<$Size<A, B>> for Const<N> {}
        impl<A, B, const C: usize> ClassWeights<$Size<A, B>> for [f32; C] {
            fn weights(&self) -> Option<&[f32]> {
                Some(self)
            }
        }
    )* };
}
computed!(Sum Difference Product Quotient);

macro_rules! shapes {
    ($(($($A:ident $B:ident),*))*) => { $(
        impl<N, M, $($A, $B),*> SameShape<(M, $($B,)*)> for (N, $($A,)*)
        where
            N: SameSize<M>,
            $($A: SameSize<$B>),*
        {}
        impl<N: Dim, $($A: Dim,)* K: Dim> Output for (N, $($A,)* K) {
            type Places = (N, $($A,)*);
            type Channels = K;
        }
    )* };
    (weights $(($($A:ident $B:ident),*))*) => { $(
        impl<N, M, $($A, $B),*> PerPlace<(M, $($B,)*)> for (N, $($A,)*)
        where
            N: SameSize<M>,
            $($A: SameSize<$B>),*
        {}
        impl<N: SameSize<M>, M, $($B),*> PerPlace<(M, $($B,)*)> for (N,) {}
    )* };
}
shapes!(
    () (A A2) (A A2, B B2) (A A2, B B2, C C2) (A A2, B B2, C C2, E E2)
);
shapes!(weights (A A2) (A A2, B B2) (A A2, B B2, C C2) (A A2, B B2, C C2, E E2));
impl<N: SameSize<M>, M> PerPlace<(M,)> for (N,) {}
impl<N, M, A, A2, B, B2, C, C2, E, E2, F, F2> SameShape<(M, A2, B2, C2, E2, F2)>
    for (N, A, B, C, E, F)
where
    N: SameSize<M>,
    A: SameSize<A2>,
    B: SameSize<B2>,
    C: SameSize<C2>,
    E: SameSize<E2>,
    F: SameSize<F2>,
{
}
