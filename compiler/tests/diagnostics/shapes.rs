struct Rank(image: [_, 784]) -> [_, 10] {
    image.conv2d(10, 3).flatten()
//        ^^^^^^ Shape
//        `conv2d` needs [batch, height, width, channels]; `image` is [_, 784]
//        help: if each sample is an image, say so: `.reshape([_, 28, 28, 1])`
}
// ---
struct NoBatch(image: [28, 28, 1]) -> [_, 10] {
//                    ^^^^^^^^^^^ Shape
//                    `[28, 28, 1]` has no batch dimension; write `[_, 28, 28, 1]`
//                    help: shapes are written whole, batch first; `_` is any batch size
    image.flatten().dense(10)
}
// ---
struct NoChannels(image: [_, 28, 28]) -> [_, 10] {
//                       ^^^^^^^^^^^ Shape
//                       `[_, 28, 28]` has no channels; a greyscale image is `[_, 28, 28, 1]`
//                       help: shapes are [batch, height, width, channels]; a flat input is [batch, features]
    image.flatten().dense(10)
}
// ---
struct Kernel(image: [_, 28, 28, 1]) -> [_, 10] {
    let small = image.max_pool2d(7);
    small.conv2d(8, 5).flatten().dense(10)
//                  ^ Argument
//                  `conv2d`: a 5×5 kernel does not fit the 4×4 input
//                  shapes: image [_, 28, 28, 1] → max_pool2d `small` [_, 4, 4, 1]
//                  help: a smaller one, `padding = same`, or fewer strides and pools before it
}
// ---
struct Groups(image: [_, 28, 28, 32]) -> [_, 10] {
    image.conv2d(8, 5, groups = 3).flatten().dense(10)
//                              ^ Argument
//                              `conv2d`: 3 groups do not divide 32 input channels
//                              help: a divisor of 32, such as 2
}
// ---
struct Merge(image: [_, 28, 28, 3]) -> [_, 28, 28, 24] {
    let x = image.conv2d(24, 1);
    let shortcut = image.conv2d(16, 1);
    add(x, shortcut)
//         ^^^^^^^^ Shape
//         `add`: channels differ: `x` has 24, `shortcut` has 16
//         shapes: image [_, 28, 28, 3] → conv2d `x` [_, 28, 28, 24]
//         shapes: image [_, 28, 28, 3] → conv2d `shortcut` [_, 28, 28, 16]
//         help: a 1×1 convolution makes them equal: `conv2d(24, 1)` on `shortcut`
}
// ---
struct Operator(image: [_, 28, 28, 3]) -> [_, 28, 28, 24] {
    let x = image.conv2d(24, 3);
    let shortcut = image.conv2d(24, 1);
    x + shortcut
//  ^^^^^^^^^^^^ Shape
//  `add`: heights differ: `x` has 26, `shortcut` has 28
//  shapes: image [_, 28, 28, 3] → conv2d `x` [_, 26, 26, 24]
//  shapes: image [_, 28, 28, 3] → conv2d `shortcut` [_, 28, 28, 24]
//  help: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`
}
// ---
struct Assertion(image: [_, 64, 64, 3]) -> [_, 10] {
    let e1: [_, 64, 64, 32] = image.conv2d(32, 3);
//          ^^^^^^^^^^^^^^^ Declared
//          `e1` is declared [_, 64, 64, 32] but is [_, 62, 62, 32]
//          shapes: image [_, 64, 64, 3] → conv2d [_, 62, 62, 32]
    e1.flatten().dense(10)
}
// ---
struct Output(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(11)
//                  ^^^^^^^^^ Output
//                  `Output` is declared to return [_, 10] but returns [_, 11]
//                  shapes: image [_, 28, 28, 1] → flatten [_, 784] → dense [_, 11]
}
// ---
struct Count(image: [_, 28, 28, 1]) -> ([_, 10], [_, 10]) {
    image.flatten().dense(10)
//                  ^^^^^^^^^ Output
//                  `Count` is declared to return 2 tensors but returns one tensor
}
// ---
struct Nothing(image: [_, 28, 28, 1]) -> [_, 10] {
    let _x = image.flatten().dense(10);
}
//^ Output
//`Nothing` returns nothing
//help: end the body with the output, without a `;`
// ---
struct Twice(image: [_, 28, 28, 1]) -> [_, 10] {
    let a = image.conv2d(8, 99);
//                          ^^ Argument
//                          `conv2d`: a 99×99 kernel does not fit the 28×28 input
//                          help: a smaller one, `padding = same`, or fewer strides and pools before it
    let b = image.conv2d(0, 3);
//                       ^ Argument
//                       `conv2d`: `filters` must be at least 1, got 0
    add(a, b).flatten().dense(10)
}
// ---
struct Huge(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(2147483647).dense(2147483647).dense(10)
//                  ^^^^^ Shape
//                  `dense`: [784, 2147483647] is too large for any machine
//                  shapes: image [_, 28, 28, 1] → flatten [_, 784]
}
// ---
struct Loop(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image;
    for filters in [8, 16, 32, 64] {
        x = x.conv2d(filters, 3, padding = same).max_pool2d(3);
//                                                          ^ Argument
//                                                          `max_pool2d`: a 3×3 window does not fit the 1×1 input
//                                                          shapes: … → max_pool2d `x` [_, 9, 9, 8] → conv2d [_, 9, 9, 16] → max_pool2d `x` [_, 3, 3, 16] → conv2d [_, 3, 3, 32] → max_pool2d `x` [_, 1, 1, 32] → conv2d [_, 1, 1, 64]
//                                                          help: a smaller one, `padding = same`, or fewer strides and pools before it
    }
    x.flatten().dense(10)
}
// ---
struct InBlock(image: [_, 28, 28, 3]) -> [_, 28, 28, 16] {
    residual(image, 16)
}
fn residual(x, filters: usize) {
    x + x.conv2d(filters, 3, padding = same)
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//  `add`: channels differ: `x` has 3, the output of `conv2d` has 16
//  shapes: image [_, 28, 28, 3] → conv2d [_, 28, 28, 16]
//  in `residual(x: [_, 28, 28, 3], filters = 16)`
//  help: a 1×1 convolution makes them equal: `conv2d(3, 1)` on the output of `conv2d`
}
// ---
struct NoBatchNoChannels(image: [28, 28]) -> [_, 10] {
//                              ^^^^^^^^ Shape
//                              `[28, 28]` has no batch and no channels; a greyscale image is `[_, 28, 28, 1]`
//                              help: shapes are [batch, height, width, channels]; a flat input is `[_, features]`
    image.flatten().dense(10)
}
// ---
struct OneValue(image: [1, 28, 28, 3]) -> [1, 10] {
    image.conv2d(8, 3).global_avg_pool2d(keepdims = true).batch_norm().flatten().dense(10)
//                                                        ^^^^^^^^^^ Shape
//                                                        `batch_norm` sees one value a channel (1×1×1): its variance is always 0
//                                                        shapes: image [1, 28, 28, 3] → conv2d [1, 26, 26, 8] → global_avg_pool2d [1, 1, 1, 8]
//                                                        help: give it a larger batch or map, or use `layer_norm` or `group_norm`
}
// ---
struct Batches(a: [1, 28, 28, 3], b: [_, 28, 28, 3]) -> [_, 28, 28, 3] {
    a + b
//  ^^^^^ Shape
//  `add`: batches differ: `a` has 1, `b` has _
//  help: sizes must be equal, or 1 to broadcast
}
// ---
struct Reshape(image: [_, 28, 28, 64]) -> [_, 10] {
    let small = image.avg_pool2d(4);
    small.reshape([_, 3000]).dense(10)
//                ^^^^^^^^^ Argument
//                `reshape`: [_, 7, 7, 64] has 3136 values a sample, [_, 3000] has 3000
//                shapes: image [_, 28, 28, 64] → avg_pool2d `small` [_, 7, 7, 64]
//                help: one size may be `-1`: what the others leave
}
// ---
struct Axes(image: [_, 28, 28, 6]) -> [_, 10] {
    let (a, b) = image.split(4);
//                           ^ Argument
//                           `split`: 4 parts do not divide axis 3 of `image`, which is 6 long
//                           help: list their sizes: `split((16, 8))`
    let c = image.slice(0, 0..1);
//                      ^ Argument
//                      `slice`: axis 0 is the batch
//                      help: samples never meet; axis -1 is the channels
    let d = image.slice(3, 2..9);
//                         ^^^^ Argument
//                         `slice`: 2..9 is no part of axis 3 of `image`, which is 6 long
//                         help: 0..6 is all of it; negative ends count from the end
    let e = image.reduce_mean(axis = 4);
//                                   ^ Argument
//                                   `reduce_mean`: no axis 4; `image` is [_, 28, 28, 6]
//                                   help: axes go from 1 to 3; -1 is the last
    concat(a, b, c, d, e, axis = 1).flatten().dense(10)
}
// ---
struct Inputs(a: [_, 8, 8, 3], b: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
    let c = subtract(a, b, a);
//          ^^^^^^^^ Argument
//          `subtract` needs two tensors, got 3
//          help: `subtract(a, b)`
    let d = a.conv2d(b, 3);
//            ^^^^^^ Argument
//            `conv2d` needs one tensor, got 2
//            help: `concat` or `add` makes one of several
    let e = relu(a, b);
//          ^^^^ Argument
//          `relu` needs one tensor, got 2
//          help: `concat` or `add` makes one of several
    let f = concat(a);
//          ^^^^^^ Argument
//          `concat` needs two to twelve tensors, got 1
//          help: `concat(a, b)`; more than twelve take several steps
    add(c, d, e, f)
}
