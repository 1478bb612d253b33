//! Convolutions and dense layers.

use formwork_ir::layers::{Conv2d, Conv2dTranspose, Dense, DepthwiseConv2d, SeparableConv2d};
use formwork_ir::{Dim, NodeId};

use super::{Attr, Form, Lowering, Order, Tensor};
use crate::export::window::Slide;

fn pair(pair: [usize; 2]) -> Attr {
    Attr::Ints(pair.iter().map(|&n| n as i64).collect())
}

/// `[top, left, bottom, right]`.
pub fn pads(pads: [[usize; 2]; 2]) -> Attr {
    let [[top, bottom], [left, right]] = pads;
    Attr::Ints([top, left, bottom, right].iter().map(|&n| n as i64).collect())
}

/// The operator's arguments over an image of those sizes.
///
/// # Errors
/// If the padding is known only when the network runs, and ONNX does not have it.
pub fn attributes(slide: &Slide, size: &[Dim]) -> Result<Vec<(&'static str, Attr)>, String> {
    let mut attributes =
        vec![("kernel_shape", pair(slide.kernel)), ("strides", pair(slide.stride))];
    if slide.dilation != [1, 1] {
        attributes.push(("dilations", pair(slide.dilation)));
    }
    match slide.resolve(size) {
        Some(known) if known == [[0; 2]; 2] => {}
        Some(known) => attributes.push(("pads", pads(known))),
        None if slide.dilation == [1, 1] => {
            attributes.push(("auto_pad", Attr::Str("SAME_UPPER")));
        }
        None => {
            let help = "say the sizes with `--at`, or `padding` as pixels";
            let what = "`same` with a stride and a dilation depends on the size of the image";
            return Err(format!("{what}: {help}"));
        }
    }
    Ok(attributes)
}

