//! Convolutions of all kinds, and dense layers, which are those of one pixel.

mod pooled;

use formwork_ir::layers::{Conv2d, Conv2dTranspose, Dense, DepthwiseConv2d};

use super::super::choice::Choice;
use super::super::fuse::macs;
use super::super::layout::{Spot, channels};
use super::super::net::{Layer, Net, Value};
use super::builder::{Builder, Unit};
use super::layers::{Learn, image, products, uncut};
use crate::kernels::learn::{
    ColumnSums, ConvWeights, ConvWeightsApart, DepthwiseGradient, DepthwiseWeights,
    PointwiseWeights,
};
use crate::kernels::movement::Moves;
use crate::kernels::transposed::TransposedConv;
use crate::kernels::winograd::{self, Winograd, WinogradWeights};
use crate::kernels::{Algorithm, Finish, Given, Image, Kernel, Windows, depthwise};
use crate::simd::Isa;

/// A convolution where it stands.
#[derive(Clone, Copy)]
struct Place {
    isa: Isa,
    algorithm: Algorithm,
    image: Image,
    windows: Windows,
    groups: usize,
    filters: usize,
    macs: u64,
}

impl Place {
    /// The kernel that makes outputs of `image` by windows.
    fn kernel(
        &self,
        image: Image,
        windows: Windows,
        filters: usize,
        given: Given,
        finish: Finish,
    ) -> Box<dyn Kernel> {
        if self.groups == 1
            && let Some(size) = winograd::best_given(image, windows, filters, self.algorithm)
        {
            return Box::new(Winograd::given(
                self.isa, image, windows, filters, given, finish, size,
            ));
        }
        let sizes = [self.groups, filters];
        Box::new(crate::kernels::conv::Conv::given(self.isa, image, windows, sizes, given, finish))
    }

    /// The kernel that makes the gradient of the weights, and adds it to what is there.
    fn weights(&self) -> Box<dyn Kernel> {
        let Place { isa, image, windows, groups, filters, algorithm, .. } = *self;
        if groups == 1 && windows.is_pointwise(&image) {
            let sizes = [image.pixels(), image.channels, filters];
            return Box::new(PointwiseWeights::new(isa, sizes, true));
        }
        if groups == 1
            && let Some(size) = winograd::best_weights(image, windows, filters, algorithm)
        {
            return Box::new(WinogradWeights::new(isa, image, windows, filters, size, true));
        }
        let sizes = [groups, filters];
        let apart = ConvWeightsApart::new(isa, image, windows, sizes, None, true);
        match apart.pays() {
            true => Box::new(apart),
            false => Box::new(ConvWeights::new(isa, image, windows, sizes, true)),
        }
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) {
        let layer = &unit.layer;
        let given = Given::Straight { bias: layer.params.len() > 1 };
        let kernel = self.kernel(self.image, self.windows, self.filters, given, finish(unit));
        let mut inputs = vec![at.spot(layer.inputs[0])];
        inputs.extend((0..layer.params.len()).map(|index| at.param(layer, index)));
        at.step(kernel, inputs, at.spot(layer.output), at.sizes(layer.output), self.macs);
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
        let layer = &unit.layer;
        let dy = uncut(at, unit, dy);
        bias(at, layer, dy);
        let dy = match (unit.pool, saved) {
            (Some(pool), &[which]) => self.unpool(at, unit, pool, [dy, which]),
            _ => Some(dy),
        };
        let Some(dy) = dy else { return };
        let (x, input) = (at.spot(layer.inputs[0]), layer.inputs[0]);
        if let Some(to) = at.param_gradient(layer, 0) {
            at.add(self.weights(), vec![x, dy], to, self.macs);
        }
        let weights = at.param(layer, 0);
        if self.groups > 1 && turned(self.windows, self.image).is_none() {
            return self.by_groups(at, input, [dy, weights]);
        }
        let own = *self;
        let kernel = move |residual: bool| -> Box<dyn Kernel> {
            let finish = Finish { residual, ..Finish::NONE };
            match turned(own.windows, own.image) {
                Some((windows, made)) => {
                    let made = Image { channels: own.filters, ..made };
                    own.kernel(made, windows, own.image.channels, Given::Turned, finish)
                }
                None => Box::new(TransposedConv::gradient(
                    own.isa,
                    own.image,
                    own.windows,
                    own.filters,
                    finish,
                )),
            }
        };
        at.give_sum(input, kernel, vec![dy, weights], self.macs);
    }

