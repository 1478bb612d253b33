//! Models as parts of other models: `x.apply::<Backbone>()`.

use dfdx::prelude::{Const, Dim, Shape, Tensor};

use crate::{Backend, Context, Error, Frozen, Record, Var};

/// A model that runs within a [`Context`], applied to `I`: a tensor, or a tuple of several.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` does not take {I}",
    label = "not applied to such a tensor",
    note = "its inputs are those that it declares; sizes that are known only when the model runs \
            are `usize`"
)]
pub trait Submodel<D: Backend, T: Record<D>, I> {
    /// What it makes: a tensor, or a tuple of several.
    type Output;

    /// Runs it: within the run of another model, or of a training.
    ///
    /// # Errors
    /// If the sizes do not fit it, or the device fails.
    fn run(&self, cx: &mut Context<D>, inputs: I) -> Result<Self::Output, Error>;
}

/// The output of a model that makes one tensor.
#[diagnostic::on_unimplemented(
    message = "a model that makes several tensors cannot be applied here",
    label = "makes several tensors"
)]
pub trait One<D: Backend, T: Record<D>> {
    /// Its shape.
    type Shape: Shape<Concrete: Shape<Concrete = <Self::Shape as Shape>::Concrete>>;

    /// The tensor.
    fn one(self) -> Tensor<Self::Shape, f32, D, T>;
}

impl<D: Backend, T: Record<D>, S> One<D, T> for Tensor<S, f32, D, T>
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
{
    type Shape = S;

    fn one(self) -> Tensor<S, f32, D, T> {
        self
    }
}

/// What a model keeps of the batches that it was trained on.
pub trait Statistics<D: Backend> {
    /// Moves the running statistics by what the layers collected, in the order in which they ran.
    ///
    /// # Errors
    /// If the layers did not run.
    fn update(&mut self, cx: &mut Context<D>) -> Result<(), Error>;
}

/// Says of a shape that it may be the shape `S`: of sizes that rustc knows, those are equal.
#[diagnostic::on_unimplemented(
    message = "the model makes a tensor {Self}, which is declared {S} here",
    label = "declared another shape",
    note = "the shape after the `let`'s colon is that of the model's declared output"
)]
pub trait Fits<S> {}

/// Says of a size that it may be the size `N`.
#[diagnostic::on_unimplemented(
    message = "the applied model makes a size {Self}, which is declared {N} here",
    label = "its output is not what the `let` declares",
    note = "the shape of the `let` is that of the applied model's own output"
)]
pub trait FitsSize<N> {}

impl<D: Dim> FitsSize<usize> for D {}
impl<const N: usize> FitsSize<Const<N>> for Const<N> {}
impl<const N: usize> FitsSize<Const<N>> for usize {}

macro_rules! fits {
    ($(($($A:ident $B:ident),*))*) => { $(
        impl<N: Dim, $($A: Dim + FitsSize<$B>, $B: Dim),*> Fits<(N, $($B,)*)> for (N, $($A,)*) {}
    )* };
}
fits!(
    () (A A2) (A A2, B B2) (A A2, B B2, C C2) (A A2, B B2, C C2, E E2)
    (A A2, B B2, C C2, E E2, F F2)
);

impl<D: Backend> Context<D> {
    /// Runs another model. `S` is the shape that its output is said to have, `O` the same with the
    /// sizes that only run time knows as the types of this model have them.
    ///
    /// # Errors
    /// If the sizes do not fit the model, or its output not `O`, or the device fails.
    pub fn submodel<S, M, I, O, T>(
        &mut self,
        name: &'static str,
        model: &M,
        inputs: I,
    ) -> Result<Tensor<O, f32, D, T>, Error>
    where
        M: Submodel<D, T, I, Output: One<D, T, Shape: Fits<S>>>,
        O: Shape<Concrete: Shape<Concrete = O::Concrete>>,
        T: Record<D>,
    {
        let outer = self.freeze(&Frozen::default());
        let output = Var::from_tensor(model.run(self, inputs)?.one())?;
        self.freeze(&outer);
        output.into_tensor().map_err(|error| error.within(name))
    }
}
