struct Starts(image: [_, 8, 8, 3]) -> [_, 2] {
    let x = image.conv2d(4, 3, activation = selu).max_pool2d(2);
//                ^^^^^^ SeluRecipe
//                `conv2d` before `selu`: its kernel starts as `glorot_uniform`, for which `selu` does not keep mean 0 and variance 1
//                help: `kernel_initializer = lecun_normal`; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    let y = x.separable_conv2d(4, 2, depthwise_initializer = lecun_normal).selu();
//            ^^^^^^^^^^^^^^^^ SeluRecipe
//            `separable_conv2d` before `selu`: its kernel starts as `glorot_uniform`, for which `selu` does not keep mean 0 and variance 1
//            help: `pointwise_initializer = lecun_normal`; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    let z = y.flatten().dense(8, kernel_initializer = he_normal);
//                      ^^^^^ SeluRecipe
//                      `dense` before `selu`: its kernel starts as `he_normal`, for which `selu` does not keep mean 0 and variance 1
//                      help: `kernel_initializer = lecun_normal`; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    z.selu().dense(2).layer_norm().selu()
}
// ---
struct Mixed(image: [_, 8, 8, 3]) -> [_, 2] {
    let x = image.conv2d(4, 3, kernel_initializer = lecun_normal, bias = false).batch_norm().selu();
//                                                                              ^^^^^^^^^^ SeluRecipe
//                                                                              `batch_norm` beside `selu`, which keeps mean 0 and variance 1 by itself
//                                                                              help: leave `batch_norm` out, or use another activation; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    let y = x.max_pool2d(2).spatial_dropout2d(0.1);
//                          ^^^^^^^^^^^^^^^^^ SeluRecipe
//                          `spatial_dropout2d` beside `selu` moves the mean and the variance that `selu` keeps
//                          help: `alpha_dropout` keeps them; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    let z = y.conv2d(4, 2, kernel_initializer = lecun_normal).selu();
    z.flatten().dropout(0.5).dense(2)
//              ^^^^^^^ SeluRecipe
//              `dropout` beside `selu` moves the mean and the variance that `selu` keeps
//              help: `alpha_dropout` keeps them; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
}
// ---
struct Alpha(image: [_, 8, 8, 3]) -> [_, 2] {
    let x = image.conv2d(4, 3, activation = relu).alpha_dropout(0.1);
//                                                ^^^^^^^^^^^^^ SeluRecipe
//                                                `alpha_dropout` keeps the mean and the variance of what `selu` makes, and there is no `selu` before it
//                                                help: `dropout` goes with other activations; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    let y = x.flatten().dense(4).alpha_dropout(0.1);
//                               ^^^^^^^^^^^^^ SeluRecipe
//                               `alpha_dropout` keeps the mean and the variance of what `selu` makes, and there is no `selu` before it
//                               help: `dropout` goes with other activations; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    y.dense(2)
}
// ---
struct Blocks(image: [_, 8, 8, 3]) -> [_, 8, 8, 4] {
    let mut x = image;
    for _ in 0..3 {
        x = block(x);
    }
    x
}
fn block(x) {
    x.conv2d(4, 3, padding = same, activation = selu)
//    ^^^^^^ SeluRecipe
//    `conv2d` before `selu`: its kernel starts as `glorot_uniform`, for which `selu` does not keep mean 0 and variance 1
//    help: `kernel_initializer = lecun_normal`; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
}
// ---
struct Merged(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
    let x = image.conv2d(4, 3, padding = same);
//                ^^^^^^ SeluRecipe
//                `conv2d` before `selu`: its kernel starts as `glorot_uniform`, for which `selu` does not keep mean 0 and variance 1
//                help: `kernel_initializer = lecun_normal`; if it is meant, say so: `#[allow(selu_recipe)]` before the statement
    (x + image.conv2d(4, 1, kernel_initializer = lecun_normal)).selu()
}
// ---
struct Allowed(image: [_, 8, 8, 3]) -> [_, 2] {
    #[allow(selu_recipe)]
    let x = image.conv2d(4, 3, activation = selu).dropout(0.5);
    #[allow(pixel_phase)]
    #[allow(selu_recipe)]
    let y = x.flatten().dense(4, activation = relu).alpha_dropout(0.5);
    y.dense(2)
}
// ---
#[allow(deprecated)]
struct AllAllowed(image: [_, 8, 8, 3]) -> [_, 6, 6, 4] {
    image.conv2d(4, 3, activation = selu).dropout(0.5)
}
// ---
struct Recipe(image: [_, 8, 8, 3]) -> [_, 2] {
    let mut x = image.alpha_dropout(0.1);
    for filters in [4, 8] {
        x = x.conv2d(filters, 3, kernel_initializer = lecun_normal, activation = selu);
        x = x.alpha_dropout(0.1);
    }
    x.flatten().alpha_dropout(0.1).dense(2)
}
// ---
struct Apart(image: [_, 8, 8, 3]) -> [_, 2] {
    let backbone = image.conv2d(4, 3, bias = false).batch_norm().relu().dropout(0.2);
    let head = backbone.flatten().dense(8, kernel_initializer = lecun_normal).selu();
    head.dense(2).batch_norm()
}
