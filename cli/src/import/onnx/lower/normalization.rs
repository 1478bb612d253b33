//! Normalisations.

use formwork_ir::layers::{BatchNorm, GroupNorm, LayerNorm};
use formwork_ir::{Axes, Axis};

use super::arrange::axis;
use super::convolution::{floats, size};
use super::{Lower, Lowered, Step, Value, View};
use crate::import::onnx::tensor::decimal;

impl Lower<'_> {
    pub fn batch_norm(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        if step.int("training_mode", 0) != 0 {
            return Err(
                "it is exported for training; export the model in evaluation mode".to_owned()
            );
        }
        // Before opset 9.
        if step.int("spatial", 1) == 0 && view.rank() > 2 {
            return Err("it normalises each pixel by itself, with `spatial = 0`".to_owned());
        }
        let constants: Result<Vec<_>, _> = (1..5).map(|i| self.weight(step, i)).collect();
        let constants = constants?;
        let values: Result<Vec<_>, _> = constants.iter().map(floats).collect();
        let (input, order) = self.with_last(&view, 1)?;
        let op = BatchNorm::new()
            .momentum(decimal(step.float("momentum", 0.9)))
            .epsilon(decimal(step.float("epsilon", 1e-5)))
            .unbiased(self.steps.torch);
        let constants: Vec<_> = constants.iter().collect();
        let node = self.weighted(step, op, &[input], &constants, values?)?;
        Ok(vec![Value::Computed(View::ordered(node, &order))])
    }

    pub fn instance_norm(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let channels = self.dims(&view).get(1).and_then(formwork_ir::Dim::known);
        let channels = channels.ok_or("its channels are no number")?;
        self.grouped(step, &view, channels)
    }

    /// Before opset 21 each group has a factor, since then each channel.
    pub fn group_norm(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let groups = size(step.int("num_groups", 0))?;
        self.grouped(step, &view, groups)
    }

    fn grouped(&mut self, step: &Step, view: &View, groups: usize) -> Lowered {
        let constants = [self.weight(step, 1)?, self.weight(step, 2)?];
        let channels = self.dims(view).get(1).and_then(formwork_ir::Dim::known).unwrap_or(0);
        let each = channels.checked_div(groups).unwrap_or(0);
        let spread = constants.each_ref().map(|tensor| match tensor.len() {
            n if n == groups && n != channels => tensor.reshaped(&[n, 1]).broadcast(&[n, each]),
            _ => Some(tensor.clone()),
        });
        let [Some(gamma), Some(beta)] = spread else {
            return Err("its weights do not fit its groups".to_owned());
        };
        let (input, order) = self.with_last(view, 1)?;
        let op = GroupNorm::new().groups(groups).epsilon(decimal(step.float("epsilon", 1e-5)));
        let values = vec![floats(&gamma)?, floats(&beta)?];
        let node = self.weighted(step, op, &[input], &[&constants[0], &constants[1]], values)?;
        Ok(vec![Value::Computed(View::ordered(node, &order))])
    }

    pub fn layer_norm(&mut self, step: &Step) -> Lowered {
        if step.outputs.iter().skip(1).any(|output| self.readers.contains_key(output)) {
            return Err(
                "its mean and deviation are read; only what it normalises has a layer".to_owned()
            );
        }
        let view = self.computed(step, 0)?;
        let (gamma, beta) = (self.constant(step, 1)?, self.constant(step, 2)?);
        let rank = view.rank();
        let first = axis(step.int("axis", -1), rank)?;
        if first == 0 {
            return Err("it works along the batch; samples never meet in formwork".to_owned());
        }
        // The axes that it normalises must be the last ones of the node, in any order.
        let order = view.order();
        let (outer, inner): (Vec<_>, Vec<_>) = order.into_iter().partition(|&axis| axis < first);
        let order = [outer, inner.clone()].concat();
        let input = self.arrange(&view, &order)?;
        let turned: Vec<_> = inner.iter().map(|&axis| axis - first).collect();
        let dims: Option<Vec<_>> =
            self.dims(&view)[first..].iter().map(formwork_ir::Dim::known).collect();
        let dims = dims.ok_or("it normalises over sizes that are no numbers")?;
        let spread = |tensor| {
            let tensor: Option<crate::import::onnx::tensor::Tensor> = tensor;
            match tensor.map(|tensor| tensor.broadcast(&dims)) {
                Some(None) => Err("its weights do not fit".to_owned()),
                Some(Some(tensor)) => Ok(Some(tensor.permuted(&turned))),
                None => Ok(None),
            }
        };
        let (gamma, beta) = (spread(gamma)?, spread(beta)?);
        let axes = (1..=inner.len()).rev().map(|back| Axis(-(back as isize))).collect();
        let op = LayerNorm::new()
            .axis(Axes(axes))
            .epsilon(decimal(step.float("epsilon", 1e-5)))
            .scale(gamma.is_some())
            .center(beta.is_some());
        let constants: Vec<_> = gamma.iter().chain(&beta).collect();
        let values: Result<Vec<_>, _> = constants.iter().map(|&tensor| floats(tensor)).collect();
        let node = self.weighted(step, op, &[input], &constants, values?)?;
        Ok(vec![Value::Computed(View::ordered(node, &order))])
    }
}
