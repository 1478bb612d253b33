use formwork::prelude::*;

model! {
    struct Unet<H, W>(image: [_, H, W, 3]) -> [_, H, W, 1] where H % 16 == 0 {
        image.conv2d(1, 3, padding = same)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Unet::build(&device);
    let image = device.zeros::<Rank4<1, 16, 16, 3>>();
    let scores: Tensor<Rank4<1, 16, 16, 1>, f32, Cpu> = model.forward(image.clone());
    let trained: Tensor<Rank4<1, 16, 16, 1>, f32, Cpu> = model.forward_mut(image);
    let _ = (scores, trained);
}
