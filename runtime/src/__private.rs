//! What the expansion of `model!` names; not for use by hand.
//!
//! The expansion imports all of it, so a name here must not collide with another.

use dfdx::tensor::{PutTape, SplitTape};

pub use crate::compiled::Plans;
pub use crate::entry::{Entry, asserted, expect};
pub use crate::fold::{Folded, Norm, another, copy, values, zeros};
pub use crate::freeze::{Parameter, Seen, parameter, state};
pub use crate::head::{self, Answers};
pub use crate::init::initialize;
pub use crate::preprocess::{Picture, PreprocessError, Resize, Side, pictures};
pub use crate::range::{Between, Caffe, Imagenet, Pixels};
pub use crate::size::{Difference, Product, Quotient, Sum};
pub use crate::{
    Backend, Context, Error, Frozen, HasFrozen, HasGraph, Network, Record, Statistics, Submodel,
};
pub use dfdx::nn::modules::{
    BuildModule, BuildOnDevice, Module, ModuleMut, ModuleVisitor, TensorCollection, TensorOptions,
};
pub use dfdx::shapes::HasShape;
pub use dfdx::shapes::{Const, Dim, Dtype, Rank0, Rank1, Rank2, Rank3, Rank4, Rank5, Rank6, Shape};
pub use dfdx::tensor::{Cpu, Storage, Tape, Tensor, WithEmptyTape};
pub use dfdx::tensor_ops::Device;
pub use formwork_ir as ir;
pub use formwork_ir::layers::*;
pub use formwork_ir::{
    Activation, Axes, Axis, Initializer, Interpolation, Layout, NewShape, NoiseShape, Padding,
    Parts, Sizes,
};
pub use formwork_macros::model;

/// The table of the layers of a graph's text, with the numbers of its `const` parameters.
pub fn summary(graph: &str, numbers: &[(&str, usize)]) -> String {
    match ir::Graph::parse_at(graph, numbers) {
        Ok(graph) => ir::Summary(&graph).to_string(),
        Err(error) => error.to_string(),
    }
}

/// The network of a graph's text, with the numbers of its `const` parameters and its parts, each
/// with what its parameters' names begin with.
pub fn network<const N: usize>(
    graph: &str,
    numbers: &[(&str, usize)],
    parts: [(&str, Result<Network, ir::ParseError>); N],
) -> Result<Network, ir::ParseError> {
    let graph = ir::Graph::parse_at(graph, numbers)?;
    let parts = parts.into_iter().map(|(name, part)| Ok((name.to_owned(), part?)));
    Ok(Network { graph, parts: parts.collect::<Result<_, _>>()? })
}

/// A picture of a graph's text, with the numbers of its `const` parameters.
pub fn draw(graph: &str, numbers: &[(&str, usize)], write: fn(&ir::Plot) -> String) -> String {
    match ir::Graph::parse_at(graph, numbers) {
        Ok(graph) => write(&ir::Plot::layers(&graph)),
        Err(error) => error.to_string(),
    }
}

/// The tensors of one shape, one after the other.
pub fn each<T>(tensors: Vec<T>) -> std::vec::IntoIter<T> {
    tensors.into_iter()
}

/// The next tensor of a shape: there are as many as parameters.
pub fn next<T>(tensors: &mut std::vec::IntoIter<T>) -> T {
    tensors.next().expect("a tensor for each parameter")
}

/// A shape of which nothing is known but that it begins with a batch.
pub trait AnyShape: Shape {
    /// The batch.
    type Batch: Dim;
}

macro_rules! any_shape {
    ($($rest:ident)*) => {
        impl<N: Dim, $($rest: Dim),*> AnyShape for (N, $($rest,)*) {
            type Batch = N;
        }
    };
}

any_shape!();
any_shape!(A);
any_shape!(A B);
any_shape!(A B C);
any_shape!(A B C E);
any_shape!(A B C E F);

/// Tensors whose tapes travel together.
pub trait Join {
    /// Moves all tapes to the first tensor.
    fn join(self) -> Self;
}

/// Moves the tapes of all outputs of a model to the first.
pub fn join<J: Join>(outputs: J) -> J {
    outputs.join()
}

macro_rules! outputs {
    ($($S:ident $x:ident),*) => {
        impl<D: Storage<f32>, T: Tape<f32, D>, S0: Shape, $($S: Shape),*> Join
            for (Tensor<S0, f32, D, T>, $(Tensor<$S, f32, D, T>),*)
        {
            fn join(self) -> Self {
                let (first, $($x),*) = self;
                let (first, tape) = first.split_tape();
                $(
                    let ($x, other) = $x.split_tape();
                    let tape = tape.merge(other);
                )*
                (first.put_tape(tape), $($x.put_tape(T::default())),*)
            }
        }
    };
}

outputs!(S1 b);
outputs!(S1 b, S2 c);
outputs!(S1 b, S2 c, S3 d);
outputs!(S1 b, S2 c, S3 d, S4 e);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g, S7 h);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g, S7 h, S8 i);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g, S7 h, S8 i, S9 j);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g, S7 h, S8 i, S9 j, S10 k);
outputs!(S1 b, S2 c, S3 d, S4 e, S5 f, S6 g, S7 h, S8 i, S9 j, S10 k, S11 l);
