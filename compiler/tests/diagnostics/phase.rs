struct Shortcut(image: [_, 32, 32, 3]) -> [_, 16, 16, 8] {
    let x = image.conv2d(8, 3, stride = 2, padding = same);
    let shortcut = image.conv2d(8, 1, stride = 2);
    x + shortcut
//  ^ PixelPhase
//  `add`: the pixels do not line up: pixel 0 of `x` lies at row 1, column 1 of `image`, that of `shortcut` at row 0, column 0
//  they are 0.5 down and 0.5 across apart, in pixels of the merged map
//  help: `padding = 1` in `x.conv2d` lines them up; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct Symbolic<H, W>(image: [_, H, W, 3]) -> [_, H, W, 16] where H % 2 == 0, W % 2 == 0 {
    let half = image.conv2d(8, 3, stride = 2, padding = same);
    let whole = half.conv2d_transpose(8, 3, stride = 2, padding = 1, output_padding = 1);
    concat(whole, image.conv2d(8, 1))
//  ^^^^^^ PixelPhase
//  `concat`: the pixels do not line up: pixel 0 of `whole` lies at row 1, column 1 of `image`, that of the output of `conv2d` at row 0, column 0
//  they are 1 down and 1 across apart, in pixels of the merged map
//  help: `padding = same` in `whole.conv2d_transpose` lines them up; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct Corners(image: [_, 32, 32, 4]) -> [_, 32, 32, 4] {
    image + image.max_pool2d(2).upsample2d(2, interpolation = bilinear, align_corners = true)
//  ^^^^^ PixelPhase
//  `add`: the pixels do not line up: pixel 0 of `image` lies at row 0, column 0 of `image`, that of the output of `upsample2d` at row 0.5, column 0.5
//  they are 0.5 down and 0.5 across apart, in pixels of the merged map
//  help: `align_corners = false` in `upsample2d` lines them up; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct Cropped(image: [_, 32, 32, 4]) -> [_, 31, 32, 4] {
    let top = image.crop2d(((1, 0), (0, 0)));
    let bottom = image.crop2d(((0, 1), (0, 0)));
    maximum(top, bottom)
//  ^^^^^^^ PixelPhase
//  `maximum`: the pixels do not line up: pixel 0 of `top` lies at row 1 of `image`, that of `bottom` at row 0
//  they are 1 down apart, in pixels of the merged map
//  help: `cropping = ((1, 0), (0, 0))` in `bottom.crop2d` lines them up; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct Pyramid<H>(c2: [_, H, 32, 4]) -> [_, H, 32, 4] where H % 4 == 0 {
    let c3 = c2.conv2d(4, 3, stride = 2, padding = 1);
    let c4 = c3.conv2d(4, 3, stride = 2, padding = 1);
    merge(c2, merge(c3, c4))
}
fn merge(fine, coarse) {
    fine + coarse.upsample2d(2)
//  ^^^^ PixelPhase
//  `add`: the pixels do not line up: pixel 0 of `c3` lies at row 0, column 0 of `c2`, that of the output of `upsample2d` at row -1, column -1
//  they are 0.5 down and 0.5 across apart, in pixels of the merged map
//  help: both ways must pad, crop, stride and resize about the same centres; if it is meant, say so: `#[allow(pixel_phase)]` before the statement
}
// ---
struct Allowed(image: [_, 32, 32, 3]) -> [_, 16, 16, 8] {
    let x = image.conv2d(8, 3, stride = 2, padding = same);
    let shortcut = image.conv2d(8, 1, stride = 2);
    #[allow(pixel_phase)]
    let y = (x + shortcut).relu();
    #[allow(pixel_phase)]
    maximum(y, shortcut)
}
// ---
struct Aligned<H, W>(image: [_, H, W, 3]) -> [_, H, W, 16] where H % 2 == 0, W % 2 == 0 {
    let half = image.conv2d(8, 3, stride = 2, padding = same);
    let whole = half.conv2d_transpose(8, 3, stride = 2, padding = same);
    concat(whole, image.conv2d(8, 1))
}
