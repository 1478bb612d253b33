//! Random networks: what a framework's file would hold of them is read as it was written.

use std::io::Cursor;

use formwork_ir::layers::{
    BatchNorm, Concat, Conv2d, Conv2dTranspose, Dense, DepthwiseConv2d, Dropout, Flatten,
    LayerNorm, MaxPool2d, Prelu, Relu, SeparableConv2d,
};
use formwork_ir::{Axes, Axis, Domain, Graph, NodeId, Op, Shape};
use formwork_weights::WeightFile;
use formwork_weights::fit::{Framework, How, Loader, Network, Parameters, written};
use proptest::prelude::*;
use safetensors::tensor::{Dtype, TensorView};

/// A chain of layers, from numbers; those that do not fit are left out.
fn network(size: [usize; 3], layers: &[(u8, usize)], head: &[(u8, usize)]) -> Network {
    let mut graph = Graph::new("Random", Domain::default());
    let mut x = graph.input("x", Shape::batched(size));
    let add = |graph: &mut Graph, op: Op, inputs: &[NodeId]| {
        let name = format!("l{}.it", graph.nodes().len());
        graph.layer(&name, op, inputs, &["a", "b"], None).ok()
    };
    let shared = || Some(Axes(vec![Axis(1), Axis(2)]));
    for &(kind, n) in layers {
        let op: Op = match kind {
            0 => Conv2d::new(n * 2, [2, 2]).groups(n).into(),
            1 => Conv2d::new(n, [2, 1]).bias(n % 2 == 0).into(),
            2 => DepthwiseConv2d::new([1, 2]).depth_multiplier(n).into(),
            3 => SeparableConv2d::new(n, [2, 2]).into(),
            4 => Conv2dTranspose::new(n, [2, 2]).stride([2, 2]).into(),
            5 => BatchNorm::new().scale(n % 2 == 0).into(),
            6 => Prelu::new().shared_axes(shared()).into(),
            7 => Prelu::new().into(),
            8 => LayerNorm::new().axis(Axes(vec![Axis(-3), Axis(-2), Axis(-1)])).into(),
            9 => MaxPool2d::new([1, 2]).into(),
            _ => Dense::new(n).into(),
        };
        x = add(&mut graph, op, &[x]).unwrap_or(x);
    }
    x = add(&mut graph, Flatten::new().into(), &[x]).expect("a flattened map");
    for &(kind, n) in head {
        let (op, inputs): (Op, Vec<_>) = match kind {
            0 => (BatchNorm::new().into(), vec![x]),
            1 => (Prelu::new().into(), vec![x]),
            2 => (LayerNorm::new().into(), vec![x]),
            3 => (Concat::new().into(), vec![x, x]),
            4 => (Relu::new().into(), vec![x]),
            5 => (Dropout::new(0.5).into(), vec![x]),
            _ => (Dense::new(n).bias(n % 2 == 0).into(), vec![x]),
        };
        x = add(&mut graph, op, &inputs).unwrap_or(x);
    }
    x = add(&mut graph, Dense::new(3).into(), &[x]).expect("a dense layer");
    graph.set_outputs(&[x]);
    graph.into()
}

fn values(count: usize, first: usize) -> Vec<f32> {
    (first..first + count).map(|i| i as f32).collect()
}

/// A file of the framework; the values of each parameter count on from those before.
fn file(parameters: &Parameters, framework: Framework, name: impl Fn(&str) -> String) -> Loader {
    let mut first = 0;
    let mut tensors = Vec::new();
    for own in written(parameters, framework).unwrap() {
        let count = own.parameter.sizes.iter().product();
        let values = own.layout.from_ours(values(count, first));
        let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
        tensors.push((name(&own.name), own.layout.shape().to_vec(), bytes));
        first += count;
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    let bytes = safetensors::serialize(views, None).unwrap();
    Loader::from(WeightFile::read("random.safetensors", Cursor::new(bytes)).unwrap())
}

fn check(parameters: &Parameters, mut loader: Loader, how: How) -> Result<(), TestCaseError> {
    let fit = loader.fit(parameters).map_err(|misfits| TestCaseError::fail(misfits.to_string()))?;
    let names: Vec<_> = parameters.list.iter().map(|parameter| &parameter.name).collect();
    let matched: Vec<_> = fit.report.matched.iter().map(|row| &row.parameter).collect();
    prop_assert_eq!(matched, names);
    prop_assert!(fit.report.matched.iter().all(|row| row.how == how), "{}", fit.report);
    let mut first = 0;
    for (parameter, found) in parameters.list.iter().zip(loader.values(&fit).unwrap()) {
        prop_assert_eq!(&found, &values(found.len(), first), "{}", parameter.name);
        first += found.len();
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn files_of_both_frameworks_are_read_as_they_were_written(
        size in [3..6usize, 3..6usize, 1..4usize],
        layers in prop::collection::vec((0..11u8, 1..4usize), 0..8),
        head in prop::collection::vec((0..7u8, 1..5usize), 0..5),
    ) {
        let parameters = network(size, &layers, &head).parameters();
        prop_assert!(parameters.obstacles.is_empty());
        for framework in [Framework::Keras, Framework::Pytorch] {
            check(&parameters, file(&parameters, framework, str::to_owned), How::Name)?;
            // `it` is called as its scope.
            let scope = |name: &str| name.replace(".it.", ".").replace("/it/", "/");
            check(&parameters, file(&parameters, framework, scope), How::Name)?;
            // Names that say the order alone.
            let other = |name: &str| scope(name).replacen('l', "net.", 1);
            check(&parameters, file(&parameters, framework, other), How::Order)?;
        }
        let own = file(&parameters, Framework::Formwork, str::to_owned);
        check(&parameters, own, How::Name)?;
    }
}
