//! `#[weights("…")]`: what a file's header has against what a model needs.

use std::fs;
use std::path::Path;

use formwork_compiler::{Crate, Diagnostic, check_in, expand_in};
use safetensors::tensor::{Dtype, TensorView, serialize};

/// A tensor of a file: its name, its type, its sizes.
type Stored<'a> = (&'a str, Dtype, &'a [usize]);

const DIGITS: &str = "
    #[weights(\"FILE\")]
    struct Digits(image: [_, 8, 8, 1]) -> [_, 10] {
        image.conv2d(4, 3).relu().flatten().dense(10)
    }";
const FITTING: [Stored; 4] = [
    ("conv2d.kernel", Dtype::F32, &[3, 3, 1, 4]),
    ("conv2d.bias", Dtype::F32, &[4]),
    ("dense.kernel", Dtype::F32, &[144, 10]),
    ("dense.bias", Dtype::F32, &[10]),
];

/// A crate with a file of such tensors.
fn home(file: &str, tensors: &[Stored]) -> Crate {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let bytes =
        |(_, dtype, sizes): &Stored| vec![0; sizes.iter().product::<usize>() * dtype.bitsize() / 8];
    let values: Vec<_> = tensors.iter().map(bytes).collect();
    let views = tensors.iter().zip(&values).map(|((name, dtype, sizes), values)| {
        (*name, TensorView::new(*dtype, sizes.to_vec(), values).unwrap())
    });
    fs::write(folder.join(file), serialize(views, None).unwrap()).unwrap();
    Crate { folder: folder.to_owned(), watched: Some(Vec::new()) }
}

/// What is wrong with the model, each at the source it points at.
fn check(name: &str, model: &str, tensors: &[Stored], expect: &[&str]) {
    let file = format!("{name}.safetensors");
    let home = home(&file, tensors);
    let source = model.replace("FILE", &file);
    let (_, diagnostics) = check_in(Some(&home), source.parse().unwrap());
    let text = |diagnostic: &Diagnostic| {
        let at = diagnostic.span.0.source_text().unwrap_or_default();
        format!("{at}: {}", diagnostic.text()).replace(&file, "FILE")
    };
    assert_eq!(diagnostics.iter().map(text).collect::<Vec<_>>(), expect, "{name}");
}

fn without<'a>(name: &str, other: Option<Stored<'a>>) -> Vec<Stored<'a>> {
    let kept = FITTING.into_iter().filter(|tensor| tensor.0 != name);
    kept.chain(other).collect()
}

#[test]
fn what_does_not_fit_is_reported_at_its_layer() {
    check("fitting", DIGITS, &FITTING, &[]);
    check(
        "shape",
        DIGITS,
        &without("dense.kernel", Some(("dense.kernel", Dtype::F32, &[256, 10]))),
        &["dense: `dense.kernel` is [256, 10] in FILE, [144, 10] in the model"],
    );
    check(
        "slip",
        DIGITS,
        &without("conv2d.kernel", Some(("conv2d.kernels", Dtype::F32, &[3, 3, 1, 4]))),
        &[
            "conv2d: `conv2d.kernel` is not in FILE\n\
             help: did you mean `conv2d.kernels`? The file has that",
            "\"FILE\": FILE holds what the model has not: `conv2d.kernels`",
        ],
    );
    check(
        "whole_layer",
        DIGITS,
        &FITTING[..2],
        &["dense: `dense.kernel` is not in FILE\n`dense.bias` is not in FILE"],
    );
    check(
        "halves",
        DIGITS,
        &without("dense.bias", Some(("dense.bias", Dtype::F16, &[10]))),
        &["dense: `dense.bias` is F16 in FILE, F32 in the model"],
    );
}

#[test]
fn a_file_of_another_world_is_reported_once() {
    check(
        "pytorch",
        DIGITS,
        &[("conv.weight", Dtype::F32, &[4, 1, 3, 3]), ("conv.bias", Dtype::F32, &[4])],
        &["\"FILE\": FILE holds none of the parameters of the model\n\
           the file has `conv.bias`, `conv.weight`\n\
           the model has `conv2d.kernel`, `conv2d.bias`, `dense.kernel`, `dense.bias`\n\
           help: it seems to come from PyTorch: load it once with `formwork::Loader`, which maps \
           names and layouts, and `save` it"],
    );
}

