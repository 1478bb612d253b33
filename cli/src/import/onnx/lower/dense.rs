//! `Gemm`, and `MatMul` with its bias.

use formwork_ir::layers::Dense;

use super::arrange::axis;
use super::convolution::floats;
use super::{Lower, Lowered, Step, Value, View};
use crate::import::onnx::tensor::{Tensor, places};

impl Lower<'_> {
    pub fn gemm(&mut self, step: &Step) -> Lowered {
        let (view, kernel) = (self.computed(step, 0)?, self.weight(step, 1)?);
        let bias = self.constant(step, 2)?;
        if step.int("transA", 0) != 0 {
            return Err("it is applied to a transposed batch".to_owned());
        }
        if kernel.dims.len() != 2 {
            return Err(format!("its kernel has {} axes, expected 2", kernel.dims.len()));
        }
        let turned = step.int("transB", 0) != 0;
        let kernel = if turned { kernel.permuted(&[1, 0]) } else { kernel };
        let kernel = scaled(kernel, step.float("alpha", 1.0));
        let bias = bias.map(|bias| scaled(bias, step.float("beta", 1.0)));
        self.dense(step, &view, &kernel, bias)
    }

    pub fn matmul(&mut self, step: &Step) -> Lowered {
        let view = match (self.computed(step, 0), self.computed(step, 1)) {
            (Ok(_), Ok(_)) => return Err("products of two tensors have no layer".to_owned()),
            (view, _) => view?,
        };
        let (kernel, bias) = (self.weight(step, 1)?, self.constant(step, 2)?);
        if kernel.dims.len() != 2 {
            return Err(format!("its kernel has {} axes, expected 2", kernel.dims.len()));
        }
        self.dense(step, &view, &kernel, bias)
    }

    /// `kernel` is `[in, out]`, its rows in ONNX's order.
    fn dense(
        &mut self,
        step: &Step,
        view: &View,
        kernel: &Tensor,
        bias: Option<Tensor>,
    ) -> Lowered {
        let units = kernel.dims[1];
        let last = axis(-1, view.rank())?;
        let rows = self.dims(view)[last].clone();
        if !rows.is(kernel.dims[0]) {
            return Err(format!("its kernel takes {} values, there are {rows}", kernel.dims[0]));
        }
        let bias = match bias {
            // One for all units is a bias for each.
            Some(bias)
                if bias.len() == 1 || (bias.len() == units && bias.dims.last() == Some(&units)) =>
            {
                let flat = bias.reshaped(&[bias.len()]).broadcast(&[units]);
                Some(flat.ok_or("its bias does not fit")?)
            }
            Some(bias) => {
                return Err(format!(
                    "its bias is {:?}; a layer has one for each of {units} units",
                    bias.dims
                ));
            }
            None => None,
        };
        // Pixels that ONNX lays out channel by channel stay as they are: the rows follow them.
        let (flat, rows) = self.flat(view, last, kernel)?;
        let kernel = match rows {
            Some(rows) => kernel.gathered(&kernel.dims, |index| rows[index[0]] * units + index[1]),
            None => kernel.clone(),
        };
        let (input, order) = self.with_last(&flat, last)?;
        let values = [Some(kernel.clone()), bias.clone()];
        let values: Result<Vec<_>, _> = values.iter().flatten().map(floats).collect();
        let op = Dense::new(units).bias(bias.is_some());
        let constants: Vec<_> = std::iter::once(&kernel).chain(&bias).collect();
        let node = self.weighted(step, op, &[input], &constants, values?)?;
        Ok(vec![Value::Computed(View::ordered(node, &order))])
    }

    /// The view with what is merged in axis `last` in the order of its node, and for each value
    /// in that order its place in ONNX's, if that is another; no places where the file does not
    /// hold the weights.
    pub fn flat(
        &self,
        view: &View,
        last: usize,
        weights: &Tensor,
    ) -> Result<(View, Option<Vec<usize>>), String> {
        let axes = &view.axes[last];
        let mut sorted = axes.clone();
        sorted.sort_unstable();
        let shape = &self.builder.graph.node(view.node).shape;
        let wide = |axes: &[usize]| -> Vec<usize> {
            axes.iter().copied().filter(|&axis| !shape[axis].is(1)).collect()
        };
        if wide(axes).is_sorted() {
            return Ok((view.clone(), None));
        }
        let sizes: Option<Vec<_>> = axes.iter().map(|&axis| shape[axis].known()).collect();
        let sizes = sizes.ok_or("the order of its values depends on sizes that are no numbers")?;
        // Where each axis of the node stands in ONNX's order.
        let order: Vec<_> = sorted
            .iter()
            .map(|axis| axes.iter().position(|other| other == axis).expect("the same axes"))
            .collect();
        let mut flat = view.clone();
        flat.axes[last] = sorted;
        let places = if weights.held() > 0 { places(&sizes, &order) } else { Vec::new() };
        Ok((flat, Some(places)))
    }
}

fn scaled(tensor: Tensor, factor: f32) -> Tensor {
    match tensor.as_floats() {
        Some(values) if factor != 1.0 => {
            let values = values.iter().map(|x| x * factor).collect();
            Tensor { name: tensor.name.clone(), ..Tensor::floats(&tensor.dims, values) }
        }
        _ => tensor,
    }
}
