//! The operations of the CPU against the portable ones: outputs and gradients.

use dfdx::prelude::{
    Backward, Cpu, CpuError, HasShape, OwnedTape, ReshapeTo, SumTo, TensorFromVec, TryMul,
};

use super::{Backend, Matrix, Merge, Table, Vector, portable};
use crate::random::Random;

type Taped = OwnedTape<f32, Cpu>;
type Operation<'a> = &'a dyn Fn(&[Vector<Cpu>]) -> Result<Vector<Cpu, Taped>, CpuError>;

const TRIES: u64 = 50;

fn size(random: &mut Random, low: usize, high: usize) -> usize {
    low + random.next() as usize % (high - low + 1)
}

fn values(random: &mut Random, len: usize) -> Vec<f32> {
    // Few different values, so that some are equal.
    (0..len).map(|_| (random.uniform() * 16.0).floor() as f32 / 4.0 - 2.0).collect()
}

/// A table of random rows, some of them padding, over `samples` samples; also their number.
fn table(random: &mut Random) -> (Table, usize) {
    let (sources, taps, rows) = (size(random, 1, 6), size(random, 1, 4), size(random, 1, 6));
    let index = (0..rows * taps).map(|_| match size(random, 0, sources) {
        0 => Table::PAD,
        i => i - 1,
    });
    let mut index: Vec<_> = index.collect();
    // Each row has a tap that is no padding.
    index.chunks_exact_mut(taps).for_each(|taps| taps[0] = 0);
    (Table::new(sources, taps, index), size(random, 1, 3))
}

/// Compares the outputs and all gradients of two operations on vectors of these lengths.
fn check(random: &mut Random, lengths: &[usize], fast: Operation, portable: Operation) {
    let device = Cpu::default();
    let inputs: Vec<Vector<Cpu>> =
        lengths.iter().map(|&len| device.tensor_from_vec(values(random, len), (len,))).collect();
    let seed = random.next();
    let run = |operation: Operation| {
        let y = operation(&inputs).unwrap();
        let output = y.as_vec();
        let upstream = values(&mut Random::new(seed), output.len());
        let upstream: Vector<Cpu> = device.tensor_from_vec(upstream, (output.len(),));
        let gradients = y.try_mul(upstream).unwrap().sum::<(), _>().backward();
        let gradients = inputs.iter().map(|x| gradients.get(x).as_vec());
        [vec![output], gradients.collect()].concat()
    };
    for (a, b) in run(fast).iter().flatten().zip(run(portable).iter().flatten()) {
        assert!((a - b).abs() <= 2e-5 * b.abs().max(1.0), "{a} is not {b}: {lengths:?}");
    }
}

/// `x` as a taped matrix with rows of length `n`.
fn rows(x: &Vector<Cpu>, n: usize) -> Matrix<Cpu, Taped> {
    let &(len,) = x.shape();
    x.retaped().reshape_like(&(len / n, n))
}

fn flat(x: Matrix<Cpu, Taped>) -> Vector<Cpu, Taped> {
    let &(a, b) = x.shape();
    x.reshape_like(&(a * b,))
}

/// Runs `f` with a random table, the number of values of its input, and a length of rows.
fn with_tables(f: impl Fn(&mut Random, Table, usize, usize)) {
    for seed in 0..TRIES {
        let random = &mut Random::new(seed);
        let ((table, samples), n) = (table(random), size(random, 1, 5));
        let len = samples * table.sources() * n;
        f(random, table, len, n);
    }
}

#[test]
fn gather() {
    with_tables(|random, table, len, n| {
        let fast = |x: &[_]| Cpu::gather(rows(&x[0], n), &table, 0.5).map(flat);
        let portable = |x: &[_]| portable::gather(rows(&x[0], n), &table, 0.5).map(flat);
        check(random, &[len], &fast, &portable);
    });
}

#[test]
fn gather_max_and_the_first_of_equal_maxima() {
    with_tables(|random, table, len, n| {
        let fast = |x: &[_]| Cpu::gather_max(rows(&x[0], n), &table).map(flat);
        let portable = |x: &[_]| portable::gather_max(rows(&x[0], n), &table).map(flat);
        check(random, &[len], &fast, &portable);
    });
}

