struct Where<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] where W % 2 == 0, Hh >= 3 {
//                                                     ^ UnknownName
//                                                     `Where` has no symbol `W`
//                                                     help: declare it: `struct Where<W>(…)`
//                                                                 ^^ UnknownName
//                                                                 `Where` has no symbol `Hh`
//                                                                 help: did you mean `H`?
    x
}
// ---
struct Empty<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] where H % 2 == 0, H % 2 == 1, W >= 9, W <= 3 {
//                                                                    ^^^^^^^^^^ Argument
//                                                                    no size `H` is such
//                                                                                        ^^^^^^ Argument
//                                                                                        no size `W` is such
    x
}
// ---
struct Syntax<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] where H % 4 == 5 {
//                                                               ^ Syntax
//                                                               no remainder of a division by 4 is 5
    x
}
// ---
struct Operator<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] where H ~ 5 {
//                                                          ^ Syntax
//                                                          expected what holds of `H`, such as `H % 16 == 0`, `H >= 32` or `H == 2 * W`
    x
}
// ---
struct Range<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] where H in 9..=3, H % 0 == 0 {
//                                                          ^ Syntax
//                                                          this range is empty
    x
}
// ---
struct Twice<H, H, x>(x: [_, H, 4, 3]) -> [_, H, 4, 3] {
//              ^ Duplicate
//              `H` is declared twice
//                 ^ Unused
//                 no input tells what `x` is
//                 help: it must be a dimension of an input by itself: `(image: [_, x, …])`
    x
}
// ---
struct Untold<H, W, K>(x: [_, H, 2 * W, 3]) -> [_, H, 2 * W, 3] where K == 2 * H {
//               ^ Unused
//               no input tells what `W` is
//               help: it must be a dimension of an input by itself: `(image: [_, W, …])`
    x
}
// ---
struct Generics<'a, H: Copy, T = usize, const N: i32, const C: usize = { 1 + 1 }>(
//              ^^ Unsupported
//              a model is generic over sizes only
//              help: a size is `H`, known when the model runs, or `const C: usize`, known to rustc
//                  ^^^^^^^ Unsupported
//                  `H` is a size: it has no bound and no default
//                  help: what holds of it is said in a `where`: `where H % 16 == 0, H >= 32`
//                           ^^^^^^^^^ Unsupported
//                           `T` is a size: it has no bound and no default
//                           help: what holds of it is said in a `where`: `where H % 16 == 0, H >= 32`
//                           ^ Unused
//                           no input tells what `T` is
//                           help: it must be a dimension of an input by itself: `(image: [_, T, …])`
//                                               ^^^ Unsupported
//                                               a size is a `usize`
//                                               help: `const N: usize`
//                                                                     ^^^^^^^^^ Unsupported
//                                                                     this default is not a number
//                                                                     help: write it as a number: `const CLASSES: usize = 21`
    x: [_, H, 4, C],
) -> [_, H, 4, C] {
    x
}
// ---
struct Keyword<r#type>(x: [_, r#type, 4, 3]) -> [_, r#type, 4, 3] {
//             ^^^^^^ Unsupported
//             a size is not named by a keyword
//             help: another name
    x
}
// ---
struct Undeclared(x: [_, H, 4, 3]) -> [_, H, 4, 3] {
//                       ^ UnknownName
//                       `H` has no value here
//                       help: declare it with the model, `struct Undeclared<H>(…)`, to be any size; a constant of your crate is written `{H}`
    x
}
// ---
struct Batch<H>(x: [_, _, 4, 3], y: [2 * H, H, 4, 3]) -> [_, H, _, 3] {
//                     ^ Shape
//                     only the batch may be `_`
//                     help: write the size as a number, or as a symbol that the model declares: it is what is checked
//                               ^ Unused
//                               input `y` is never used
//                               help: use it, remove it, or call it `_y`
//                                                              ^ Shape
//                                                              only the batch may be `_`
//                                                              help: write the size as a number, or as a symbol that the model declares: it is what is checked
    x
}
// ---
struct NoBatch<H, W>(x: [H, W, 3], y: [H, W]) -> [_, H, W, 3] {
//                      ^^^^^^^^^ Shape
//                      `[H, W, 3]` has no batch dimension; write `[_, H, W, 3]`
//                      help: shapes are written whole, batch first; `_` is any batch size
//                                 ^ Unused
//                                 input `y` is never used
//                                 help: use it, remove it, or call it `_y`
//                                    ^^^^^^ Shape
//                                    `[H, W]` has no batch and no channels; a greyscale image is `[_, H, W, 1]`
//                                    help: shapes are [batch, height, width, channels]; a flat input is `[_, features]`
    x
}
// ---
struct Compare<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] {
    if H > 8 { x.relu() } else { x }
//     ^^^^^ Type
//     whether H > 8 depends on the size
//     help: conditions are decided while the model is compiled: `where` can say which sizes there are
}
// ---
struct Decided<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] where H >= 9, H % 2 == 1 {
    let mut y = x;
    if H > 8 && H % 2 == 1 && H != 10 { y = y.relu(); }
//                            ^^^^^^^ Type
//                            whether H != 10 depends on the size
//                            help: conditions are decided while the model is compiled: `where` can say which sizes there are
    if H <= 8 || H % 2 == 0 || H == 10 { y = y.nothing(); }
//                             ^^^^^^^ Type
//                             whether H == 10 depends on the size
//                             help: conditions are decided while the model is compiled: `where` can say which sizes there are
    y
}
// ---
struct Loop<H>(x: [_, H, 4, 3]) -> [_, H, 4, 3] {
    let mut y = x;
    for _ in 0..H { y = y.relu(); }
//           ^^^^ Type
//           how often this loop runs depends on a size
//           help: the layers of a model are decided while it is compiled: loop over a number
    y
}
// ---
struct Number<H, const C: usize>(x: [_, H, 4, C]) -> [_, H, 4, C] {
    x.max_pool2d(H).conv2d(C, 3, groups = C).dropout(C)
//               ^ Argument
//               `max_pool2d`: `size` takes a whole number, or a pair `(height, width)`, got `H`
//                                        ^ Argument
//                                        `conv2d`: `groups` takes a whole number, got `C`
//                                                   ^ Argument
//                                                   `dropout`: `rate` takes a number, got `C`
}
// ---
struct Division<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let y: [_, H / 0, W, 3] = x;
//             ^^^^^ Type
//             this divides by zero
    let z: [_, H / W, W, 3] = y;
