struct M(image: [_, 8, 8, 3] in 0.0..1.0) -> [_, 6, 6, 4] {
//                              ^^^^^^^^ Range
//                              a range of values has its ends in it: `..=`
//                              help: `in 0.0..=1.0`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 0..256) -> [_, 6, 6, 4] {
//                              ^^^^^^ Range
//                              a range of values has its ends in it: `..=`
//                              help: `in 0..=255`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 1.0..=-1.0) -> [_, 6, 6, 4] {
//                              ^^^^^^^^^^ Range
//                              the range is reversed: 1 is above -1
//                              help: `in -1..=1`; if black and white are to change places, say what a pixel becomes: `in 1 - x / 255`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 0.5..=0.5) -> [_, 6, 6, 4] {
//                              ^^^^^^^^^ Range
//                              the range is empty: every pixel would be 0.5
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 0..) -> [_, 6, 6, 4] {
//                              ^^^ Range
//                              a range needs both its ends
//                              help: `in 0.0..=1.0`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in imagnet) -> [_, 6, 6, 4] {
//                              ^^^^^^^ Range
//                              no scheme `imagnet`; did you mean `imagenet`?
//                              help: `imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in "tf") -> [_, 6, 6, 4] {
//                              ^^^^ Range
//                              no scheme `tf`; did you mean `-1.0..=1.0`?
//                              help: `imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in torch) -> [_, 6, 6, 4] {
//                              ^^^^^ Range
//                              no scheme `torch`; did you mean `imagenet`?
//                              help: `imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in x) -> [_, 6, 6, 4] {
//                              ^ Range
//                              no scheme `x`; did you mean `0..=255`?
//                              help: `imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in nothing) -> [_, 6, 6, 4] {
//                              ^^^^^^^ Range
//                              no scheme `nothing`
//                              help: `imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 3) -> [_, 6, 6, 4] {
//                              ^ Range
//                              this says nothing of a pixel: it is one number for all
//                              help: a range, `in 0.0..=1.0`, or what a pixel becomes, `in x / 127.5 - 1`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in (x - 127) / y) -> [_, 6, 6, 4] {
//                                          ^ Range
//                                          a formula is of one pixel, `x`; what is `y`?
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in x * x) -> [_, 6, 6, 4] {
//                              ^^^^^ Range
//                              what a pixel becomes must be linear in it
//                              help: a scale and an offset: `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 255 / x) -> [_, 6, 6, 4] {
//                              ^^^^^^^ Range
//                              what a pixel becomes must be linear in it
//                              help: a scale and an offset: `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in x / 0) -> [_, 6, 6, 4] {
//                              ^^^^^ Range
//                              nothing is divided by 0
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 0..=x) -> [_, 6, 6, 4] {
//                                  ^ Range
//                                  the ends of a range are numbers; `x` is none
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in 0.12345678901234567890..=1) -> [_, 6, 6, 4] {
//                              ^^^^^^^^^^^^^^^^^^^^^^ Range
//                              these numbers are too large or too fine
//                              help: fewer digits
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in |x| x) -> [_, 6, 6, 4] {
//                              ^^^^^ Range
//                              this is no range of values
//                              help: a range, `-1.0..=1.0`, a scheme, `imagenet` or `caffe`, or what a pixel becomes, `(x - 127) / 128`
    image.conv2d(4, 3)
}
// ---
struct M(image: [_, 8, 8, 3] in x % 2) -> [_, 6, 6, 4] {
//                              ^^^^^ Range
//                              a formula is made of `+ - * /`
    image.conv2d(4, 3)
}
// ---
struct Grey(image: [_, 8, 8, 1] in imagenet) -> [_, 6, 6, 4] {
//                                 ^^^^^^^^ Range
//                                 `imagenet` is of 3 channels; `image` has 1
//                                 help: a linear range suits any number: `in 0.0..=1.0`
    image.conv2d(4, 3)
}
// ---
struct Flat(image: [_, 784] in 0.0..=1.0) -> [_, 10] {
//                             ^^^^^^^^^ Range
//                             a range is of the pixels of an image, [batch, height, width, channels]; `image` is [_, 784]
//                             help: give the input its four dimensions, and `flatten()` it
    image.dense(10)
}
// ---
struct Any<const C: usize>(image: [_, 8, 8, C] in caffe) -> [_, 6, 6, 4] {
//                                                ^^^^^ Range
//                                                `caffe` is of 3 channels; `image` has C
//                                                help: a linear range suits any number: `in 0.0..=1.0`
    image.conv2d(4, 3)
}
