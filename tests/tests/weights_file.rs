//! A model whose weights file is compared with it while it is compiled, and that is compiled anew
//! when the file changes.

use formwork::prelude::*;

model! {
    #[weights("tiny.safetensors")]
    struct Tiny(image: [_, 4, 4, 1]) -> [_, 2] {
        image.conv2d(2, 3).relu().flatten().dense(2)
    }
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tiny.safetensors");

/// `BLESS=1` writes the file anew.
#[test]
fn the_file_that_was_compared_loads() {
    let device = Cpu::seed_from_u64(0);
    if std::env::var_os("BLESS").is_some() {
        Tiny::build(&device).save(FILE).unwrap();
    }
    let mut model = Tiny::build(&device);
    model.load(FILE).unwrap();
    let image: Tensor<Rank4<1, 4, 4, 1>, f32, Cpu> = device.ones();
    let scores = model.forward(image.clone()).as_vec();
    assert_eq!(scores, Tiny::build(&Cpu::seed_from_u64(0)).forward(image).as_vec());
}

/// Cargo goes by what rustc writes beside what it builds: the files that it has read.
#[test]
fn rustc_watches_the_file() {
    let test = std::env::current_exe().unwrap();
    let read = std::fs::read_to_string(test.with_extension("d")).unwrap();
    assert!(read.lines().any(|line| line == format!("{FILE}:")), "{read}");
}