    /// Makes the gradient of the input, a group at a time.
    fn by_groups(&self, at: &mut Builder, input: Value, [dy, weights]: [Spot; 2]) {
        if !at.wants(input) {
            return;
        }
        let sizes = at.sizes(input);
        let (to, groups) = (at.fresh(sizes), self.groups);
        let (channels, filters) = (self.image.channels / groups, self.filters / groups);
        let image = Image { channels, ..self.image };
        for group in 0..groups {
            let own = |of: Spot, count: usize| Spot { offset: of.offset + group * count, ..of };
            let kernel =
                TransposedConv::gradient(self.isa, image, self.windows, filters, Finish::NONE);
            let inputs = vec![own(dy, filters), own(weights, filters)];
            let macs = self.macs / groups as u64;
            at.step(Box::new(kernel), inputs, own(to, channels), sizes, macs);
        }
        at.give(input, to);
    }
}

/// The windows that see outputs as these see an image, if those are next to each other; and the
/// outputs as images, of as many channels.
fn turned(windows: Windows, image: Image) -> Option<(Windows, Image)> {
    let Windows { kernel, stride, dilation, before, count } = windows;
    let extent = [0, 1].map(|a| (kernel[a] - 1) * dilation[a]);
    let fits = stride == [1, 1] && (0..2).all(|a| before[a] <= extent[a]);
    let before = [0, 1].map(|a| extent[a].saturating_sub(before[a]));
    let turned = Windows { before, count: [image.height, image.width], ..windows };
    fits.then_some((turned, Image { height: count[0], width: count[1], ..image }))
}

fn finish(unit: &Unit) -> Finish {
    Finish { low: unit.range.0, high: unit.range.1, ..Finish::NONE }
}

/// Adds up the gradient of a bias, if there is one.
fn bias(at: &mut Builder, layer: &Layer, dy: Spot) {
    if layer.params.len() > 1
        && let Some(to) = at.param_gradient(layer, 1)
    {
        let (dy, of) = at.uncut[layer.output].unwrap_or((dy, layer.output));
        let kernel = ColumnSums::new(at.choice.isa, at.rows(of), true);
        at.add(Box::new(kernel), vec![dy], to, 0);
    }
}

fn place(conv: &Conv2d, net: &Net, choice: Choice, layer: &Layer) -> Place {
    let sizes = |value: Value| &net.values[value][..];
    let image =
        Image::new(sizes(layer.inputs[0]).try_into().expect("a shape rule checked the rank"));
    let size = [image.height, image.width];
    Place {
        isa: choice.isa,
        algorithm: choice.algorithm(&layer.name),
        image,
        windows: Windows::new(size, conv.kernel, conv.stride, conv.dilation, conv.padding),
        groups: conv.groups,
        filters: channels(sizes(layer.output)),
        macs: macs(net, layer),
    }
}

impl Learn for Conv2d {
    fn cuts(&self) -> bool {
        true
    }

    fn pools(&self, net: &Net, choice: Choice, layer: &Layer, size: [usize; 2]) -> bool {
        place(self, net, choice, layer).pools(size)
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let place = place(self, at.net, at.choice, &unit.alone());
        match unit.pool {
            Some(pool) => vec![place.forward_pooled(at, unit, pool)],
            None => {
                place.forward(at, unit);
                Vec::new()
            }
        }
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
        place(self, at.net, at.choice, &unit.alone()).backward(at, unit, saved, dy);
    }
}

fn dense(at: &Builder, layer: &Layer) -> Place {
    let [rows, channels] = at.rows(layer.inputs[0]);
    let image = Image::new([1, 1, rows, channels]);
    Place {
        isa: at.choice.isa,
        algorithm: Algorithm::Product,
        image,
        windows: Windows::pointwise(&image),
        groups: 1,
        filters: at.rows(layer.output)[1],
        macs: products(at, layer),
    }
}

impl Learn for Dense {
    fn cuts(&self) -> bool {
        true
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        dense(at, &unit.layer).forward(at, unit);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        dense(at, &unit.layer).backward(at, unit, &[], dy);
    }
}

/// The windows over a transposed convolution's output, what a convolution that goes back sees; and
/// how many of its first rows and columns none sees, without which those are.
fn back(layer: &Conv2dTranspose, input: &[usize]) -> (Windows, [usize; 2]) {
    let crop = layer.geometry([input[1], input[2]]).map(|axis| axis.map_or(0, |axis| axis.crop[0]));
    let [before, beyond] = [1, -1].map(|sign| crop.map(|crop| (sign * crop).max(0) as usize));
    let Conv2dTranspose { kernel, stride, dilation, .. } = *layer;
    (Windows { kernel, stride, dilation, before, count: [input[1], input[2]] }, beyond)
}

