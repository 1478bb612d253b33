//! What rustc checks of a layer's shapes, once more, from types alone.

use dfdx::prelude::Dim;

/// Says of a layer that it makes a tensor of shape `O` of tensors of the shapes `I` and
/// parameters of the shapes `P` (both tuples).
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make {O} of {I} and parameters {P}",
    label = "these shapes do not fit"
)]
pub trait Accepts<I, P, O> {}

/// Says of a shape that it has the rank and the batch of the shape `O`.
pub trait Alike<O> {}

macro_rules! alike {
    ($(($($A:ident $B:ident),*))*) => {
        $(impl<N: Dim, $($A: Dim, $B: Dim),*> Alike<(N, $($B,)*)> for (N, $($A,)*) {})*
    };
}
alike!(
    () (A A2) (A A2, B B2) (A A2, B B2, C C2) (A A2, B B2, C C2, E E2)
    (A A2, B B2, C C2, E E2, F F2)
);

/// Says of a shape that its last sizes are those of `P`.
pub trait Ends<P> {}

macro_rules! ends {
    ([$($A:ident)*] []) => {};
    ([$($A:ident)*] [$B:ident $($C:ident)*]) => {
        impl<$($A: Dim,)* $B: Dim, $($C: Dim),*> Ends<($B, $($C,)*)> for ($($A,)* $B, $($C,)*) {}
        ends!([$($A)* $B] [$($C)*]);
    };
}
ends!([N][A]);
ends!([N] [A B]);
ends!([N] [A B C]);
ends!([N] [A B C E]);
ends!([N] [A B C E F]);

/// Says of a shape of parameters that it has a size for each of the shape `S` but the batch.
pub trait Sample<S> {}

macro_rules! sample {
    ($(($($A:ident $B:ident),*))*) => {
        $(impl<N: Dim, $($A: Dim, $B: Dim),*> Sample<(N, $($B,)*)> for ($($A,)*) {})*
    };
}
sample!(
    (A A2) (A A2, B B2) (A A2, B B2, C C2) (A A2, B B2, C C2, E E2)
    (A A2, B B2, C C2, E E2, F F2)
);

/// Says of a shape that it has the batch of the shape `O`.
pub trait Batched<O> {}

/// [`Batched`] between all pairs of two lists of shapes, written as the names of their sizes.
macro_rules! batched {
    ($(($($A:ident)*))*; $to:tt) => { $(batched!(@ ($($A)*) $to);)* };
    (@ $from:tt [$(($($B:ident)*))*]) => { $(batched!(@@ $from ($($B)*));)* };
    (@@ ($($A:ident)*) ($($B:ident)*)) => {
        impl<N: Dim, $($A: Dim,)* $($B: Dim),*> Batched<(N, $($B,)*)> for (N, $($A,)*) {}
    };
}
batched!(
    () (A1) (A1 A2) (A1 A2 A3) (A1 A2 A3 A4) (A1 A2 A3 A4 A5);
    [() (B1) (B1 B2) (B1 B2 B3) (B1 B2 B3 B4) (B1 B2 B3 B4 B5)]
);

/// `accepts!(Layer: <dims> input, params => output; …)` implements [`Accepts`] for each row.
macro_rules! accepts {
    ($Layer:ident: $(<$($D:ident),*> $I:ty, $P:ty => $O:ty;)*) => {
        $(impl<$($D: dfdx::prelude::Dim),*> $crate::Accepts<($I,), $P, $O>
            for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use accepts;

/// Layers whose output has their one input's shape.
macro_rules! same_shape {
    ($($Layer:ident),*) => {
        $(impl<S: dfdx::prelude::Shape> $crate::Accepts<(S,), (), S>
            for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use same_shape;

/// Layers without parameters that make of their one input another shape of the same batch.
macro_rules! same_batch {
    ($($Layer:ident),*) => {
        $(impl<S: $crate::layers::accepts::Batched<O>, O> $crate::Accepts<(S,), (), O>
            for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use same_batch;

/// Layers that take two to twelve inputs of one rank and batch.
macro_rules! many {
    ($Layer:ident) => { many!(@ $Layer: [S1] S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 S12); };
    (@ $Layer:ident: [$($S:ident)*]) => {};
    (@ $Layer:ident: [$($S:ident)*] $Next:ident $($Rest:ident)*) => {
        impl<O, $($S,)* $Next> $crate::Accepts<($($S,)* $Next,), (), O>
            for formwork_ir::layers::$Layer
        where
            $($S: $crate::layers::accepts::Alike<O>,)*
            $Next: $crate::layers::accepts::Alike<O>
        {}
        many!(@ $Layer: [$($S)* $Next] $($Rest)*);
    };
}
pub(crate) use many;

/// Layers that keep the shape and take vectors of one value a channel; `$P` is in terms of `C`.
macro_rules! channels_last {
    ($Layer:ident: $($P:ty),*) => {
        $(impl<C, S: dfdx::prelude::Shape + $crate::layers::accepts::Ends<(C,)>>
            $crate::Accepts<(S,), $P, S> for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use channels_last;
