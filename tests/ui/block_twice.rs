use formwork::prelude::*;

model! {
    struct Residual(image: [_, 32, 32, 16]) -> [_, 32, 32, 112] {
        let a = residual(image, 16);
        let b = residual(image, 32);
        let c = residual(image, 64);
        concat(a, b, c)
    }

    fn residual(x, filters: usize) {
        let y = x.conv2d(filters, 3, padding = same).relu();
        x + y.conv2d(filters, 3, padding = same)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Residual::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 16>>();
    let features: Tensor<Rank4<1, 32, 32, 112>, f32, Cpu> = model.forward(image.clone());
    let _ = (features, model.forward_mut(image));
}