#[test]
fn what_is_not_the_files_matter_is_passed_over() {
    // A checkpoint's other tensors, sizes that rustc alone knows, another model's parameters.
    let checkpoint = [&FITTING[..], &[("adam/m/dense.bias", Dtype::F32, &[10])]].concat();
    check("checkpoint", DIGITS, &checkpoint, &[]);
    let classes = "
        #[weights(\"FILE\")]
        struct Classes<const N: usize>(image: [_, 8, 8, 1]) -> [_, 8, 8, N] {
            image.conv2d(N, 1)
        }";
    let tensors: [Stored; 2] =
        [("conv2d.kernel", Dtype::F32, &[1, 1, 1, 5]), ("conv2d.bias", Dtype::F32, &[5])];
    check("classes", classes, &tensors, &[]);
    let head = "
        #[weights(\"FILE\")]
        struct Head(image: [_, 8, 8, 1]) -> [_, 2] {
            let features: [_, 16] = image.apply::<Backbone>();
            features.dense(2)
        }";
    let tensors: [Stored; 3] = [
        ("dense.kernel", Dtype::F32, &[16, 2]),
        ("dense.bias", Dtype::F32, &[2]),
        ("features.backbone.conv2d.kernel", Dtype::F32, &[3, 3, 1, 16]),
    ];
    check("head", head, &tensors, &[]);
    let two = "
        #[weights(\"FILE\")]
        struct Two(image: [_, 8, 8, 1]) -> [_, 2] {
            let a: [_, 16] = image.apply::<B>();
            let ab: [_, 16] = image.apply::<B>();
            (a + ab).dense(2)
        }";
    let tensors: [Stored; 4] = [
        ("dense.kernel", Dtype::F32, &[16, 2]),
        ("dense.bias", Dtype::F32, &[2]),
        ("a.b.conv2d.kernel", Dtype::F32, &[3, 3, 1, 16]),
        ("ab.b.conv2d.kernel", Dtype::F32, &[3, 3, 1, 16]),
    ];
    check("two", two, &tensors, &[]);
}

#[test]
fn a_file_that_is_missing_or_none_is_said_to_be() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let check = |file: &str, starts: &str| {
        let home = Crate { folder: folder.to_owned(), watched: None };
        let (_, diagnostics) = check_in(Some(&home), DIGITS.replace("FILE", file).parse().unwrap());
        let texts: Vec<_> = diagnostics.iter().map(Diagnostic::text).collect();
        let path = folder.join(file).display().to_string();
        assert!(texts.len() == 1 && texts[0].starts_with(&format!("{path}{starts}")), "{texts:?}");
    };
    check("absent.safetensors", ": No such file");
    fs::write(folder.join("text.safetensors"), "no weights at all").unwrap();
    check("text.safetensors", " is no weight file");
}

#[test]
fn a_small_file_is_watched_by_rustc_and_a_large_one_by_the_build_script() {
    let expand = |home: &Crate, file: &str, model: &str| {
        expand_in(Some(home), model.replace("FILE", file).parse().unwrap()).to_string()
    };
    let small = home("small.safetensors", &FITTING);
    let text = expand(&small, "small.safetensors", DIGITS);
    assert!(text.contains("include_bytes") && !text.contains("FORMWORK_WATCHED"), "{text}");

    let wide = "
        #[weights(\"FILE\")]
        struct Wide(x: [_, 600]) -> [_, 600] { x.dense(600, bias = false) }";
    let tensors: [Stored; 1] = [("dense.kernel", Dtype::F32, &[600, 600])];
    let mut large = home("large.safetensors", &tensors);
    let text = expand(&large, "large.safetensors", wide);
    assert!(!text.contains("include_bytes"), "{text}");
    assert!(text.contains("cargo::rerun-if-changed=large.safetensors"), "{text}");
    large.watched = Some(vec!["large.safetensors".to_owned()]);
    let text = expand(&large, "large.safetensors", wide);
    assert!(!text.contains("include_bytes") && !text.contains("FORMWORK_WATCHED"), "{text}");
}
