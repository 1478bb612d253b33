use formwork::dfdx::prelude::{AutoDevice, Backward, OwnedTape, SumTo, TryMul};
use formwork::{Context, Var};
use formwork_ir::oracle::Array;
use formwork_ir::{Call, Dim, Domain, Inferred, Op, Operand, Param, Shape};

use crate::random::Random;

/// Values of a tensor on the device under test.
pub fn values(var: &Var<AutoDevice>) -> Vec<f64> {
    var.clone().into_values().as_vec().into_iter().map(f64::from).collect()
}

pub fn upload(device: &AutoDevice, array: &Array) -> Var<AutoDevice> {
    let values = array.data().iter().map(|&x| x as f32).collect();
    Var::from_vec(device, values, array.dims()).unwrap()
}

/// What the layer infers for inputs of these sizes, if it takes them.
fn infer(op: &Op, dims: &[Vec<usize>]) -> Option<Inferred> {
    let shape = |dims: &Vec<usize>| Shape::batched(dims[1..].iter().copied());
    let shapes: Vec<_> = dims.iter().map(shape).collect();
    let inputs: Vec<_> = shapes.iter().map(|shape| Operand { name: "x", shape }).collect();
    let inferred = op.infer(&Call::new(op.spec().name, &inputs, &Domain::default())).ok()?;
    let fits = |dim: &Dim| dim.known() != Some(0);
    inferred.shape.dims().iter().all(fits).then_some(inferred)
}

/// Checks outputs and gradients of a layer for inputs of these sizes against `Op::oracle`;
/// `false` where the layer does not take them.
pub fn check(op: &Op, dims: &[Vec<usize>], random: &mut Random) -> bool {
    let Some(inferred) = infer(op, dims) else {
        return false;
    };
    let case = format!("{} of {dims:?}", op.rust());
    let mut array = |dims: &[usize], low, high| {
        Array::new(dims, random.floats(dims.iter().product(), low, high))
    };
    let inputs: Vec<_> = dims.iter().map(|dims| array(dims, -2.0, 2.0)).collect();
    let params = inferred.params.iter().map(|Param { kind, shape, .. }| {
        let sizes: Vec<_> = shape.iter().filter_map(Dim::known).collect();
        match *kind {
            "moving_variance" => array(&sizes, 0.5, 2.0),
            _ => array(&sizes, -1.0, 1.0),
        }
    });
    let params: Vec<_> = params.collect();
    let expected = op.oracle(&inputs, &params);

    let device = AutoDevice::default();
    let uploaded: Vec<_> = inputs.iter().map(|input| upload(&device, input)).collect();
    let weights: Vec<_> = params.iter().map(|param| upload(&device, param)).collect();
    let taped = uploaded.iter().map(Var::taped::<OwnedTape<f32, AutoDevice>>).collect();
    let mut cx = Context::inference();
    let output = cx.run(op, taped, &weights).unwrap_or_else(|e| panic!("{case}: {e}"));
    assert_eq!(output.dims(), expected.dims(), "{case}");
    close(&values(&output.untaped()), expected.data(), 1e-5, &case);

    let untaped = cx.run(op, uploaded.clone(), &weights).unwrap();
    assert_eq!(values(&untaped), values(&output.untaped()), "{case} without a tape");

    // Σ r · y for random r, whose gradient is taken.
    let upstream = Array::new(expected.dims(), random.floats(expected.len(), -1.0, 1.0));
    let loss = output.into_values().try_mul(upload(&device, &upstream).into_values()).unwrap();
    let gradients = loss.sum::<(), _>().backward();
    let objective = |inputs: &[Array], params: &[Array]| -> f64 {
        let output = op.oracle(inputs, params);
        output.data().iter().zip(upstream.data()).map(|(y, r)| y * r).sum()
    };
    let trainable = inferred.params.iter().map(|param| param.trainable);
    let tensors = uploaded.iter().map(|input| (input, true)).chain(weights.iter().zip(trainable));
    for (i, (tensor, _)) in tensors.enumerate().filter(|(_, (_, trainable))| *trainable) {
        let found = gradients.get(&tensor.clone().into_values()).as_vec();
        let mut places: Vec<_> = (0..10).map(|_| random.size(0, found.len() - 1)).collect();
        places.dedup();
        let slope = |place: usize| {
            let moved = |step: f64| {
                let (mut inputs, mut params) = (inputs.clone(), params.clone());
                let tensors = inputs.iter_mut().chain(params.iter_mut());
                tensors.enumerate().filter(|(j, _)| *j == i).for_each(|(_, tensor)| {
                    tensor.data_mut()[place] += step;
                });
                objective(&inputs, &params)
            };
            (moved(1e-5) - moved(-1e-5)) / 2e-5
        };
        let expected: Vec<_> = places.iter().map(|&place| slope(place)).collect();
        let found: Vec<_> = places.iter().map(|&place| f64::from(found[place])).collect();
        close(&found, &expected, 1e-4, &format!("gradient {i} of {case}"));
    }
    true
}

/// Compares values, to a tolerance relative to the largest of them (and to 1).
pub fn close(found: &[f64], expected: &[f64], tolerance: f64, case: &str) {
    assert_eq!(found.len(), expected.len(), "{case}");
    let scale = expected.iter().fold(1.0, |scale: f64, x| scale.max(x.abs()));
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance * scale, "{case}: {a} is not {b} at {i}");
    }
}
