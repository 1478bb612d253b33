use formwork::prelude::*;

model! {
    /// VGG-16 (Simonyan and Zisserman, 2014).
    pub struct Vgg16(image: [_, 224, 224, 3]) -> [_, 1000] {
        let mut x = image;
        for (filters, convolutions) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
            for _ in 0..convolutions {
                x = x.conv2d(filters, 3, padding = same).relu();
            }
            x = x.max_pool2d(2);
        }
        x.flatten().dense(4096).relu().dense(4096).relu().dense(1000)
    }
}
