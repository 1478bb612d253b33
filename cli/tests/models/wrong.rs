use formwork::prelude::*;

model! {
    // Several lines, several bytes a character: ä·β.
    struct Wrong(image: [_, 28, 28, 1]) -> [_, 10] {
        let s = image.conv2d(16, 3); /* ∑ */ let wide = image.conv2(32, 3);
        let sum =
            s + image
                .conv2d(16, 1);
        sum.max_pool2d(2, strides = 2).flatten().dense(10)
    }
}

fn inside() {
    model! {
	struct Tab(x: [_, 4]) -> [_, 3] { x.dense(2) }
    }
    model! { struct }
    model! { struct Fine(x: [_, 4]) -> [_, 2] { x.dense(2) } }
}
