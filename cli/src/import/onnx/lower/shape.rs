//! Operators that move values.

use formwork_ir::layers::{Crop2d, DepthToSpace, MaxPool2d, Slice, SpaceToDepth, ZeroPad2d};
use formwork_ir::{Axis, Dim, Ends, NodeId, Shape};

use super::arrange::axis;
use super::convolution::size;
use super::{Lower, Lowered, Step, Value, View};

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
    fn reshaped(&mut self, view: &View, target: &[Dim]) -> Lowered {
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
        if axis(step.int("axis", 1), view.rank() + 1)? != 1 {
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

    pub fn pad(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let mode = step.text("mode").unwrap_or("constant");
        if mode != "constant" {
            return Err(format!("padding of mode `{mode}` has no layer"));
        }
        let fill = match self.constant(step, 2)? {
            Some(tensor) => tensor.scalar().ok_or("what it pads with is not in the file")?,
            None => f64::from(step.float("value", 0.0)),
        };
        let pads = self.numbers(step, 1, "pads")?.ok_or("it has no pads")?;
        let rank = view.rank();
        let axes = match self.numbers(step, 3, "axes")? {
            Some(axes) => axes.iter().map(|&one| axis(one, rank)).collect::<Result<Vec<_>, _>>()?,
            None => (0..rank).collect(),
        };
        if pads.len() != 2 * axes.len() {
            return Err(format!("it has {} pads, expected {}", pads.len(), 2 * axes.len()));
        }
        let mut all = vec![[0; 2]; rank];
        for (i, &axis) in axes.iter().enumerate() {
            all[axis] = [pads[i], pads[i + axes.len()]];
        }
        if all.iter().flatten().all(|&pad| pad == 0) {
            return Ok(vec![Value::Computed(view)]);
        }
        let &[[0, 0], [0, 0], rows, columns] = all.as_slice() else {
            return Err("it pads other axes than height and width".to_owned());
        };
        let pads = [rows, columns];
        if fill != 0.0 && pads.iter().flatten().any(|&pad| pad > 0) {
            return Err(format!("it pads with {fill}; a layer pads with 0"));
        }
        let mut node = self.image(&view)?;
        let amounts = |sign: i64| -> Result<[[usize; 2]; 2], String> {
            let mut amounts = [[0; 2]; 2];
            for (to, pads) in amounts.iter_mut().zip(pads) {
                for (to, pad) in to.iter_mut().zip(pads) {
                    *to = size(pad.saturating_mul(sign).max(0))?;
                }
            }
            Ok(amounts)
        };
        let (more, less) = (amounts(1)?, amounts(-1)?);
        if more != [[0; 2]; 2] {
            node = self.plain(step, ZeroPad2d::new().padding(more), &[node])?;
        }
        if less != [[0; 2]; 2] {
            node = self.plain(step, Crop2d::new(less), &[node])?;
        }
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    pub fn depth_to_space(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let block = size(step.int("blocksize", 0))?;
        match step.text("mode").unwrap_or("DCR") {
            "DCR" => {
                let input = self.image(&view)?;
                let node = self.plain(step, DepthToSpace::new(block), &[input])?;
                Ok(vec![Value::Computed(View::channels_first(node, 4))])
            }
            // Channel c · block² + cell is what PyTorch's `PixelShuffle` takes for the cell.
            "CRD" => {
                let cells = block.saturating_mul(block).max(1);
                let input = self.regrouped(&view, |c| vec![c.over(cells), cells.into()])?;
                let node = self.plain(step, DepthToSpace::new(block), &[input])?;
                Ok(vec![Value::Computed(View::channels_first(node, 4))])
            }
            mode => Err(format!("its `mode` is `{mode}`")),
        }
    }

    pub fn space_to_depth(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let block = size(step.int("blocksize", 0))?;
        let input = self.image(&view)?;
        let node = self.plain(step, SpaceToDepth::new(block), &[input])?;
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    /// An image with its channels, a table of two axes, turned.
    fn regrouped(
        &mut self,
        view: &View,
        parts: impl Fn(&Dim) -> Vec<Dim>,
    ) -> Result<NodeId, String> {
        self.image(view)?;
        let dims = self.dims(view);
        let [batch, channels, height, width] = dims.as_slice() else {
            return Err("it needs an image".to_owned());
        };
        let parts = parts(channels);
        let whole = parts.iter().fold(Dim::Known(1), |product, dim| product * dim);
        if whole != *channels {
            return Err(format!("its blocks do not divide {channels} channels"));
        }
        let rest = [height.clone(), width.clone()];
        let apart = [std::slice::from_ref(batch), parts.as_slice(), &rest].concat();
        let Some(Value::Computed(apart)) = self.reshaped(view, &apart)?.pop() else {
            return Err("it needs an image".to_owned());
        };
        let turned = apart.transposed(&[0, 2, 1, 3, 4]);
        let axes = vec![
            turned.axes[0].clone(),
            [turned.axes[1].clone(), turned.axes[2].clone()].concat(),
            turned.axes[3].clone(),
            turned.axes[4].clone(),
        ];
        self.image(&View { node: turned.node, axes })
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
