struct Closure(image: [_, 28, 28, 1]) -> [_, 10] {
    let f = |x| x.relu();
//          ^^^^^^^^^^^^ Unsupported
//          closures are not part of the language
//          help: declare a block: `fn name(x) { … }`
    let y = match image { x => x };
//          ^^^^^^^^^^^^^^^^^^^^^^ Unsupported
//          `match` is not part of the language
//          help: `if … { … } else { … }` decides
    let z = &image;
//          ^^^^^^ Unsupported
//          tensors are values here; nothing is borrowed
//          help: drop the `&`
    let w = vec![1, 2];
//          ^^^^^^^^^^ Unsupported
//          macros are not expanded inside a model
//          help: write the layers, or a block: `fn name(x) { … }`
    let v = image?;
//          ^^^^^^ Unsupported
//          nothing can fail here
//          help: drop the `?`
    unsafe { image }
//  ^^^^^^^^^^^^^^^^ Unsupported
//  a model has nothing unsafe
//  help: drop the `unsafe`
    return image;
//  ^^^^^^^^^^^^ Unsupported
//  a model returns its last expression
//  help: end the body with it, without `return`
}
// ---
struct Missing(image: [_, 28, 28, 1]) -> [_, 10] {
    let x = image.conv2d(8, 3)
    x.flatten().dense(10)
//  ^ Syntax
//  expected `;`
}
// ---
struct Symbols<H, W>(image: [_, H, W, 3]) -> [_, H, W, 1] where H % 16 == 0 {
    image.conv2d(1, 1)
}
// ---
enum Model {}
//^^^^ Syntax
//expected a model `struct Name(image: [_, 28, 28, 1]) -> [_, 10] { … }` or a block `fn name(x) { … }`
struct After(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(11)
//                  ^^^^^^^^^ Output
//                  `After` is declared to return [_, 10] but returns [_, 11]
//                  shapes: image [_, 28, 28, 1] → flatten [_, 784] → dense [_, 11]
}
// ---
struct NoInput() {
//     ^^^^^^^ Syntax
//     a model needs an input
//     help: name it and its shape: `(image: [_, 28, 28, 1])`
//     ^^^^^^^ Syntax
//     `NoInput` does not say what it returns
//     help: declare the output's shape: `-> [_, 10]`
}
// ---
struct While(image: [_, 28, 28, 1]) -> [_, 10] {
    let mut x = image;
    while true { x = x.relu(); }
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Unsupported
//  a model has a fixed number of layers
//  help: `for i in 0..n { … }` repeats
    x.flatten().dense(10)
}
// ---
struct Submodel(image: [_, 28, 28, 1]) -> [_, 10] {
    image.apply::<Backbone>().flatten().dense(10)
//        ^^^^^^^^^^^^^^^^^^^ Declared
//        the shape that `Backbone` makes is not known here
//        help: say it, and rustc checks it: `let features: [_, …] = x.apply::<Backbone>();`
}
// ---
struct Checkpoints(image: [_, 28, 28, 1]) -> [_, 10] {
    image.once().twice().flatten().dense(10)
}

/// Documentation is one.
#[checkpoint]
fn once(x) {
    x.relu()
}

#[checkpoint(2)]
//^^^^^^^^^^^^^^^^ Syntax
//`checkpoint` takes no arguments
//help: `#[checkpoint]`
#[inline]
//^^^^^^^^^ Syntax
//a block has no such attribute
//help: there is `#[checkpoint]`: training keeps less of the block
fn twice(x) {
    x.relu()
}
// ---
#[checkpoint]
//^^^^^^^^^^^^^ Syntax
//`checkpoint` belongs to a block
//help: write it before the `fn` of each block that training may run again
struct Whole(image: [_, 28, 28, 1]) -> [_, 10] {
    image.flatten().dense(10)
}
