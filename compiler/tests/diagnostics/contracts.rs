struct Unet<H, W>(image: [_, H, W, 3]) -> [_, H, W, 2] {
    let e1 = image.conv2d(8, 3, padding = same);
    let e2 = e1.max_pool2d(2).conv2d(8, 3, padding = same);
    let bottom = e2.max_pool2d(2).conv2d(8, 3, padding = same);
    let d2 = concat(bottom.upsample2d(2), e2).conv2d(8, 3, padding = same);
//                                        ^^ Shape
//                                        `concat`: heights differ: the output of `upsample2d` has 2·⌊H/4⌋, `e2` has ⌊H/2⌋
//                                        this works only where `H % 4 in [0, 1]`
//                                        shapes: image [_, H, W, 3] → conv2d `e1` [_, H, W, 8] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, 8] → max_pool2d [_, ⌊H/4⌋, ⌊W/4⌋, 8] → upsample2d [_, 2·⌊H/4⌋, 2·⌊W/4⌋, 8]
//                                        shapes: image [_, H, W, 3] → conv2d `e1` [_, H, W, 8] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, 8] → conv2d `e2` [_, ⌊H/2⌋, ⌊W/2⌋, 8]
//                                        3 more places of the model need such sizes
//                                        help: declare the sizes that work: `where H % 4 == 0, W % 4 == 0`
    let d1 = concat(d2.upsample2d(2), e1).conv2d(8, 3, padding = same);
    d1.conv2d(2, 1)
}
// ---
struct HalfDeclared<H, W>(image: [_, H, W, 3]) -> [_, H, W, 8] where H % 2 == 0 {
    let half = image.conv2d(8, 3, stride = 2, padding = same);
    concat(half.upsample2d(2), image).conv2d(8, 1)
//                             ^^^^^ Shape
//                             `concat`: widths differ: the output of `upsample2d` has 2·⌈W/2⌉, `image` has W
//                             this works only where `W % 2 == 0`
//                             shapes: image [_, H, W, 3] → conv2d `half` [_, H/2, ⌈W/2⌉, 8] → upsample2d [_, H, 2·⌈W/2⌉, 8]
//                             help: declare the sizes that work: `where H % 2 == 0, W % 2 == 0`
}
// ---
struct Bounded<H, W>(image: [_, H, W, 3]) -> [_, H, W, 8] where H <= 512, W == H {
    let half = image.conv2d(8, 3, stride = 2, padding = same);
    concat(half.upsample2d(2), image).conv2d(8, 1)
//                             ^^^^^ Shape
//                             `concat`: heights differ: the output of `upsample2d` has 2·⌈H/2⌉, `image` has H
//                             this works only where `H % 2 == 0`
//                             shapes: image [_, H, H, 3] → conv2d `half` [_, ⌈H/2⌉, ⌈H/2⌉, 8] → upsample2d [_, 2·⌈H/2⌉, 2·⌈H/2⌉, 8]
//                             help: declare the sizes that work: `where H % 2 == 0, W == H`
}
// ---
struct OneBound<H>(image: [_, H, 64, 3]) -> [_, H, 64, 3] where H in 30..=33 {
    image.max_pool2d(2).upsample2d(2)
//                      ^^^^^^^^^^^^^ Shape
//                      `OneBound` is declared to return [_, H, 64, 3] but returns [_, 2·⌊H/2⌋, 64, 3]
//                      this works only where `H % 2 == 0`
//                      shapes: image [_, H, 64, 3] → max_pool2d [_, ⌊H/2⌋, 32, 3] → upsample2d [_, 2·⌊H/2⌋, 64, 3]
//                      help: declare the sizes that work: `where H % 2 == 0`
}
// ---
struct Odd<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] where H % 2 == 1, W % 2 == 1 {
    image.max_pool2d(2).upsample2d(2)
//                      ^^^^^^^^^^^^^ Output
//                      `Odd` is declared to return [_, H, W, 3] but returns [_, H - 1, W - 1, 3]
//                      shapes: image [_, H, W, 3] → max_pool2d [_, (H - 1)/2, (W - 1)/2, 3] → upsample2d [_, H - 1, W - 1, 3]
}
// ---
struct Residual<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image + image.conv2d(3, 3)
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//  `add`: heights differ: `image` has H, the output of `conv2d` has H - 2
//  shapes: image [_, H, W, 3] → conv2d [_, H - 2, W - 2, 3]
//  help: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`
}
// ---
struct ExtraPixel<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image.zero_pad2d(((1, 0), (0, 0))).conv2d(3, 1)
//                                     ^^^^^^^^^^^^ Output
//                                     `ExtraPixel` is declared to return [_, H, W, 3] but returns [_, H + 1, W, 3]
//                                     shapes: image [_, H, W, 3] → zero_pad2d [_, H + 1, W, 3] → conv2d [_, H + 1, W, 3]
}
// ---
struct Transposed<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image + image.permute((2, 1, 3))
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//  `add`: heights differ: `image` has H, the output of `permute` has W
//  shapes: image [_, H, W, 3] → permute [_, W, H, 3]
//  help: if they are always equal, say so: `where W == H`
}
// ---
struct Square<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] where W == H {
    image + image.permute((2, 1, 3))
}
// ---
struct Batches<N, M, H, W>(left: [N, H, W, 3], right: [M, H, W, 3]) -> [N, H, W, 3] {
    left + right
//  ^^^^^^^^^^^^ Shape
//  `add`: batches differ: `left` has N, `right` has M
//  help: if they are always equal, say so: `where M == N`
}
// ---
struct NamedBatch<N, H, W>(left: [N, H, W, 3], right: [_, H, W, 3]) -> [_, H, W, 3] {
    left + right
//  ^^^^^^^^^^^^ Shape
//  `add`: batches differ: `left` has N, `right` has _
//  help: if they are always equal, call both `N`
}
// ---
struct OutputBatch<N, H, W>(image: [N, H, W, 3]) -> [_, H, W, 3] {
    image.relu()
//        ^^^^^^ Output
//        `OutputBatch` is declared to return [_, H, W, 3] but returns [N, H, W, 3]
//        shapes: image [N, H, W, 3] → relu [N, H, W, 3]
}
// ---
struct AssertedWrongly<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
    let half: [_, H / 2, W / 2, 4] = image.conv2d(4, 3, stride = 2, padding = same);
