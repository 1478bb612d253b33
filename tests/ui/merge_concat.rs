use formwork::prelude::*;

model! {
    struct Unet(image: [_, 100, 100, 3]) -> [_, 100, 100, 1] {
        let e1 = image.conv2d(8, 3, padding = same);
        let e2 = e1.max_pool2d(2).conv2d(16, 3, padding = same);
        let e3 = e2.max_pool2d(2).conv2d(32, 3, padding = same);
        let d2 = concat(e3.upsample2d(2), e2).conv2d(16, 3, padding = same);
        let bottom = e3.max_pool2d(2).upsample2d(2);
        let d3 = concat(bottom, e3).upsample2d(2);
        concat(d3, d2).upsample2d(2).conv2d(1, 1)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Unet::build(&device);
    let image = device.zeros::<Rank4<1, 100, 100, 3>>();
    let scores: Tensor<Rank4<1, 100, 100, 1>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
