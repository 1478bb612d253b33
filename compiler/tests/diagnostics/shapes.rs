struct Rank(image: [_, 784]) -> [_, 10] {
    image.conv2d(10, 3).flatten()
}
// ---
struct NoBatch(image: [28, 28, 1]) -> [_, 10] {
    image.flatten().dense(10)
}
// ---
struct NoChannels(image: [_, 28, 28]) -> [_, 10] {
    image.flatten().dense(10)
}
// ---
struct Kernel(image: [_, 28, 28, 1]) -> [_, 10] {
    let small = image.max_pool2d(7);
    small.conv2d(8, 5).flatten().dense(10)
}
// ---
struct Groups(image: [_, 28, 28, 32]) -> [_, 10] {
    image.conv2d(8, 5, groups = 3).flatten().dense(10)
}
// ---
struct Merge(image: [_, 28, 28, 3]) -> [_, 28, 28, 24] {
    let x = image.conv2d(24, 1);
    let shortcut = image.conv2d(16, 1);
    add(x, shortcut)
}
// ---
struct Operator(image: [_, 28, 28, 3]) -> [_, 28, 28, 24] {
    let x = image.conv2d(24, 3);
    let shortcut = image.conv2d(24, 1);
    x + shortcut
}
// ---
struct Assertion(image: [_, 64, 64, 3]) -> [_, 10] {
    let e1: [_, 64, 64, 32] = image.conv2d(32, 3);
    e1.flatten().dense(10)
}
// ---
struct Output(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(11)
}
// ---
struct Count(image: [_, 28, 28, 1]) -> ([_, 10], [_, 10]) {
    image.flatten().dense(10)
}
// ---
struct Nothing(image: [_, 28, 28, 1]) -> [_, 10] {
    let _x = image.flatten().dense(10);
}
// ---
struct Twice(image: [_, 28, 28, 1]) -> [_, 10] {
    let a = image.conv2d(8, 99);
    let b = image.conv2d(0, 3);
    add(a, b).flatten().dense(10)
}
// ---
struct Huge(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(2147483647).dense(2147483647).dense(10)
}
// ---
struct Loop(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image;
    for filters in [8, 16, 32, 64] {
        x = x.conv2d(filters, 3, padding = same).max_pool2d(3);
    }
    x.flatten().dense(10)
}
// ---
struct InBlock(image: [_, 28, 28, 3]) -> [_, 28, 28, 16] {
    residual(image, 16)
}
fn residual(x, filters: usize) {
    x + x.conv2d(filters, 3, padding = same)
}
