//! `Slice` and `Split`.

use formwork_ir::layers::{MaxPool2d, Slice};
use formwork_ir::{Axis, Dim, Ends};

use super::arrange::axis;
use super::convolution::size;
use super::{Lower, Lowered, Step, Value, View};

impl Lower<'_> {
    pub fn slice(&mut self, step: &Step) -> Lowered {
        let mut view = self.computed(step, 0)?;
        let ends = |this: &Self, i, name| match (step.ints(name), this.constant(step, i)?) {
            (Some(numbers), _) => Ok(Some(numbers.iter().map(|&n| Dim::Known(n)).collect())),
            (None, Some(tensor)) => match tensor.as_ints() {
                Some(sizes) => Ok(Some(sizes.to_vec())),
                None => Err(format!("its `{name}` are no whole numbers")),
            },
            (None, None) => Ok::<Option<Vec<Dim>>, String>(None),
        };
        let starts = ends(self, 1, "starts")?.ok_or("it has no starts")?;
        let stops = ends(self, 2, "ends")?.ok_or("it has no ends")?;
        let axes = self.numbers(step, 3, "axes")?;
        let axes = axes.unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = self.numbers(step, 4, "steps")?.unwrap_or_else(|| vec![1; axes.len()]);
        if stops.len() != starts.len() || axes.len() != starts.len() || steps.len() != axes.len() {
            return Err("its starts, ends, axes and steps are not as many".to_owned());
        }
        for (i, &one) in axes.iter().enumerate() {
            let along = axis(one, view.rank())?;
            let length = self.dims(&view)[along].clone();
            let [start, end] = [&starts[i], &stops[i]].map(|end| clamped(end, &length));
            if steps[i] < 1 {
                return Err("it goes backwards".to_owned());
            }
            if (start.is(0) && end == length) && steps[i] == 1 {
                continue;
            }
            if along == 0 {
                return Err(
                    "it takes a part of the batch; samples never meet in formwork".to_owned()
                );
            }
            if !start.is(0) || end != length {
                view = self.part(step, &view, along, [start, end])?;
            }
            if steps[i] > 1 {
                view = self.every(step, &view, along, size(steps[i])?)?;
            }
        }
        Ok(vec![Value::Computed(view)])
    }

    /// A part along an axis.
    fn part(
        &mut self,
        step: &Step,
        view: &View,
        along: usize,
        ends: [Dim; 2],
    ) -> Result<View, String> {
        let view = match view.axis(along) {
            Some(_) => view.clone(),
            None => self.plainly(view)?,
        };
        let at = view.axis(along).ok_or("it has no such axis")?;
        let last = at + 1 == self.builder.graph.node(view.node).shape.rank();
        let at = if last { -1 } else { at as isize };
        let op = Slice { axis: Axis(at), range: Ends(ends) };
        let node = self.plain(step, op, &[view.node])?;
        Ok(View { node, ..view })
    }

    /// Every nth row or column: a pool of single pixels.
    fn every(&mut self, step: &Step, view: &View, along: usize, n: usize) -> Result<View, String> {
        if view.rank() != 4 || along < 2 {
            return Err(
                "its steps are larger than 1, along an axis that is none of pixels".to_owned()
            );
        }
        let input = self.image(view)?;
        let stride = if along == 2 { [n, 1] } else { [1, n] };
        let node = self.plain(step, MaxPool2d::new([1, 1]).stride(Some(stride)), &[input])?;
        Ok(View::channels_first(node, 4))
    }

    pub fn split(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let along = axis(step.int("axis", 0), view.rank())?;
        let length = self.dims(&view)[along].known().ok_or("what it splits is no number long")?;
        let parts = match self.numbers(step, 1, "split")? {
            Some(parts) => parts.iter().map(|&n| size(n)).collect::<Result<Vec<_>, _>>()?,
            None => {
                let n = size(step.int("num_outputs", step.outputs.len() as i64))?;
                let each = length.div_ceil(n.max(1));
                (0..n).map(|i| each.min(length.saturating_sub(each * i))).collect()
            }
        };
        if parts.iter().sum::<usize>() != length {
            return Err(format!("its parts {parts:?} are not {length} together"));
        }
        let (mut made, mut start) = (Vec::new(), 0);
        for (length, output) in parts.iter().zip(&step.outputs) {
            let end = start + length;
            made.push(match self.readers.contains_key(output) {
                true => {
                    Value::Computed(self.part(step, &view, along, [start.into(), end.into()])?)
                }
                false => Value::Unknown,
            });
            start = end;
        }
        Ok(made)
    }
}

/// The end of a slice within an axis: negative ones count from its end.
fn clamped(end: &Dim, length: &Dim) -> Dim {
    match (end, length.known()) {
        (Dim::Known(n), Some(length)) => {
            let length = length as i64;
            let n = if *n < 0 { n.saturating_add(length) } else { *n };
            Dim::Known(n.clamp(0, length))
        }
        (Dim::Known(n), None) if *n < 0 => length + Dim::Known(*n),
        // Exporters write the largest number for all of it.
        (Dim::Known(n), None) if *n as usize > Dim::MAX => length.clone(),
        (end, _) => end.clone(),
    }
}
