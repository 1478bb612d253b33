use formwork::prelude::*;

model! {
    /// The wound of every converted VGG: a flatten fixes the size of the image.
    struct Classifier<H, W>(image: [_, H, W, 3]) -> [_, 10]
    where H % 4 == 0, W % 4 == 0
    {
        image.conv2d(8, 3, stride = 4, padding = same).relu().flatten().dense(10)
    }
}

fn main() {}
