use formwork::prelude::*;

model! {
    /// Four mistakes, four messages; nothing is said about what follows from them.
    pub struct Several(image: [_, 32, 32, 3]) -> [_, 10] {
        let rgb = image.conv2d(16, 3, strides = 2).batch_norm().relu();
        let noisy = image.dropout(30).conv2(16, 3);
        let wide = image.conv2d(16, 33, activation = relu);
        concat(rgb, noisy, wide).flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Several::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 3>>();
    let scores = model.forward_mut(image);
    let _ = scores.array();
}
