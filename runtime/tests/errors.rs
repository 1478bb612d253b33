//! What does not fit at run time is an error that names the layer and both ends.

use formwork::__private::ir::layers::{Add, Dense, Flatten, MaxPool2d};
use formwork::dfdx::prelude::{Backward, Const, Cpu, OwnedTape, SumTo, Tensor, ZerosTensor};
use formwork::{Context, Error, Var};

type Image = Tensor<(usize, usize, usize, Const<1>), f32, Cpu>;
type Square = Tensor<(usize, Const<2>, Const<2>, Const<1>), f32, Cpu>;

fn zeros(dims: &[usize]) -> Var<Cpu> {
    Var::from_vec(&Cpu::default(), vec![0.0; dims.iter().product()], dims).unwrap()
}

fn check(result: Result<impl Sized, Error>, expect: &str) {
    let error = result.err().expect(expect);
    assert_eq!(error.to_string(), expect);
}

#[test]
fn sizes_that_do_not_fit() {
    let mut cx = Context::<Cpu>::inference();
    let device = Cpu::default();
    let x: Tensor<(usize, Const<4>), f32, Cpu> = device.zeros_like(&(2, Const));
    let y: Tensor<(usize, Const<4>), f32, Cpu> = device.zeros_like(&(3, Const));
    let sum: Result<Tensor<(usize, Const<4>), f32, Cpu>, _> =
        cx.apply("add", Add::new(), (x.clone(), y), ());
    check(sum, "`add`: expected a batch of 2, found [3, 4]");

    let empty: Tensor<(usize, Const<4>), f32, Cpu> = device.zeros_like(&(0, Const));
    let sum: Result<Tensor<(usize, Const<4>), f32, Cpu>, _> =
        cx.apply("add_1", Add::new(), (empty.clone(), empty), ());
    check(sum, "`add_1`: expected a batch of at least one, found an empty one");

    let image: Image = device.zeros_like(&(1, 3, 3, Const));
    let pooled: Result<Image, _> = cx.apply("pool", MaxPool2d::new([4, 4]), (image.clone(),), ());
    check(pooled, "`pool`: a 4×4 window does not fit the 3×3 input");

    let pooled: Result<Square, _> = cx.apply("pool", MaxPool2d::new([3, 3]), (image,), ());
    check(pooled, "`pool`: expected [_, 2, 2, 1], found [1, 1, 1, 1]");
}

#[test]
fn tensors_without_types() {
    let mut cx = Context::<Cpu>::inference();
    let params = [zeros(&[4, 3]), zeros(&[2])];
    check(
        cx.run(&Dense::new(3).into(), vec![zeros(&[1, 4])], &params),
        "`dense`: expected parameters [[4, 3], [3]], found parameters [[4, 3], [2]]",
    );
    check(
        cx.run(&Flatten::new().into(), vec![zeros(&[1, 4]), zeros(&[1, 4])], &[]),
        "`flatten`: expected 1 input, found 2",
    );
    check(
        cx.run(&Add::new().into(), Vec::<Var<Cpu>>::new(), &[]),
        "`add`: expected 2 to 12 inputs, found 0",
    );
    check(
        Var::from_vec(&Cpu::default(), vec![0.0; 5], &[2, 3]),
        "``: expected [2, 3], found 5 values",
    );
}

#[test]
fn one_tensor_twice() {
    let x = Var::from_vec(&Cpu::default(), vec![1.0, 2.0], &[1, 2]).unwrap();
    let taped = x.taped::<OwnedTape<f32, Cpu>>();
    let mut cx = Context::inference();
    let sum = cx.run(&Add::new().into(), vec![taped.again(), taped.again(), taped], &[]).unwrap();
    let gradients = sum.into_values().sum::<(), _>().backward();
    assert_eq!(gradients.get(&x.into_values()).as_vec(), [3.0, 3.0]);
}
