//! Metrics against brute force, over several batches.

use formwork::dfdx::prelude::{AutoDevice, Const, TensorFrom};
use formwork::labels::{Classes, Weighted};
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::{
    Accuracy, BinaryAccuracy, BinaryIoU, ConfusionMatrix, DiceScore, MeanAbsoluteError, MeanIoU,
    MeanLoss, MeanSquaredError, Metric, PixelAccuracy, TopKAccuracy,
};

use crate::random::Random;
use crate::support::{C, Map, Picture, Sparse, TRIES, VOID, close, run, tensor};

/// Pixels that count: the classes from best to worst, the right class, and the weight.
fn pixels(picture: &Picture, ignored: Option<u32>) -> Vec<(Vec<usize>, usize, f64)> {
    let rows = picture.output.chunks(C).zip(&picture.classes).zip(&picture.weights);
    let counted = rows.filter(|((_, class), _)| **class != VOID && Some(**class) != ignored);
    let pixel = |((row, class), weight): ((&[f64], &u32), &f64)| {
        let mut order: Vec<_> = (0..C).collect();
        order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
        (order, *class as usize, *weight)
    };
    counted.map(pixel).collect()
}

fn share(pixels: &[(Vec<usize>, usize, f64)], right: impl Fn(&[usize], usize) -> bool) -> f64 {
    let weight: f64 = pixels.iter().map(|(_, _, weight)| weight).sum();
    let counted = pixels.iter().filter(|(order, class, _)| right(order, *class));
    counted.map(|(_, _, weight)| weight).sum::<f64>() / weight
}

/// Of each class what `of` makes of what was right, what there is, and what was found.
fn each(
    pixels: &[(Vec<usize>, usize, f64)],
    of: impl Fn(f64, f64, f64) -> f64,
) -> Vec<Option<f64>> {
    let class = |c: usize| {
        let sum = |counts: &dyn Fn(usize, usize) -> bool| -> f64 {
            let counted = pixels.iter().filter(|(order, class, _)| counts(order[0], *class));
            counted.map(|(_, _, weight)| weight).sum()
        };
        let right = sum(&|found, there| found == c && there == c);
        let (there, found) = (sum(&|_, there| there == c), sum(&|found, _| found == c));
        let value = of(right, there, found);
        value.is_finite().then_some(value)
    };
    (0..C).map(class).collect()
}

fn mean(values: &[Option<f64>]) -> f64 {
    let known: Vec<_> = values.iter().flatten().collect();
    known.iter().copied().sum::<f64>() / known.len() as f64
}

fn same(found: &[Option<f64>], expected: &[Option<f64>], case: &str) {
    assert_eq!(found.len(), expected.len(), "{case}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.is_some(), expected.is_some(), "{case}");
        close(found.unwrap_or(0.0), expected.unwrap_or(0.0), 1e-9, case);
    }
}

#[test]
fn of_classes() {
    for seed in 0..TRIES {
        // Values that f32 and f64 order alike, and batches of different sizes.
        let pictures: Vec<_> =
            (0..3).map(|i| Picture::new(100 * i + seed, -3.0, 3.0, true)).collect();
        let ignored = (seed % 2 == 0).then_some(1);
        let mut accuracy = Accuracy::new();
        let mut top = TopKAccuracy::new(2);
        let (mut iou, mut dice) = (MeanIoU::new(), DiceScore::new());
        let (mut confusion, mut pixel) = (ConfusionMatrix::new(), PixelAccuracy::new());
        if let Some(class) = ignored {
            (iou, dice) = (iou.ignore_class(class), dice.ignore_class(class));
            (confusion, pixel) = (confusion.ignore_class(class), pixel.ignore_class(class));
        }
        for picture in &pictures {
            let output = tensor(&picture.output, picture.shape());
            let labels = picture.weighted(picture.sparse());
            accuracy.update(&output, &labels).unwrap();
            top.update(&output, &labels).unwrap();
            iou.update(&output, &labels).unwrap();
            dice.update(&output, &labels).unwrap();
            confusion.update(&output, &labels).unwrap();
            pixel.update(&output, &labels).unwrap();
        }
        let all: Vec<_> = pictures.iter().flat_map(|picture| pixels(picture, None)).collect();
        let counted: Vec<_> =
            pictures.iter().flat_map(|picture| pixels(picture, ignored)).collect();
        let first = |order: &[usize], class| order[0] == class;
        close(accuracy.value(), share(&all, first), 1e-9, "accuracy");
        let second = |order: &[usize], class| order[..2].contains(&class);
        close(top.value(), share(&all, second), 1e-9, "top 2");
        close(pixel.value(), share(&counted, first), 1e-9, "pixels");
        close(confusion.value(), share(&counted, first), 1e-9, "confusion");

        let of = each(&counted, |right, there, found| right / (there + found - right));
        same(&iou.per_class(), &of, "iou");
        close(iou.value(), mean(&of), 1e-9, "mean iou");
        let of = each(&counted, |right, there, found| 2.0 * right / (there + found));
        same(&dice.per_class(), &of, "dice");
        close(dice.value(), mean(&of), 1e-9, "mean dice");
        same(&confusion.precision(), &each(&counted, |right, _, found| right / found), "precision");
        same(&confusion.recall(), &each(&counted, |right, there, _| right / there), "recall");
        let right: f64 = (0..C).map(|class| confusion.count(class, class)).sum();
        close(right, share(&counted, first) * counted.iter().map(|p| p.2).sum::<f64>(), 1e-9, "");
    }
}

