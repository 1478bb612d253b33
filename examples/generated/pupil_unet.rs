use formwork::prelude::*;

model! {
    /// Imported from `pupil_unet.onnx`.
    pub struct PupilUnet<H, W>(image: [_, H, W, 1] in 0.0..=1.0) -> [_, H, W, 1]
    where
        H % 4 == 0,
        W % 4 == 0,
    {
        let inc = image.double_conv(32);
        let down1 = inc.max_pool2d(2).double_conv(64);
        let down2 = down1.max_pool2d(2).double_conv(128);
        let gate = concat(down2.reduce_mean(3, keepdims = true), down2.reduce_max(3, keepdims = true))
            .conv2d(1, 7, padding = same, bias = false).sigmoid();
        let x = (down2 * gate).conv2d_transpose(64, 2, stride = 2, name = "up1");
        let x2 = concat(x, down1).double_conv(64).conv2d_transpose(32, 2, stride = 2, name = "up2");
        concat(x2, inc).double_conv(32).conv2d(1, 1, name = "outc")
    }

    fn double_conv(x, filters: usize) {
        x.conv_bn_relu(filters).conv_bn_relu(filters)
    }

    fn conv_bn_relu(x, filters: usize) {
        x
            .conv2d(filters, 3, padding = same)
            .batch_norm(momentum = 0.9, epsilon = 1e-5, unbiased = true).relu()
    }
}
