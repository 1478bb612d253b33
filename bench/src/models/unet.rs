use formwork::prelude::*;

model! {
    /// U-Net (Ronneberger et al., 2015) of four levels, padded, with batch norm.
    #[fold_batch_norm(FoldedUnet)]
    pub struct Unet(image: [_, 128, 128, 1]) -> [_, 128, 128, 2] {
        let e1 = image.double_conv(32);
        let e2 = e1.max_pool2d(2).double_conv(64);
        let e3 = e2.max_pool2d(2).double_conv(128);
        let e4 = e3.max_pool2d(2).double_conv(256);
        let bottom = e4.max_pool2d(2).double_conv(512);
        bottom.up(e4).up(e3).up(e2).up(e1).conv2d(2, 1)
    }

    fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C / 2]) {
        let wide = x.conv2d_transpose(C / 2, 2, stride = 2);
        concat(wide, skip).double_conv(C / 2)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
        }
        x
    }
}