impl Learn for Conv2dTranspose {
    fn cuts(&self) -> bool {
        true
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let layer = &unit.layer;
        let (from, to) = (image(at, layer.inputs[0]), image(at, layer.output));
        let sizes = [to.height, to.width, to.channels];
        let kernel = TransposedConv::of(self, at.choice.isa, from, sizes, finish(unit));
        let mut inputs = vec![at.spot(layer.inputs[0])];
        inputs.extend((0..layer.params.len()).map(|index| at.param(layer, index)));
        let macs = products(at, layer);
        at.step(Box::new(kernel), inputs, at.spot(layer.output), at.sizes(layer.output), macs);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let layer = &unit.layer;
        let input = layer.inputs[0];
        let dy = uncut(at, unit, dy);
        let (channels, isa, macs) = (at.rows(input)[1], at.choice.isa, products(at, layer));
        let (windows, beyond) = back(self, at.sizes(input));
        bias(at, layer, dy);
        let (made, dy) = seen(at, layer.output, dy, beyond);
        if let Some(to) = at.param_gradient(layer, 0) {
            let kernel = ConvWeights::new(isa, made, windows, [1, channels], true);
            at.add(Box::new(kernel), vec![dy, at.spot(input)], to, macs);
        }
        let weights = at.param(layer, 0);
        let place = Place {
            isa,
            algorithm: at.choice.algorithm(&layer.name),
            image: made,
            windows,
            groups: 1,
            filters: channels,
            macs,
        };
        let kernel = move |residual: bool| {
            let given = Given::Straight { bias: false };
            let finish = Finish { residual, ..Finish::NONE };
            place.kernel(made, windows, channels, given, finish)
        };
        at.give_sum(input, kernel, vec![dy, weights], macs);
    }
}

/// A gradient without its first rows and columns.
fn seen(at: &mut Builder, output: Value, dy: Spot, [rows, columns]: [usize; 2]) -> (Image, Spot) {
    let all = image(at, output);
    if [rows, columns] == [0, 0] {
        return (all, dy);
    }
    let (height, width) = (all.height - rows, all.width - columns);
    let sizes = [all.batch, height, width, all.channels];
    let to = at.fresh(&sizes);
    let kernel = Moves::part(at.choice.isa, at.sizes(output), &sizes, &[0, rows, columns, 0]);
    at.step(Box::new(kernel), vec![dy], to, &sizes, 0);
    (Image::new(sizes), to)
}

fn images(of: &DepthwiseConv2d, at: &Builder, layer: &Layer) -> (Image, Windows) {
    let image = image(at, layer.inputs[0]);
    let size = [image.height, image.width];
    (image, Windows::new(size, of.kernel, of.stride, of.dilation, of.padding))
}

impl Learn for DepthwiseConv2d {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let layer = &unit.layer;
        let (isa, macs, (image, windows)) =
            (at.choice.isa, products(at, layer), images(self, at, layer));
        let mut inputs = vec![at.spot(layer.inputs[0])];
        inputs.extend((0..layer.params.len()).map(|index| at.param(layer, index)));
        inputs[1].stride = image.channels;
        let given = Given::Straight { bias: inputs.len() > 2 };
        let kernel = depthwise::Layer::given(isa, image, windows, given, Finish::NONE);
        let (output, sizes) = (at.spot(layer.output), at.sizes(layer.output));
        at.step(Box::new(kernel), inputs, output, sizes, macs);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let layer = &unit.layer;
        let (input, isa, macs) = (layer.inputs[0], at.choice.isa, products(at, layer));
        let (image, windows) = images(self, at, layer);
        // A position's channels in a row.
        let rows = |spot: Spot| Spot { stride: image.channels, ..spot };
        if let Some(to) = at.param_gradient(layer, 0) {
            let kernel = DepthwiseWeights { isa, image, windows, adds: true };
            at.add(Box::new(kernel), vec![at.spot(input), dy], rows(to), macs);
        }
        bias(at, layer, dy);
        let weights = rows(at.param(layer, 0));
        let kernel = move |residual: bool| -> Box<dyn Kernel> {
            let finish = Finish { residual, ..Finish::NONE };
            match turned(windows, image) {
                Some((windows, image)) => {
                    Box::new(depthwise::Layer::given(isa, image, windows, Given::Turned, finish))
                }
                None => Box::new(DepthwiseGradient { isa, image, windows, adds: residual }),
            }
        };
        at.give_sum(input, kernel, vec![dy, weights], macs);
    }
}
