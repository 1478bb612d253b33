struct Layer(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2(8, 3).Conv2D(8, 3).attention(4).flatten().linear(10)
}
// ---
struct Argument(image: [_, 28, 28, 1]) -> [_, 10] {
    image
        .conv2d(8, 3, strides = 2, data_format = "channels_last")
        .conv2d(8, 3, 1, same, 1, 1, none, true, zeros, zeros, 7)
        .conv2d(8, kernel = 3, kernel = 5)
        .conv2d(8)
        .conv2d("8", (3, 3, 3), padding = "same", activation = rleu)
        .conv2d(8, 3, activation = softmaxx, kernel_initializer = same)
        .flatten()
        .dense(10)
}
// ---
struct Rate(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dropout(1.5).dense(10)
}
// ---
struct Variable(image: [_, 28, 28, 1]) -> [_, 10] {
    let e1 = imge.conv2d(8, 3);
    e2.flatten().dense(10)
}
// ---
struct Unused(image: [_, 28, 28, 1], mask: [_, 28, 28, 1]) -> [_, 10] {
    let e3 = image.conv2d(8, 3);
    image.conv2d(8, 3);
    image.flatten().dense(10)
}
// ---
struct Mutable(image: [_, 28, 28, 1]) -> [_, 10] {
    let x = image.flatten();
    x = x.dense(10);
    y = x.dense(10);
    x
}
// ---
struct Dead(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image.conv2d(8, 3);
    x = image;
    x.flatten().dense(10)
}
// ---
struct Calls(image: [_, 28, 28, 1]) -> [_, 10] {
    let a = conv_bn(image);
    let b = conv_bn(image, filtres = 3);
    let c = conv_bn(image, 3, 4, 5);
    let d = conv_bn(3, image);
    let e = conv_bm(image, 3);
    let f = endless(image);
    concat(a, b, c, d, e, f).flatten().dense(10)
}
fn conv_bn(x: [_, H, W, C], filters: usize, stride: usize = 1) {
    x.conv2d(filters * C, (H / 2, W / 2), stride = stride)
}
fn endless(x) {
    endless(x)
}
// ---
struct Words(image: [_, 28, 28, 1]) -> [_, 10] {
    let stride = 2;
    let x: usize = image;
    let y: [_, 3] = stride;
    let (a, b) = (1, 2, 3);
    if stride { image } else { x }
    let z = stride / 0 + a + b;
    image.flatten().dense(z).dense(y) / image
}
fn conv2d(x) {
    x
}
// ---
struct Named(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2d(8, 3, name = "stem").conv2d(8, 3, name = "stem").conv2d(8, 3, name = "a b").flatten().dense(10)
}
