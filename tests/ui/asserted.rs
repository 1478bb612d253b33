use formwork::prelude::*;

model! {
    struct Right(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(10)
    }

    struct Wrong(image: [_, 28, 28, 1]) -> [_, 10] {
        image.flatten().dense(11)
    }
}

const _: () = assert!(Right::PARAMS == 7_850);
const _: () = assert!(Wrong::PARAMS == 7_850 && Wrong::MACS < 10_000);

fn main() {
    println!("{} {}", Wrong::summary(), Wrong::TRAINABLE_PARAMS);
}
