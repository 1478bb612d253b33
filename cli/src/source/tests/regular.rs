//! Networks as people build them, with random numbers.

use formwork_ir::{Domain, Graph, NodeId, Shape, Value};

use super::random::Rng;

/// A network of pieces that are there several times, each time with other numbers.
/// With `pairs`, some kernels and strides are not the same in height and width, and some paddings
/// are explicit.
pub fn regular(seed: u64, pairs: bool) -> Graph {
    regular_at(seed, pairs, [32, 32])
}

/// The same for an image of that height and width.
pub fn regular_at(seed: u64, pairs: bool, [height, width]: [usize; 2]) -> Graph {
    let mut rng = Rng(seed | 1);
    // As PyTorch pads.
    let explicit = pairs && seed.is_multiple_of(3);
    let mut pairs = pairs.then_some(Rng(!seed | 1));
    let mut net = Net { graph: Graph::new("Regular", Domain::default()), count: 0 };
    let mut x = net.graph.input("image", Shape::batched([height, width, 4]));
    let style = rng.below(6);
    let (norm, activation) = (rng.below(3), rng.pick(&["relu", "silu", "relu6"]));
    let (kernel, expand) = (1 + 2 * rng.below(3), 1 + rng.below(6));
    // In some networks all stages have gates or none, in others each has its own say.
    let mut gates = seed.is_multiple_of(5).then_some(Rng(seed.rotate_left(32) | 1));
    let mut skips = Vec::new();
    let mut width = 4;
    for stage in 0..2 + rng.below(3) {
        width = if rng.below(3) == 0 { width } else { 2 * width };
        let gated = gates.as_mut().map_or(norm > 1, |rng| rng.below(2) == 0);
        for round in 0..1 + rng.below(4) {
            let stride = if round == 0 && stage > 0 { 1 + rng.below(2) } else { 1 };
            let before = x;
            let channels = net.channels(x);
            let mut pair = |n: usize| {
                let uneven = pairs.as_mut().is_some_and(|rng| rng.below(3) == 0);
                if uneven { format!("(1, {n})") } else { n.to_string() }
            };
            let (shape, step) = (pair(kernel), pair(stride));
            let conv = |net: &mut Net, x, filters: usize, kernel: usize, stride: usize| {
                let around = kernel / 2;
                let kernel = if kernel > 1 { shape.clone() } else { kernel.to_string() };
                let padding = match (explicit, kernel.starts_with('(')) {
                    (false, _) => "same".to_owned(),
                    (true, false) => around.to_string(),
                    (true, true) => format!("(0, {around})"),
                };
                let stride = if stride > 1 { step.clone() } else { stride.to_string() };
                let y = net.layer(
                    &format!("conv2d({filters}, {kernel}, stride = {stride}, padding = {padding})"),
                    &[x],
                );
                if norm > 0 { net.layer("batch_norm(epsilon = 0.01)", &[y]) } else { y }
            };
            let active = |net: &mut Net, x| net.layer(&format!("{activation}()"), &[x]);
            match style {
                0 => {
                    let y = conv(&mut net, x, width, kernel, stride);
                    x = active(&mut net, y);
                }
                1 | 2 => {
                    let y = conv(&mut net, x, width, kernel, stride);
                    let y = active(&mut net, y);
                    let y = conv(&mut net, y, width, kernel, 1);
                    let shortcut = if channels != width || stride > 1 {
                        conv(&mut net, x, width, 1, stride)
                    } else {
                        x
                    };
                    let order = if style == 1 { [y, shortcut] } else { [shortcut, y] };
                    x = net.layer("add()", &order);
                    x = active(&mut net, x);
                }
                3 => {
                    let mut y = x;
                    if stage > 0 {
                        y = conv(&mut net, y, expand * channels, 1, 1);
                        y = active(&mut net, y);
                    }
                    let args = format!("{shape}, stride = {step}, padding = same, bias = false");
                    y = net.layer(&format!("depthwise_conv2d({args})"), &[y]);
                    if gated {
                        let gate = net.layer("global_avg_pool2d(keepdims = true)", &[y]);
                        let inner = net.channels(y);
                        let gate = net.layer(&format!("conv2d({inner}, 1)"), &[gate]);
                        let gate = net.layer("sigmoid()", &[gate]);
                        y = net.layer("multiply()", &[y, gate]);
                    }
                    y = conv(&mut net, y, width, 1, 1);
                    x = if stride == 1 && channels == width {
                        net.layer("add()", &[x, y])
                    } else {
                        y
                    };
                }
                4 => {
                    let y = active(&mut net, x);
                    let y = conv(&mut net, y, expand, kernel, 1);
                    x = net.layer("concat()", &[x, y]);
                }
                _ => {
                    x = conv(&mut net, x, width, kernel, 1);
                    x = active(&mut net, x);
                }
            }
            if rng.below(9) == 0 {
                x = net.layer("dropout(0.25)", &[x]);
            }
            assert_ne!(x, before);
        }
        if rng.below(2) == 0 {
            skips.push(x);
            x = net.layer("max_pool2d(2, padding = same)", &[x]);
        }
    }
    for skip in skips.into_iter().rev() {
        let up = net.layer("upsample2d(2)", &[x]);
        let (a, b) = (net.graph.node(up).shape.clone(), net.graph.node(skip).shape.clone());
        if a.dims()[1..3] == b.dims()[1..3] {
            let merged = net.layer("concat()", &[up, skip]);
            x = net.layer(&format!("conv2d({width}, 3, padding = same)"), &[merged]);
            width = (width / 2).max(1);
        }
    }
    net.graph.set_outputs(&[x]);
    net.graph
}

struct Net {
    graph: Graph,
    count: usize,
}

impl Net {
    fn layer(&mut self, call: &str, inputs: &[NodeId]) -> NodeId {
        let (name, args) = call.split_once('(').expect("layer(…)");
        let args = args.strip_suffix(')').expect("layer(…)");
        let args = Value::parse_args(args, None).expect("arguments");
        let op = formwork_ir::find(name).expect("a layer").call(&args).expect("its arguments");
        self.count += 1;
        let called = vec!["a node"; inputs.len()];
        let name = format!("{name}_{}", self.count);
        self.graph.layer(&name, op, inputs, &called, None).expect("a layer that fits")
    }

    fn channels(&self, node: NodeId) -> usize {
        self.graph.node(node).shape.dims()[3].known().expect("a number")
    }
}
