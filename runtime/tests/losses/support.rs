use formwork::dfdx::prelude::{AsArray, AutoDevice, Backward, Shape, Tensor, TensorFromVec, Trace};
use formwork::labels::{Classes, Weighted};
use formwork::losses::{Loss, Reduction};

use crate::random::Random;

/// Number of classes of the random pictures.
pub const C: usize = 4;
/// The label of a pixel without a class.
pub const VOID: u32 = 255;
/// How many random pictures a test tries.
pub const TRIES: u64 = 12;

pub type Map = (usize, usize, usize, usize);
pub type Sparse = Classes<(usize, usize, usize), C>;

/// A random output with random labels.
pub struct Picture {
    pub dims: [usize; 4],
    pub output: Vec<f64>,
    /// The class of each pixel, some of them void.
    pub classes: Vec<u32>,
    pub weights: Vec<f64>,
}

impl Picture {
    /// Values of the output are in `low..high`; `void` says whether some pixels have no class.
    pub fn new(seed: u64, low: f64, high: f64, void: bool) -> Self {
        let mut random = Random::new(seed);
        let dims = [random.size(1, 3), random.size(1, 4), random.size(1, 4), C];
        let pixels = dims[..3].iter().product();
        let class = |random: &mut Random| match random.size(0, if void { C } else { C - 1 }) {
            C => VOID,
            class => class as u32,
        };
        Picture {
            dims,
            output: random.floats(pixels * C, low, high),
            classes: (0..pixels).map(|_| class(&mut random)).collect(),
            weights: random.floats(pixels, 0.0, 2.0),
        }
    }

    pub fn shape(&self) -> Map {
        let [n, h, w, c] = self.dims;
        (n, h, w, c)
    }

    pub fn places(&self) -> (usize, usize, usize) {
        let [n, h, w, _] = self.dims;
        (n, h, w)
    }

    pub fn sparse(&self) -> Sparse {
        Classes::with_void(self.places(), self.classes.iter().copied(), VOID).unwrap()
    }

    pub fn one_hot(&self) -> Vec<f64> {
        let one = |&class: &u32| (0..C as u32).map(move |c| f64::from(u8::from(c == class)));
        self.classes.iter().flat_map(one).collect()
    }

    pub fn weighted<Y>(&self, labels: Y) -> Weighted<Y, (usize, usize, usize)> {
        Weighted::new(labels, self.places(), self.weights.iter().map(|&w| w as f32)).unwrap()
    }

    /// Whether each pixel has a class.
    pub fn valid(&self) -> Vec<bool> {
        self.classes.iter().map(|&class| class != VOID).collect()
    }
}

pub fn tensor<S: Shape>(values: &[f64], shape: S) -> Tensor<S, f32, AutoDevice> {
    let values = values.iter().map(|&x| x as f32).collect();
    AutoDevice::default().tensor_from_vec(values, shape)
}

/// The loss of an output and its gradient.
pub fn run<S, Y, L>(loss: &L, output: &[f64], shape: S, labels: &Y) -> (f64, Vec<f64>)
where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
    L: Loss<AutoDevice, S, Y>,
{
    let output = tensor(output, shape);
    let taped = loss.loss(output.leaky_trace(), labels).unwrap();
    let value = taped.array();
    assert_eq!(loss.loss(output.clone(), labels).unwrap().array(), value, "without a tape");
    let gradients = taped.backward();
    let gradient = gradients.get(&output).as_vec();
    (f64::from(value), gradient.into_iter().map(f64::from).collect())
}

/// Compares a loss and its gradient with a definition and its slopes.
pub fn check<S, Y, L>(
    case: &str,
    loss: &L,
    (output, shape): (&[f64], S),
    labels: &Y,
    expected: impl Fn(&[f64]) -> f64,
) where
    S: Shape<Concrete: Shape<Concrete = S::Concrete>>,
    L: Loss<AutoDevice, S, Y>,
{
    let (value, gradient) = run(loss, output, shape, labels);
    close(value, expected(output), 1e-5, case);
    for (i, found) in gradient.into_iter().enumerate() {
        let moved = |step: f64| {
            let mut output = output.to_vec();
            output[i] += step;
            expected(&output)
        };
        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        close(found, slope, 1e-4, &format!("gradient {i} of {case}"));
    }
}

pub fn close(found: f64, expected: f64, tolerance: f64, case: &str) {
    let distance = (found - expected).abs();
    assert!(distance <= tolerance * expected.abs().max(1.0), "{case}: {found} is not {expected}");
}

/// The losses of all places as one number.
pub fn reduce(losses: &[f64], weights: &[f64], valid: &[bool], reduction: Reduction) -> f64 {
    let counted = || losses.iter().zip(weights).zip(valid).filter(|(_, valid)| **valid);
    let total: f64 = counted().map(|((loss, weight), _)| loss * weight).sum();
    let divisor = match reduction {
        Reduction::Sum => 1.0,
        Reduction::SumOverBatchSize => counted().count() as f64,
        Reduction::MeanWithSampleWeight => counted().map(|((_, weight), _)| weight).sum(),
    };
    if divisor == 0.0 { 0.0 } else { total / divisor }
}

/// All kinds of reductions.
pub const REDUCTIONS: [Reduction; 3] =
    [Reduction::SumOverBatchSize, Reduction::MeanWithSampleWeight, Reduction::Sum];

pub fn softmax(row: &[f64]) -> Vec<f64> {
    let highest = row.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<_> = row.iter().map(|x| (x - highest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
