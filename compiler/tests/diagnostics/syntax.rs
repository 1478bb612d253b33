struct Closure(image: [_, 28, 28, 1]) -> [_, 10] {
    let f = |x| x.relu();
    let y = match image { x => x };
    let z = &image;
    let w = vec![1, 2];
    let v = image?;
    unsafe { image }
    return image;
}
// ---
struct Missing(image: [_, 28, 28, 1]) -> [_, 10] {
    let x = image.conv2d(8, 3)
    x.flatten().dense(10)
}
// ---
struct Symbols<H, W>(image: [_, H, W, 3]) -> [_, H, W, 1] where H % 16 == 0 {
    image.conv2d(1, 1)
}
// ---
struct Range(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, {SIZE}] {
    image.flatten().dense(10)
}
// ---
enum Model {}
struct After(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(11)
}
// ---
struct NoInput() {
}
// ---
struct While(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image;
    while true { x = x.relu(); }
    x.flatten().dense(10)
}
// ---
struct Submodel(image: [_, 28, 28, 1]) -> [_, 10] {
    image.apply::<Backbone>().flatten().dense(10)
}
