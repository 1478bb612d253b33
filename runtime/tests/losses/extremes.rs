//! Nothing overflows, and where nothing is left the loss is 0.

use formwork::dfdx::prelude::AutoDevice;
use formwork::labels::{Classes, Labels, Weighted};
use formwork::losses::{
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalFocalCrossentropy, Dice, Loss,
    MeanSquaredError, Reduction, SparseCategoricalCrossentropy, Tversky,
};

use crate::support::{C, Map, REDUCTIONS, Sparse, VOID, run, tensor};

const SHAPE: Map = (1, 1, 3, C);
/// The first pixel is right and sure, the second wrong and sure, the third torn.
const OUTPUT: [f64; 12] = [1e3, -1e3, 0.0, 0.0, -1e3, 1e3, 1e3, -1e3, 1e3, 1e3, 1e3, 1e3];

fn labels(classes: [u32; 3]) -> Sparse {
    Classes::with_void((1, 1, 3), classes, VOID).unwrap()
}

fn finite<L: Loss<AutoDevice, Map, Y>, Y>(case: &str, loss: &L, labels: &Y) -> (f64, Vec<f64>) {
    let (value, gradient) = run(loss, &OUTPUT, SHAPE, labels);
    assert!(value.is_finite() && gradient.iter().all(|x| x.is_finite()), "{case}: {gradient:?}");
    (value, gradient)
}

#[test]
fn a_thousand_is_no_overflow() {
    let sure = labels([0, 0, 1]);
    let loss = SparseCategoricalCrossentropy::from_logits().reduction(Reduction::Sum);
    let (value, gradient) = finite("sparse", &loss, &sure);
    assert!((value - (2000.0 + 2f64.ln() + 4f64.ln())).abs() < 1e-3, "{value}");
    assert_eq!(gradient[..4], [0.0; 4]);
    assert_eq!(gradient[4..8], [-1.0, 0.5, 0.5, 0.0]);

    for gamma in [0.0, 0.5, 1.0, 2.0] {
        let loss = CategoricalFocalCrossentropy::from_logits().gamma(gamma);
        finite("focal", &loss, &sure);
        let mask = tensor(&[0.0, 1.0, 0.0, 1.0].repeat(3), SHAPE);
        finite("binary focal", &BinaryFocalCrossentropy::from_logits().gamma(gamma), &mask);
        let loss = BinaryFocalCrossentropy::from_probabilities().gamma(gamma);
        let edges = [0.0, 0.0, 1.0, 1.0].repeat(3);
        let (value, gradient) = run(&loss, &edges, SHAPE, &mask);
        assert!(value.is_finite() && gradient.iter().all(|x| x.is_finite()));
    }
    finite("dice", &Dice::from_logits(), &sure);
    finite("tversky", &Tversky::from_logits(), &sure);

    let mask = tensor(&[0.0, 1.0, 0.0, 1.0].repeat(3), SHAPE);
    let loss = BinaryCrossentropy::from_logits().reduction(Reduction::Sum);
    let (value, gradient) = finite("binary", &loss, &mask);
    assert!((value - 6000.0 - 2.0 * 2f64.ln()).abs() < 1e-2, "{value}");
    assert_eq!(gradient[..4], [1.0, -1.0, 0.5, -0.5]);
}

#[test]
fn probabilities_at_the_ends() {
    let edges = [1.0, 0.0, 0.0, 0.0].repeat(3);
    let loss = SparseCategoricalCrossentropy::from_probabilities().reduction(Reduction::Sum);
    let (value, gradient) = run(&loss, &edges, SHAPE, &labels([0, 1, 2]));
    assert!((value - -2.0 * 1e-7f64.ln()).abs() < 1e-4, "{value}");
    assert!(gradient.iter().all(|x| x.is_finite()));
}

fn nothing<L: Loss<AutoDevice, Map, Y>, Y: Labels<AutoDevice, Map>>(
    case: &str,
    loss: &L,
    labels: &Y,
) {
    assert_eq!(finite(case, loss, labels), (0.0, vec![0.0; 12]), "{case}");
}

#[test]
fn nothing_is_left() {
    let void = labels([VOID; 3]);
    let background = labels([0; 3]);
    for reduction in REDUCTIONS {
        let sparse = SparseCategoricalCrossentropy::from_logits().reduction(reduction);
        nothing("void", &sparse, &void);
        nothing("class weights", &sparse.clone().class_weight([1.0; C]), &void);
        nothing("ignored", &sparse.clone().ignore_class(0), &background);
        let focal = CategoricalFocalCrossentropy::from_logits().reduction(reduction);
        nothing("focal", &focal, &void);
        for axes in [vec![0, 1, 2, 3], vec![1, 2], vec![3]] {
            let dice = Dice::from_logits().axis(axes.clone()).reduction(reduction);
            nothing("dice", &dice, &void);
            nothing("dice without 0", &dice.ignore_class(0), &background);
            let tversky = Tversky::from_logits().axis(axes).reduction(reduction);
            nothing("tversky", &tversky, &void);
        }
        nothing("sum", &(0.5 * sparse + focal), &void);
    }
    let unweighted = Weighted::new(tensor(&[1.0; 12], SHAPE), (1,), [0.0]).unwrap();
    for reduction in REDUCTIONS {
        nothing("no weight", &MeanSquaredError::new().reduction(reduction), &unweighted);
        let loss = BinaryCrossentropy::from_logits().reduction(reduction);
        nothing("no weight of a mask", &loss, &unweighted);
    }
}

/// As many pixels as a batch has add up in 32 bits.
#[test]
fn millions_add_up() {
    let shape: Map = (4, 512, 1024, 2);
    let output = vec![0.1; 4 * 512 * 1024 * 2];
    let labels = tensor(&vec![0.0; output.len()], shape);
    let (value, _) = run(&MeanSquaredError::new(), &output, shape, &labels);
    assert!((value - 0.01).abs() < 1e-6, "{value}");
}
