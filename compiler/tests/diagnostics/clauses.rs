struct UnknownInWhere<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where h % 2 == 0, Width >= 4, X != 3 {
//                                                                     ^ UnknownName
//                                                                     `UnknownInWhere` has no symbol `h`
//                                                                     help: did you mean `H`?
//                                                                                 ^^^^^ UnknownName
//                                                                                 `UnknownInWhere` has no symbol `Width`
//                                                                                 help: declare it: `struct UnknownInWhere<Width>(…)`
//                                                                                             ^ UnknownName
//                                                                                             `UnknownInWhere` has no symbol `X`
//                                                                                             help: declare it: `struct UnknownInWhere<X>(…)`
    image.conv2d(4, 1)
}
// ---
struct NoSuchSize<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 4 == 1, H % 2 == 0, W >= 9, W < 9 {
//                                                                             ^^^^^^^^^^ Argument
//                                                                             no size `H` is such
//                                                                                                 ^^^^^ Argument
//                                                                                                 no size `W` is such
    image.conv2d(4, 1)
}
// ---
struct EmptyRange<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H in 9..9 {
//                                                                      ^ Syntax
//                                                                      this range is empty
    image.conv2d(4, 1)
}
// ---
struct Remainder<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 16 == 16 {
//                                                                          ^^ Syntax
//                                                                          no remainder of a division by 16 is 16
    image.conv2d(4, 1)
}
// ---
struct Remainders<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 16 in [0, 20] {
//                                                                                 ^ Syntax
//                                                                                 no remainder of a division by 16 is 20
    image.conv2d(4, 1)
}
// ---
struct ByZero<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 0 == 0 {
//                                                                 ^ Syntax
//                                                                 nothing is divided by 0
    image.conv2d(4, 1)
}
// ---
struct Endless<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H >= 18446744073709551610, W % 18446744073709551557 == 3 {
//                                                                   ^^^^^^^^^^^^^^^^^^^^ Syntax
//                                                                   no size is as large as 18446744073709551610: 2147483647 is the largest
    image.conv2d(4, 1)
}
// ---
struct Overflows<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H < 99999999999999999999999 {
//                                                                    ^^^^^^^^^^^^^^^^^^^^^^^ Syntax
//                                                                    no size is as large as 99999999999999999999999: 2147483647 is the largest
    image.conv2d(4, 1)
}
// ---
struct NoClause<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H, W {
//                                                                ^ Syntax
//                                                                expected what holds of `H`, such as `H % 16 == 0`, `H >= 32` or `H == 2 * W`
    image.conv2d(4, 1)
}
// ---
struct NumberFirst<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where 16 <= H {
//                                                                  ^^ Syntax
//                                                                  expected what holds of a size, such as `H % 16 == 0` or `H >= 32`
    image.conv2d(4, 1)
}
// ---
struct SumFirst<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H + W >= 16, H * 2 == W {
//                                                                 ^ Syntax
//                                                                 expected what holds of `H`, such as `H % 16 == 0`, `H >= 32` or `H == 2 * W`
    image.conv2d(4, 1)
}
// ---
struct And<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 16 == 0 && W % 16 == 0 {
//                                                                      ^ Syntax
//                                                                      expected `,` or the body: `where H % 16 == 0, W % 16 == 0 { … }`
    image.conv2d(4, 1)
}
// ---
struct EqualTwice<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == H, W % 2 == 0, W == 2 * H {
//                                                                         ^^^^^^^^^^ Argument
//                                                                         `W` is said to equal something else already
//                                                                         help: say this of what it equals
//                                                                                     ^^^^^^^^^^ Argument
//                                                                                     `W` is said to equal something else already
//                                                                                     help: say this of what it equals
    image.conv2d(4, 1)
}
// ---
struct EqualItself<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == W + 1 {
//                                                                  ^^^^^^^^^^ Argument
//                                                                  what `W` equals is not known here
//                                                                  help: it may depend on symbols of which no `==` speaks, and on those of which an earlier one does
    image.conv2d(4, 1)
}
// ---
struct EqualEachOther<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == H, H == W {
//                                                                     ^^^^^^ Argument
//                                                                     what `W` equals is not known here
//                                                                     help: it may depend on symbols of which no `==` speaks, and on those of which an earlier one does
    image.conv2d(4, 1)
}
// ---
struct EqualNothing<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == 2.5, H == same {
//                                                                        ^^^ Type
//                                                                        a real number is no size
//                                                                                  ^^^^ Type
//                                                                                  a keyword is no size
    image.conv2d(4, 1)
}
// ---
struct EqualNegative<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == H - 2 * H {
    image.conv2d(4, 1)
//                  ^ Argument
//                  `conv2d`: a 1×1 kernel does not fit the H×-H input
//                  help: a smaller one, `padding = same`, or fewer strides and pools before it
}
// ---
struct EqualTwo<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where W == H, W == 2 * H {
//                                                                       ^^^^^^^^^^ Argument
//                                                                       `W` is said to equal something else already
//                                                                       help: say this of what it equals
    image.conv2d(4, 1)
}
// ---
struct EqualUnknown<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where V == 2 * H, W == 2 * V {
//                                                                   ^ UnknownName
//                                                                   `EqualUnknown` has no symbol `V`
//                                                                   help: declare it: `struct EqualUnknown<V>(…)`
    image.conv2d(4, 1)
}
// ---
struct Divisor<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 65537 == 0 {
//                                                                  ^^^^^ Syntax
//                                                                  remainders are looked at of divisions by up to 65536
    image.conv2d(4, 1)
}
// ---
struct Divisors<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 65521 == 0, H % 32768 == 1 {
//                                                                               ^^^^^^^^^^^^^^ Argument
//                                                                               `H` has too many remainders to look at
    image.conv2d(4, 1)
}
// ---
struct ManyRemainders<H>(image: [_, H, 4, 3]) -> [_, H, 4, 3] where H % 65521 in 0..=65000, H % 15 in 0..=13 {
    image.conv2d(3, 1)
}
// ---
struct BeyondDeciding<H>(image: [_, H, 4, 3]) -> [_, H, 4, 3] where H % 65521 in 0..=65000 {
    image.max_pool2d(2).upsample2d(2)
//                      ^^^^^^^^^^^^^ Output
//                      `BeyondDeciding` is declared to return [_, H, 4, 3] but returns [_, 2·⌊H/2⌋, 4, 3], as far as can be decided for all sizes at once
//                      shapes: image [_, H, 4, 3] → max_pool2d [_, ⌊H/2⌋, 2, 3] → upsample2d [_, 2·⌊H/2⌋, 4, 3]
}
