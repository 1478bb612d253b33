struct Flat<H, W>(image: [_, H, W, 3]) -> [_, 10] {
    image.conv2d(8, 3).flatten().dense(10)
//                               ^^^^^ Shape
//                               `dense`: its kernel would be [8·H·W + 32 - 16·H - 16·W, 10], but `H` is known only when the model runs
//                               shapes: image [_, H, W, 3] → conv2d [_, H - 2, W - 2, 8] → flatten [_, 8·H·W + 32 - 16·H - 16·W]
//                               help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
}
// ---
struct FlatConst<const H: usize, const W: usize>(image: [_, H, W, 3]) -> [_, 10] {
    image.conv2d(8, 3).flatten().dense(10)
}
// ---
struct Norm<H, W>(image: [_, H, W, 3]) -> [_, H, W, 8] {
    image.conv2d(8, 1).layer_norm(axis = (1, 2, 3))
//                     ^^^^^^^^^^ Shape
//                     `layer_norm`: its gamma would be [H, W, 8], but `H` is known only when the model runs
//                     shapes: image [_, H, W, 3] → conv2d [_, H, W, 8]
//                     help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
}
// ---
struct Channels<H, W>(image: [_, H, W, 3]) -> [_, 3, W, 10] {
    image.permute((3, 2, 1)).conv2d(10, 1)
//                           ^^^^^^ Shape
//                           `conv2d`: its kernel would be [1, 1, H, 10], but `H` is known only when the model runs
//                           shapes: image [_, H, W, 3] → permute [_, 3, W, H]
//                           help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
}
// ---
struct Reshape<H, W>(image: [_, H, W, 3]) -> [_, H, W] {
    image.conv2d(4, 3, stride = 2).reshape([_, H, -1])
//                                         ^^^^^^^^^^ Argument
//                                         `reshape`: [_, ⌈H/2⌉ - 1, ⌈W/2⌉ - 1, 4] has 4·⌈H/2⌉·⌈W/2⌉ + 4 - 4·⌈H/2⌉ - 4·⌈W/2⌉ values a sample, which [_, H, -1] does not divide, as far as can be decided for all sizes at once
//                                         shapes: image [_, H, W, 3] → conv2d [_, ⌈H/2⌉ - 1, ⌈W/2⌉ - 1, 4]
//                                         help: name its value with the shape that you expect, `let y: [_, …] = …;`: this is then checked when the model runs
}
// ---
struct Asserted<H, W>(image: [_, H, W, 3]) -> [_, H, 2 * W] {
    let rows: [_, H, 2 * W] = image.conv2d(4, 3, stride = 2).reshape([_, H, -1]);
    rows
}
// ---
struct Rows<H, W>(image: [_, H, W, 3]) -> [_, H * W, 3] {
    image.reshape([_, -1, 4])
//                ^^^^^^^^^^ Argument
//                `reshape`: [_, H, W, 3] has 3·H·W values a sample, which [_, -1, 4] does not divide
//                help: one size may be `-1`: what the others leave
}
// ---
struct RowsOfFour<H, W>(image: [_, H, W, 3]) -> [_, H * W / 4, 12] {
    image.reshape([_, -1, 12])
//                ^^^^^^^^^^^ Argument
//                `reshape`: [_, H, W, 3] has 3·H·W values a sample, which [_, -1, 12] does not divide
//                help: one size may be `-1`: what the others leave
}
