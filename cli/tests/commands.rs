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

#[test]
fn completions_know_every_command() {
    let help = String::from_utf8(formwork("help").stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<_> = commands.map_while(|line| line.split_whitespace().next()).collect();
    assert!(commands.contains(&"plot") && commands.contains(&"help"), "{help}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let Output { status, stdout, .. } = formwork(&format!("completions {shell}"));
        let text = String::from_utf8(stdout).unwrap();
        assert!(status.success());
        for command in &commands {
            assert!(text.contains(command), "{shell} does not know `{command}`");
        }
    }
}

/// The picture has its letters although it is told of no font, and is the same each time.
#[cfg(feature = "png")]
#[test]
fn a_png_is_twice_as_large_as_the_svg_and_has_text() {
    let folder = std::env::temp_dir().join(format!("formwork-plot-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let draw = |name: &str| {
        let file = folder.join(name);
        let line = format!("plot tests/models/digits.rs --model Flat -o {}", file.display());
        let Output { status, stdout, stderr } = formwork(&line);
        assert!(status.success() && stdout.is_empty(), "{}", String::from_utf8_lossy(&stderr));
        fs::read(file).unwrap()
    };
    let pixels = |bytes: &[u8]| {
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info();
        let mut reader = reader.expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        let info = reader.next_frame(&mut pixels).expect("whole");
        ([info.width, info.height], pixels)
    };
    let (one, two, svg) = (draw("a.png"), draw("b.png"), draw("c.svg"));
    fs::remove_dir_all(&folder).unwrap();
    assert!(one == two, "the same picture");
    let ([width, height], pixels) = pixels(&one);
    let svg = String::from_utf8(svg).unwrap();
    let size = format!("width=\"{}\" height=\"{}\"", width / 2, height / 2);
    assert!(svg.contains(&size), "{width}×{height}");
    // The name of the model, above everything else: black on white.
    let row = 4 * width as usize;
    let above = pixels.chunks_exact(row).take(2 * 40).flat_map(|row| row.chunks_exact(4));
    let black = above.filter(|pixel| pixel[..3].iter().all(|&value| value < 64)).count();
    assert!((50..2000).contains(&black), "{black}");
}
