#[budget(params <= 1_000, macs <= 100_000, activations <= 10_000 @ batch 8)]
//       ^^^^^^^^^^^^^^^ Budget
//       `Over` has 13,610 parameters, 12,610 more than its budget of 1,000
//       most are in `dense` 13,530 (99 %), `conv2d` 80 (1 %)
//                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Budget
//                                         `Over` has 108,240 activations at batch 8, 98,240 more than its budget of 10,000
//                                         most are in `conv2d` 43,264 (40 %), `relu` 43,264 (40 %), `max_pool2d` 10,816 (10 %)
struct Over(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2d(8, 3).relu().max_pool2d(2).flatten().dense(10)
}
// ---
#[budget(params <= 13_610, macs <= 62_208, activations <= 112_304 @ batch 8)]
struct Within(image: [_, 28, 28, 1]) -> [_, 10] {
    image.conv2d(8, 3).relu().max_pool2d(2).flatten().dense(10)
}
// ---
#[budget(activations <= 10_000)]
//       ^^^^^^^^^^^^^^^^^^^^^ Budget
//       activations grow with the batch
//       help: say with which: `activations <= 10_000 @ batch 8`
struct NoBatch(image: [_, 28, 28, 1]) -> [_, 784] {
    image.flatten()
}
// ---
#[budget(macs <= 1_000_000 @ H 64 W 64)]
#[budget(macs <= 1_000_000)]
//       ^^^^^^^^^^^^^^^^^ Budget
//       the multiply-adds of `Sizes` depend on `H` and `W`
//       help: say at which size: `macs <= 1_000_000 @ H 224 W 224`
#[budget(params <= 31)]
#[budget(activations <= 100 @ batch 2 H 63 W 64)]
//       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Budget
//       `Sizes` does not run at `H 63`
//       help: H must be a multiple of 2
#[budget(macs <= 1_000 @ D 4)]
//       ^^^^^^^^^^^^^^^^^^^ Budget
//       `Sizes` has no size `D`
//       help: its sizes are `batch`, H, W
struct Sizes<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] where H % 2 == 0, W % 2 == 0 {
    let small = image.max_pool2d(2);
    concat(small.upsample2d(2), image).conv2d(4, 1).relu()
}
// ---
#[budget(params <= 100)]
//       ^^^^^^^^^^^^^ Budget
//       `Classes` has 588 parameters, 488 more than its budget of 100
//       most are in `conv2d` 588 (100 %)
struct Classes<const CLASSES: usize = 21>(image: [_, 8, 8, 3]) -> [_, 8, 8, CLASSES] {
    image.conv2d(CLASSES, 3, padding = same)
}
// ---
#[budget(params <= 100)]
//       ^^^^^^^^^^^^^ Budget
//       the parameters of `Open` depend on `CLASSES`
//       help: say at which size: `params <= 100 @ CLASSES 10`
struct Open<const CLASSES: usize>(image: [_, 8, 8, 3]) -> [_, 8, 8, CLASSES] {
    image.conv2d(CLASSES, 3, padding = same)
}
// ---
#[budget(params <= 100)]
//       ^^^^^^^^^^^^^ Budget
//       the parameters of `Outer` depend on `SIZE`
//       help: let rustc check it: `const _: () = assert!(Outer::PARAMS <= 100);`
struct Outer(image: [_, {SIZE}, {SIZE}, 1]) -> [_, 2] {
    image.flatten().dense(2)
}
// ---
#[budget(params <= 100)]
//       ^^^^^^^^^^^^^ Budget
//       `Applies` applies `Backbone`, whose parameters rustc alone counts
//       help: let rustc check it: `const _: () = assert!(Applies::PARAMS <= 100);`
struct Applies(image: [_, 8, 8, 3]) -> [_, 2] {
    let y: [_, 2] = image.apply::<Backbone>();
    y
}
// ---
#[budget]
//^^^^^^ Syntax
//expected attribute arguments in parentheses: #[budget(...)]
#[budget()]
//^^^^^^^^^^^ Syntax
//a budget of what? `#[budget(params <= 5_000_000, activations <= 20_000_000 @ batch 8)]`
#[budget(memory <= 100)]
//       ^^^^^^ Syntax
//       a budget is of `params`, `macs` or `activations`: `#[budget(params <= 5_000_000, activations <= 20_000_000 @ batch 8)]`
#[budget(params < 100)]
//              ^ Syntax
//              expected `<=` and the most that is allowed: `#[budget(params <= 5_000_000, activations <= 20_000_000 @ batch 8)]`
#[budget(params <= many)]
//                 ^^^^ Syntax
//                 expected integer literal
#[budget(macs <= 5 @ H)]
//                    ^ Syntax
//                    unexpected end of input, expected integer literal
#[budget(macs <= 5 @ H 0)]
//                     ^ Syntax
//                     no size is 0
#[weights(digits)]
//^^^^^^^^^^^^^^^^^^ Syntax
//`weights` takes the path of a file, from the folder of the crate's Cargo.toml
//help: `#[weights("digits.safetensors")]`
#[weights("a.safetensors")]
#[weights("b.safetensors")]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^ Duplicate
//`weights` is declared twice
//help: a model's weights stand in one file: remove one of them
struct Written(image: [_, 8, 8, 3]) -> [_, 192] {
    image.flatten()
}
