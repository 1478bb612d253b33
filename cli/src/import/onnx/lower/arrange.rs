//! Views made real: nodes whose axes lie as a layer needs them.

use formwork_ir::layers::{Flatten, Permute, Reshape};
use formwork_ir::{Dim, NewShape, NodeId, Shape};

use super::{Lower, View};
use crate::import::onnx::view::channels_last;

impl Lower<'_> {
    /// A node with the axes of ONNX in that order.
    ///
    /// # Errors
    /// If samples would be mixed.
    pub fn arrange(&mut self, view: &View, order: &[usize]) -> Result<NodeId, String> {
        let key = (view.clone(), order.to_vec());
        if let Some(&node) = self.arranged.get(&key) {
            return Ok(node);
        }
        if view.axes.first().map(Vec::as_slice) != Some(&[0]) || order.first() != Some(&0) {
            return Err("it moves or merges the batch; samples never meet in formwork".to_owned());
        }
        let shape = self.builder.graph.node(view.node).shape.clone();
        let sequence: Vec<usize> =
            order.iter().flat_map(|&axis| view.axes[axis].iter().copied()).collect();
        let wide: Vec<_> = sequence.iter().filter(|&&axis| !shape[axis].is(1)).collect();
        let mut node = view.node;
        if !wide.is_sorted() {
            let beside = (1..shape.rank()).filter(|axis| !sequence.contains(axis));
            let dims: Vec<_> = sequence.iter().copied().skip(1).chain(beside).collect();
            node = self.rearranged(node, "permute", Permute::new(dims))?;
        }
        let dims = self.dims(view);
        let target: Vec<_> = order.iter().map(|&axis| dims[axis].clone()).collect();
        node = self.shaped(node, &target)?;
        self.arranged.insert(key, node);
        Ok(node)
    }

    /// The same values in another shape.
    pub fn shaped(&mut self, node: NodeId, target: &[Dim]) -> Result<NodeId, String> {
        let shape = &self.builder.graph.node(node).shape;
        if shape.dims() == target {
            return Ok(node);
        }
        match target {
            [_, _] if shape.rank() > 2 => self.rearranged(node, "flatten", Flatten::new()),
            [_, sample @ ..] => {
                let sizes = NewShape(sample.iter().cloned().map(Some).collect());
                self.rearranged(node, "reshape", Reshape { shape: sizes })
            }
            [] => Err("it has no batch".to_owned()),
        }
    }

    /// Adds a layer that no operator of the file stands for, named by the node before it.
    pub fn rearranged(
        &mut self,
        node: NodeId,
        name: &str,
        op: impl Into<formwork_ir::Op>,
    ) -> Result<NodeId, String> {
        let before = &self.builder.graph.node(node).name;
        let name = match before.rsplit_once('.') {
            Some((scope, _)) => format!("{scope}.{name}"),
            None => name.to_owned(),
        };
        self.builder.layer(&name, op, &[node], Vec::new(), None)
    }

    /// A node `[_, height, width, channels]` of ONNX's `[_, channels, height, width]`.
    ///
    /// # Errors
    /// If the value has another rank.
    pub fn image(&mut self, view: &View) -> Result<NodeId, String> {
        match view.rank() {
            4 => self.arrange(view, &channels_last(4)),
            3 => Err("it is one-dimensional; layers here work on images".to_owned()),
            5 => Err("it is three-dimensional; layers here work on images".to_owned()),
            _ => Err(format!("it needs an image, not {}", Shape::new(self.dims(view)))),
        }
    }

    /// A node in which this axis of ONNX is the last, and the order of its axes.
    pub fn with_last(&mut self, view: &View, axis: usize) -> Result<(NodeId, Vec<usize>), String> {
        if axis == 0 {
            return Err("it works along the batch; samples never meet in formwork".to_owned());
        }
        if axis >= view.rank() {
            return Err(format!("it has no axis {axis}: there are {}", view.rank()));
        }
        let mut order: Vec<_> = view.order().into_iter().filter(|&other| other != axis).collect();
        order.push(axis);
        Ok((self.arrange(view, &order)?, order))
    }

    /// The value with every axis of ONNX an axis of its node.
    pub fn plainly(&mut self, view: &View) -> Result<View, String> {
        let order = view.order();
        Ok(View::ordered(self.arrange(view, &order)?, &order))
    }
}

/// An axis that may be counted from the end.
pub fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let counted = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let index = usize::try_from(counted).ok().filter(|&index| index < rank);
    index.ok_or_else(|| format!("it has no axis {axis}: there are {rank}"))
}