/// One-hot labels count as the sparse ones that they say.
#[test]
fn of_one_hot_labels() {
    let picture = Picture::new(1, -3.0, 3.0, false);
    let output = tensor(&picture.output, picture.shape());
    let (mut sparse, mut dense) = (ConfusionMatrix::new(), ConfusionMatrix::of_classes(C));
    sparse.update(&output, &picture.sparse()).unwrap();
    dense.update(&output, &tensor(&picture.one_hot(), picture.shape())).unwrap();
    assert_eq!(sparse, dense);
}

#[test]
fn of_masks() {
    for seed in 0..TRIES {
        let mut random = Random::new(seed);
        let n = random.size(1, 20);
        let logits = random.floats(n, -2.0, 2.0);
        let classes: Vec<_> = (0..n).map(|_| random.pick(&[0, 1, 1, VOID])).collect();
        let labels: Classes<_, 2> =
            Classes::with_void((n,), classes.iter().copied(), VOID).unwrap();
        let output = tensor(&logits, (n, Const::<1>));
        let sigmoids: Vec<_> = logits.iter().map(|&x| crate::support::sigmoid(x)).collect();
        let sigmoids = tensor(&sigmoids, (n, Const::<1>));

        let mut of_logits = (BinaryAccuracy::from_logits(), BinaryIoU::from_logits());
        let mut of_sigmoids =
            (BinaryAccuracy::from_probabilities(), BinaryIoU::from_probabilities());
        of_logits.0.update(&output, &labels).unwrap();
        of_logits.1.update(&output, &labels).unwrap();
        of_sigmoids.0.update(&sigmoids, &labels).unwrap();
        of_sigmoids.1.update(&sigmoids, &labels).unwrap();

        let count = |found: bool, there: u32| {
            let pairs = logits.iter().zip(&classes);
            pairs.filter(|(x, class)| (**x > 0.0) == found && **class == there).count() as f64
        };
        let [tn, fp, fn_, tp] = [count(false, 0), count(true, 0), count(false, 1), count(true, 1)];
        let total = tn + fp + fn_ + tp;
        let accuracy = if total > 0.0 { (tn + tp) / total } else { 0.0 };
        close(of_logits.0.value(), accuracy, 1e-9, "accuracy");
        close(of_sigmoids.0.value(), accuracy, 1e-9, "accuracy of sigmoids");
        let iou = [tn / (tn + fp + fn_), tp / (tp + fp + fn_)];
        let known: Vec<_> = iou.into_iter().filter(|iou| iou.is_finite()).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        close(of_logits.1.value(), mean, 1e-9, "iou");
        close(of_sigmoids.1.value(), mean, 1e-9, "iou of sigmoids");
        let one = of_logits.1.target_class(true).value();
        close(one, if iou[1].is_finite() { iou[1] } else { 0.0 }, 1e-9, "iou of 1");
    }
}

