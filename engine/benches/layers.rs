//! Layers that compute little for what they move: `cargo bench -p formwork-engine --bench layers`,
//! or with a part of a name, and the number of threads in `FORMWORK_THREADS` (2).

mod common;

use std::num::NonZeroUsize;

use common::random;
use formwork_engine::Buffer;
use formwork_engine::kernels::{Algorithm, Finish, Kernel, Place, Site, lower};
use formwork_engine::simd::Isa;
use formwork_engine::team::Team;
use formwork_ir::{Call, Dim, Domain, Operand, Shape, Value, find};

/// A layer with its arguments, and sizes of its inputs.
const CALLS: &[(&str, &[&[usize]])] = &[
    ("dropout(0.5)", &[&[1, 56, 56, 64]]),
    ("relu()", &[&[1, 56, 56, 64]]),
    ("relu()", &[&[1, 112, 112, 96]]),
    ("sigmoid()", &[&[1, 56, 56, 64]]),
    ("silu()", &[&[1, 56, 56, 64]]),
    ("tanh()", &[&[1, 56, 56, 64]]),
    ("gelu()", &[&[1, 56, 56, 64]]),
    ("gelu(approximate = true)", &[&[1, 56, 56, 64]]),
    ("elu()", &[&[1, 56, 56, 64]]),
    ("softplus()", &[&[1, 56, 56, 64]]),
    ("mish()", &[&[1, 56, 56, 64]]),
    ("hard_swish()", &[&[1, 56, 56, 64]]),
    ("add()", &[&[1, 56, 56, 64], &[1, 56, 56, 64]]),
    ("multiply()", &[&[1, 56, 56, 64], &[1, 1, 1, 64]]),
    ("multiply()", &[&[1, 56, 56, 64], &[1, 56, 56, 1]]),
    ("average()", &[&[1, 56, 56, 64], &[1, 56, 56, 64], &[1, 56, 56, 64]]),
    ("prelu(shared_axes = (1, 2))", &[&[1, 56, 56, 64]]),
    ("batch_norm()", &[&[1, 56, 56, 64]]),
    ("batch_norm()", &[&[1, 224, 224, 3]]),
    ("layer_norm()", &[&[1, 56, 56, 96]]),
    ("group_norm(32)", &[&[1, 56, 56, 64]]),
    ("softmax()", &[&[1, 1000]]),
    ("softmax()", &[&[12, 196, 196]]),
    ("softmax()", &[&[1, 128, 128, 2]]),
    ("softmax()", &[&[1, 128, 128, 10]]),
    ("softmax()", &[&[1, 128, 128, 21]]),
    ("softmax(axis = 1)", &[&[1, 21, 128, 128]]),
    ("log_softmax()", &[&[64, 1000]]),
    ("concat()", &[&[1, 56, 56, 64], &[1, 56, 56, 64]]),
    ("zero_pad2d()", &[&[1, 56, 56, 64]]),
    ("zero_pad2d(3)", &[&[1, 224, 224, 3]]),
    ("permute((3, 1, 2))", &[&[1, 56, 56, 64]]),
    ("permute((2, 1, 3))", &[&[1, 56, 56, 64]]),
    ("depth_to_space(2)", &[&[1, 56, 56, 64]]),
    ("depth_to_space(2)", &[&[1, 112, 112, 12]]),
    ("upsample2d()", &[&[1, 28, 28, 128]]),
    ("upsample2d(interpolation = bilinear)", &[&[1, 28, 28, 128]]),
    ("resize2d((224, 224))", &[&[1, 300, 400, 3]]),
    ("reduce_mean((1, 2))", &[&[1, 56, 56, 64]]),
    ("reduce_mean(-1)", &[&[1, 56, 56, 64]]),
    ("reduce_max((1, 2, 3))", &[&[1, 56, 56, 64]]),
];

fn main() {
    let filter: Vec<_> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let threads = std::env::var("FORMWORK_THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let team = Team::new(NonZeroUsize::new(threads).expect("at least one thread"));
    let isa = Isa::detect().expect("an instruction set");
    println!("{isa}, {threads} threads\n{:<60} {:>9} {:>9} {:>9}", "", "µs", "GB/s", "ps/value");
    for &(text, inputs) in CALLS {
        if !filter.is_empty() && !filter.iter().any(|part| text.contains(part.as_str())) {
            continue;
        }
        let mut layer = Prepared::new(isa, text, inputs);
        let seconds = layer.time(&team);
        let values: usize = layer.tensors.iter().map(|tensor| tensor.len()).sum();
        let output = layer.tensors.last().expect("an output").len();
        println!(
            "{:<60} {:>9.1} {:>9.1} {:>9.0}",
            format!("{text} {inputs:?}"),
            seconds * 1e6,
            (4 * values) as f64 / seconds / 1e9,
            seconds * 1e12 / output as f64,
        );
    }
}

/// A layer's kernel and its tensors, the output last.
struct Prepared {
    kernel: Box<dyn Kernel>,
    tensors: Vec<Buffer>,
    strides: Vec<usize>,
}

impl Prepared {
    fn new(isa: Isa, text: &str, inputs: &[&[usize]]) -> Self {
        let (name, args) = text.split_once('(').expect("layer(…)");
        let args = Value::parse_args(args.strip_suffix(')').expect("layer(…)"), None);
        let op = find(name).expect("a layer").call(&args.expect("arguments")).expect("a call");
        let shapes: Vec<_> = inputs
            .iter()
            .map(|dims| Shape::new(dims.iter().map(|n| Dim::from(*n)).collect::<Vec<_>>()))
            .collect();
        let operands: Vec<_> = shapes.iter().map(|shape| Operand { name: "x", shape }).collect();
        let domain = Domain::default();
        let inferred = op.infer(&Call::new(op.spec().name, &operands, &domain)).expect("it fits");
        let sizes = |dims: &[Dim]| -> Vec<usize> {
            dims.iter().map(|dim| dim.known().expect("a number")).collect()
        };
        let output = sizes(inferred.shape.dims());
        let params: Vec<_> = inferred.params.iter().map(|param| sizes(&param.shape)).collect();
        let params = params.iter().map(|dims| random(dims.iter().product())).collect();
        let kernel = lower(
            &op,
            &Site {
                isa,
                algorithm: Algorithm::Fastest,
                inputs: inputs.to_vec(),
                output: &output,
                params: Vec::new(),
                finish: Finish::NONE,
            },
            params,
        );
        let dims: Vec<_> = inputs.iter().copied().chain([&output[..]]).collect();
        let tensors = dims.iter().map(|dims| Buffer::from(&random(dims.iter().product())[..]));
        let strides = dims.iter().map(|dims| dims[dims.len() - 1]).collect();
        Prepared { kernel, tensors: tensors.collect(), strides }
    }

    /// The median of runs that take a fifth of a second together.
    fn time(&mut self, team: &Team) -> f64 {
        let mut inputs = Vec::new();
        for (tensor, stride) in self.tensors.iter_mut().zip(&self.strides) {
            inputs.push(Place { first: tensor.as_mut_ptr(), stride: *stride });
        }
        let output = inputs.pop().expect("an output");
        common::median(team, &*self.kernel, inputs, output, 0.2)
    }
}
