//! Sizes that only run time knows, and labels that are no classes, are errors that say where.

use formwork::Error;
use formwork::dfdx::prelude::{AutoDevice, Const, TensorFromVec, ZerosTensor};
use formwork::labels::{Classes, Weighted};
use formwork::losses::{
    BinaryCrossentropy, Dice, Loss, MeanSquaredError, SparseCategoricalCrossentropy,
};
use formwork::metrics::{ConfusionMatrix, Metric};

fn check(result: Result<impl Sized, Error>, expect: &str) {
    assert_eq!(result.err().expect(expect).to_string(), expect);
}

#[test]
fn labels_that_are_no_classes() {
    let shape = (2, Const::<2>);
    check(
        Classes::<_, 3>::new(shape, [0u8, 1, 2, 3]),
        "label [1, 1] is 3, expected a class below 3; if 3 is no class, say so: `Classes::with_void`",
    );
    check(
        Classes::<_, 3>::new(shape, [0, -1, 2, 3]),
        "label [0, 1] is -1, expected a class below 3",
    );
    check(
        Classes::<_, 3>::with_void(shape, [0u8, 255, 7, 1], 255),
        "label [1, 0] is 7, expected a class below 3 or the void label 255",
    );
    check(
        Classes::<_, 3>::new(shape, [0u8, 1, 2]),
        "`labels`: expected 4 labels, as of [2, 2], found 3",
    );
    check(Weighted::new((), (3,), [1.0]), "`weights`: expected 3 weights, as of [3], found 1");
    check(
        Weighted::new((), (2,), [1.0, f32::NAN]),
        "`weights`: expected weights that are finite and not negative, found NaN",
    );
}

#[test]
fn sizes_that_differ() {
    let device = AutoDevice::default();
    let output = || device.zeros_like(&(2, 3, 3, Const::<4>));
    let labels: Classes<_, 4> = Classes::new((2, 3, 2), [0; 12]).unwrap();
    let loss = SparseCategoricalCrossentropy::from_logits();
    check(
        loss.loss(output(), &labels),
        "`sparse_categorical_crossentropy`: expected labels [2, 3, 3], found [2, 3, 2]",
    );
    check(
        MeanSquaredError::new().loss(output(), &device.zeros_like(&(2, 3, 4, 4))),
        "`mean_squared_error`: expected labels [2, 3, 3, 4], found [2, 3, 4, 4]",
    );
    let labels: Classes<_, 4> = Classes::new((2, 3, 3), [0; 18]).unwrap();
    let weighted = Weighted::new(labels.clone(), (3,), [1.0; 3]).unwrap();
    check(
        loss.loss(output(), &weighted),
        "`sparse_categorical_crossentropy`: expected weights [2] or [2, 3, 3], found [3]",
    );

    let empty = || device.zeros_like(&(0, 3, 3, Const::<4>));
    let none: Classes<_, 4> = Classes::new((0, 3, 3), [0u32; 0]).unwrap();
    check(
        loss.loss(empty(), &none),
        "`sparse_categorical_crossentropy`: expected a batch of at least one, found [0, 3, 3, 4]",
    );
    check(
        MeanSquaredError::new().loss(empty(), &empty()),
        "`mean_squared_error`: expected a batch of at least one, found [0, 3, 3, 4]",
    );
    check(
        ConfusionMatrix::new().update(&empty(), &none),
        "`confusion_matrix`: expected a batch of at least one, found [0, 3, 3, 4]",
    );

    // The number of channels is known only now.
    let five = device.zeros_like(&(2, 3, 3, 5));
    check(
        loss.loss(five.clone(), &labels),
        "`sparse_categorical_crossentropy`: expected labels of 5 classes, found 4",
    );
    check(
        loss.clone().class_weight([1.0; 3]).loss(device.zeros_like(&(2, 3, 3, 4)), &labels),
        "`sparse_categorical_crossentropy`: expected 4 class weights, found 3",
    );
    let one = device.zeros_like(&(1, 1));
    let two: Classes<_, 2> = Classes::new((1,), [1]).unwrap();
    check(
        loss.loss(one.clone(), &two),
        "`sparse_categorical_crossentropy`: expected labels of 1 classes, found 2",
    );
    assert!(BinaryCrossentropy::from_logits().loss(one, &two).is_ok());

    let mut confusion = ConfusionMatrix::new();
    confusion.update(&output(), &labels).unwrap();
    let other: Classes<_, 5> = Classes::new((2, 3, 3), [0; 18]).unwrap();
    check(
        confusion.update(&five, &other),
        "`confusion_matrix`: expected an output of 4 channels, found 5",
    );
}

#[test]
fn axes_that_are_not() {
    let output = AutoDevice::default().tensor_from_vec(vec![0.0; 6], (2, Const::<3>));
    let labels: Classes<_, 3> = Classes::new((2,), [0, 1]).unwrap();
    let dice = Dice::from_logits();
    check(
        dice.clone().axis([2]).loss(output.clone(), &labels),
        "`dice`: expected an axis below 2, found 2",
    );
    check(
        dice.clone().axis([-3]).loss(output.clone(), &labels),
        "`dice`: expected an axis below 2, found -3",
    );
    check(
        dice.class_weight([1.0; 3]).loss(output, &labels),
        "`dice`: expected an `axis` that leaves the channels, since classes have weights, found \
         the axes [0, 1]",
    );
}
