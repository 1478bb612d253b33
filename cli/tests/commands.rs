//! The commands as data: each file in `commands/` holds a command line, what it prints and its
//! exit code. `BLESS=1` writes the files anew from their first lines.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn formwork(args: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
    command.args(args.split_whitespace()).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.output().expect("the command runs")
}

fn check(file: &Path) {
    let written = fs::read_to_string(file).unwrap();
    let line = written.lines().next().expect("a command line");
    let args = line.strip_prefix("$ formwork").expect("the first line is `$ formwork …`");
    let Output { status, stdout, stderr } = formwork(args);
    let code = status.code().expect("no signal");
    let texts = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
    let [text, problems] = texts.map(|text| text.replace('\\', "/"));
    let found = format!("{line}\n{text}--- standard error\n{problems}--- exit code {code}\n");
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).unwrap();
        return;
    }
    assert_eq!(written, found, "in {}; BLESS=1 accepts what is found", file.display());
}

#[test]
fn commands_print_what_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(!files.is_empty());
    for file in files {
        check(&file);
    }
}

#[test]
fn expand_prints_the_rust_of_the_models_asked_for() {
    let Output { status, stdout, stderr } = formwork("expand tests/models/digits.rs --model Flat");
    let text = String::from_utf8(stdout).unwrap();
    assert!(status.success() && stderr.is_empty());
    let file: syn::File = syn::parse_str(&text).expect("Rust");
    let names = file.items.iter().filter_map(|item| match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["Flat"]);
}

#[test]
fn layers_md_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../LAYERS.md");
    let found = String::from_utf8(formwork("layers --markdown").stdout).unwrap();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let differs = written.lines().zip(found.lines()).find(|(written, found)| written != found);
    assert!(written == found, "LAYERS.md is not fresh: {differs:#?}; BLESS=1 writes it anew");
}
