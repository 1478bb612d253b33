use formwork::prelude::*;

model! {
    struct First(image: [_, 8, 8, 3]) -> [_, 10] {
        image.flatten().dense(9)
    }

    struct Second(image: [_, 8, 8, 3]) -> [_, 10] {
        image.flatten().dens(10)
    }

    struct Right(image: [_, 8, 8, 3]) -> [_, 10] {
        image.flatten().dense(10)
    }
}

fn main() {
    let device = Cpu::default();
    let image = device.zeros::<Rank4<1, 8, 8, 3>>();
    let _ = First::build(&device).forward(image.clone());
    let _ = Second::build(&device).forward(image.clone());
    let _ = Right::build(&device).forward(image);
}
