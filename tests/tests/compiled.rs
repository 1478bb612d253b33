//! Models as the engine runs them: the same answers as layer by layer, and never of old weights.

use formwork::prelude::*;
use formwork::{Context, Submodel};

model! {
    /// A little of everything.
    struct Net<H>(image: [_, H, 12, 3]) -> ([_, 5], [_, H, 12, 4]) where H % 4 == 0 {
        let stem = image.conv2d(8, 3, padding = same, bias = false).batch_norm().relu();
        let down = stem.max_pool2d(2).depthwise_conv2d(3, padding = same).silu();
        let up = down.conv2d_transpose(8, 2, stride = 2);
        let joined = concat(stem, up).conv2d(4, 3, padding = same);
        (joined.global_avg_pool2d().dropout(0.5).dense(5).softmax(), joined)
    }
}

model! {
    struct Block(image: [_, 8, 12, 3]) -> [_, 8, 12, 4] {
        image.conv2d(4, 3, padding = same).relu()
    }

    /// A model twice with one set of weights, and once with another.
    struct Outer(left: [_, 8, 12, 3], right: [_, 8, 12, 3]) -> [_, 8, 12, 12] {
        let block = apply::<Block>();
        let a: [_, 8, 12, 4] = block(left);
        let b: [_, 8, 12, 4] = block(right);
        let c: [_, 8, 12, 4] = left.apply::<Block>();
        concat(a, b, c)
    }
}

type Image = Tensor<(usize, usize, Const<12>, Const<3>), f32, Cpu>;

fn close<S: Shape>(found: &Tensor<S, f32, Cpu>, expect: &Tensor<S, f32, Cpu>) -> bool {
    let (found, expect) = (found.as_vec(), expect.as_vec());
    let largest = expect.iter().fold(1e-3f32, |most, x| most.max(x.abs()));
    found.iter().zip(&expect).all(|(found, expect)| (found - expect).abs() <= 1e-5 * largest)
}

/// What the model answers layer by layer.
fn portable(model: &Net, image: &Image) -> <Net as Module<Image>>::Output {
    Submodel::run(model, &mut Context::inference(), image.clone()).unwrap()
}

#[test]
fn forward_is_what_the_layers_compute() {
    let device = Cpu::seed_from_u64(0);
    let model: Net = Net::build(&device);
    for (batch, height) in [(1, 8), (3, 12), (1, 8), (2, 4), (5, 8), (4, 8), (6, 8), (1, 8)] {
        let image: Image = device.sample_normal_like(&(batch, height, Const, Const));
        let (found, expect) = (model.forward(image.clone()), portable(&model, &image));
        assert!(close(&found.0, &expect.0) && close(&found.1, &expect.1), "{batch}, {height}");
    }
}

#[test]
fn an_instruction_set_that_is_asked_for_and_not_there_is_an_error() {
    // The variable is read once in a process.
    let own = std::env::current_exe().unwrap();
    let run = |isa: &str| {
        let test = ["forward_is_what_the_layers_compute", "--exact"];
        std::process::Command::new(&own).args(test).env("FORMWORK_ISA", isa).output().unwrap()
    };
    assert!(run("portable").status.success());
    let refused = run("sse9");
    let said = String::from_utf8_lossy(&refused.stdout) + String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("no instruction set `sse9`"), "{said}");
}

#[test]
fn models_in_models_are_compiled_with_them() {
    let device = Cpu::seed_from_u64(1);
    let model: Outer = Outer::build(&device);
    let [left, right]: [Tensor<Rank4<2, 8, 12, 3>, f32, Cpu>; 2] =
        [(); 2].map(|()| device.sample_normal());
    let expect = {
        let inputs = (left.clone(), right.clone());
        Submodel::run(&model, &mut Context::inference(), inputs).unwrap()
    };
    let mut compiled = model.compile(2).unwrap();
    assert!(close(&compiled.predict((left.clone(), right.clone())).unwrap(), &expect));
    assert!(close(&model.forward(left, right), &expect));
}

