//! How kernels are tested: against the layer's oracle in f64, on every instruction set that the
//! machine has, by teams of several sizes, on tensors with gaps that are nobody's business.

use std::num::NonZeroUsize;

use formwork_ir::oracle::Array;
use formwork_ir::{Call, Dim, Domain, Op, Operand, Param, Shape};
use proptest::prelude::ProptestConfig;

use super::{Algorithm, Finish, Function, Io, Kernel, Lower, Place, Site, applies};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Team;

/// A layer, what it is applied to, and what it makes of that.
#[derive(Debug)]
pub(crate) struct Case {
    pub(super) inputs: Vec<Array>,
    pub(super) params: Vec<Array>,
    /// Its output's sizes.
    pub output: Vec<usize>,
    pub(super) expect: Array,
    /// How far values may be off; 1e-5 of the largest output unless it is said.
    tolerance: Option<f64>,
}

/// How often a property is tried.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig::with_cases(if cfg!(miri) { 3 } else { count })
}

/// Numbers between -1 and 1, each after the one before it.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub(super) fn array(&mut self, dims: &[usize]) -> Array {
        Array::build(dims, |_| self.next().into())
    }
}

impl Case {
    /// A layer applied to inputs of those sizes, batch first, all random; `None` where it does not
    /// fit.
    pub(crate) fn new(layer: impl Into<Op>, inputs: &[&[usize]], seed: u64) -> Option<Self> {
        let op = layer.into();
        let shapes: Vec<_> = inputs
            .iter()
            .map(|dims| Shape::new(dims.iter().map(|n| Dim::from(*n)).collect::<Vec<_>>()))
            .collect();
        let operands: Vec<_> = shapes.iter().map(|shape| Operand { name: "`x`", shape }).collect();
        let domain = Domain::default();
        let inferred = op.infer(&Call::new(op.spec().name, &operands, &domain)).ok()?;
        let sizes = |dims: &[Dim]| dims.iter().map(Dim::known).collect::<Option<Vec<_>>>();
        let output = sizes(inferred.shape.dims())?;
        if output.contains(&0) {
            return None;
        }
        let mut numbers = Numbers::new(seed);
        let inputs: Vec<_> = inputs.iter().map(|dims| numbers.array(dims)).collect();
        let mut param = |param: &Param| {
            let values = numbers.array(&sizes(&param.shape)?);
            let variance = param.kind == "moving_variance";
            Some(if variance { values.map(|x| x.abs() + 0.1) } else { values })
        };
        let params: Vec<_> = inferred.params.iter().map(&mut param).collect::<Option<_>>()?;
        let expect = op.oracle(&inputs, &params);
        assert_eq!(expect.dims(), output);
        Some(Case { inputs, params, output, expect, tolerance: None })
    }

    /// Inputs and parameters, and what is to be made of them.
    pub(crate) fn of(inputs: Vec<Array>, params: Vec<Array>, expect: Array) -> Self {
        let output = expect.dims().to_vec();
        Case { inputs, params, output, expect, tolerance: None }
    }

    /// The layer's parameters.
    pub(crate) fn params(&self) -> Vec<Vec<f32>> {
        self.params.iter().map(narrow).collect()
    }

    /// The same, with what a step makes of the layer's output.
    pub(crate) fn finished(mut self, finish: Finish) -> Self {
        if finish.residual {
            let residual = Numbers::new(7).array(&self.output);
            self.expect = Array::broadcast(&[self.expect, residual.clone()], |a, b| a + b);
            self.inputs.push(residual);
        }
        self.expect = self.expect.map(|x| x.max(finish.low.into()).min(finish.high.into()));
        match finish.function {
            None => {}
            Some(Function::Silu) => self.expect = self.expect.map(|x| x / (1.0 + (-x).exp())),
            Some(other) => panic!("{other:?} stands for no other function in tests"),
        }
        self
    }

    /// The same, with another layer behind it, which has no parameters; `None` where it does not fit.
    pub(crate) fn then(self, layer: impl Into<Op>) -> Option<Self> {
        let op = layer.into();
        let shape = Shape::new(self.output.iter().map(|n| Dim::from(*n)).collect::<Vec<_>>());
        let operand = Operand { name: "`x`", shape: &shape };
        op.infer(&Call::new(op.spec().name, &[operand], &Domain::default())).ok()?;
        let expect = op.oracle(std::slice::from_ref(&self.expect), &[]);
        Some(Case { output: expect.dims().to_vec(), expect, ..self })
    }

    /// The largest output, or 1.
    fn largest(&self) -> f64 {
        self.expect.data().iter().fold(1.0, |most, x| most.max(x.abs()))
    }

    /// The same, with a tolerance relative to the largest output as it is now: the layer's own, if
    /// this comes before what is made of it.
    pub(crate) fn within(self, tolerance: f64) -> Self {
        let tolerance = Some(tolerance * self.largest());
        Case { tolerance, ..self }
    }
}

