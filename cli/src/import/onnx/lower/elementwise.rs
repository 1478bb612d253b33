//! Operators on each value by itself.

use formwork_ir::layers::{
    Clip, Elu, Gelu, HardSigmoid, HardSwish, LeakyRelu, LogSoftmax, Maximum, Mish, Multiply, Prelu,
    Relu, Relu6, Rescaling, Selu, Sigmoid, Silu, Softmax, Softplus, Tanh,
};
use formwork_ir::{Axes, Axis, Op};

use super::arrange::axis;
use super::convolution::floats;
use super::{Lower, Lowered, Step, Value, View, rewrite};
use crate::import::onnx::tensor::decimal;

/// The layer of an operator, or why it has none with these arguments.
fn activation(step: &Step) -> Option<Result<Op, String>> {
    let float = |name, default| decimal(step.float(name, default));
    let near = |name, default, wanted: f32| (step.float(name, default) - wanted).abs() < 1e-4;
    Some(Ok(match step.op.as_str() {
        "Relu" => Relu::new().into(),
        "LeakyRelu" => LeakyRelu::new(float("alpha", 0.01)).into(),
        "Elu" => Elu::new().alpha(float("alpha", 1.0)).into(),
        "Celu" if near("alpha", 1.0, 1.0) => Elu::new().into(),
        "Selu"
            if near("alpha", 1.673_263_2, 1.673_263_2) && near("gamma", 1.050_701, 1.050_701) =>
        {
            Selu::new().into()
        }
        "Gelu" => Gelu::new().approximate(step.text("approximate") == Some("tanh")).into(),
        "Sigmoid" => Sigmoid::new().into(),
        "HardSigmoid" if near("alpha", 0.2, 1.0 / 6.0) && near("beta", 0.5, 0.5) => {
            HardSigmoid::new().into()
        }
        "HardSwish" => HardSwish::new().into(),
        "Softplus" => Softplus::new().into(),
        "Tanh" => Tanh::new().into(),
        "Mish" => Mish::new().into(),
        "ThresholdedRelu" => Relu::new().threshold(float("alpha", 1.0)).into(),
        "Swish" if near("alpha", 1.0, 1.0) => Silu::new().into(),
        "Neg" => Rescaling::new(-1.0).into(),
        rewrite::SILU => Silu::new().into(),
        "Celu" | "Selu" | "HardSigmoid" | "Swish" => {
            return Some(Err("only its usual numbers have a layer".to_owned()));
        }
        _ => return None,
    }))
}

/// Whether [`Lower::elementwise`] takes it.
pub fn is(op: &str) -> bool {
    let step = Step { op: op.to_owned(), ..Step::default() };
    op == "Abs" || activation(&step).is_some()
}

impl Lower<'_> {
    pub fn elementwise(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        if step.op == "Abs" {
            let minus = self.plain(step, Rescaling::new(-1.0), &[view.node])?;
            let node = self.plain(step, Maximum::new(), &[view.node, minus])?;
            return Ok(vec![Value::Computed(View { node, ..view })]);
        }
        let op = activation(step).ok_or("no layer does this")??;
        self.each(step, view, op)
    }

    /// Applies a layer that works on each value by itself: the axes may lie as they do.
    pub fn each(&mut self, step: &Step, view: View, op: impl Into<Op>) -> Lowered {
        let node = self.plain(step, op, &[view.node])?;
        Ok(vec![Value::Computed(View { node, ..view })])
    }

    pub fn cast(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let like_floats = match self.constant(step, 1) {
            Ok(Some(like)) => like.as_ints().is_none(),
            _ => true,
        };
        // Float, half, double and bfloat16: all of them are f32 here.
        match step.int("to", 1) {
            1 if !like_floats => Err("it makes no floats".to_owned()),
            1 | 10 | 11 | 16 => Ok(vec![Value::Computed(view)]),
            _ => Err("it makes no floats".to_owned()),
        }
    }

    pub fn clip(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let mut ends = [None, None];
        for (i, name) in ["min", "max"].into_iter().enumerate() {
            ends[i] = match (step.attrs.get(name), self.constant(step, i + 1)?) {
                (None, None) => None,
                (Some(_), _) => Some(decimal(step.float(name, 0.0))),
                (None, Some(tensor)) => {
                    Some(tensor.scalar().ok_or("its ends are not in the file")?)
                }
            };
        }
        let far = f64::from(f32::MAX);
        let ends = ends.map(|end| end.filter(|end| end.abs() < far));
        let op: Op = match ends {
            [None, None] => return Ok(vec![Value::Computed(view)]),
            [Some(0.0), None] => Relu::new().into(),
            [Some(0.0), Some(6.0)] => Relu6::new().into(),
            [min, max] => Clip::new(min.unwrap_or(-far), max.unwrap_or(far)).into(),
        };
        self.each(step, view, op)
    }

    pub fn pow(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let exponent =
            self.weight(step, 1)?.scalar().ok_or("its exponents differ, or are unknown")?;
        let node = match exponent {
            1.0 => view.node,
            2.0 => self.plain(step, Multiply::new(), &[view.node; 2])?,
            3.0 => self.plain(step, Multiply::new(), &[view.node; 3])?,
            _ => return Err(format!("powers of {exponent} have no layer")),
        };
        Ok(vec![Value::Computed(View { node, ..view })])
    }

    pub fn prelu(&mut self, step: &Step) -> Lowered {
        let (view, slope) = (self.computed(step, 0)?, self.weight(step, 1)?);
        if let Some(slope) = slope.scalar() {
            return self.each(step, view, LeakyRelu::new(slope));
        }
        // The slopes' axes are ONNX's last ones.
        let skip = view.rank().checked_sub(slope.dims.len()).ok_or("its slopes have more axes")?;
        let wide: Vec<_> = (0..slope.dims.len()).filter(|&axis| slope.dims[axis] != 1).collect();
        let &[channels] = wide.as_slice() else {
            return Err(format!("its slopes are {:?}; a layer has one a channel", slope.dims));
        };
        let (input, order) = self.with_last(&view, channels + skip)?;
        let shared = (1..order.len() - 1).map(|axis| Axis(axis as isize)).collect::<Vec<_>>();
        let op = Prelu::new().shared_axes((!shared.is_empty()).then_some(Axes(shared)));
        let values = vec![floats(&slope)?];
        let node = self.weighted(step, op, &[input], &[&slope], values)?;
        Ok(vec![Value::Computed(View::ordered(node, &order))])
    }

    pub fn softmax(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let (dims, rank) = (self.dims(&view), view.rank());
        let modern = self.steps.opset >= 13;
        let along = axis(step.int("axis", if modern { -1 } else { 1 }), rank)?;
        // Before opset 13 all axes from this one on are one.
        let wide: Vec<_> = (along..rank).filter(|&axis| !dims[axis].is(1)).collect();
        let along = match wide.as_slice() {
            _ if modern => along,
            [] => along,
            &[one] => one,
            _ => return Err("it is over several axes, as before opset 13".to_owned()),
        };
        let view = match view.axis(along) {
            Some(_) => view,
            None => self.plainly(&view)?,
        };
        let at = view.axis(along).ok_or("it has no such axis")?;
        if at == 0 {
            return Err("it works along the batch; samples never meet in formwork".to_owned());
        }
        let last = at + 1 == self.builder.graph.node(view.node).shape.rank();
        let at = if last { Axis(-1) } else { Axis(at as isize) };
        match step.op.as_str() {
            "Softmax" => self.each(step, view, Softmax::new().axis(at)),
            _ => self.each(step, view, LogSoftmax::new().axis(at)),
        }
    }
}