//             ^^^^^ Type
//             H is no whole number of times W, as far as is known
//             help: a size is divided by a number, or by a factor of it
    z
}
// ---
struct Dense<H, W>(x: [_, H, W, 3]) -> [_, 10] {
    x.flatten().dense(10)
//              ^^^^^ Shape
//              `dense`: its kernel would be [3·H·W, 10], but `H` is known only when the model runs
//              shapes: x [_, H, W, 3] → flatten [_, 3·H·W]
//              help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
}
// ---
struct Norms<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    x.layer_norm((1, 2, 3)).prelu()
//    ^^^^^^^^^^ Shape
//    `layer_norm`: its gamma would be [H, W, 3], but `H` is known only when the model runs
//    help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
}
// ---
struct Differ<H, W>(x: [_, H, W, 3], y: [_, H, W, 4]) -> [_, H, W, 3] {
    x + y
//  ^^^^^ Shape
//  `add`: channels differ: `x` has 3, `y` has 4
//  help: a 1×1 convolution makes them equal: `conv2d(3, 1)` on `y`
}
// ---
struct Turned<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    concat(x, x.permute((2, 1, 3)), axis = -1).conv2d(3, 1)
//            ^^^^^^^^^^^^^^^^^^^^ Shape
//            `concat`: heights differ: `x` has H, the output of `permute` has W
//            shapes: x [_, H, W, 3] → permute [_, W, H, 3]
//            help: if they are always equal, say so: `where W == H`
}
// ---
struct Batches<N, M>(x: [N, 8], y: [M, 8]) -> [N, 8] {
    x + y
//  ^^^^^ Shape
//  `add`: batches differ: `x` has N, `y` has M
//  help: if they are always equal, say so: `where M == N`
}
// ---
struct Undecided<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let rows = x.reshape([_, 2 * H, -1, 3]);
//                       ^^^^^^^^^^^^^^^^^ Argument
//                       `reshape`: [_, H, W, 3] has 3·H·W values a sample, which [_, 2·H, -1, 3] does not divide, as far as can be decided for all sizes at once
//                       help: name its value with the shape that you expect, `let y: [_, …] = …;`: this is then checked when the model runs
    rows.reshape([_, H, W, 3])
}
// ---
struct Asserted<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let rows: [_, 2 * H, W / 2, 3] = x.reshape([_, 2 * H, -1, 3]);
    rows.reshape([_, H, -1, 3])
