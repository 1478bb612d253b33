//! What is declared stands, though it is wrong: rustc adds nothing.
use formwork::prelude::*;

model! {
    #[fold_batch_norm(Folded)]
    #[remove_batch_norm(Plain)]
    pub struct Stem<const F: usize>(image: [_, 8, 8, 2]) -> [_, 8, 8, F] {
        image.conv2d(F, 3, padding = same, activation = relu).batch_norm()
    }
}

fn main() {
    let device = Cpu::default();
    let model: Stem<4> = Stem::build(&device);
    let mut folded: Folded<4> = model.fold_batch_norm();
    let plain: Plain<4> = model.try_remove_batch_norm().unwrap();
    folded.freeze("conv2d").unwrap();
    let image: Tensor<Rank4<1, 8, 8, 2>, f32, Cpu> = device.zeros();
    let _: Tensor<Rank4<1, 8, 8, 4>, f32, Cpu> = folded.forward(image.clone()) + plain.forward(image);
}
