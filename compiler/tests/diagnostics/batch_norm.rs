#[fold_batch_norm(PostFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: it normalises the output of `relu`, and `relu` has no kernel
//help: apply `batch_norm` right after a convolution or `dense`, before `relu`; or keep the model, and `freeze("batch_norm")`
struct Post(image: [_, 8, 8, 3]) -> [_, 8, 8, 4] {
    image.conv2d(4, 3, padding = same, activation = relu).batch_norm()
}
// ---
#[fold_batch_norm(InputFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: it normalises the input `image`
//help: normalise the input before it is handed to the model; or keep the model, and `freeze("batch_norm")`
struct Input(image: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
    image.batch_norm().relu()
}
// ---
#[fold_batch_norm(PaddedFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: `conv2d`, which reads it, pads its output with zeros, which it would move
//help: apply `batch_norm` behind `conv2d`, or say `padding = valid` in `conv2d`; or keep the model, and `freeze("batch_norm")`
struct Padded(image: [_, 8, 8, 3]) -> [_, 4, 4, 4] {
    let x = image.conv2d(4, 3, padding = same).relu();
    x.batch_norm().conv2d(4, 3, stride = 2, padding = same)
}
// ---
#[fold_batch_norm(TransposedFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: `conv2d_transpose`, which reads it, adds up fewer products at the edges
//help: apply `batch_norm` behind `conv2d_transpose`; or keep the model, and `freeze("batch_norm")`
struct Transposed(image: [_, 8, 8, 3]) -> [_, 16, 16, 4] {
    image.batch_norm().conv2d_transpose(4, 2, stride = 2)
}
// ---
#[fold_batch_norm(TwiceFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: `add` reads the output of `x.conv2d`, which it normalises, too
//help: let `add` read the output of `batch_norm`, or of another layer; or keep the model, and `freeze("batch_norm")`
#[remove_batch_norm(TwicePlain)]
struct Twice(image: [_, 8, 8, 3]) -> [_, 8, 8, 4] {
    let x = image.conv2d(4, 3, padding = same);
    x.batch_norm().relu() + x
}
// ---
#[fold_batch_norm(CallerFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: the model returns the output of `x.conv2d`, which it normalises, too
//help: return the output of `batch_norm`, or of a layer of its own; or keep the model, and `freeze("batch_norm")`
struct Caller(image: [_, 8, 8, 3]) -> ([_, 8, 8, 4], [_, 8, 8, 4]) {
    let x = image.conv2d(4, 3, padding = same);
    (x, x.batch_norm())
}
// ---
#[fold_batch_norm(SharedFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`norm.batch_norm` cannot be folded: `norm.batch_norm` is applied 2 times with one set of weights
//help: give each application a layer of its own; or keep the model, and `freeze("norm.batch_norm")`
struct Shared(a: [_, 8, 8, 3], b: [_, 8, 8, 3]) -> [_, 8, 8, 4] {
    let conv = conv2d(4, 3, padding = same);
    let norm = batch_norm();
    norm(conv(a)) + norm(conv(b))
}
// ---
#[fold_batch_norm(EncoderFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm` cannot be folded: `conv.conv2d` is applied 2 times with one set of weights
//help: give each application a layer of its own; or keep the model, and `freeze("batch_norm")`
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`batch_norm_1` cannot be folded: `conv.conv2d` is applied 2 times with one set of weights
//help: give each application a layer of its own; or keep the model, and `freeze("batch_norm_1")`
struct Encoder(a: [_, 8, 8, 3], b: [_, 8, 8, 3]) -> [_, 8, 8, 4] {
    let conv = conv2d(4, 3, padding = same);
    conv(a).batch_norm() + conv(b).batch_norm()
}
// ---
#[fold_batch_norm(PreFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`x.block.batch_norm` cannot be folded: it normalises the input `image`
//help: normalise the input before it is handed to the model; or keep the model, and `freeze("x.block.batch_norm")`
struct Pre(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
    let mut x = image;
    for _ in 0..3 {
        x = x + block(x);
    }
    x
}
fn block(x) {
    x.batch_norm().relu().conv2d(4, 3, padding = same)
}
// ---
#[fold_batch_norm(NoneFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`None` has no `batch_norm` to fold
//help: remove the attribute
#[remove_batch_norm(NonePlain)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`None` has no `batch_norm` to remove
//help: remove the attribute
struct None(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
    image.relu()
}
// ---
#[fold_batch_norm(HeadFolded)]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ BatchNorm
//`Head` has no `batch_norm` to fold
//help: those of an applied model are its own: `#[fold_batch_norm(…)]` there, and apply what it declares instead of `Backbone`
struct Head(image: [_, 8, 8, 4]) -> [_, 2] {
    let x: [_, 2] = image.apply::<models::Backbone>();
    x
}
// ---
#[fold_batch_norm]
//^^^^^^^^^^^^^^^^^^ Syntax
//`fold_batch_norm` takes the name of the model that it declares
//help: `#[fold_batch_norm(Other)]`
#[remove_batch_norm("Plain")]
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Syntax
//`remove_batch_norm` takes the name of the model that it declares
//help: `#[remove_batch_norm(Other)]`
#[fold_batch_norm(One)]
#[fold_batch_norm(Two)]
//^^^^^^^^^^^^^^^^^^^^^^^ Duplicate
//`fold_batch_norm` is declared twice
//help: remove one of them
struct Attributes(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
    image.conv2d(4, 1).batch_norm()
}
// ---
#[fold_batch_norm(FineFolded)]
#[remove_batch_norm(FinePlain)]
struct Fine(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {
    image.conv2d(4, 3, padding = same, bias = false).batch_norm().relu().dense(4)
}
