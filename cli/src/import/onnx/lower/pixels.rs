//! `Pad`, `DepthToSpace` and `SpaceToDepth`.

use formwork_ir::layers::{Crop2d, DepthToSpace, SpaceToDepth, ZeroPad2d};
use formwork_ir::{Dim, NodeId};

use super::arrange::axis;
use super::convolution::size;
use super::{Lower, Lowered, Step, Value, View};

impl Lower<'_> {
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
