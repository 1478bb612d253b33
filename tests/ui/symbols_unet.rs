use formwork::prelude::*;

model! {
    /// Four halvings: the sizes that work are the multiples of 16.
    struct Unet<H, W, const CLASSES: usize>(image: [_, H, W, 3]) -> [_, H, W, CLASSES] {
        let e1 = image.double_conv(16);
        let e2 = e1.max_pool2d(2).double_conv(32);
        let e3 = e2.max_pool2d(2).double_conv(64);
        let e4 = e3.max_pool2d(2).double_conv(128);
        let bottom = e4.max_pool2d(2).double_conv(128);
        let d4 = bottom.up(e4, 128);
        let d3 = d4.up(e3, 64);
        let d2 = d3.up(e2, 32);
        let d1 = d2.up(e1, 16);
        d1.conv2d(CLASSES, 1)
    }

    fn up(x, skip, filters: usize) {
        let wide = x.conv2d_transpose(filters, 2, stride = 2);
        concat(wide, skip).double_conv(filters)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
        }
        x
    }
}

fn main() {
    let unet: Unet<21> = Unet::build(&Cpu::default());
    println!("{}", unet.forward(Cpu::default().zeros::<Rank4<1, 64, 64, 3>>()).as_vec().len());
}
