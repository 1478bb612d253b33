//! Pools and reductions.

use formwork_ir::layers::{AvgPool2d, MaxPool2d};
use formwork_ir::window::Window;
use formwork_ir::{Axes, NodeId, Padding};

use super::convolution::{Slide, pads};
use super::{Attr, Lowering, Order, Tensor};

/// What ceil mode adds after an image of any size: with it the windows are as many as those that
/// may reach beyond the image. (ONNX' own `ceil_mode` is understood in several ways.)
fn partial(size: [usize; 2], stride: [usize; 2], padding: Padding, ceil_mode: bool) -> [usize; 2] {
    let windows = Window::pair(size, stride, [1, 1]);
    [0, 1].map(|axis| {
        let room = |ceil_mode| windows[axis].room(padding, axis, ceil_mode);
        usize::try_from(room(ceil_mode) - room(false)).unwrap_or(0)
    })
}

/// The padding with so much more after it.
fn longer(padding: Padding, added: [usize; 2]) -> Padding {
    let pads = match padding {
        _ if added == [0; 2] => return padding,
        Padding::Same => return padding,
        Padding::Valid => [[0; 2]; 2],
        Padding::Explicit(pads) => pads,
    };
    Padding::Explicit([0, 1].map(|axis| [pads[axis][0], pads[axis][1] + added[axis]]))
}

impl Lowering<'_> {
    pub fn max_pool2d(&mut self, id: NodeId, layer: &MaxPool2d) -> Result<Tensor, String> {
        let MaxPool2d { size, stride, padding, ceil_mode } = *layer;
        let stride = stride.unwrap_or(size);
        let padding = longer(padding, partial(size, stride, padding, ceil_mode));
        let slide = Slide { kernel: size, stride, dilation: [1, 1], padding };
        let attributes = slide.attributes(&self.input_shape(id, 0).dims()[1..3])?;
        let image = self.input(id, 0, Order::ChannelsFirst);
        Ok(Tensor::channels_first(self.node("MaxPool", &[&image], &attributes)))
    }

    pub fn avg_pool2d(&mut self, id: NodeId, layer: &AvgPool2d) -> Result<Tensor, String> {
        let AvgPool2d { size, stride, padding, count_include_pad, ceil_mode } = *layer;
        let stride = stride.unwrap_or(size);
        let added = partial(size, stride, padding, ceil_mode);
        let mut image = self.input(id, 0, Order::ChannelsFirst);
        let (mut padding, mut counts) = (padding, count_include_pad);
        if let (Padding::Explicit(declared), true) = (padding, counts && added != [0; 2]) {
            // What is declared counts, what ceil mode adds does not.
            image = self.padded(&image, declared);
            (padding, counts) = (Padding::Valid, false);
        }
        counts &= added == [0; 2];
        let padding = longer(padding, added);
        let slide = Slide { kernel: size, stride, dilation: [1, 1], padding };
        let mut attributes = slide.attributes(&self.input_shape(id, 0).dims()[1..3])?;
        if counts {
            attributes.push(("count_include_pad", Attr::Int(1)));
        }
        Ok(Tensor::channels_first(self.node("AveragePool", &[&image], &attributes)))
    }

    /// Zeros around an image.
    pub fn padded(&mut self, image: &str, around: [[usize; 2]; 2]) -> String {
        let Attr::Ints(around) = pads(around) else { return image.to_owned() };
        let [top, left, bottom, right] = around[..] else { return image.to_owned() };
        let pads = self.ints("pads", &[0, 0, top, left, 0, 0, bottom, right]);
        self.node("Pad", &[image, &pads], &[])
    }

    pub fn global_pool(&mut self, id: NodeId, op: &str, keepdims: bool) -> Result<Tensor, String> {
        let image = self.input(id, 0, Order::ChannelsFirst);
        let pooled = self.node(op, &[&image], &[]);
        Ok(match keepdims {
            true => Tensor::channels_first(pooled),
            false => Tensor::ours(self.node("Flatten", &[&pooled], &[])),
        })
    }

    pub fn reduce(
        &mut self,
        id: NodeId,
        op: &str,
        axes: &Axes,
        keepdims: bool,
    ) -> Result<Tensor, String> {
        let rank = self.input_shape(id, 0).rank();
        let tensor = self.any_axes(id, 0);
        let own: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(rank)).collect();
        let mut axes: Vec<_> = own.iter().map(|&axis| tensor.order.axis(axis) as i64).collect();
        axes.sort_unstable();
        let keep = ("keepdims", Attr::Int(keepdims.into()));
        let reduced = match op {
            "ReduceSum" => {
                let axes = self.ints("axes", &axes);
                self.node(op, &[&tensor.name, &axes], &[keep])
            }
            _ => self.node(op, &[&tensor.name], &[("axes", Attr::Ints(axes)), keep]),
        };
        if keepdims || tensor.order == Order::Ours {
            return Ok(tensor.like(reduced));
        }
        // The axes that are left, in our order, by their places among those in the file's.
        let left: Vec<_> = (0..rank).filter(|axis| !own.contains(axis)).collect();
        let mut held: Vec<_> = left.iter().map(|&axis| tensor.order.axis(axis)).collect();
        held.sort_unstable();
        let place = |&axis: &usize| held.iter().position(|&h| h == tensor.order.axis(axis));
        let perm: Vec<_> = left.iter().filter_map(place).map(|place| place as i64).collect();
        Ok(Tensor::ours(match perm.is_sorted() {
            true => reduced,
            false => self.node("Transpose", &[&reduced], &[("perm", Attr::Ints(perm))]),
        }))
    }
}
