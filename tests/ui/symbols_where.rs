use formwork::prelude::*;

model! {
    /// Declared for too many sizes.
    struct Hourglass<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3]
    where H % 4 == 0, W % 4 == 0
    {
        let small = image.max_pool2d(2).max_pool2d(2).max_pool2d(2);
        image + small.upsample2d(8)
    }

    /// No `where` helps: the border is trimmed at every size.
    struct Trimmed<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
        image + image.conv2d(3, 3)
    }

    /// Heights and widths need not be equal.
    struct Turned<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
        image + image.permute((2, 1, 3))
    }
}

fn main() {}
