//! Two inputs, two outputs: what a plant is and how tall, from a photograph and measurements.

use formwork::dfdx::data::OneHotEncode;
use formwork::dfdx::losses::mse_loss;
use formwork::dfdx::optim::Adam;
use formwork::prelude::*;

model! {
    /// Species (as logits) and height of a plant.
    pub struct Plant(photo: [_, 64, 64, 3], measures: [_, 6]) -> ([_, 12], [_, 1]) {
        let mut seen = photo;
        for filters in [16, 32, 64] {
            seen = seen.conv2d(filters, 3, stride = 2, padding = same).relu();
        }
        let measured = measures.dense(16).relu();
        let joint = concat(seen.global_avg_pool2d(), measured).dense(64).relu();
        (joint.dense(12, name = "species"), joint.dense(1, name = "height"))
    }
}

fn main() {
    println!("{}", Plant::summary());
    let device = Cpu::seed_from_u64(0);
    let mut model = Plant::build(&device);
    let mut adam = Adam::new(&model, Default::default());
    let photos: Tensor<Rank4<4, 64, 64, 3>, f32, Cpu> = device.sample_uniform();
    let measures: Tensor<Rank2<4, 6>, f32, Cpu> = device.sample_normal();
    let species = device.one_hot_encode(Const::<12>, [3, 1, 4, 1]);
    let heights = device.tensor([[0.5], [1.2], [0.1], [0.7]]);

    let mut gradients = model.alloc_grads();
    for step in 0..=60 {
        let (logits, height) = model.forward_mut(photos.trace(gradients), measures.retaped());
        // Both losses in one sum: one tape, one way back.
        let loss = cross_entropy_with_logits_loss(logits, species.clone())
            + mse_loss(height, heights.clone());
        if step % 20 == 0 {
            println!("loss after {step} steps: {:.4}", loss.array());
        }
        gradients = loss.backward();
        adam.update(&mut model, &gradients).expect("every parameter has a gradient");
        model.zero_grads(&mut gradients);
    }
}
