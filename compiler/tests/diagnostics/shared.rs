struct Twice(a: [_, 8, 8, 3], b: [_, 8, 8, 4]) -> [_, 8, 8, 5] {
    let head = conv2d(5, 3, padding = same);
    head(a) + head(b)
//            ^^^^ Shape
//            `conv2d`: its kernel is [3, 3, 3, 5], as its first input needs; here it would be [3, 3, 4, 5]
//            help: a layer that is applied several times has one set of weights: its inputs must have the same channels
}
// ---
struct Arguments(x: [_, 8, 8, 3]) -> [_, 8, 8, 5] {
    let head = conv2d(5, 3, padding = same);
    head(x, 3) + head(x, stride = 2) + head() + head(x, x)
//          ^ Argument
//          `head` is applied to tensors alone, got a whole number
//                                ^ Argument
//                                `head` is applied to tensors alone, got a whole number
//                                     ^^^^ Argument
//                                     `head` is applied to one tensor, got 0
//                                              ^^^^ Argument
//                                              `head` is applied to one tensor, got 2
}
// ---
struct Unapplied(x: [_, 8, 8, 3]) -> [_, 8, 8, 5] {
//               ^ Unused
//               input `x` is never used
//               help: use it, remove it, or call it `_x`
    let head = conv2d(5, 3, padding = same);
//      ^^^^ Unused
//      `head` is never used
//      help: use it, remove it, or call it `_head`
    let other = dense(5);
//      ^^^^^ Unused
//      `other` is never used
//      help: use it, remove it, or call it `_other`
    conv2d(5, 3, padding = same)
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Output
//  `Unapplied` returns a layer without its input, not a tensor
//  help: apply it: `x.layer(…)`
}
// ---
struct Statement(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
    conv2d(5, 3);
//  ^^^^^^^^^^^^ Unused
//  this makes a layer without its input that nothing uses
//  help: name it with `let`, assign it, or end the body with it
    x + max_pool2d(2)
//  ^^^^^^^^^^^^^^^^^ Type
//  `+` does not combine a tensor with a layer without its input
//  help: tensors have `+`, `-`, `*`, and with a number also `/`
}
// ---
struct NoShape(x: [_, 8, 8, 3]) -> [_, 10] {
    let features = x.apply::<Backbone>();
//                   ^^^^^^^^^^^^^^^^^^^ Declared
//                   the shape that `Backbone` makes is not known here
//                   help: say it, and rustc checks it: `let features: [_, …] = x.apply::<Backbone>();`
    features.dense(10)
}
// ---
struct NoModel(x: [_, 8, 8, 3]) -> [_, 10] {
    let a: [_, 10] = x.apply();
//                   ^^^^^^^^^ Unsupported
//                   `apply` needs a model
//                   help: `x.apply::<Backbone>()`
    let b: [_, 10] = x.apply::<3>();
//                          ^^^^^ Unsupported
//                          `apply` takes the type of a model
//                          help: the name of one, with its sizes: `apply::<Backbone>()`, `apply::<Unet<21>>()`
    let c: [_, 10] = x.dense::<Backbone>(10);
//                          ^^^^^^^^^^^^ Unsupported
//                          `dense` has no type arguments
//                          help: only `apply::<Model>()` has one
    let d: [_, 10] = x.apply::<Backbone, Other>();
//                          ^^^^^^^^^^^^^^^^^^^ Unsupported
//                          `apply` takes the type of a model
//                          help: the name of one, with its sizes: `apply::<Backbone>()`, `apply::<Unet<21>>()`
    let e: [_, 10] = x.apply::<Backbone>(3);
//                                       ^ Argument
//                                       a model is applied to tensors alone, got a whole number
    a + b + c + d + e
}
// ---
struct Allowed(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
    #[allow(dead_code)]
//  ^^^^^^^^^^^^^^^^^^^ Syntax
//  only `#[allow(pixel_phase)]` and `#[allow(selu_recipe)]` and `#[allow(scaled_twice)]` can stand before a statement of a model
    let y = x.relu();
    #[inline]
//  ^^^^^^^^^ Syntax
//  only `#[allow(pixel_phase)]` and `#[allow(selu_recipe)]` and `#[allow(scaled_twice)]` can stand before a statement of a model
    for _ in 0..2 {}
    #[allow(pixel_phase)]
    y
}
// ---
struct Fine(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
    let mixer = conv2d(3, 1, name = "mixer");
    let mut y = x;
    for _ in 0..3 {
        y = y.mixer().relu();
    }
    #[allow(pixel_phase)]
    let z: [_, 8, 8, 3] = y.apply::<crate::models::Refine<21>>();
    z
}