//       ^^^^^^^^^^^^^^^^^^^^^^ Shape
//       `Asserted` is declared to return [_, H, W, 3] but returns [_, H, 2·⌊W/2⌋, 3]
//       this works only where `W % 2 == 0`
//       shapes: x [_, H, W, 3] → reshape `rows` [_, 2·H, ⌊W/2⌋, 3] → reshape [_, H, 2·⌊W/2⌋, 3]
//       help: declare the sizes that work: `where W % 2 == 0`
}
// ---
struct Assertion<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let y: [_, H / 2 * 2, W, 3] = x;
//         ^^^^^^^^^^^^^^^^^^^^ Shape
//         `y` is declared [_, 2·⌊H/2⌋, W, 3] but is [_, H, W, 3]
//         this works only where `H % 2 == 0`
//         help: declare the sizes that work: `where H % 2 == 0`
    y
}
// ---
struct Output<H, W>(x: [_, H, W, 3]) -> [_, H / 2 * 2, W, 3] {
    x.relu()
//    ^^^^^^ Shape
//    `Output` is declared to return [_, 2·⌊H/2⌋, W, 3] but returns [_, H, W, 3]
//    this works only where `H % 2 == 0`
//    shapes: x [_, H, W, 3] → relu [_, H, W, 3]
//    help: declare the sizes that work: `where H % 2 == 0`
}
// ---
struct Wrong<H, W>(x: [_, H, W, 3]) -> [_, H, W, 4] {
    let y: [_, H + 1, W, 3] = x;
//         ^^^^^^^^^^^^^^^^ Declared
//         `y` is declared [_, H + 1, W, 3] but is [_, H, W, 3]
    y
//  ^ Output
//  `Wrong` is declared to return [_, H, W, 4] but returns [_, H, W, 3]
}
// ---
struct Patterns<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let small = x.max_pool2d(2);
    let up = small.up(x);
//      ^^ Unused
//      `up` is never used
//      help: use it, remove it, or call it `_up`
//                 ^^^^^ Shape
//                 `up`: `skip` is [_, H, W, 3]: its height must be 2·⌊H/2⌋, not H
//                 this works only where `H % 2 == 0`
//                 one more place of the model needs such a size
//                 help: declare the sizes that work: `where H % 2 == 0, W % 2 == 0`
    small.same(x)
