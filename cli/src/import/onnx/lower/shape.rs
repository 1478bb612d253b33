//! Operators that change the shape: reshapes, and those that move axes.

use formwork_ir::{Dim, Shape};

use super::arrange::axis;
use super::{Lower, Lowered, Step, Value, View};
use crate::import::onnx::fold::boundary;

impl Lower<'_> {
    pub fn reshape(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let dims = self.dims(&view);
        let wanted = match step.ints("shape") {
            Some(sizes) => sizes.iter().map(|&n| Dim::Known(n)).collect(),
            None => {
                let tensor = self.weight(step, 1)?;
                tensor.as_ints().ok_or("its shape is no whole numbers")?.to_vec()
            }
        };
        if wanted.len() > 16 {
            return Err(format!("it makes {} axes", wanted.len()));
        }
        let copies = step.int("allowzero", 0) == 0;
        let mut target = Vec::new();
        for (at, size) in wanted.iter().enumerate() {
            target.push(match size {
                Dim::Known(-1) => None,
                Dim::Known(0) if copies => {
                    Some(dims.get(at).cloned().ok_or("it keeps an axis that is not there")?)
                }
                Dim::Known(n) if at == 0 && self.batch == Some(*n) => Some(dims[0].clone()),
                Dim::Known(n) if *n < 1 || *n as usize > Dim::MAX => {
                    return Err(format!("a size of its shape is {n}"));
                }
                size => Some(size.clone()),
            });
        }
        let product = |dims: &mut dyn Iterator<Item = &Dim>| {
            dims.fold(Dim::Known(1), |product, dim| product * dim)
        };
        let (all, given) = (product(&mut dims.iter()), product(&mut target.iter().flatten()));
        let left = match target.iter().filter(|size| size.is_none()).count() {
            0 => Dim::Known(1),
            1 => all
                .exactly_over(&given)
                .ok_or_else(|| format!("its shape does not divide {}", Shape::new(dims.clone())))?,
            _ => return Err("two sizes of its shape are open".to_owned()),
        };
        let target: Vec<_> =
            target.into_iter().map(|size| size.unwrap_or_else(|| left.clone())).collect();
        self.reshaped(&view, &target)
    }

    /// The values in another shape: another view where the axes only merge or part.
    pub fn reshaped(&mut self, view: &View, target: &[Dim]) -> Lowered {
        let shape = self.builder.graph.node(view.node).shape.clone();
        if let Some(regrouped) = view.regroup(&shape, target) {
            let parts = regrouped.parts.concat();
            let node = self.shaped(view.node, &parts)?;
            return Ok(vec![Value::Computed(View { node, axes: regrouped.axes })]);
        }
        let all = |dims: &[Dim]| dims.iter().fold(Dim::Known(1), |product, dim| product * dim);
        if target.first() != Some(&shape[0]) || all(target) != all(&self.dims(view)) {
            let (from, to) = (Shape::new(self.dims(view)), Shape::new(target));
            return Err(format!("it makes {to} of {from}, which moves values between samples"));
        }
        let order: Vec<_> = (0..view.rank()).collect();
        let node = self.arrange(view, &order)?;
        let node = self.shaped(node, target)?;
        Ok(vec![Value::Computed(View::whole(node, target.len()))])
    }

    pub fn flatten(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        if boundary(step.int("axis", 1), view.rank())? != 1 {
            return Err("it merges the batch; samples never meet in formwork".to_owned());
        }
        let axes = vec![view.axes[0].clone(), view.axes[1..].concat()];
        Ok(vec![Value::Computed(View { node: view.node, axes })])
    }

    pub fn transpose(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let reversed: Vec<_> = (0..view.rank()).rev().collect();
        let order = match step.ints("perm") {
            Some(perm) => {
                let order: Result<Vec<_>, _> =
                    perm.iter().map(|&one| axis(one, view.rank())).collect();
                order?
            }
            None => reversed.clone(),
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.iter().rev().eq(&reversed) {
            return Err(format!("its `perm` {order:?} does not order {} axes", view.rank()));
        }
        Ok(vec![Value::Computed(view.transposed(&order))])
    }

    pub fn squeeze(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let (dims, rank) = (self.dims(&view), view.rank());
        let axes = match self.numbers(step, 1, "axes")? {
            Some(axes) => axes.iter().map(|&one| axis(one, rank)).collect::<Result<Vec<_>, _>>()?,
            None => (1..rank).filter(|&axis| dims[axis].is(1)).collect(),
        };
        if let Some(&wide) = axes.iter().find(|&&axis| !dims[axis].is(1)) {
            return Err(match wide {
                0 => "it leaves out the batch; samples never meet in formwork".to_owned(),
                _ => format!("it leaves out axis {wide}, which is {} long", dims[wide]),
            });
        }
        let kept = (0..rank).filter(|axis| !axes.contains(axis));
        let axes = kept.map(|axis| view.axes[axis].clone()).collect();
        Ok(vec![Value::Computed(View { node: view.node, axes })])
    }

    pub fn unsqueeze(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let axes = self.numbers(step, 1, "axes")?.ok_or("it names no axes")?;
        let rank = view.rank() + axes.len();
        let axes: Result<Vec<_>, _> = axes.iter().map(|&one| axis(one, rank)).collect();
        let mut axes = axes?;
        axes.sort_unstable();
        let mut all = view.axes;
        for axis in axes {
            if axis == 0 || axis > all.len() {
                return Err("it puts an axis before the batch".to_owned());
            }
            all.insert(axis, Vec::new());
        }
        Ok(vec![Value::Computed(View { node: view.node, axes: all })])
    }
}
