struct Stride<H, W, const S: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    image.conv2d(4, 1, stride = S).upsample2d(H)
//                              ^ Argument
//                              `conv2d`: `stride` takes a whole number, or a pair `(height, width)`, got `S`
//                                            ^ Argument
//                                            `upsample2d`: `size` takes a whole number, or a pair `(height, width)`, got `H`
}
// ---
struct Kernel<H, W>(image: [_, H, W, 3]) -> [_, 1, 1, 4] {
    image.conv2d(4, (H, W))
//                  ^^^^^^ Argument
//                  `conv2d`: `kernel` takes a whole number, or a pair `(height, width)`, got `(H, W)`
}
// ---
struct Loop<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let mut x = image;
    for _ in 0..H {
//           ^^^^ Type
//           how often this loop runs depends on a size
//           help: the layers of a model are decided while it is compiled: loop over a number
        x = x.conv2d(4, 1);
    }
    x
//  ^ Output
//  `Loop` is declared to return [_, H, W, 4] but returns [_, H, W, 3]
}
// ---
struct Const<H, W, const DEPTH: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let mut x = image.conv2d(4, 1);
    for _ in 0..DEPTH {
//           ^^^^^^^^ Type
//           how often this loop runs depends on a size
//           help: the layers of a model are decided while it is compiled: loop over a number
        x = x.conv2d(4, 1);
    }
    x
}
// ---
struct Compare<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let x = if H > 32 { image.conv2d(4, 3, padding = same) } else { image.conv2d(4, 1) };
//             ^^^^^^ Type
//             whether H > 32 depends on the size
//             help: conditions are decided while the model is compiled: `where` can say which sizes there are
    if H == W { x } else { x.relu() }
//     ^^^^^^ Type
//     whether H == W depends on the size
//     help: conditions are decided while the model is compiled: `where` can say which sizes there are
}
// ---
struct Compared<H, W, const F: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] where H >= 64 {
    let x = if H > 32 && H >= 2 * 32 { image.conv2d(4, 1) } else { image };
    let y = if F == 4 { x } else { x.relu() };
//             ^^^^^^ Type
//             whether F == 4 depends on the size
//             help: conditions are decided while the model is compiled: `where` can say which sizes there are
    if H % 2 == 0 { y } else { y.relu() }
//     ^^^^^^^^^^ Type
//     whether H - 2·⌊H/2⌋ == 0 depends on the size
//     help: conditions are decided while the model is compiled: `where` can say which sizes there are
}
// ---
struct Divide<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let half = H / W;
//             ^^^^^ Type
//             H is no whole number of times W, as far as is known
//             help: a size is divided by a number, or by a factor of it
    let none = H / 0;
//             ^^^^^ Type
//             this divides by zero
    let more = H / 2.0;
//             ^^^^^^^ Type
//             `/` does not combine a symbolic size with a real number
    let shape = [H, W] + 1;
//      ^^^^^ Unused
//      `shape` is never used
//      help: use it, remove it, or call it `_shape`
//              ^^^^^^^^^^ Type
//              `+` does not combine an array with a whole number
    image.conv2d(4, 1).resize2d((half + none, more))
}
// ---
struct Index<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let filters = [4, 8];
    image.conv2d(filters[H], 1)
//               ^^^^^^^^^^ Type
//               an array cannot be indexed by a symbolic size
}
// ---
struct Scale<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image * H + image / W
//  ^^^^^^^^^ Type
//  `*` does not combine a tensor with a symbolic size
//  help: tensors have `+`, `-`, `*`, and with a number also `/`
//              ^^^^^^^^^ Type
//              `/` does not combine a tensor with a symbolic size
//              help: tensors have `+`, `-`, `*`, and with a number also `/`
}
// ---
struct Slice<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image.slice(1, 0..H).crop2d(H / 4)
//                              ^^^^^ Argument
//                              `crop2d`: `cropping` takes a number, `(height, width)` or `((top, bottom), (left, right))`, got `⌊H/4⌋`
}
// ---
struct Huge<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let far = H * 4000000 * 4000000;
//            ^^^^^^^^^^^^^^^^^^^^^ Limit
//            this number is too large
    image.resize2d((far, W)).conv2d(4, 1)
}
// ---
struct Groups<H, W, const G: usize>(image: [_, H, W, G]) -> [_, H, W, 8] {
    image.conv2d(8, 3, groups = G, padding = same).conv2d(8, 3, groups = 3, padding = same)
//                              ^ Argument
//                              `conv2d`: `groups` takes a whole number, got `G`
}
// ---
struct Grouped<H, W, const C: usize>(image: [_, H, W, C]) -> [_, H, W, 8] {
    image.conv2d(8, 3, groups = 4, padding = same)
//                              ^ Shape
//                              `conv2d`: 4 groups do not divide C input channels
//                              this works only where `C % 4 == 0`
//                              help: declare the sizes that work: `where C % 4 == 0`
}
// ---
struct Split<H, W, const C: usize>(image: [_, H, W, C]) -> [_, H, W, C] {
    let (a, b) = image.split(2);
//                           ^ Shape
//                           `split`: 2 parts do not divide axis 3 of `image`, which is C long
//                           this works only where `C % 2 == 0`
//                           help: declare the sizes that work: `where C % 2 == 0`
    concat(a.relu(), b)
}
// ---
struct NoFilters<H, W, const F: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    image.conv2d(F - 8, 1).conv2d(4, 1)
}
// ---
struct MinusFilters<H, W, const F: usize>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    image.conv2d(4 - F, 1).conv2d(4, 1)
//               ^^^^^ Argument
//               `conv2d`: `filters` must be at least 1, got 4 - F
}