//        ^^^^^^^ Argument
//        `same`: `other` is [_, H, W, 3]: its height must be ⌊H/2⌋, the block's `H`, not H
//        help: it is declared `fn same(x, other)`
}
fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C]) -> [_, 2 * H, 2 * W, C] {
    x.upsample2d(2) + skip
}
fn same(x: [_, H, W, C], other: [_, H, W, C]) {
    x + other
}
// ---
struct BlockWhere<H, W>(x: [_, H, W, 3], y: [_, 7, 7, 3]) -> [_, H, W, 3] where H % 2 == 0 {
    let a = x.halve();
//      ^ Unused
//      `a` is never used
//      help: use it, remove it, or call it `_a`
//            ^^^^^^^ Shape
//            `halve` needs `W % 2 == 0`
//            this works only where `W % 2 == 0`
//            help: declare the sizes that work: `where H % 2 == 0, W % 2 == 0`
    let b = y.halve();
//      ^ Unused
//      `b` is never used
//      help: use it, remove it, or call it `_b`
//            ^^^^^^^ Argument
//            `halve` needs `H % 2 == 0`; here `H` is 7
    x
}
fn halve(x: [_, H, W, C]) where H % 2 == 0, W % 2 == 0, C >= 3, K >= 1 {
//                                                              ^ UnknownName
//                                                              `K` is no size that `halve` is called with
//                                                              help: a size is named in a parameter: `x: [_, H, W, C]`
    x.max_pool2d(2)
}
// ---
struct Sees<H>(x: [_, H, 8, 3]) -> [_, H, 8, 3] {
    x.block()
}
fn block(x) {
    x.max_pool2d(2).resize2d((H, 8))
//                            ^ UnknownName
//                            no variable `H` here
//                            in `block(x: [_, H, 8, 3])`
//                            help: a block does not see the sizes of the model; it binds its own: `x: [_, H, …]`
}
// ---
struct Nothing<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] where H <= 8 {
    x.crop2d(2).conv2d(3, 5)
//                        ^ Argument
//                        `conv2d`: a 5×5 kernel does not fit the (H - 4)×(W - 4) input
//                        shapes: x [_, H, W, 3] → crop2d [_, H - 4, W - 4, 3]
//                        declared: `where H <= 8`
//                        help: a smaller one, `padding = same`, or fewer strides and pools before it
}
// ---
struct Groups<H, const C: usize>(x: [_, H, 4, C]) -> [_, H, 4, C] {
    x.conv2d(C, 3, padding = same, groups = 4)
//                                          ^ Shape
//                                          `conv2d`: 4 groups do not divide C input channels
//                                          this works only where `C % 4 == 0`
//                                          help: declare the sizes that work: `where C % 4 == 0`
}
// ---
struct Halves<H, W, const F: usize>(x: [_, H, W, 2 * F], y: [_, H, W, F]) -> [_, H, W, F] {
    let (a, b) = x.split(2);
    let (c, d) = y.split(2);
//                       ^ Shape
//                       `split`: 2 parts do not divide axis 3 of `y`, which is F long
//                       this works only where `F % 2 == 0`
//                       one more place of the model needs such a size
//                       help: declare the sizes that work: `where H % 2 == 0, W >= 2, F % 2 == 0`
    let e = y.max_pool2d(2, padding = same).upsample2d(2).slice(1, 0..H).slice(2, 0..W);
    let f = y.max_pool2d(2).upsample2d(2).slice(1, 0..H);
//      ^ Unused
//      `f` is never used
//      help: use it, remove it, or call it `_f`
    a * b + e + concat(c, d)
}
// ---
struct Parts<H, const F: usize>(x: [_, H, 4, 2 * F]) -> [_, H, 4, F] {
    let (a, b) = x.split(2);
    a * b + x.slice(-1, 0..F)
}
// ---
struct Equal<H, const C: usize, const D: usize>(x: [_, H, 4, C], y: [_, H, 4, D]) -> [_, H, 4, C] {
    x + y
//  ^^^^^ Shape
//  `add`: channels differ: `x` has C, `y` has D
//  help: if they are always equal, say so: `where D == C`
}
// ---
struct Fine<N, H, W, K, const C: usize, const D: usize>(
    x: [N, H, W, C],
    y: [N, H, W, D],
) -> ([N, H, W, 2 * C], [N, H, W, C])
where K == H - 2, W == K + 2, D == 2 * C, H in 3..=99, H != 50, C % 4 in [0, 2] {
    let z: [N, K, K, C] = x.conv2d(C, 3);
    (x.dense(D) + y, z.zero_pad2d(1))
}
// ---
struct Several<H, W>(x: [_, H, W, 3]) -> [_, H, W, 3] {
    let a = x.max_pool2d(2).upsample2d(2) + x;
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//          `add`: heights differ: the output of `upsample2d` has 2·⌊H/2⌋, `x` has H
//          this works only where `H % 2 == 0`
//          shapes: x [_, H, W, 3] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, 3] → upsample2d [_, 2·⌊H/2⌋, 2·⌊W/2⌋, 3]
//          3 more places of the model need such sizes
//          help: declare the sizes that work: `where H % 6 == 0, W % 6 == 0`
    let b = x.max_pool2d(3).upsample2d(3) + x;
    let c = x.conv2d(3, 3) + x;
//          ^^^^^^^^^^^^^^^^^^ Shape
//          `add`: heights differ: the output of `conv2d` has H - 2, `x` has H
//          shapes: x [_, H, W, 3] → conv2d [_, H - 2, W - 2, 3]
//          help: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`
    let d = x.conv2d(4, 1) + x;
//          ^^^^^^^^^^^^^^^^^^ Shape
//          `add`: channels differ: the output of `conv2d` has 4, `x` has 3
//          shapes: x [_, H, W, 3] → conv2d [_, H, W, 4]
//          help: a 1×1 convolution makes them equal: `conv2d(4, 1)` on `x`
    a + b + c + d
}