//            ^^^^^^^^^^^^^^^^^^^^ Shape
//            `half` is declared [_, ⌊H/2⌋, ⌊W/2⌋, 4] but is [_, ⌈H/2⌉, ⌈W/2⌉, 4]
//            this works only where `H % 2 == 0`
//            shapes: image [_, H, W, 3] → conv2d [_, ⌈H/2⌉, ⌈W/2⌉, 4]
//            help: declare the sizes that work: `where H % 2 == 0, H >= 4, W % 2 == 0, W >= 4`
    let odd: [_, H / 2 + 1, W / 2 + 1, 4] = image.conv2d(4, 3);
//           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Declared
//           `odd` is declared [_, ⌊H/2⌋ + 1, ⌊W/2⌋ + 1, 4] but is [_, H - 2, W - 2, 4]
//           shapes: image [_, H, W, 3] → conv2d [_, H - 2, W - 2, 4]
    let channels: [_, H, W, 8] = image.conv2d(4, 1);
//                ^^^^^^^^^^^^ Declared
//                `channels` is declared [_, H, W, 8] but is [_, H, W, 4]
//                shapes: image [_, H, W, 3] → conv2d [_, H, W, 4]
    add(half, odd, channels)
//            ^^^ Shape
//            `add`: heights differ: `half` has ⌈H/2⌉, `odd` has H - 2
//            shapes: image [_, H, W, 3] → conv2d `half` [_, ⌈H/2⌉, ⌈W/2⌉, 4]
//            shapes: image [_, H, W, 3] → conv2d `odd` [_, H - 2, W - 2, 4]
//            shapes: image [_, H, W, 3] → conv2d `channels` [_, H, W, 4]
//            help: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`
}
// ---
struct HalfOutput<H, W>(image: [_, H, W, 3]) -> [_, H / 2 * 2, W, 3] {
    image.conv2d(3, 1)
//        ^^^^^^^^^^^^ Shape
//        `HalfOutput` is declared to return [_, 2·⌊H/2⌋, W, 3] but returns [_, H, W, 3]
//        this works only where `H % 2 == 0`
//        shapes: image [_, H, W, 3] → conv2d [_, H, W, 3]
//        help: declare the sizes that work: `where H % 2 == 0`
}
// ---
struct RoundedOutput<H, W>(image: [_, H, W, 3]) -> [_, H / 2 * 2, W / 2 * 2, 3] {
    image.max_pool2d(2).upsample2d(2)
}
// ---
struct SeveralErrors<H, W, const C: usize>(image: [_, H, W, C]) -> [_, H, W, 9] {
    let a = image.conv2d(8, 3, groups = 5, padding = same);
//                                      ^ Argument
//                                      `conv2d`: 5 groups do not divide 8 filters
//                                      help: a divisor of 8, such as 4
    let b = image.max_pool2d(2).upsample2d(2) + image;
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Shape
//          `add`: heights differ: the output of `upsample2d` has 2·⌊H/2⌋, `image` has H
//          this works only where `H % 2 == 0`
//          shapes: image [_, H, W, C] → max_pool2d [_, ⌊H/2⌋, ⌊W/2⌋, C] → upsample2d [_, 2·⌊H/2⌋, 2·⌊W/2⌋, C]
//          3 more places of the model need such sizes
//          help: declare the sizes that work: `where H % 4 == 0, W % 4 == 0`
    let c = image.crop2d(1) + image;
//          ^^^^^^^^^^^^^^^^^^^^^^^ Shape
//          `add`: heights differ: the output of `crop2d` has H - 2, `image` has H
//          shapes: image [_, H, W, C] → crop2d [_, H - 2, W - 2, C]
//          help: sizes part where a stride or pool halves an odd size, or a `valid` convolution trims the border; pad the input, `crop2d` the larger, or use `padding = same`
    let d = image.flatten().dense(9);
//                          ^^^^^ Shape
//                          `dense`: its kernel would be [C·H·W, 9], but `H` is known only when the model runs
//                          shapes: image [_, H, W, C] → flatten [_, C·H·W]
//                          help: `global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or declare `const H: usize`
    let e = b.max_pool2d(4).upsample2d(4) + b;
    concat(a, b, c, e).conv2d(8, 1) + d
}
// ---
struct Equal<H, W, const C: usize, const D: usize>(image: [_, H, W, C], mask: [_, H, W, D]) -> [_, H, W, C] {
    image + mask
//  ^^^^^^^^^^^^ Shape
//  `add`: channels differ: `image` has C, `mask` has D
//  help: if they are always equal, say so: `where D == C`
}
// ---
struct EqualByWhere<H, W, const C: usize, const D: usize>(image: [_, H, W, C], mask: [_, H, W, D]) -> [_, H, W, C]
where D == C
{
    image + mask
}
// ---
struct Multiple<const F: usize>(image: [_, 8, 8, 3]) -> [_, 8, 8, F] {
    image.conv2d(F / 2 * 2, 1)
//        ^^^^^^^^^^^^^^^^^^^^ Shape
//        `Multiple` is declared to return [_, 8, 8, F] but returns [_, 8, 8, 2·⌊F/2⌋]
//        this works only where `F % 2 == 0`
//        shapes: image [_, 8, 8, 3] → conv2d [_, 8, 8, 2·⌊F/2⌋]
//        help: declare the sizes that work: `where F % 2 == 0`
}
// ---
struct BatchesAreEqual<N, M, H, W>(left: [N, H, W, 3], right: [M, H, W, 3]) -> [N, H, W, 3] where M == N {
    left + right
}
