//! Every layer against its goldens: outputs, gradients, moved statistics.

use formwork::dfdx::prelude::{
    Backward, Cpu, Gradients, NoneTape, OwnedTape, SumTo, Tensor, TryMul,
};
use formwork::{Context, Record, Var};
use formwork_ir::{Call, Domain, Op, Operand, Shape, TABLE, Value, find};
use serde::Deserialize;

use crate::allowed::{GRADIENT, OUTPUT};
use crate::deviation::Deviation;
use crate::golden::{Array, Framework, read, worse};

/// `goldens/layers/<layer>.json`.
#[derive(Deserialize)]
struct Golden {
    layer: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    framework: Framework,
    /// As the text of a graph has it: `conv2d(x; 8, (3, 3), stride = (2, 2))`.
    call: String,
    training: bool,
    inputs: Vec<Array>,
    params: Vec<Array>,
    outputs: Vec<Array>,
    /// What the outputs are multiplied by before they are summed to be differentiated.
    upstreams: Vec<Array>,
    input_gradients: Vec<Array>,
    /// Of the parameters that are trained.
    param_gradients: Vec<Array>,
    /// Running statistics after a step of training.
    moved: Vec<Array>,
}

/// What one layer deviates from one framework at most.
pub struct Row {
    pub layer: &'static str,
    pub framework: Framework,
    pub cases: usize,
    pub deviation: Deviation,
}

/// Runs every golden; the layers in the order of the table.
pub fn measure() -> Vec<Row> {
    TABLE.iter().flat_map(|spec| measure_layer(spec.name)).collect()
}

fn measure_layer(layer: &'static str) -> Vec<Row> {
    let golden: Golden = read(&format!("layers/{layer}.json"));
    assert_eq!(golden.layer, layer);
    let rows = [Framework::Keras, Framework::Torch].map(|framework| {
        let cases = golden.cases.iter().filter(|case| case.framework == framework);
        let deviations: Vec<_> = cases.map(run).collect();
        let deviation = deviations.iter().fold(Deviation::default(), |a, b| a.max(*b));
        Row { layer, framework, cases: deviations.len(), deviation }
    });
    rows.into_iter().filter(|row| row.cases > 0).collect()
}

/// The layers that a call stands for: one, or a slice for each part of a `split`.
fn ops(case: &Case) -> Vec<Op> {
    let (layer, inside) = case.call.split_once('(').expect("layer(…)");
    let inside = inside.strip_suffix(')').expect("layer(…)");
    let args = inside.split_once(';').map_or("", |(_, args)| args);
    let args = Value::parse_args(args, None).unwrap();
    let spec = find(layer).unwrap();
    let op = spec.call(&args).unwrap();
    let shapes = case.inputs.iter().map(|x| Shape::batched(x.shape[1..].iter().copied()));
    let shapes: Vec<_> = shapes.collect();
    let inputs: Vec<_> = shapes.iter().map(|shape| Operand { name: "x", shape }).collect();
    match op.parts(&Call::new(spec.name, &inputs, &Domain::default())) {
        Some(parts) => parts.unwrap(),
        None => vec![op],
    }
}

/// One layer and its activation.
fn apply<T: Record<Cpu>>(
    cx: &mut Context<Cpu>,
    op: &Op,
    inputs: Vec<Var<Cpu, T>>,
    params: &[Var<Cpu>],
) -> Var<Cpu, T> {
    let output = cx.run(op, inputs, params).unwrap();
    match op.activation() {
        Some(activation) => cx.run(activation, vec![output], &[]).unwrap(),
        None => output,
    }
}

fn run(case: &Case) -> Deviation {
    let device = Cpu::default();
    let inputs: Vec<_> = case.inputs.iter().map(|x| x.upload(&device)).collect();
    let params: Vec<_> = case.params.iter().map(|x| x.upload(&device)).collect();
    let context = || if case.training { Context::training() } else { Context::inference() };
    let ops = ops(case);
    assert_eq!(ops.len(), case.outputs.len(), "{}", case.call);
    let mut found = Deviation::default();
    let trained = &params[..case.param_gradients.len()];
    let learning = || inputs.iter().chain(trained);
    let mut slopes: Vec<Vec<f32>> = learning().map(|tensor| vec![0.0; tensor.len()]).collect();
    for ((op, expected), upstream) in ops.iter().zip(&case.outputs).zip(&case.upstreams) {
        let mut cx = context();
        let plain = apply::<NoneTape>(&mut cx, op, inputs.clone(), &params);
        assert_eq!(plain.dims(), expected.shape, "{}", case.call);
        found.output = worse(found.output, expected.deviation(&plain.into_values().as_vec()));
        for (expected, before) in case.moved.iter().zip(&params[params.len() - case.moved.len()..])
        {
            let mut statistic: Tensor<(usize,), f32, Cpu> = before.clone().into_tensor().unwrap();
            cx.update(&mut statistic).unwrap();
            found.output = worse(found.output, expected.deviation(&statistic.as_vec()));
        }

        let taped = inputs.iter().map(Var::taped::<OwnedTape<f32, Cpu>>).collect();
        let output = apply(&mut context(), op, taped, &params).into_values();
        let upstream = upstream.upload(&device).into_values();
        let gradients: Gradients<f32, Cpu> =
            output.try_mul(upstream).unwrap().sum::<(), _>().backward();
        for (sum, tensor) in slopes.iter_mut().zip(learning()) {
            let slope = gradients.get(&tensor.clone().into_values()).as_vec();
            sum.iter_mut().zip(slope).for_each(|(sum, slope)| *sum += slope);
        }
    }
    let expected = case.input_gradients.iter().chain(&case.param_gradients);
    for (expected, slope) in expected.zip(&slopes) {
        found.gradient = worse(found.gradient, expected.deviation(slope));
    }
    let fits = found.output <= OUTPUT && found.gradient <= GRADIENT;
    assert!(fits, "{:?} {} training {}: {found:?}", case.framework, case.call, case.training);
    found
}
