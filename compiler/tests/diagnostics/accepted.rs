pub struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
    image
        .conv2d(32, 3, padding = same).relu()
        .max_pool2d(2)
        .conv2d(64, 3, padding = same).relu()
        .max_pool2d(2)
        .flatten()
        .dense(128).relu()
        .dropout(0.5)
        .dense(10)
}
// ---
struct Residual(image: [_, 32, 32, 3]) -> [_, 10] {
    let mut x = image.conv_bn(16);
    for (filters, n) in [(16, 2), (32, 2)] {
        for i in 0..n {
            let stride = if i == 0 && filters != 16 { 2 } else { 1 };
            x = residual(x, filters, stride);
        }
    }
    let e1: [_, 16, 16, 32] = x;
    e1.flatten().dense(10)
}
fn conv_bn(x, filters: usize, stride: usize = 1, activation: Activation = relu) {
    x.conv2d(filters, 3, stride, padding = same, bias = false, activation = activation).batch_norm()
}
fn residual(x: [_, H, W, C], filters: usize, stride: usize) -> [_, H / stride, W / stride, filters] {
    let shortcut = if stride != 1 || C != filters {
        x.conv2d(filters, 1, stride = stride).batch_norm()
    } else {
        x
    };
    let y = x.conv_bn(filters, stride = stride).conv_bn(filters, activation = none);
    (y + shortcut).relu()
//  ^^^^^^^^^^^^^^ PixelPhase
//  `add`: the pixels do not line up: pixel 0 of `y` lies at row 1, column 1 of `image`, that of `shortcut` at row 0, column 0
//  they are 0.5 down and 0.5 across apart, in pixels of the merged map
//  help: `padding = 1` in `x.residual_2.y.conv_bn.conv2d` lines them up; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct TwoInputs(left: [_, 8, 8, 3], right: [_, 8, 8, 3]) -> ([_, 8, 8, 4], [_, 10]) {
    let (a, b) = twice(left + right);
    (a, b.flatten().dense(10))
}
fn twice(x) -> ([_, 8, 8, 4], [_, 8, 8, 4]) {
    let y = x.conv2d(4, 1);
    (y, y.relu())
}
