//! Blocks that training runs again on the way back: it comes to the same, to the bit, in less memory.

mod tensors;

use formwork::dfdx::optim::{Sgd, SgdConfig};
use formwork::prelude::*;
use formwork::{Context, Statistics, Submodel};
use tensors::values;

/// The same network with and without an attribute before its blocks.
macro_rules! network {
    ($module:ident $(, $attribute:meta)?) => {
        #[allow(dead_code, reason = "a model has more than one test takes")]
        mod $module {
            use formwork::prelude::*;

            model! {
                pub struct Net(image: [_, 16, 12, 3]) -> [_, 5] {
                    let mut x = image.conv2d(8, 3, padding = same);
                    for stride in [1, 2, 1] {
                        x = x.residual(stride);
                    }
                    let (a, b) = x.halves();
                    concat(a, b).global_avg_pool2d().dense(5)
                }

                $(#[$attribute])?
                fn residual(x: [_, _, _, C], stride: usize) {
                    let wide = x.conv2d(4 * C, 1, bias = false).batch_norm().relu6();
                    let deep = wide.depthwise_conv2d(3, stride = stride, padding = same).silu();
                    let made = deep.squeeze().conv2d(C, 1).dropout(0.2);
                    if stride == 1 { x + made } else { made }
                }

                // Within one that runs again.
                $(#[$attribute])?
                fn squeeze(x: [_, _, _, C]) {
                    x * x.global_avg_pool2d(keepdims = true).conv2d(C, 1).sigmoid()
                }

                $(#[$attribute])?
                fn halves(x: [_, _, _, C]) {
                    let joined = concat(x.relu(), x.conv2d(C, 1).tanh());
                    (joined.conv2d(4, 1), joined.group_norm(groups = 4))
                }
            }
        }
    };
}

network!(kept);
network!(again, checkpoint);

/// A model's weights after some steps, and the answers on the way.
macro_rules! trained {
    ($Net:ty) => {{
        let device = Cpu::seed_from_u64(5);
        let mut model: $Net = <$Net>::build(&device);
        let sgd = SgdConfig { lr: 0.05, ..Default::default() };
        let mut sgd = Sgd::new(&model, sgd);
        let mut answers = Vec::new();
        for seed in 0..4 {
            let image: Tensor<Rank4<3, 16, 12, 3>, f32, Cpu> = device.sample_normal();
            let cx = &mut Context::training().seeded(seed);
            let image = image.traced(model.alloc_grads());
            let output = Submodel::run(&model, cx, image).unwrap();
            model.update(cx).unwrap();
            answers.push(output.as_vec());
            let gradients = output.square().mean::<Rank0, _>().backward();
            sgd.update(&mut model, &gradients).unwrap();
        }
        (answers, values(&model))
    }};
}

#[test]
fn it_comes_to_the_same() {
    let expect = trained!(kept::Net);
    assert_ne!(expect.0[0], expect.0[3], "answers move");
    assert_eq!(trained!(again::Net), expect);
}

#[test]
fn the_table_says_what_it_costs() {
    let device = Cpu::default();
    let [kept, again] = [
        kept::Net::<Cpu, f32>::build(&device).explain_training(3).unwrap(),
        again::Net::<Cpu, f32>::build(&device).explain_training(3).unwrap(),
    ];
    assert!(!kept.contains("checkpoint"), "{kept}");
    // The inner block counts as part of the outer.
    let costs: Vec<_> = again.lines().filter(|line| line.starts_with("checkpoint ")).collect();
    assert_eq!(costs.len(), 4, "{again}");
    for (line, name) in costs.iter().zip(["residual", "residual_1", "residual_2", "halves"]) {
        assert!(line.contains(&format!("{name}: ")), "{line}");
        assert!(line.contains("steps run again"), "{line}");
    }
    let flops = |table: &str| -> f64 {
        let last = table.lines().last().expect("a line");
        let (_, flops) = last.split_once("threads: ").expect("a sum");
        flops.split_once(" MFLOP").expect("a sum").0.parse().expect("a number")
    };
    let (_, less) = again.split_once("without checkpoints ").expect("a line");
    let less: f64 = less.split_once(" MFLOP less").expect("a number").0.parse().expect("a number");
    assert!((flops(&again) - less - flops(&kept)).abs() < 0.2, "{again}");
}