#[test]
fn gather_sum() {
    with_tables(|random, table, len, n| {
        let weights = values(random, table.index().len());
        let fast = |x: &[_]| Cpu::gather_sum(rows(&x[0], n), &table, &weights).map(flat);
        let portable = |x: &[_]| portable::gather_sum(rows(&x[0], n), &table, &weights).map(flat);
        check(random, &[len], &fast, &portable);
    });
}

#[test]
fn depthwise() {
    with_tables(|random, table, len, n| {
        let kernel = |x: &Vector<Cpu>| x.clone().reshape_like(&(table.taps(), n));
        let fast = |x: &[_]| Cpu::depthwise(rows(&x[0], n), kernel(&x[1]), &table).map(flat);
        let portable =
            |x: &[_]| portable::depthwise(rows(&x[0], n), kernel(&x[1]), &table).map(flat);
        check(random, &[len, table.taps() * n], &fast, &portable);
    });
}

#[test]
fn affine() {
    for seed in 0..TRIES {
        let random = &mut Random::new(seed);
        let (len, n) = (size(random, 1, 9), size(random, 1, 9));
        let (scaled, shifted) = (seed % 4 != 1, seed % 4 != 2);
        let vectors = |x: &[Vector<Cpu>]| {
            let scale = scaled.then(|| x[1].retaped());
            (scale, shifted.then(|| x[1 + usize::from(scaled)].retaped()))
        };
        let fast = |x: &[_]| {
            let (scale, shift) = vectors(x);
            Cpu::affine(rows(&x[0], n), scale, shift).map(flat)
        };
        let portable = |x: &[_]| {
            let (scale, shift) = vectors(x);
            portable::affine(rows(&x[0], n), scale, shift).map(flat)
        };
        let lengths = [len * n, n, n];
        let count = 1 + usize::from(scaled) + usize::from(shifted);
        check(random, &lengths[..count], &fast, &portable);
    }
}

#[test]
fn normalize() {
    for seed in 0..TRIES {
        let random = &mut Random::new(seed);
        let view = [0; 4].map(|_| size(random, 1, 4));
        let lengths = [view.iter().product()];
        let fast = |x: &[Vector<Cpu>]| Cpu::normalize(x[0].retaped(), view, 0.1).map(|y| y.0);
        let portable =
            |x: &[Vector<Cpu>]| portable::normalize(x[0].retaped(), view, 0.1).map(|y| y.0);
        check(random, &lengths, &fast, &portable);
        let device = Cpu::default();
        let x: Vector<Cpu> = device.tensor_from_vec(values(random, lengths[0]), (lengths[0],));
        let (_, mean, variance) = Cpu::normalize(x.clone(), view, 0.1).unwrap();
        let (_, mean_too, variance_too) = portable::normalize(x, view, 0.1).unwrap();
        for (a, b) in [(mean, mean_too), (variance, variance_too)] {
            let pairs = a.as_vec().into_iter().zip(b.as_vec());
            pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-5, "{a} is not {b}"));
        }
    }
}

#[test]
fn merge() {
    for seed in 0..TRIES {
        let random = &mut Random::new(seed);
        let len = size(random, 1, 9);
        for op in [Merge::Add, Merge::Subtract, Merge::Multiply, Merge::Maximum, Merge::Minimum] {
            let fast = |x: &[Vector<Cpu>]| Cpu::merge(op, x[0].retaped(), x[x.len() - 1].retaped());
            let portable =
                |x: &[Vector<Cpu>]| portable::merge(op, x[0].retaped(), x[x.len() - 1].retaped());
            check(random, &[len, len], &fast, &portable);
            check(random, &[len], &fast, &portable);
        }
    }
}

#[test]
fn concat() {
    for seed in 0..TRIES {
        let random = &mut Random::new(seed);
        let (len, widths) = (size(random, 1, 5), [0; 3].map(|_| size(random, 1, 4)));
        // The first tensor once more at the end: the same one twice.
        let parts =
            |x: &[Vector<Cpu>]| (0..4).map(|i| rows(&x[i % 3], widths[i % 3])).collect::<Vec<_>>();
        let fast = |x: &[_]| Cpu::concat(parts(x)).map(flat);
        let portable = |x: &[_]| portable::concat(parts(x)).map(flat);
        check(random, &widths.map(|n| len * n), &fast, &portable);
    }
}
