use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorRef,
};
use dfdx::prelude::{Cpu, Shape, Storage, Tensor};
use dfdx::tensor::UniqueId;

/// The tensors of a model as they were. Since they are held, whoever changes one changes a copy: the
/// model then has another.
pub(super) struct Held(Vec<Box<dyn Any + Send>>);

impl Held {
    /// Holds the tensors of a model.
    pub fn new<M: TensorCollection<f32, Cpu>>(model: &M) -> Self {
        let mut tensors: Vec<Box<dyn Any + Send>> = Vec::new();
        each(model, &mut |tensor| tensors.push(tensor.hold()));
        Held(tensors)
    }

    /// Whether they are the model's still.
    pub fn are_of<M: TensorCollection<f32, Cpu>>(&self, model: &M) -> bool {
        let (mut tensors, mut same) = (self.0.iter(), true);
        each(model, &mut |tensor| {
            same = same && tensors.next().is_some_and(|held| tensor.is(&**held));
        });
        same && tensors.next().is_none()
    }
}

fn each<M: TensorCollection<f32, Cpu>>(model: &M, visit: &mut dyn FnMut(&dyn AnyTensor)) {
    let mut each = Each(visit);
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: model, f: &mut each });
}

struct Each<'a>(&'a mut dyn FnMut(&dyn AnyTensor));

impl TensorVisitor<f32, Cpu> for Each<'_> {
    type Viewer = ViewTensorRef;
    type Err = Infallible;
    type E2 = f32;
    type D2 = Cpu;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, Cpu>,
        tensor: &Tensor<S, f32, Cpu>,
    ) -> Result<Option<Tensor<S, f32, Cpu>>, Infallible> {
        (self.0)(tensor);
        Ok(None)
    }
}

/// A tensor of any shape.
trait AnyTensor {
    fn hold(&self) -> Box<dyn Any + Send>;
    fn is(&self, held: &dyn Any) -> bool;
}

impl<S: Shape> AnyTensor for Tensor<S, f32, Cpu> {
    fn hold(&self) -> Box<dyn Any + Send> {
        Box::new(self.clone())
    }

    /// dfdx does not say where a tensor's values lie: but a tensor that is the same byte by byte
    /// points to the same values, which nobody can have changed while they are held.
    fn is(&self, held: &dyn Any) -> bool {
        let fields = size_of::<UniqueId>()
            + size_of::<Arc<<Cpu as Storage<f32>>::Vec>>()
            + size_of::<S>()
            + size_of::<S::Concrete>()
            + size_of::<Cpu>();
        #[expect(unsafe_code, reason = "there is no safe way to compare the pointers")]
        held.downcast_ref::<Self>().is_some_and(|held| {
            // SAFETY: a tensor is these fields, and they are numbers and pointers: where they are
            // as long together as the tensor, it has no other byte.
            size_of::<Self>() == fields && unsafe { formwork_engine::same_bytes(self, held) }
        })
    }
}

#[cfg(test)]
mod tests {
    use dfdx::prelude::{HasShape, Rank1, Rank4, TensorFromVec, ZerosTensor};

    use super::*;

    #[test]
    fn a_tensor_is_another_once_it_is_changed() {
        fn check<S: Shape>(tensor: Tensor<S, f32, Cpu>) {
            let held = tensor.hold();
            assert!(tensor.is(&*held) && tensor.clone().is(&*held), "{tensor:?}");
            let mut changed = tensor.clone();
            changed.copy_from(&vec![1.0; tensor.shape().num_elements()]);
            assert!(!changed.is(&*held));
        }
        let device = Cpu::default();
        check(device.zeros::<Rank1<3>>());
        check(device.zeros::<Rank4<2, 1, 3, 2>>());
        check(device.try_tensor_from_vec(vec![0.0; 6], (2, 3)).unwrap());
    }
}
