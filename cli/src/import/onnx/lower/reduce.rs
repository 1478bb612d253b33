//! Reductions.

use formwork_ir::layers::{GlobalAvgPool2d, GlobalMaxPool2d, ReduceMax, ReduceMean, ReduceSum};
use formwork_ir::{Axes, Axis, Op};

use super::arrange::axis;
use super::{Lower, Lowered, Step, Value, View};

impl Lower<'_> {
    pub fn reduce(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let rank = view.rank();
        let axes = self.numbers(step, 1, "axes")?.unwrap_or_default();
        if axes.is_empty() && step.int("noop_with_empty_axes", 0) != 0 {
            return Ok(vec![Value::Computed(view)]);
        }
        let axes: Result<Vec<_>, _> = axes.iter().map(|&one| axis(one, rank)).collect();
        let mut axes = axes?;
        axes.sort_unstable();
        axes.dedup();
        if axes.is_empty() || axes[0] == 0 {
            return Err("it reduces over the batch; samples never meet in formwork".to_owned());
        }
        let keep = step.int("keepdims", 1) != 0;
        let whole = axes == [2, 3] && rank == 4;
        match step.op.as_str() {
            "ReduceMean" if whole => {
                let op = |keepdims| GlobalAvgPool2d::new().keepdims(keepdims).into();
                return self.reduced_image(step, &view, keep, op);
            }
            "ReduceMax" if whole => {
                let op = |keepdims| GlobalMaxPool2d::new().keepdims(keepdims).into();
                return self.reduced_image(step, &view, keep, op);
            }
            _ => {}
        }
        let view = match axes.iter().all(|&axis| view.axis(axis).is_some()) {
            true => view,
            false => self.plainly(&view)?,
        };
        let mut at: Vec<_> = axes.iter().filter_map(|&axis| view.axis(axis)).collect();
        at.sort_unstable();
        let along = Axes(at.iter().map(|&axis| Axis(axis as isize)).collect());
        let op: Op = match step.op.as_str() {
            "ReduceMean" => ReduceMean::new(along).keepdims(keep).into(),
            "ReduceMax" => ReduceMax::new(along).keepdims(keep).into(),
            _ => ReduceSum::new(along).keepdims(keep).into(),
        };
        let node = self.plain(step, op, &[view.node])?;
        if keep {
            return Ok(vec![Value::Computed(View { node, ..view })]);
        }
        let left = |axis: &usize| axis - at.iter().filter(|&other| other < axis).count();
        let axes = (0..rank)
            .filter(|axis| !axes.contains(axis))
            .map(|axis| view.axes[axis].iter().map(left).collect())
            .collect();
        Ok(vec![Value::Computed(View { node, axes })])
    }

    fn reduced_image(
        &mut self,
        step: &Step,
        view: &View,
        keep: bool,
        op: fn(bool) -> Op,
    ) -> Lowered {
        if keep {
            return self.global(step, view, op);
        }
        let input = self.image(view)?;
        let node = self.plain(step, op(false), &[input])?;
        Ok(vec![Value::Computed(View::whole(node, 2))])
    }
}
