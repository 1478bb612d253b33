//! What tests look at in a model.

use std::collections::BTreeMap;
use std::convert::Infallible;

use formwork::dfdx::nn::modules::{RecursiveWalker, TensorVisitor, ViewTensorName, ViewTensorRef};
use formwork::dfdx::nn::tensor_collection::TensorOptions;
use formwork::prelude::*;

/// The values of all tensors of a model, by name.
pub(crate) fn values<M: TensorCollection<f32, Cpu>>(model: &M) -> BTreeMap<String, Vec<f32>> {
    struct All(BTreeMap<String, Vec<f32>>);
    impl TensorVisitor<f32, Cpu> for All {
        type Viewer = (ViewTensorRef, ViewTensorName);
        type Err = Infallible;
        type E2 = f32;
        type D2 = Cpu;

        fn visit<S: Shape>(
            &mut self,
            _: TensorOptions<S, f32, Cpu>,
            (tensor, name): (&Tensor<S, f32, Cpu>, String),
        ) -> Result<Option<Tensor<S, f32, Cpu>>, Infallible> {
            self.0.insert(name, tensor.as_vec());
            Ok(None)
        }
    }
    let mut all = All(BTreeMap::new());
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut all });
    all.0
}
