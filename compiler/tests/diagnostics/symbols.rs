struct Bound<H: Size, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
//           ^^^^^^^ Unsupported
//           `H` is a size: it has no bound and no default
//           help: what holds of it is said in a `where`: `where H % 16 == 0, H >= 32`
    image.conv2d(4, 1)
}
// ---
struct Lifetime<'a, H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
//              ^^ Unsupported
//              a model is generic over sizes only
//              help: a size is `H`, known when the model runs, or `const C: usize`, known to rustc
    image.conv2d(4, 1)
}
// ---
struct NotUsize<H, const C: u32, W>(image: [_, H, W, 3]) -> [_, H, W, C] {
//                          ^^^ Unsupported
//                          a size is a `usize`
//                          help: `const C: usize`
    image.conv2d(C, 1)
}
// ---
struct Default<H, const CLASSES: usize = MAX, const F: usize = { 2 + 2 }, W>(image: [_, H, W, 3]) -> [_, H, W, CLASSES] {
//                                       ^^^ Unsupported
//                                       this default is not a number
//                                       help: write it as a number: `const CLASSES: usize = 21`
//                                                             ^^^^^^^^^ Unsupported
//                                                             this default is not a number
//                                                             help: write it as a number: `const CLASSES: usize = 21`
    image.conv2d(F, 1).conv2d(CLASSES, 1)
}
// ---
struct DefaultTooSmall<const F: usize = 0>(image: [_, 8, 8, 3]) -> [_, 8, 8, F] {
    image.conv2d(F, 1)
}
// ---
struct DefaultAgainstWhere<const F: usize = 3>(image: [_, 8, 8, 3]) -> [_, 8, 8, F] where F % 2 == 0 {
    image.conv2d(F, 1)
}
// ---
struct Twice<H, W, H>(image: [_, H, W, 3]) -> [_, H, W, 4] {
//                 ^ Duplicate
//                 `H` is declared twice
    image.conv2d(4, 1)
}
// ---
struct AsInput<H, W>(H: [_, H, W, 3]) -> [_, H, W, 4] {
//                                           ^ Shape
//                                           a tensor is no size
//                                           help: sizes are whole numbers from 1
    H.conv2d(4, 1)
}
// ---
struct Untold<H, W, S>(image: [_, H, W, 3]) -> [_, S, S, 3] {
//                  ^ Unused
//                  no input tells what `S` is
//                  help: it must be a dimension of an input by itself: `(image: [_, S, …])`
    image.resize2d((S, S))
}
// ---
struct InSumOnly<H, W, S>(image: [_, H + S, W, 3]) -> [_, H + S, W, 4] {
//               ^ Unused
//               no input tells what `H` is
//               help: it must be a dimension of an input by itself: `(image: [_, H, …])`
//                     ^ Unused
//                     no input tells what `S` is
//                     help: it must be a dimension of an input by itself: `(image: [_, S, …])`
    image.conv2d(4, 1)
}
// ---
struct Undeclared(image: [_, H, W, 3]) -> [_, H, W, CLASSES] {
//                           ^ UnknownName
//                           `H` has no value here
//                           help: declare it with the model, `struct Undeclared<H>(…)`, to be any size; a constant of your crate is written `{H}`
//                              ^ UnknownName
//                              `W` has no value here
//                              help: declare it with the model, `struct Undeclared<W>(…)`, to be any size; a constant of your crate is written `{W}`
//                                            ^ UnknownName
//                                            `H` has no value here
//                                            help: declare it with the model, `struct Undeclared<H>(…)`, to be any size; a constant of your crate is written `{H}`
//                                               ^ UnknownName
//                                               `W` has no value here
//                                               help: declare it with the model, `struct Undeclared<W>(…)`, to be any size; a constant of your crate is written `{W}`
//                                                  ^^^^^^^ UnknownName
//                                                  `CLASSES` has no value here
//                                                  help: declare it with the model, `struct Undeclared<CLASSES>(…)`, to be any size; a constant of your crate is written `{CLASSES}`
    image.conv2d(CLASSES, 1)
//               ^^^^^^^ UnknownName
//               no variable `CLASSES` here
//               help: names come from the inputs, `let`, and the block's parameters
}
// ---
struct UnusedConst<H, W, const CLASSES: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    image.conv2d(4, 1)
}
// ---
struct BatchLast<H, W>(image: [_, H, _, 3]) -> [_, H, W, 4] {
//                                   ^ Shape
//                                   only the batch may be `_`
//                                   help: write the size as a number, or as a symbol that the model declares: it is what is checked
    image.conv2d(4, 1)
}
// ---
struct BatchInSum<H, W>(image: [_ + 1, H, W, 3]) -> [_, H, W, 4] {
//                              ^^^^^ Type
//                              `+` does not combine `_` with a whole number
    image.conv2d(4, 1)
}
// ---
struct BatchOut<H, W>(image: [_, H, W, 3]) -> [H, W, _, 4] {
//                                                   ^ Shape
//                                                   only the batch may be `_`
//                                                   help: write the size as a number, or as a symbol that the model declares: it is what is checked
    image.conv2d(4, 1)
}
// ---
struct NoBatch<H, W>(image: [H, W, 3]) -> [_, H, W, 4] {
//                          ^^^^^^^^^ Shape
//                          `[H, W, 3]` has no batch dimension; write `[_, H, W, 3]`
//                          help: shapes are written whole, batch first; `_` is any batch size
    image.conv2d(4, 1)
}
// ---
struct NoChannels<N, H, W>(image: [N, H, W]) -> [N, H, W, 4] {
//                                ^^^^^^^^^ Shape
//                                `[N, H, W]` has no batch dimension; write `[_, N, H, W]`
//                                help: shapes are written whole, batch first; `_` is any batch size
    image.conv2d(4, 1)
}