/// Compares what a layer's kernel makes with what the layer does, on inputs of those sizes; nothing
/// where it does not fit them.
pub(crate) fn check_layer<L: Lower + Into<Op> + Clone>(
    layer: &L,
    inputs: &[&[usize]],
    finish: Finish,
    seed: u64,
) {
    let Some(case) = Case::new(layer.clone(), inputs, seed) else { return };
    let output = case.output.clone();
    // Plans ask as well, where a layer fits.
    let applies = applies(&layer.clone().into(), inputs[0], Algorithm::Fastest);
    let finish = Finish { function: finish.function.filter(|_| applies), ..finish };
    check(case.finished(finish), |isa, params| {
        layer.lower(&Site {
            isa,
            algorithm: Algorithm::Fastest,
            inputs: inputs.to_vec(),
            output: &output,
            params: params.to_vec(),
            finish,
        })
    });
}

/// Runs the kernel that `make` makes of an instruction set and the parameters, and compares what it
/// makes with what the layer does.
pub(crate) fn check(case: Case, make: impl Fn(Isa, &[&[f32]]) -> Box<dyn Kernel>) {
    let params = case.params();
    let params: Vec<&[f32]> = params.iter().map(Vec::as_slice).collect();
    let tolerance = case.tolerance.unwrap_or_else(|| 1e-5 * case.largest());
    for isa in Isa::available() {
        let kernel = make(isa, &params);
        let [alone, together] = [1, 3].map(|members| run(&*kernel, &case, members, false));
        assert!(alone == together, "{isa}, {}: other bits for another team", kernel.name());
        if kernel.in_place() {
            let same = run(&*kernel, &case, 2, true) == alone;
            assert!(same, "{isa}, {}: other bits in place", kernel.name());
        }
        for (i, (found, expect)) in alone.iter().zip(case.expect.data()).enumerate() {
            let off = (f64::from(*found) - expect).abs();
            assert!(
                off <= tolerance,
                "{isa}, {}: value {i} of {:?} is {found}, not {expect}",
                kernel.name(),
                case.output,
            );
        }
    }
}

fn narrow(array: &Array) -> Vec<f32> {
    array.data().iter().map(|x| *x as f32).collect()
}

/// What lies between rows.
const GAP: f32 = f32::NAN;

/// Rows of channels as a tensor with gaps between them.
fn spread(values: &[f32], channels: usize, gap: usize) -> Buffer {
    let stride = channels + gap;
    let mut buffer = Buffer::zeros(values.len() / channels * stride);
    buffer.fill(GAP);
    for (row, values) in buffer.chunks_exact_mut(stride).zip(values.chunks_exact(channels)) {
        row[..channels].copy_from_slice(values);
    }
    buffer
}

/// What a kernel makes, in a tensor of its own or where its first input lies.
pub(crate) fn run(kernel: &dyn Kernel, case: &Case, members: usize, in_place: bool) -> Vec<f32> {
    let channels = |dims: &[usize]| *dims.last().expect("a rank");
    let (of, gap) = (channels(&case.output), 5);
    let spread_input = |(i, input): (usize, &Array)| {
        let (channels, gap) = (channels(input.dims()), 3 + i);
        (spread(&narrow(input), channels, gap), channels + gap)
    };
    let mut inputs: Vec<_> = case.inputs.iter().enumerate().map(spread_input).collect();
    let places: Vec<_> = inputs
        .iter_mut()
        .map(|(values, stride)| Place { first: values.as_mut_ptr(), stride: *stride })
        .collect();
    let count: usize = case.output.iter().product();
    let mut output = spread(&vec![f32::MAX; count], of, gap);
    let mut scratch = Buffer::zeros(kernel.scratch().total(members));
    scratch.fill(GAP);
    let io = Pointers {
        inputs: &places,
        output: match in_place {
            true => places[0],
            false => Place { first: output.as_mut_ptr(), stride: of + gap },
        },
        scratch: scratch.as_mut_ptr(),
    };
    let team = Team::new(NonZeroUsize::new(members).expect("not 0"));
    // SAFETY: tensors of the shapes that the case has, and scratch memory as the kernel says.
    team.run(&|member| unsafe { kernel.run(&io.get(), member) });
    let (written, stride) = match in_place {
        true => inputs.swap_remove(0),
        false => (output, of + gap),
    };
    for row in written.chunks_exact(stride) {
        assert!(row[of..].iter().all(|x| x.is_nan()), "{}: wrote in a gap", kernel.name());
    }
    written.chunks_exact(stride).flat_map(|row| row[..of].iter().copied()).collect()
}

/// An [`Io`] that members share.
struct Pointers<'a> {
    inputs: &'a [Place],
    output: Place,
    scratch: *mut f32,
}

// SAFETY: kernels keep apart what members write.
unsafe impl Sync for Pointers<'_> {}

impl Pointers<'_> {
    fn get(&self) -> Io<'_> {
        Io { inputs: self.inputs, output: self.output, scratch: self.scratch }
    }
}
