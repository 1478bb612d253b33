struct Layer(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2(8, 3).Conv2D(8, 3).attention(4).flatten().linear(10)
//        ^^^^^ UnknownLayer
//        no layer `conv2`; did you mean `conv2d`?
//                    ^^^^^^ UnknownLayer
//                    no layer `Conv2D`; did you mean `conv2d`?
//                                 ^^^^^^^^^ UnknownLayer
//                                 no layer `attention`
//                                 help: `formwork layers` lists the layers; a block is declared `fn name(x) { … }`
//                                                        ^^^^^^ UnknownLayer
//                                                        no layer `linear`; did you mean `dense`?
}
// ---
struct Argument(image: [_, 28, 28, 1]) -> [_, 10] {
    image
        .conv2d(8, 3, strides = 2, data_format = "channels_last")
//                    ^^^^^^^ UnknownArgument
//                    `conv2d` has no argument `strides`; did you mean `stride`?
//                                 ^^^^^^^^^^^ UnknownArgument
//                                 `conv2d` has no argument `data_format`
//                                 help: tensors are always (batch, height, width, channels)
        .conv2d(8, 3, 1, same, 1, 1, none, true, zeros, zeros, 7)
//                                                             ^ Argument
//                                                             `conv2d` takes no more than 10 arguments
//                                                             help: it takes filters, kernel, stride, padding, dilation, groups, activation, bias, kernel_initializer, bias_initializer
        .conv2d(8, kernel = 3, kernel = 5)
//                                      ^ Argument
//                                      `conv2d`: `kernel` is given twice
        .conv2d(8)
//       ^^^^^^ Argument
//       `conv2d` needs `kernel`: a whole number, or a pair `(height, width)`
//       help: `x.conv2d(filters, kernel, …)`
        .conv2d("8", (3, 3, 3), padding = "same", activation = rleu)
//              ^^^ Argument
//              `conv2d`: `filters` takes a whole number, got `"8"`
//                   ^^^^^^^^^ Argument
//                   `conv2d`: `kernel` takes a whole number, or a pair `(height, width)`, got `(3, 3, 3)`
//                                        ^^^^^^ Argument
//                                        `conv2d`: `padding` takes `same`, `valid`, a number, `(height, width)` or `((top, bottom), (left, right))`, got `"same"`
//                                        help: a keyword, without quotes: `same`
//                                                             ^^^^ UnknownName
//                                                             no variable `rleu` here
//                                                             help: did you mean `relu`?
        .conv2d(8, 3, activation = softmaxx, kernel_initializer = same)
//                                 ^^^^^^^^ UnknownName
//                                 no variable `softmaxx` here
//                                 help: did you mean `softmax`?
//                                                                ^^^^ Argument
//                                                                `conv2d`: `kernel_initializer` takes an initializer such as `glorot_uniform`, `he_normal`, `zeros`, got `same`
        .flatten()
        .dense(10)
}
// ---
struct Rate(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dropout(1.5).dense(10)
//                          ^^^ Argument
//                          `dropout`: the rate must be in 0..1, got 1.5
//                          shapes: image [_, 28, 28, 1] → flatten [_, 784]
//                          help: the rate is the share of values to drop, as in Keras
}
// ---
struct Variable(image: [_, 28, 28, 1]) -> [_, 10] {
    let e1 = imge.conv2d(8, 3);
//           ^^^^ UnknownName
//           no variable `imge` here
//           help: did you mean `image`?
    e2.flatten().dense(10)
//  ^^ UnknownName
//  no variable `e2` here
//  help: did you mean `e1`?
}
// ---
struct Unused(image: [_, 28, 28, 1], mask: [_, 28, 28, 1]) -> [_, 10] {
//                                   ^^^^ Unused
//                                   input `mask` is never used
//                                   help: use it, remove it, or call it `_mask`
    let e3 = image.conv2d(8, 3);
//      ^^ Unused
//      `e3` is never used
//      help: use it, remove it, or call it `_e3`
    image.conv2d(8, 3);
//  ^^^^^^^^^^^^^^^^^^ Unused
//  this makes a tensor that nothing uses
//  help: name it with `let`, assign it, or end the body with it
    image.flatten().dense(10)
}
// ---
struct Mutable(image: [_, 28, 28, 1]) -> [_, 10] {
    let x = image.flatten();
    x = x.dense(10);
//  ^ Type
//  `x` is not declared `mut`
//  help: declare it so, `let mut x = …`, or bind it anew with `let`
    y = x.dense(10);
//  ^ UnknownName
//  no variable `y` to assign to
//  help: declare it: `let mut y = …;`
    x
}
// ---
struct Dead(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image.conv2d(8, 3);
//                    ^^^^^^ Unused
//                    the output of `conv2d` is never used
//                    help: return it, or leave the layer out
    x = image;
    x.flatten().dense(10)
}
// ---
struct Calls(image: [_, 28, 28, 1]) -> [_, 10] {
    let a = conv_bn(image);
//          ^^^^^^^ Argument
//          `conv_bn` needs `filters`
//          help: it is declared `fn conv_bn(x, filters, stride = …)`
    let b = conv_bn(image, filtres = 3);
//                         ^^^^^^^ UnknownArgument
//                         block `conv_bn` has no parameter `filtres`
//                         help: did you mean `filters`?
    let c = conv_bn(image, 3, 4, 5);
//                               ^ Argument
//                               `conv_bn` takes 3 arguments
//                               help: it is declared `fn conv_bn(x, filters, stride = …)`
    let d = conv_bn(3, image);
//          ^^^^^^^^^^^^^^^^^ Argument
//          `conv_bn`: `x` is a tensor, got a whole number
//          help: it is declared `fn conv_bn(x, filters, stride = …)`
    let e = conv_bm(image, 3);
//          ^^^^^^^ UnknownLayer
//          no layer `conv_bm`; did you mean `conv_bn`?
    let f = endless(image);
    concat(a, b, c, d, e, f).flatten().dense(10)
}
fn conv_bn(x: [_, H, W, C], filters: usize, stride: usize = 1) {
    x.conv2d(filters * C, (H / 2, W / 2), stride = stride)
}
fn endless(x) {
    endless(x)
//  ^^^^^^^ Limit
//  block `endless` calls itself without end
//  in `endless(x: [_, 28, 28, 1])`
//  in `endless(x: [_, 28, 28, 1])`
//  in `endless(x: [_, 28, 28, 1])`
}
// ---
struct Words(image: [_, 28, 28, 1]) -> [_, 10] {
    let stride = 2;
    let x: usize = image;
//                 ^^^^^ Type
//                 `x` is declared as a whole number but is a tensor
    let y: [_, 3] = stride;
//         ^^^^^^ Type
//         `y` is declared as a tensor but is a whole number
    let (a, b) = (1, 2, 3);
//      ^^^^^^ Type
//      expected 2 values, found a tuple of 3
    if stride { image } else { x }
//     ^^^^^^ Type
//     `if` needs `true` or `false`, got a whole number
//     help: conditions are decided while the model is compiled
    let z = stride / 0 + a + b;
//          ^^^^^^^^^^ Type
//          this divides by zero
    image.flatten().dense(z).dense(y) / image
}
fn conv2d(x) {
// ^^^^^^ Duplicate
// `conv2d` is a layer
// help: give the block another name
    x
}
// ---
struct Named(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2d(8, 3, name = "stem").conv2d(8, 3, name = "stem").conv2d(8, 3, name = "a b").flatten().dense(10)
//                                                        ^^^^^^ Duplicate
//                                                        two layers are named `stem`
//                                                        help: names are unique within a `let` or a block's call
//                                                                                    ^^^^^ Argument
//                                                                                    a layer's name is a string
//                                                                                    help: letters, digits, `_`, `-` and `/`: `name = "stem"`
}
