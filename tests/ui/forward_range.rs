use formwork::prelude::*;

model! {
    struct MobileNet(image: [_, 224, 224, 3] in -1.0..=1.0) -> [_, 222, 222, 8] {
        image.conv2d(8, 3)
    }

    struct Torch(image: [_, 224, 224, 3] in imagenet) -> [_, 222, 222, 8] {
        image.conv2d(8, 3)
    }
}

fn main() {
    let device = Cpu::default();
    let tensor = device.zeros::<Rank4<1, 224, 224, 3>>();
    let pixels = Pixels::<Between<0, 1>, _, _>::assume(tensor);
    let _ = MobileNet::build(&device).forward(pixels.clone());
    let _ = Torch::build(&device).forward(pixels);
}
