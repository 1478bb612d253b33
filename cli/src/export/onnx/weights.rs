//! Parameters as constants of the file.

use formwork_ir::{NodeId, ParamId};

use super::Lowering;
use crate::export::values::Weight;

/// How the values of a parameter are held.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// As they are.
    Plain,
    /// In other sizes.
    Sized(Vec<usize>),
    /// With axes in another order, then in other sizes.
    Moved(Vec<usize>, Vec<usize>),
    /// The first axis, which goes along flattened images, with that many channels first.
    Rows(usize),
}

impl Lowering<'_> {
    /// The parameter of a node at an index, as a constant.
    ///
    /// # Errors
    /// If its values cannot be read.
    pub fn param(&mut self, node: NodeId, index: usize, form: Form) -> Result<String, String> {
        let id = self.graph.node(node).params[index];
        self.constant(id, form)
    }

    /// The sizes of a node's parameter at an index.
    pub fn param_sizes(&self, node: NodeId, index: usize) -> Vec<usize> {
        let param = self.graph.param(self.graph.node(node).params[index]);
        param.shape.iter().map(|dim| dim.known().unwrap_or(0)).collect()
    }

    fn constant(&mut self, id: ParamId, form: Form) -> Result<String, String> {
        if let Some(name) = self.constants.get(&(id, form.clone())) {
            return Ok(name.clone());
        }
        let Weight { sizes, values } = self.values.get(self.graph, id)?;
        let (sizes, values) = match &form {
            Form::Plain => (sizes, values),
            Form::Sized(to) => (to.clone(), values),
            Form::Moved(axes, to) => (to.clone(), moved(&values, &sizes, axes)),
            Form::Rows(channels) => {
                let [rows, rest @ ..] = sizes.as_slice() else { return Ok(String::new()) };
                let split = [&[rows / channels, *channels], rest].concat();
                let axes: Vec<_> = [1, 0].into_iter().chain(2..split.len()).collect();
                (sizes.clone(), moved(&values, &split, &axes))
            }
        };
        // The first form has the parameter's own name.
        let own = &self.graph.param(id).name;
        let first = self.constants.keys().all(|(other, _)| *other != id);
        let name = if first { own.clone() } else { self.b.fresh(own) };
        self.b.floats(name.clone(), &sizes, &values);
        self.constants.insert((id, form), name.clone());
        Ok(name)
    }
}

/// Values of those sizes with the axes in another order.
fn moved(values: &[f32], sizes: &[usize], axes: &[usize]) -> Vec<f32> {
    let mut strides = vec![1; sizes.len()];
    for i in (1..sizes.len()).rev() {
        strides[i - 1] = strides[i] * sizes[i];
    }
    let to: Vec<_> = axes.iter().map(|&axis| (sizes[axis], strides[axis])).collect();
    let mut index = vec![0; to.len()];
    let mut at = 0;
    let mut result = Vec::with_capacity(values.len());
    for _ in 0..values.len() {
        result.push(values[at]);
        for (i, &(size, stride)) in index.iter_mut().zip(&to).rev() {
            *i += 1;
            at += stride;
            if *i < size {
                break;
            }
            *i = 0;
            at -= size * stride;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    #[test]
    fn axes_move() {
        let check = |sizes: &[usize], axes: &[usize], expect: &[f32]| {
            let count: usize = sizes.iter().product();
            let values: Vec<_> = (0..count).map(|i| i as f32).collect();
            assert_eq!(super::moved(&values, sizes, axes), expect, "{sizes:?} {axes:?}");
        };
        check(&[2, 3], &[1, 0], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        check(&[2, 3], &[0, 1], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        check(&[1, 2, 2, 2], &[3, 2, 0, 1], &[0.0, 4.0, 2.0, 6.0, 1.0, 5.0, 3.0, 7.0]);
    }
}
