use formwork::prelude::*;

model! {
    struct Backbone<H, W>(image: [_, H, W, 3]) -> [_, H, W, 32] {
        image.conv2d(32, 3, padding = same).relu()
    }

    struct Grey<H, W>(image: [_, H, W, 1]) -> [_, 10] {
        let features: [_, H, W, 32] = image.apply::<Backbone>();
        features.global_avg_pool2d().dense(10)
    }
}

fn main() {}
