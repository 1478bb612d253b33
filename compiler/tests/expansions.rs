//! What models expand to: the files in `expansions/`. `BLESS=1 cargo test` writes them anew.

use std::fs;
use std::path::Path;

use formwork_compiler::{Root, check, emit};

/// Expands a model and compares the result, printed as rustfmt would, with its file.
fn expand(name: &str, source: &str) {
    let printed = print(source);
    assert_eq!(printed, print(source), "the same model makes the same tokens");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/expansions/{name}.rs"));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let differs = printed.lines().zip(golden.lines()).find(|(new, old)| new != old);
    assert!(printed == golden, "{name}.rs differs: {differs:#?}; BLESS=1 writes it anew");
}

fn print(source: &str) -> String {
    let (models, diagnostics) = check(source.parse().unwrap());
    let texts: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.text()).collect();
    assert_eq!(texts, [""; 0]);
    let tokens = models.iter().map(|model| emit(&Root::default(), model)).collect();
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

#[test]
fn digits() {
    expand(
        "digits",
        "/// A small convolutional classifier for 28×28 greyscale digits.
        pub struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
            image
                .conv2d(32, 3, padding = same).relu()
                .max_pool2d(2)
                .conv2d(64, 3, padding = same).relu()
                .max_pool2d(2)
                .flatten()
                .dense(128).relu()
                .dropout(0.5)
                .dense(10)
        }",
    );
}

#[test]
fn pixels() {
    expand(
        "pixels",
        "pub struct Small<H>(image: [_, H, 4, 3] in -1.0..=1.0, mask: [_, H, 4, 1]) -> [_, H, 4, 2]
        where H % 2 == 0
        {
            (image * mask).conv2d(2, 1).softmax()
        }
        pub struct Whole(
            near: [_, 2, 2, 3] in imagenet,
            far: [_, 2, 2, 3] in (x - 127) / 128,
        ) -> [_, 3] {
            let seen: [_, 2, 2, 3] = near.apply::<Inner>();
            (seen + far).global_avg_pool2d()
        }
        pub struct Inner(image: [_, 2, 2, 3] in imagenet) -> [_, 2, 2, 3] {
            image.batch_norm()
        }",
    );
}

#[test]
fn residual() {
    expand(
        "residual",
        "fn block(x, filters: usize) {
            let y = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
            let y = y.conv2d(filters, 3, padding = same, bias = false).batch_norm(momentum = 0.9);
            (x + y).relu()
        }
        #[derive(Debug)]
        pub(crate) struct Residual(image: [_, 8, 8, 3]) -> [_, 8, 8, 8] {
            let x = image.conv2d(8, 1);
            let x = block(x, 8);
            block(x, 8)
        }",
    );
}

#[test]
fn two_by_two() {
    expand(
        "two_by_two",
        "pub struct TwoByTwo(image: [_, 8, 8, 3], mask: [_, 8, 8, 1]) -> ([_, 5], [_, 8, 8, 3]) {
            let cx = image * mask;
            let Tensor = cx.conv2d(4, 3).relu();
            let D = Tensor.flatten().dense(5);
            (D, cx)
        }",
    );
}

#[test]
fn deep() {
    expand(
        "deep",
        "pub struct Tensor(image: [_, 4, 4, 2]) -> [_, 4, 4, 2] {
            let mut x = image;
            for _ in 0..20 {
                x = x.conv2d(2, 3, padding = same).relu();
            }
            x
        }",
    );
}

#[test]
fn squeeze() {
    expand(
        "squeeze",
        "fn squeeze_excite(x: [_, H, W, C], ratio: usize) {
            let scale = x.reduce_mean(axis = (1, 2), keepdims = true)
                .conv2d(C / ratio, 1, activation = relu)
                .conv2d(C, 1, activation = sigmoid);
            x * scale
        }
        pub struct Squeeze(image: [_, 8, 8, 16]) -> [_, 8, 8, 16] {
            image.squeeze_excite(4)
        }",
    );
}

#[test]
fn symbolic() {
    expand(
        "symbolic",
        "fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C]) {
            concat(x.conv2d_transpose(C, 2, stride = 2), skip).conv2d(C, 3, padding = same)
        }
        pub struct Symbolic<H, W, const CLASSES: usize = 3, const F: usize = 4>(
            image: [_, H, W, 3],
            half: [_, H / 2, W / 2, 1],
        ) -> ([_, H, W, CLASSES], [_, F + 1])
        where H % 4 == 0, W % 2 == 0, H >= 8, F >= 2
        {
            let e1 = image.conv2d(F, 3, padding = same).relu();
            let small = e1.resize2d((H / 2, W / 2));
            let bottom = concat(e1.max_pool2d(2), half, small).conv2d(F, 1).batch_norm();
            let top = up(bottom, e1);
            let scores = top.global_avg_pool2d().dense(F + 1);
            (top.conv2d(CLASSES, 1), scores)
        }",
    );
}

#[test]
fn outer() {
    expand(
        "outer",
        "pub struct Outer<N, D>(
            image: [N, {SIZE}, {SIZE}, 3],
            table: [N, D, 1, {limits::WIDTH}],
        ) -> ([N, {SIZE} / 2 * {SIZE} / 2 * 4], [N, D * {limits::WIDTH}])
        {
            let half = image.conv2d(4, 2, stride = 2, padding = same).max_pool2d(1);
            let whole = half.upsample2d(2) + image.conv2d(4, 1);
            let flat = whole.max_pool2d(2).flatten();
            let rows: [N, D * {limits::WIDTH}] = table.reshape([_, D, -1]).flatten();
            (flat.dense({SIZE} / 2 * {SIZE} / 2 * 4), rows)
        }",
    );
}

#[test]
fn folded() {
    expand(
        "folded",
        "/// A batch norm on either side of a layer.
        #[fold_batch_norm(Folded)]
        #[remove_batch_norm(Plain)]
        pub(crate) struct Stem(image: [_, 8, 8, 2]) -> [_, 3] {
            let x = image.conv2d(4, 3, bias = false).batch_norm().relu();
            x.global_avg_pool2d().batch_norm(scale = false).dense(3).batch_norm(epsilon = 1e-5)
        }",
    );
}

#[test]
fn shared() {
    expand(
        "shared",
        "pub struct Encoder<H, W>(image: [_, H, W, 3]) -> [_, H / 2, W / 2, 4]
        where H % 2 == 0, W % 2 == 0
        {
            image.conv2d(4, 3, padding = same).batch_norm().relu().max_pool2d(2)
        }
        pub struct Shared<H, W>(left: [_, H, W, 3], right: [_, H, W, 3]) -> [_, 5]
        where H % 4 == 0, W % 4 == 0
        {
            let encoder = apply::<Encoder>();
            let norm = batch_norm(momentum = 0.5);
            let head = conv2d(5, 3, padding = same, activation = relu);
            let a: [_, H / 2, W / 2, 4] = encoder(left);
            let b: [_, H / 2, W / 2, 4] = encoder(right);
            let own: [_, H / 2, W / 2, 4] = left.apply::<Encoder>();
            let near = head(norm(a)) + b.norm().head();
            let far = head(own.max_pool2d(2));
            near.global_avg_pool2d() + far.global_avg_pool2d()
        }",
    );
}