#[test]
fn weights_that_change_are_seen() {
    let device = Cpu::seed_from_u64(2);
    let mut model: Net = Net::build(&device);
    let image: Image = device.sample_normal_like(&(2, 8, Const, Const));
    let mut last = model.forward(image.clone()).0.as_vec();
    let mut check = |model: &Net, what: &str| {
        let found = model.forward(image.clone());
        assert!(close(&found.0, &portable(model, &image).0), "{what}");
        let found = found.0.as_vec();
        assert_ne!(found, last, "{what}");
        last = found;
    };

    // In place.
    let values: Vec<_> = model.dense_bias.as_vec().iter().map(|x| x + 1.0).collect();
    model.dense_bias.copy_from(&[values[0] + 1.0, 0.0, 0.0, 0.0, 0.0]);
    check(&model, "a tensor that is written to");
    // Another tensor.
    model.dense_bias = device.tensor([0.0, 3.0, 0.0, 0.0, 0.0]);
    check(&model, "a tensor that is replaced");
    // By a step of training, which moves the running statistics too.
    let mut sgd = formwork::dfdx::optim::Sgd::new(&model, Default::default());
    let (answer, _) = model.forward_mut(image.clone().traced(Gradients::leaky()));
    let gradients = answer.ln().mean::<Rank0, _>().backward();
    sgd.update(&mut model, &gradients).unwrap();
    check(&model, "a step of training");
    // From a file.
    let other: Net = Net::build(&device);
    let path = std::env::temp_dir().join(format!("formwork-{}.safetensors", std::process::id()));
    Weights::save(&other, &path).unwrap();
    Weights::load(&mut model, &path).unwrap();
    std::fs::remove_file(&path).unwrap();
    check(&model, "weights of a file");
    assert_eq!(model.forward(image.clone()).0.as_vec(), last, "nothing changed");
    // What a clone does is its own business.
    let mut clone = model.clone();
    clone.dense_bias = device.tensor([0.0, 0.0, 3.0, 0.0, 0.0]);
    assert!(!close(&clone.forward(image.clone()).0, &model.forward(image.clone()).0));
    assert_eq!(model.forward(image.clone()).0.as_vec(), last, "a clone changed");
}

#[test]
fn what_is_compiled_is_the_same_for_any_number_of_threads() {
    let device = Cpu::seed_from_u64(3);
    let model: Net = Net::build(&device);
    let image: Image = device.sample_normal_like(&(3, 8, Const, Const));
    let run = |threads: usize| {
        let mut compiled = model.compile(At::batch(3).size("H", 8).threads(threads)).unwrap();
        let (answer, map) = compiled.predict(image.clone()).unwrap();
        let mut again = [vec![0.0; 15], vec![0.0; 3 * 8 * 12 * 4]];
        let [a, b] = &mut again;
        compiled.predict_into(&[&image.as_vec()], &mut [a, b]).unwrap();
        assert_eq!([answer.as_vec(), map.as_vec()], again);
        again
    };
    let alone = run(1);
    assert!((2..5).all(|threads| run(threads) == alone));
}

#[test]
fn what_does_not_fit_is_refused() {
    let device = Cpu::default();
    let model: Net = Net::build(&device);
    let check = |at: At, expect: &str| {
        assert_eq!(model.compile(at).unwrap_err().to_string(), expect);
    };
    check(
        At::batch(1),
        "`Net`: expected a number for `H`, which only run time knows: \
         `At::batch(1).size(\"H\", …)`, found none",
    );
    check(At::batch(1).size("H", 6), "`Net` at [1, 6, 12, 3]: `H` must be a multiple of 4");
    check(At::batch(0).size("H", 8), "`Net`: expected [_, H, 12, 3], found [0, 8, 12, 3]");

    let mut compiled = model.compile(At::batch(1).size("H", 8)).unwrap();
    let image: Image = device.zeros_like(&(2, 8, Const, Const));
    let error = compiled.predict(image).unwrap_err().to_string();
    assert_eq!(error, "`Net`: expected [1, 8, 12, 3], found [2, 8, 12, 3]");
    let error = compiled.predict_into(&[&[0.0; 7]], &mut [&mut [], &mut []]).unwrap_err();
    assert_eq!(error.to_string(), "output 0 has 0 values, not 5: it is [1, 5]");
}
