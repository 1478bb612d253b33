struct Never<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image.slice(1, 0..4).conv2d(3, 5)
//                                 ^ Argument
//                                 `conv2d`: a 5×5 kernel does not fit the 4×W input
//                                 shapes: image [_, H, W, 3] → slice [_, 4, W, 3]
//                                 help: a smaller one, `padding = same`, or fewer strides and pools before it
}
// ---
struct NotTheseSizes<H, W>(image: [_, H, W, 3]) -> [_, H - 4, W, 3] where H <= 4 {
    image.conv2d(3, (5, 1))
//                  ^^^^^^ Argument
//                  `conv2d`: a 5×1 kernel does not fit the H×W input
//                  declared: `where H <= 4`
//                  help: a smaller one, `padding = same`, or fewer strides and pools before it
}
// ---
struct Nothing<H, W>(image: [_, H, W, 3]) -> [_, H, W, 3] {
    image.resize2d((H - H, W))
//                 ^^^^^^^^^^ Argument
//                 `resize2d`: `size` must be at least 1, got 0
}
// ---
struct Remainder<H, W>(image: [_, H, W, 3]) -> [_, H % 4, W, 3] {
    image.resize2d((H % 4, W))
//                 ^^^^^^^^^^ Shape
//                 `resize2d`: `size` must be at least 1, got H - 4·⌊H/4⌋
//                 this works only where `H % 4 in 1..=3`
//                 help: declare the sizes that work: `where H % 4 in 1..=3`
}
// ---
struct Shrinks<H, W>(image: [_, H, W, 3]) -> [_, 64 - H, W, 3] {
    image.resize2d((64 - H, W))
//                 ^^^^^^^^^^^ Argument
//                 `resize2d`: `size` must be at least 1, got 64 - H
}
// ---
struct Difference<H, W>(image: [_, H, W, 3]) -> [_, H - W, W, 3] {
    image.resize2d((H - W, W))
//                 ^^^^^^^^^^ Argument
//                 `resize2d`: `size` must be at least 1, got H - W, as far as can be decided for all sizes at once
//                 help: name its value with the shape that you expect, `let y: [_, …] = …;`: this is then checked when the model runs
}
// ---
struct DifferenceAsserted<H, W>(image: [_, H, W, 3]) -> [_, H - W, W, 3] {
    let y: [_, H - W, W, 3] = image.resize2d((H - W, W));
    y
}
// ---
struct Fixed<H, W, const C: usize>(image: [_, H, W, C]) -> [_, 32, W, 4] where H == 32, C == 4 {
    let x = if C == 4 && H > 31 { image } else { image.conv2d(4, 1) };
    x.crop2d(((0, 0), (1, 2))).zero_pad2d(((0, 0), (3, 0)))
}
