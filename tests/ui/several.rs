use formwork::prelude::*;

model! {
    /// Four mistakes, four messages; nothing is said about what follows from them.
    pub struct Several(image: [_, 32, 32, 3], depth: [_, 32, 32]) -> [_, 10] {
        let rgb = image.conv2d(16, 3, strides = 2).batch_norm().relu();
        let d = depth.conv2d(16, 3, stride = 2).relu();
        let both = (rgb + d).max_pool(2);
        both.flatten().dropout(30).dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Several::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 3>>();
    let depth = device.zeros::<Rank4<1, 32, 32, 1>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward_mut(image, depth);
    let _ = scores;
}
