//! `docs/parity.md`: what was measured of each layer.

use std::fmt::Write;
use std::path::Path;

use crate::allowed::{GRADIENT, OUTPUT};
use crate::golden::Framework;
use crate::layers::{Row, measure};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parity.md");

const HEAD: &str = "\
# Numbers that match

Each layer computes what the framework computes: its output and its gradients with respect to
inputs and parameters, in training also the moved statistics. The frameworks computed in 64 bits
what this project computes in 32; a deviation is relative to the largest value of its tensor, and
the largest of all cases is printed, rounded up to a power of two. Layers that draw random numbers
are compared at inference; what they draw has tests of its own.

VGG-16, ResNet-50, MobileNetV2 and a U-Net, narrow, built by Keras with random weights and loaded
here, answer the same but for 2.2e-6 of the largest output.

Losses, metrics, ten steps of each optimiser, schedules and initialisers are compared likewise;
`tests/tests/parity/allowed.rs` has what they may deviate and what they do.

`python tests/parity/make.py` makes the goldens anew (it says how, and needs the versions in
`tests/parity/requirements.txt`), `BLESS=1 cargo test -p formwork-tests --test parity` this page.

| layer | framework | cases | outputs | allowed | gradients | allowed |
|---|---|---|---|---|---|---|
";

/// The smallest power of two that is not less: `1.2e-7`; or `0`.
fn rounded_up(x: f64) -> String {
    if x == 0.0 { "0".to_owned() } else { format!("{:.1e}", x.log2().ceil().exp2()) }
}

fn line(row: &Row) -> String {
    let framework = match row.framework {
        Framework::Keras => "Keras",
        Framework::Torch => "PyTorch",
    };
    let Row { layer, cases, deviation, .. } = row;
    let [output, gradient] = [deviation.output, deviation.gradient].map(rounded_up);
    format!(
        "| `{layer}` | {framework} | {cases} | {output} | {OUTPUT:.0e} | {gradient} | {GRADIENT:.0e} |"
    )
}

/// Layer, framework and cases of a line, and its numbers.
fn read(line: &str) -> (Vec<&str>, Vec<f64>) {
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let (what, numbers) = cells.split_at(3.min(cells.len()));
    (what.to_vec(), numbers.iter().filter_map(|cell| cell.parse().ok()).collect())
}

/// The page has a row for each layer, and what is measured now is at most four times what it says:
/// other processors add in another order.
#[test]
fn layers_compute_what_the_frameworks_do() {
    let lines: Vec<_> = measure().iter().map(line).collect();
    let mut page = HEAD.to_owned();
    lines.iter().for_each(|line| writeln!(page, "{line}").unwrap());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap();
    let anew = "BLESS=1 cargo test -p formwork-tests --test parity writes docs/parity.md anew";
    let table = written.strip_prefix(HEAD).unwrap_or_else(|| panic!("{anew}"));
    assert_eq!(table.lines().count(), lines.len(), "{anew}");
    for (written, measured) in table.lines().zip(&lines) {
        let ((what, written), (of, measured)) = (read(written), read(measured));
        assert_eq!(what, of, "{anew}");
        assert_eq!((written.len(), measured.len()), (4, 4), "{anew}");
        for (written, measured) in written.iter().zip(&measured) {
            // What was exact may come to round.
            assert!(*measured <= (4.0 * written).max(2.5e-7), "{what:?}: {anew}");
        }
    }
}
