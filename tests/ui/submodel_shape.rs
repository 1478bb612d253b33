use formwork::prelude::*;

model! {
    struct Backbone<H, W>(image: [_, H, W, 3]) -> [_, H / 4, W / 4, 32]
    where H % 4 == 0, W % 4 == 0
    {
        image.conv2d(16, 3, stride = 2, padding = same).relu()
            .conv2d(32, 3, stride = 2, padding = same).relu()
    }

    struct Head<H, W>(image: [_, H, W, 3]) -> [_, 10]
    where H % 4 == 0, W % 4 == 0
    {
        let features: [_, H / 4, W / 4, 64] = image.apply::<Backbone>();
        features.global_avg_pool2d().dense(10)
    }
}

fn main() {}
