struct Skip<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    let small = image.max_pool2d(2);
    up(small, image)
//  ^^^^^^^^^^^^^^^^ Shape
//  `up`: `skip` is [_, H, W, 3]: its height must be 2·⌊H/2⌋, not H
//  this works only where `H % 2 == 0`
//  one more place of the model needs such a size
//  help: declare the sizes that work: `where H % 2 == 0, W % 2 == 0`
}
fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C]) {
    x.upsample2d(2) + skip
}
// ---
struct Wrong<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    up(image, image)
//  ^^^^^^^^^^^^^^^^ Argument
//  `up`: `skip` is [_, H, W, 3]: its height must be 2·H, not H
//  help: it is declared `fn up(x, skip)`
}
fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C]) {
    x.upsample2d(2) + skip
}
// ---
struct Channels<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    merge(image, image.conv2d(4, 1))
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Argument
//  `merge`: `y` is [_, H, W, 4]: its channels must be 3, the block's `C`, not 4
//  shapes: image [_, H, W, 3] → conv2d [_, H, W, 4]
//  help: it is declared `fn merge(x, y)`
}
fn merge(x: [_, H, W, C], y: [_, H, W, C]) {
    x + y
}
// ---
struct Backwards<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    halve(image)
//  ^^^^^^^^^^^^ Output
//  `Backwards` is declared to return [_, H, W, 3] but returns [_, ⌊H/2⌋, ⌊W/2⌋, 3]
//  shapes: image [_, H, W, 3] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, 3]
}
fn halve(x: [_, 2 * H, 2 * W, C]) {
//                  ^ UnknownName
//                  no variable `H` here
//                  help: a block does not see the sizes of the model; it binds its own: `x: [_, H, …]`
    x.max_pool2d(2)
}
// ---
struct Square<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    square(image)
//  ^^^^^^^^^^^^^ Argument
//  `square`: `x` is [_, H, W, 3]: its width must be H, the block's `S`, not W
//  help: it is declared `fn square(x)`
}
fn square(x: [_, S, S, C]) {
    x.conv2d(C, 1)
}
// ---
struct Where<H, W, const F: usize>(image: [_, H, W, F]) -> [_, H, W, F] {
    shuffle(image, 4)
//  ^^^^^^^ UnknownLayer
//  no layer `shuffle`
//  help: `formwork layers` lists the layers; a block is declared `fn name(x) { … }`
}
fn shuffle(x: [_, H, W, C], groups: usize) where C % 4 == 0, H % 2 == 0, W in [2, 4] {
//                                                                            ^ Syntax
//                                                                            expected a range, `W in 32..=64`; a list is of remainders, `W % 16 in [0, 8]`
    x.conv2d(C, 1, groups = groups)
}
// ---
struct BlockWhere<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    let a = even(image);
//          ^^^^^^^^^^^ Shape
//          `even` needs `H % 2 == 0`
//          this works only where `H % 2 == 0`
//          help: declare the sizes that work: `where H % 2 == 0`
    let b = odd(image);
//          ^^^^^^^^^^ Argument
//          `odd` needs `H % 2 == 1`
//          help: declare the sizes that it takes: `where H % 2 == 1`
    let c = small(image);
//          ^^^^^^^^^^^^ Argument
//          `small` needs `H <= 64`
//          help: declare the sizes that it takes: `where H <= 64`
    let d = other(image);
    let e = known(image);
//          ^^^^^^^^^^^^ Argument
//          `known` needs `C % 2 == 0`; here `C` is 3
    let f = remainders(image);
    let g = same(image);
//          ^^^^^^^^^^^ Argument
//          `same` needs `W == H`
    add(a, b, c, d, e, f, g)
}
fn even(x: [_, H, W, C]) where H % 2 == 0 {
    x.conv2d(C, 1)
}
fn odd(x: [_, H, W, C]) where H % 2 == 1 {
    x.conv2d(C, 1)
}
fn small(x: [_, H, W, C]) where H <= 64 {
    x.conv2d(C, 1)
}
fn other(x: [_, H, W, C]) where H != 5 {
    x.conv2d(C, 1)
}
fn known(x: [_, H, W, C]) where C % 2 == 0 {
    x.conv2d(C, 1)
}
fn remainders(x: [_, H, W, C]) where H % 4 in [0, 1] {
//                                   ^^^^^^^^^^^^^^^ Argument
//                                   several remainders cannot be checked of a symbolic size
    x.conv2d(C, 1)
}
fn same(x: [_, H, W, C]) where W == H {
    x.conv2d(C, 1)
}
// ---
struct KnownSizes(image: [_, 7, 8, 3]) -> [_, 7, 8, 3] {
    let a = other(image);
    let b = remainders(image);
//          ^^^^^^^^^^^^^^^^^ Argument
//          `remainders` needs `H % 4 in [0, 1]`; here `H` is 7
    let c = other(image.crop2d(((1, 1), (0, 0))).zero_pad2d(((1, 1), (0, 0))));
    let d = other(image.crop2d(((1, 1), (0, 0))));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Argument
//          `other` needs `H != 5`; here `H` is 5
    add(a, b, c, d)
}
fn other(x: [_, H, W, C]) where H != 5 {
    x.conv2d(C, 1)
}
fn remainders(x: [_, H, W, C]) where H % 4 in [0, 1] {
    x.conv2d(C, 1)
}
// ---
struct BlockNames<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    named(image)
}
fn named(x: [_, H, W, C]) where D % 2 == 0 {
//                              ^ UnknownName
//                              `D` is no size that `named` is called with
//                              help: a size is named in a parameter: `x: [_, H, W, C]`
    x.conv2d(C, 1)
}
// ---
struct Outer<H, W>(image: [_, {SIZE}, {}, 3]) -> [_, H, {SIZE}, 4] {
//                                    ^^ Syntax
//                                    a constant of your crate belongs between the braces
//                                    help: `{SIZE}`
    image.conv2d(4, 1)
}
// ---
struct Returned<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    double(image)
}
fn double(x: [_, H, W, C]) -> [_, H / 2 * 2, W, C] {
//                            ^^^^^^^^^^^^^^^^^^^^ Shape
//                            the value of `double` is declared [_, 2·⌊H/2⌋, W, 3] but is [_, H, W, 3]
//                            this works only where `H % 2 == 0`
//                            shapes: image [_, H, W, 3] → conv2d [_, H, W, 3]
//                            in `double(x: [_, H, W, 3])`
//                            help: declare the sizes that work: `where H % 2 == 0`
    x.conv2d(C, 1)
}
// ---
struct Repeated<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    let mut x = image;
    for _ in 0..3 {
        x = x + x.max_pool2d(2).upsample2d(2);
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//          `add`: heights differ: `x` has H, the output of `upsample2d` has 2·⌊H/2⌋
//          this works only where `H % 2 == 0`
//          shapes: image [_, H, W, 3] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, 3] → upsample2d [_, 2·⌊H/2⌋, 2·⌊W/2⌋, 3]
//          one more place of the model needs such a size
//          help: declare the sizes that work: `where H % 2 == 0, W % 2 == 0`
    }
    x
}
// ---
struct Checked<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] where H % 4 in [0, 1], H != 5, W <= 9, W >= 2 {
    other(image)
}
fn other(x: [_, H, W, C]) where H != 5, H % 4 in [0, 1], W in 1..=9 {
    x.conv2d(C, 1)
}
