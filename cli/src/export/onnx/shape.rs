//! Layers that move values.

use formwork_ir::layers::Slice;
use formwork_ir::{Dim, NodeId};

use super::{Attr, Lowering, Order, TO_FIRST, Tensor};

impl Lowering<'_> {
    pub fn flatten(&mut self, id: NodeId) -> Result<Tensor, String> {
        let shape = self.input_shape(id, 0).clone();
        let input = self.graph.node(id).inputs[0];
        let tensor = self.tensors[input.index()].clone();
        let rows = [("axis", Attr::Int(1))];
        if let (Order::ChannelsFirst, [_, h, w, c]) = (tensor.order, shape.dims()) {
            let plain = c.is(1) || (h.is(1) && w.is(1));
            match c.known() {
                _ if plain => {
                    return Ok(Tensor::ours(self.node("Flatten", &[&tensor.name], &rows)));
                }
                Some(channels) => {
                    let name = self.node("Flatten", &[&tensor.name], &rows);
                    let order = Order::Flattened { channels };
                    return Ok(Tensor { name, order, images: Some(tensor.name) });
                }
                None => {}
            }
        }
        if shape.rank() == 2 {
            return Ok(tensor);
        }
        let value = self.input(id, 0, Order::Ours);
        Ok(Tensor::ours(self.node("Flatten", &[&value], &rows)))
    }

    pub fn reshape(&mut self, id: NodeId) -> Result<Tensor, String> {
        let shape = self.graph.node(id).shape.clone();
        // 0 is the batch; the one size that is not known is what is left.
        let unknown = shape.sample().iter().filter(|dim| dim.known().is_none()).count();
        let mut sizes: Vec<_> = shape.dims().to_vec();
        sizes[0] = Dim::Known(0);
        if unknown == 1 {
            let left = sizes.iter_mut().find(|dim| dim.known().is_none());
            left.into_iter().for_each(|dim| *dim = Dim::Known(-1));
        }
        let value = self.input(id, 0, Order::Ours);
        let sizes = self.sizes("shape", &sizes)?;
        Ok(Tensor::ours(self.node("Reshape", &[&value, &sizes], &[])))
    }

    pub fn permute(&mut self, id: NodeId, dims: &[usize]) -> Result<Tensor, String> {
        let tensor = self.any_axes(id, 0);
        let from: Vec<_> = [0].into_iter().chain(dims.iter().copied()).collect();
        let perm: Vec<_> = match tensor.order {
            Order::ChannelsFirst => {
                TO_FIRST.iter().map(|&own| tensor.order.axis(from[own as usize]) as i64).collect()
            }
            _ => from.iter().map(|&axis| axis as i64).collect(),
        };
        let name = self.node("Transpose", &[&tensor.name], &[("perm", Attr::Ints(perm))]);
        Ok(tensor.like(name))
    }

    pub fn slice(&mut self, id: NodeId, layer: &Slice) -> Result<Tensor, String> {
        let axis = layer.axis.index(self.input_shape(id, 0).rank()).ok_or("no such axis")?;
        let tensor = self.any_axes(id, 0);
        let [start, end] = &layer.range.0;
        let start = self.sizes("start", std::slice::from_ref(start))?;
        let end = self.sizes("end", std::slice::from_ref(end))?;
        let axis = self.ints("axis", &[tensor.order.axis(axis) as i64]);
        let name = self.node("Slice", &[&tensor.name, &start, &end, &axis], &[]);
        Ok(tensor.like(name))
    }

    pub fn zero_pad2d(&mut self, id: NodeId, padding: [[usize; 2]; 2]) -> Result<Tensor, String> {
        let image = self.input(id, 0, Order::ChannelsFirst);
        Ok(Tensor::channels_first(self.padded(&image, padding)))
    }

    pub fn crop2d(&mut self, id: NodeId, cropping: [[usize; 2]; 2]) -> Result<Tensor, String> {
        let image = self.input(id, 0, Order::ChannelsFirst);
        let [[top, bottom], [left, right]] = cropping.map(|crop| crop.map(|n| n as i64));
        // To the end, where nothing is cut off.
        let end = |after: i64| if after == 0 { i64::MAX } else { -after };
        let starts = self.ints("starts", &[top, left]);
        let ends = self.ints("ends", &[end(bottom), end(right)]);
        let axes = self.ints("axes", &[2, 3]);
        let name = self.node("Slice", &[&image, &starts, &ends, &axes], &[]);
        Ok(Tensor::channels_first(name))
    }

    /// Pixels to channels, or channels to pixels.
    pub fn blocks(
        &mut self,
        id: NodeId,
        op: &str,
        block: usize,
        attributes: &[(&str, Attr)],
    ) -> Result<Tensor, String> {
        let image = self.input(id, 0, Order::ChannelsFirst);
        let mut all = vec![("blocksize", Attr::Int(block as i64))];
        all.extend(attributes.iter().map(|(name, value)| (*name, value.clone())));
        Ok(Tensor::channels_first(self.node(op, &[&image], &all)))
    }
}
