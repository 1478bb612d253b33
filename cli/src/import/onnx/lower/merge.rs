//! Operators on several tensors, value by value, and on a tensor and a constant.

use formwork_ir::layers::{
    Add, Average, Clip, Concat, DepthwiseConv2d, Maximum, Minimum, Multiply, Relu, Rescaling,
    Subtract,
};
use formwork_ir::{Axis, Dim, Inputs, NodeId, Op};

use super::arrange::axis;
use super::convolution::floats;
use super::{Lower, Lowered, Step, Value, View};
use crate::import::imported::Values;
use crate::import::onnx::tensor::Tensor;

impl Lower<'_> {
    pub fn merge(&mut self, step: &Step) -> Lowered {
        let mut views = Vec::new();
        let mut constant = None;
        for i in 0..step.inputs.len() {
            match self.constant(step, i) {
                Ok(Some(tensor)) if constant.is_none() => constant = Some((i, tensor)),
                Ok(Some(_)) => return Err("it is applied to several constants".to_owned()),
                _ => views.push(self.computed(step, i)?),
            }
        }
        match (constant, views.as_slice()) {
            (None, []) => Err("it merges nothing".to_owned()),
            (None, [view]) if matches!(step.op.as_str(), "Sum" | "Mean" | "Max" | "Min") => {
                Ok(vec![Value::Computed(view.clone())])
            }
            (None, [_]) => Err("it lacks input 1".to_owned()),
            (None, _) => {
                let op: Op = match step.op.as_str() {
                    "Add" | "Sum" => Add::new().into(),
                    "Sub" => Subtract::new().into(),
                    "Mul" => Multiply::new().into(),
                    "Max" => Maximum::new().into(),
                    "Min" => Minimum::new().into(),
                    "Mean" => Average::new().into(),
                    _ => return Err("quotients of two tensors have no layer".to_owned()),
                };
                if views.len() > Inputs::MOST {
                    return Err(format!(
                        "it has {} inputs; at most {} are possible",
                        views.len(),
                        Inputs::MOST
                    ));
                }
                let (nodes, like) = self.alike(&views)?;
                let node = self.plain(step, op, &nodes)?;
                Ok(vec![Value::Computed(View { node, ..like })])
            }
            (Some((at, constant)), [view]) => {
                let view = view.clone();
                if constant.dims.len() > view.rank() {
                    return Err("its constant has more axes than its tensor".to_owned());
                }
                match constant.scalar() {
                    Some(x) => self.scalar(step, view, x, at == 0),
                    None => self.vector(step, &view, &constant, at == 0),
                }
            }
            (Some(_), _) => Err("it has a constant among several tensors".to_owned()),
        }
    }

    /// Nodes whose axes lie the same way, and a view of that kind.
    pub fn alike(&mut self, views: &[View]) -> Result<(Vec<NodeId>, View), String> {
        let shape = |view: &View| &self.builder.graph.node(view.node).shape;
        let first = views.first().ok_or("it merges nothing")?;
        let same = |view: &View| view.axes == first.axes && shape(view) == shape(first);
        if views.iter().all(same) {
            return Ok((views.iter().map(|view| view.node).collect(), first.clone()));
        }
        if let Some(other) = views.iter().find(|view| view.rank() != first.rank()) {
            let (a, b) = (first.rank(), other.rank());
            return Err(format!("it merges tensors of {a} and of {b} axes"));
        }
        // As the largest has them: the axes of size 1 of the others go where they go.
        let wide = |view: &&View| self.dims(view).iter().filter(|dim| !dim.is(1)).count();
        let most = views.iter().map(|view| wide(&view)).max();
        let largest = views.iter().find(|view| Some(wide(view)) == most).unwrap_or(first);
        let order = largest.order();
        let nodes: Result<Vec<_>, _> =
            views.iter().map(|view| self.arrange(view, &order)).collect();
        let nodes = nodes?;
        let like = View::ordered(nodes[0], &order);
        Ok((nodes, like))
    }

    fn scalar(&mut self, step: &Step, view: View, x: f64, first: bool) -> Lowered {
        let far = f64::from(f32::MAX);
        let op: Op = match (step.op.as_str(), first) {
            ("Add" | "Sum", _) => Rescaling::new(1.0).offset(x).into(),
            ("Sub", false) => Rescaling::new(1.0).offset(-x).into(),
            ("Sub", true) => Rescaling::new(-1.0).offset(x).into(),
            ("Mul", _) => Rescaling::new(x).into(),
            ("Div", false) if x != 0.0 => Rescaling::new(1.0 / x).into(),
            ("Max", _) if x == 0.0 => Relu::new().into(),
            ("Max", _) => Clip::new(x, far).into(),
            ("Min", _) => Clip::new(-far, x).into(),
            ("Mean", _) => return Err("means with a constant have no layer".to_owned()),
            _ => return Err("quotients of constants have no layer".to_owned()),
        };
        self.each(step, view, op)
    }

    /// A constant for each index of one axis: a 1×1 depthwise convolution scales and shifts.
    fn vector(&mut self, step: &Step, view: &View, constant: &Tensor, first: bool) -> Lowered {
        let skip = view.rank().checked_sub(constant.dims.len());
        let skip = skip.ok_or("its constant has more axes than its tensor")?;
        let wide: Vec<_> =
            (0..constant.dims.len()).filter(|&axis| constant.dims[axis] != 1).collect();
        let along = match wide.as_slice() {
            [] => constant.dims.len().checked_sub(1).ok_or("its constant is not in the file")?,
            &[one] => one,
            _ => {
                return Err(format!(
                    "its constant is {:?}; a layer has one value a channel",
                    constant.dims
                ));
            }
        };
        let n = constant.dims[along];
        let along = along + skip;
        if !self.dims(view)[along].is(n) {
            return Err("its constant makes its tensor larger".to_owned());
        }
        let values = floats(constant)?;
        let map = |f: fn(f32) -> f32| -> Values {
            values.as_ref().map(|values| values.iter().map(|&x| f(x)).collect())
        };
        let filled = |x: f32| values.as_ref().map(|values| vec![x; values.len()]);
        // Factors and what is added.
        let (scale, shift) = match (step.op.as_str(), first) {
            ("Add" | "Sum", _) => (filled(1.0), Some(map(|x| x))),
            ("Sub", false) => (filled(1.0), Some(map(|x| -x))),
            ("Sub", true) => (filled(-1.0), Some(map(|x| x))),
            ("Mul", _) => (map(|x| x), None),
            ("Div", false) => (map(|x| 1.0 / x), None),
            _ => return Err("no layer does this with a constant for each channel".to_owned()),
        };
        let (flat, places) = self.flat(view, along, constant)?;
        let ordered = |values: Values| match (&places, values) {
            (Some(places), Some(values)) => Some(places.iter().map(|&i| values[i]).collect()),
            (_, values) => values,
        };
        let (node, order) = self.with_last(&flat, along)?;
        let dims = self.builder.graph.node(node).shape.dims().to_vec();
        let image = match dims.as_slice() {
            [_, _, _, _] => dims.clone(),
            [batch, inner @ .., last] => {
                let pixels = inner.iter().fold(Dim::Known(1), |pixels, dim| pixels * dim);
                vec![batch.clone(), pixels, Dim::Known(1), last.clone()]
            }
            _ => return Err("it has no batch".to_owned()),
        };
        let input = self.shaped(node, &image)?;
        let op = DepthwiseConv2d::new([1, 1]).bias(shift.is_some());
        let values = std::iter::once(scale).chain(shift).map(ordered).collect();
        let node = self.weighted(step, op, &[input], &[constant], values)?;
        // What was merged in another order than ONNX's is taken apart again, or its order is lost.
        let shape = self.builder.graph.node(view.node).shape.clone();
        let (merged, base) = (&flat.axes[along], dims.len() - 1);
        let parts = merged.iter().map(|&axis| shape[axis].clone());
        let apart: Vec<_> = match places {
            Some(_) => dims[..base].iter().cloned().chain(parts).collect(),
            None => dims,
        };
        let node = self.shaped(node, &apart)?;
        let mut made = View::ordered(node, &order);
        if places.is_some() {
            let place = |axis| merged.iter().position(|other| other == axis);
            let axes = view.axes[along].iter().filter_map(place);
            made.axes[along] = axes.map(|place| base + place).collect();
        }
        Ok(vec![Value::Computed(made)])
    }

    pub fn concat(&mut self, step: &Step) -> Lowered {
        let views: Result<Vec<_>, _> =
            (0..step.inputs.len()).map(|i| self.computed(step, i)).collect();
        let mut views = views?;
        let Some(first) = views.first() else { return Err("it joins nothing".to_owned()) };
        let along = axis(step.int("axis", 1), first.rank())?;
        let key = |views: &[View]| (views.to_vec(), along);
        let whole = key(&views);
        // DenseNets join what is joined already with one more.
        let longest = (2..=views.len()).rev();
        let mut known = longest.filter_map(|n| Some((n, self.joined.get(&key(&views[..n]))?)));
        if let Some((n, view)) = known.next() {
            let view = view.clone();
            views.splice(..n, [view]);
        }
        let mut joined = views.remove(0);
        while !views.is_empty() {
            let rest = views.split_off(views.len().min(Inputs::MOST - 1));
            let some: Vec<_> =
                std::iter::once(joined).chain(std::mem::replace(&mut views, rest)).collect();
            let (nodes, like) = self.alike(&some)?;
            let (nodes, like) = match like.axis(along) {
                Some(_) => (nodes, like),
                None => {
                    let order = like.order();
                    let nodes: Result<Vec<_>, _> =
                        some.iter().map(|view| self.arrange(view, &order)).collect();
                    let nodes = nodes?;
                    let like = View::ordered(nodes[0], &order);
                    (nodes, like)
                }
            };
            let at = like.axis(along).unwrap_or(0);
            let last = at + 1 == self.builder.graph.node(like.node).shape.rank();
            let op = Concat::new().axis(if last { Axis(-1) } else { Axis(at as isize) });
            let node = self.plain(step, op, &nodes)?;
            joined = View { node, ..like };
        }
        self.joined.insert(whole, joined.clone());
        Ok(vec![Value::Computed(joined)])
    }
}