#[test]
fn thresholds() {
    let device = AutoDevice::default();
    let output = device.tensor([[0.2], [0.5], [0.7]]);
    let labels = device.tensor([[0.0], [1.0], [1.0]]);
    let mut accuracy = BinaryAccuracy::from_probabilities();
    accuracy.update(&output, &labels).unwrap();
    assert_eq!(accuracy.value(), 2.0 / 3.0); // as Keras: above, not at
    let mut iou = BinaryIoU::from_probabilities();
    iou.update(&output, &labels).unwrap();
    assert_eq!(iou.value(), 1.0); // as Keras: at or above
    let mut accuracy = accuracy.threshold(0.1);
    accuracy.reset();
    accuracy.update(&output, &labels).unwrap();
    assert_eq!(accuracy.value(), 2.0 / 3.0);
}

#[test]
fn of_numbers() {
    let picture = Picture::new(5, -2.0, 2.0, false);
    let labels = Random::new(6).floats(picture.output.len(), -2.0, 2.0);
    let weighted = picture.weighted(tensor(&labels, picture.shape()));
    let output = tensor(&picture.output, picture.shape());
    let (mut squared, mut absolute) = (MeanSquaredError::new(), MeanAbsoluteError::new());
    squared.update(&output, &weighted).unwrap();
    absolute.update(&output, &weighted).unwrap();
    let errors = || picture.output.iter().zip(&labels).map(|(x, y)| x - y).enumerate();
    let weight = |i: usize| picture.weights[i / C];
    let total: f64 = errors().map(|(i, _)| weight(i)).sum();
    let expected = errors().map(|(i, e)| weight(i) * e * e).sum::<f64>() / total;
    close(squared.value(), expected, 1e-6, "squared");
    let expected = errors().map(|(i, e)| weight(i) * e.abs()).sum::<f64>() / total;
    close(absolute.value(), expected, 1e-6, "absolute");
}

#[test]
fn many_metrics_in_one_list() {
    let loss = SparseCategoricalCrossentropy::from_logits();
    let mut metrics: Vec<Box<dyn Metric<AutoDevice, Map, Sparse>>> = vec![
        Box::new(Accuracy::new()),
        Box::new(MeanIoU::new()),
        Box::new(MeanLoss::new(loss.clone())),
        Box::new(MeanLoss::new(loss.clone()).named("crossentropy")),
    ];
    let pictures = [Picture::new(7, -3.0, 3.0, true), Picture::new(8, -3.0, 3.0, true)];
    for picture in &pictures {
        let output = tensor(&picture.output, picture.shape());
        for metric in &mut metrics {
            metric.update(&output, &picture.sparse()).unwrap();
        }
    }
    let names: Vec<_> = metrics.iter().map(|metric| metric.name()).collect();
    assert_eq!(names, ["accuracy", "mean_io_u", "loss", "crossentropy"]);
    let samples = pictures.iter().map(|picture| picture.dims[0] as f64);
    let losses = pictures.iter().map(|p| run(&loss, &p.output, p.shape(), &p.sparse()).0);
    let total: f64 = losses.zip(samples.clone()).map(|(loss, n)| loss * n).sum();
    close(metrics[2].value(), total / samples.sum::<f64>(), 1e-6, "loss");
    for metric in &mut metrics {
        metric.reset();
        assert_eq!(metric.value(), 0.0, "{}", metric.name());
    }
}

#[test]
fn a_table_of_counts() {
    let device = AutoDevice::default();
    let output = device.tensor([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [0.0, 5.0, 1.0]]);
    let labels: Classes<_, 3> = Classes::new((3,), [0, 0, 1]).unwrap();
    let mut confusion = ConfusionMatrix::new();
    confusion.update(&output, &labels).unwrap();
    let expect = "
true │  0  1  2  predicted
─────┼──────────────────
   0 │  1  ·  1   50.0 %
   1 │  ·  1  ·  100.0 %
   2 │  ·  ·  ·      ·
";
    assert_eq!(format!("\n{confusion}"), expect);
    confusion.reset();
    confusion.update(&output, &Weighted::new(labels, (3,), [0.5, 1.0, 12.0]).unwrap()).unwrap();
    let expect = "
true │    0    1    2  predicted
─────┼────────────────────────
   0 │ 0.50    ·    1   33.3 %
   1 │    ·   12    ·  100.0 %
   2 │    ·    ·    ·      ·
";
    assert_eq!(format!("\n{confusion}"), expect);
    assert_eq!(ConfusionMatrix::new().to_string().lines().count(), 2);
}
