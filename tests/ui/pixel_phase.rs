#![deny(deprecated)]
use formwork::prelude::*;

model! {
    /// The 3×3 kernel with `padding = same` looks at the pixel after, PyTorch's at the one before.
    struct Converted(image: [_, 224, 224, 3]) -> [_, 112, 112, 64] {
        let x = image.conv2d(64, 3, stride = 2, padding = same).batch_norm();
        let shortcut = image.conv2d(64, 1, stride = 2).batch_norm();
        (x + shortcut).relu()
    }

    /// Silenced where it stands.
    struct Meant(image: [_, 224, 224, 3]) -> [_, 112, 112, 64] {
        let x = image.conv2d(64, 3, stride = 2, padding = same).batch_norm();
        let shortcut = image.conv2d(64, 1, stride = 2).batch_norm();
        #[allow(pixel_phase)]
        (x + shortcut).relu()
    }

    /// Silenced in the whole model.
    #[allow(deprecated)]
    struct AllMeant(image: [_, 224, 224, 3]) -> [_, 112, 112, 64] {
        let x = image.conv2d(64, 3, stride = 2, padding = same).batch_norm();
        let shortcut = image.conv2d(64, 1, stride = 2).batch_norm();
        (x + shortcut).relu()
    }
}

fn main() {
    Converted::build(&Cpu::default());
    Meant::build(&Cpu::default());
    AllMeant::build(&Cpu::default());
}
