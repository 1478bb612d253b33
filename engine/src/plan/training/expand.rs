//! Layers that are trained as several others: a separable convolution is two, one with groups of one
//! channel is depthwise, and a depthwise one that makes several channels of each repeats them first.

use formwork_ir::layers::{Conv2d, DepthwiseConv2d, Reshape, SeparableConv2d, Upsample2d};
use formwork_ir::{NewShape, Op};

use super::super::net::{Layer, Net, Param, Value};

/// The network, with other layers for those.
pub(super) fn expand(mut net: Net) -> Net {
    for layer in std::mem::take(&mut net.layers) {
        net.push(layer);
    }
    net
}

impl Net {
    fn push(&mut self, layer: Layer) {
        match &layer.op {
            Op::SeparableConv2d(conv) => self.separable(conv, &layer),
            Op::Conv2d(conv) if conv.groups > 1 && conv.groups == self.channels(&layer) => {
                let depthwise = DepthwiseConv2d::new(conv.kernel)
                    .stride(conv.stride)
                    .padding(conv.padding)
                    .dilation(conv.dilation)
                    .bias(conv.bias);
                self.depthwise(&depthwise, &layer);
            }
            Op::DepthwiseConv2d(conv) => self.depthwise(conv, &layer),
            _ => self.layers.push(layer),
        }
    }

    /// Channels of a layer's input.
    fn channels(&self, layer: &Layer) -> usize {
        self.values[layer.inputs[0]].last().copied().unwrap_or(1)
    }

    /// A layer's output, or what becomes it, of those sizes.
    fn made(&mut self, layer: &Layer, op: impl Into<Op>, input: Value, sizes: Vec<usize>) -> Value {
        self.values.push(sizes);
        let (op, inputs, output) = (op.into(), vec![input], self.values.len() - 1);
        self.layers.push(Layer { op, inputs, output, params: Vec::new(), ..layer.clone() });
        output
    }

    fn separable(&mut self, conv: &SeparableConv2d, layer: &Layer) {
        let (depthwise, pointwise) = layer.params.split_at(1);
        let mut sizes = self.values[layer.output].clone();
        sizes[3] = self.channels(layer) * conv.depth_multiplier;
        self.values.push(sizes);
        let between = self.values.len() - 1;
        let first = DepthwiseConv2d::new(conv.kernel)
            .stride(conv.stride)
            .padding(conv.padding)
            .dilation(conv.dilation)
            .depth_multiplier(conv.depth_multiplier)
            .bias(false);
        let own = Layer { output: between, params: depthwise.to_vec(), ..layer.clone() };
        self.depthwise(&first, &own);
        let second = Conv2d::new(self.values[layer.output][3], [1, 1]).bias(conv.bias);
        let (inputs, params) = (vec![between], pointwise.to_vec());
        self.layers.push(Layer { op: second.into(), inputs, params, ..layer.clone() });
    }

    /// A layer's output by one filter a channel: channels of which several are made are repeated as
    /// pixels are, each in its place.
    fn depthwise(&mut self, conv: &DepthwiseConv2d, layer: &Layer) {
        let mut own = layer.clone();
        let filters = self.values[layer.output][3];
        if let &[batch, height, width, channels] = &*self.values[layer.inputs[0]]
            && channels != filters
        {
            let reshape = |sizes: &[usize]| Reshape {
                shape: NewShape(sizes.iter().map(|n| Some((*n).into())).collect()),
            };
            let several = filters / channels;
            let pixels = vec![batch, height * width, channels, 1];
            let seen = self.made(layer, reshape(&pixels[1..]), layer.inputs[0], pixels);
            let repeated = vec![batch, height * width, filters, 1];
            let repeat = Upsample2d::new().size([1, several]);
            let repeated = self.made(layer, repeat, seen, repeated);
            let image = vec![batch, height, width, filters];
            own.inputs = vec![self.made(layer, reshape(&image[1..]), repeated, image)];
        }
        if let Some(Param { sizes, .. }) = own.params.first_mut() {
            *sizes = vec![conv.kernel[0], conv.kernel[1], filters, 1];
        }
        own.op = conv.clone().depth_multiplier(1).into();
        self.layers.push(own);
    }
}
