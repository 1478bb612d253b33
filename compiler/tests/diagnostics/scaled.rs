struct Twice(image: [_, 8, 8, 3] in 0.0..=1.0) -> [_, 6, 6, 4] {
    image.rescaling(1.0 / 255.0).conv2d(4, 3)
//        ^^^^^^^^^ ScaledTwice
//        the pixels are scaled twice: `image` is in 0..=1 already
//        help: leave the layer out, or declare what it is given: `in 0..=255`; if it is meant, say so: `#[allow(scaled_twice)]` before the statement
}
// ---
struct Resized(image: [_, 8, 8, 3] in imagenet) -> [_, 2, 2, 4] {
    let small = image.avg_pool2d(2);
    (small / 127.5 - 1.0).conv2d(4, 3)
//   ^^^^^ ScaledTwice
//   the pixels are scaled twice: `image` is in imagenet already
//   help: leave the layer out, or declare what it is given: `in 0..=255`; if it is meant, say so: `#[allow(scaled_twice)]` before the statement
}
// ---
struct Once(image: [_, 8, 8, 3] in 0..=255) -> [_, 6, 6, 4] {
    image.rescaling(1.0 / 255.0).conv2d(4, 3)
}
// ---
struct Centred(image: [_, 8, 8, 3] in 0.0..=1.0) -> [_, 6, 6, 4] {
    (image * 2.0 - 1.0).conv2d(4, 3)
}
// ---
struct Features(image: [_, 8, 8, 3] in 0.0..=1.0) -> [_, 6, 6, 4] {
    image.conv2d(4, 3) / 255.0
}
// ---
struct Meant(image: [_, 8, 8, 3] in 0.0..=1.0) -> [_, 6, 6, 4] {
    #[allow(scaled_twice)]
    let dark = image / 255.0;
    dark.conv2d(4, 3)
}
