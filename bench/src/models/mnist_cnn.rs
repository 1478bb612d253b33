use formwork::prelude::*;

model! {
    /// The network that tutorials begin with: two convolutions, a pooling, two dense layers.
    pub struct MnistCnn(image: [_, 28, 28, 1]) -> [_, 10] {
        image
            .conv2d(32, 3).relu()
            .conv2d(64, 3).relu()
            .max_pool2d(2)
            .flatten()
            .dense(128).relu()
            .dense(10)
    }
}