impl Lowering<'_> {
    pub fn conv2d(&mut self, id: NodeId, layer: &Conv2d) -> Result<Tensor, String> {
        let Conv2d { kernel, stride, padding, dilation, groups, .. } = *layer;
        let slide = Slide { kernel, stride, dilation, padding };
        let mut attributes = attributes(&slide, &self.input_shape(id, 0).dims()[1..3])?;
        if groups != 1 {
            attributes.push(("group", Attr::Int(groups as i64)));
        }
        let image = self.input(id, 0, Order::ChannelsFirst);
        let kernel = self.kernel(id, 0)?;
        let mut inputs = vec![image, kernel];
        if layer.bias {
            inputs.push(self.param(id, 1, Form::Plain)?);
        }
        Ok(self.convolve("Conv", &inputs, &attributes))
    }

    pub fn depthwise_conv2d(
        &mut self,
        id: NodeId,
        layer: &DepthwiseConv2d,
    ) -> Result<Tensor, String> {
        let DepthwiseConv2d { kernel, stride, padding, dilation, bias, .. } = *layer;
        let slide = Slide { kernel, stride, dilation, padding };
        let image = self.input(id, 0, Order::ChannelsFirst);
        let bias = if bias { Some(self.param(id, 1, Form::Plain)?) } else { None };
        self.depthwise(id, &slide, image, bias)
    }

    pub fn separable_conv2d(
        &mut self,
        id: NodeId,
        layer: &SeparableConv2d,
    ) -> Result<Tensor, String> {
        let SeparableConv2d { kernel, stride, padding, dilation, .. } = *layer;
        let slide = Slide { kernel, stride, dilation, padding };
        let image = self.input(id, 0, Order::ChannelsFirst);
        let between = self.depthwise(id, &slide, image, None)?.name;
        let mut inputs = vec![between, self.kernel(id, 1)?];
        if layer.bias {
            inputs.push(self.param(id, 2, Form::Plain)?);
        }
        Ok(self.convolve("Conv", &inputs, &[("kernel_shape", pair([1, 1]))]))
    }

    fn depthwise(
        &mut self,
        id: NodeId,
        slide: &Slide,
        image: String,
        bias: Option<String>,
    ) -> Result<Tensor, String> {
        let mut attributes = attributes(slide, &self.input_shape(id, 0).dims()[1..3])?;
        let sizes = self.param_sizes(id, 0);
        let [height, width, channels, multiplier] = sizes[..] else {
            return Err("its kernel is no kernel".to_owned());
        };
        attributes.push(("group", Attr::Int(channels as i64)));
        let sizes = vec![channels * multiplier, 1, height, width];
        let kernel = self.param(id, 0, Form::Moved(vec![2, 3, 0, 1], sizes))?;
        let inputs: Vec<_> = [image, kernel].into_iter().chain(bias).collect();
        Ok(self.convolve("Conv", &inputs, &attributes))
    }

    pub fn conv2d_transpose(
        &mut self,
        id: NodeId,
        layer: &Conv2dTranspose,
    ) -> Result<Tensor, String> {
        // What is cut off is the same for every size.
        let [Some(rows), Some(columns)] = layer.geometry([1 << 20; 2]) else {
            return Err("its padding is beyond any image".to_owned());
        };
        let crops = [rows.crop, columns.crop];
        let cut = crops.map(|crop| crop.map(|crop| crop.max(0) as usize));
        let added = crops.map(|[_, after]| (-after).max(0) as usize);
        let mut attributes =
            vec![("kernel_shape", pair(layer.kernel)), ("strides", pair(layer.stride))];
        if layer.dilation != [1, 1] {
            attributes.push(("dilations", pair(layer.dilation)));
        }
        if cut != [[0; 2]; 2] {
            attributes.push(("pads", pads(cut)));
        }
        if (0..2).any(|axis| added[axis] >= layer.stride[axis]) {
            return Err("ONNX Runtime takes no output padding from the stride on".to_owned());
        }
        if added != [0; 2] {
            attributes.push(("output_padding", pair(added)));
        }
        let image = self.input(id, 0, Order::ChannelsFirst);
        let mut inputs = vec![image, self.kernel(id, 0)?];
        if layer.bias {
            inputs.push(self.param(id, 1, Form::Plain)?);
        }
        Ok(self.convolve("ConvTranspose", &inputs, &attributes))
    }

    /// A kernel with height and width last.
    fn kernel(&mut self, id: NodeId, index: usize) -> Result<String, String> {
        let sizes = self.param_sizes(id, index);
        let [height, width, a, b] = sizes[..] else {
            return Err("its kernel is no kernel".to_owned());
        };
        self.param(id, index, Form::Moved(vec![3, 2, 0, 1], vec![b, a, height, width]))
    }

    fn convolve(&mut self, op: &str, inputs: &[String], attributes: &[(&str, Attr)]) -> Tensor {
        let inputs: Vec<_> = inputs.iter().map(String::as_str).collect();
        Tensor::channels_first(self.node(op, &inputs, attributes))
    }

    pub fn dense(&mut self, id: NodeId, layer: &Dense) -> Result<Tensor, String> {
        let input = self.graph.node(id).inputs[0];
        let tensor = self.tensors[input.index()].clone();
        let rank = self.input_shape(id, 0).rank();
        let bias = if layer.bias { Some(self.param(id, 1, Form::Plain)?) } else { None };
        if rank == 4 && tensor.order == Order::ChannelsFirst {
            // A convolution of one pixel.
            let sizes = self.param_sizes(id, 0);
            let sizes = vec![sizes[1], sizes[0], 1, 1];
            let kernel = self.param(id, 0, Form::Moved(vec![1, 0], sizes))?;
            let inputs: Vec<_> = [tensor.name, kernel].into_iter().chain(bias).collect();
            return Ok(self.convolve("Conv", &inputs, &[("kernel_shape", pair([1, 1]))]));
        }
        let kernel = match tensor.order {
            Order::Flattened { channels } => Form::Rows(channels),
            _ => Form::Plain,
        };
        let kernel = self.param(id, 0, kernel)?;
        if rank == 2 {
            let mut inputs = vec![tensor.name.as_str(), &kernel];
            inputs.extend(bias.as_deref());
            return Ok(Tensor::ours(self.node("Gemm", &inputs, &[])));
        }
        let product = self.node("MatMul", &[&tensor.name, &kernel], &[]);
        Ok(Tensor::ours(match bias {
            Some(bias) => self.node("Add", &[&product, &bias], &[]),
            None => product,
        }))
    }
}
