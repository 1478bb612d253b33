use formwork::prelude::*;

model! {
    struct Masked(image: [_, 28, 28, 1], mask: [_, 28, 28, 1]) -> [_, 10] {
        let e3 = image.conv2d(32, 3);
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let model = Masked::build(&device);
    let image = device.zeros::<Rank4<1, 28, 28, 1>>();
    let mask = device.zeros::<Rank4<1, 28, 28, 1>>();
    let _ = model.forward(image, mask);
}
