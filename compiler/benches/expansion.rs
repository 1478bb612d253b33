//! How long a model takes from tokens to tokens: the time a layer must not grow with the depth.

use std::time::{Duration, Instant};

use formwork_compiler::{Root, check, emit};

fn main() {
    println!("{:>6}  {:>10}  {:>10}  {:>12}", "layers", "check", "emit", "a layer");
    for layers in [10, 100, 1000] {
        let source = format!(
            "pub struct Deep(image: [_, 8, 8, 4]) -> [_, 8, 8, 4] {{
                let mut x = image;
                for _ in 0..{} {{ x = x.conv2d(4, 3, padding = same).relu(); }}
                x
            }}",
            layers / 2
        );
        let [check, emit] = best(&source);
        let layer = (check + emit) / layers;
        println!("{layers:>6}  {check:>10.1?}  {emit:>10.1?}  {layer:>12.1?}");
    }
    println!("\n{:>6}  {:>10}  {:>10}", "levels", "check", "emit");
    for levels in [2, 4, 6] {
        let [check, emit] = best(&unet(levels));
        println!("{levels:>6}  {check:>10.1?}  {emit:>10.1?}");
    }
}

/// A U-Net with symbolic sizes: each merge is decided for all of them.
fn unet(levels: u32) -> String {
    let modulus = 1 << levels;
    let downs: String = (0..levels)
        .map(|i| {
            format!("let e{} = e{i}.max_pool2d(2).conv2d(8, 3, padding = same).relu();", i + 1)
        })
        .collect();
    let ups: String = (0..levels)
        .rev()
        .map(|i| format!("let x = concat(x.upsample2d(2), e{i}).conv2d(8, 3, padding = same);"))
        .collect();
    format!(
        "pub struct Unet<H, W>(e0: [_, H, W, 8]) -> [_, H, W, 8]
         where H % {modulus} == 0, W % {modulus} == 0 {{ {downs} let x = e{levels}; {ups} x }}"
    )
}

/// The shortest of several runs.
fn best(source: &str) -> [Duration; 2] {
    let runs = (0..10).map(|_| {
        let start = Instant::now();
        let (models, diagnostics) = check(source.parse().expect("tokens"));
        assert!(diagnostics.is_empty());
        let checked = start.elapsed();
        let tokens = models.iter().map(|model| emit(&Root::default(), model));
        assert!(tokens.flatten().count() > 0);
        [checked, start.elapsed() - checked]
    });
    runs.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1])]).expect("at least one run")
}
