//! The sizes that a U-Net of any height and width takes: the `where` that its refusal suggests,
//! against trying sizes one by one.

use std::fmt::Write;

use formwork_compiler::{Diagnostic, Model, check};
use formwork_ir::Summary;

/// Heights and widths are tried up to this one.
const LAST: usize = 1600;

/// How a U-Net halves and doubles.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Variant {
    /// `same` convolutions, pools, nearest pixels.
    Upsample,
    /// As that, with transposed convolutions.
    Transpose,
    /// Strided convolutions and transposed ones of three pixels, all `same`.
    Strided,
    /// As published: `valid` convolutions, skips cropped by constants.
    Valid,
    /// Pools that round up.
    Ceil,
}

const VARIANTS: [Variant; 5] =
    [Variant::Upsample, Variant::Transpose, Variant::Strided, Variant::Valid, Variant::Ceil];

impl Variant {
    /// The layers of a level, after those that halve or double.
    fn level(self) -> &'static str {
        match self {
            Variant::Valid => ".conv2d(2, 3).relu().conv2d(2, 3)",
            _ => ".conv2d(2, 3, padding = same)",
        }
    }

    fn down(self) -> &'static str {
        match self {
            Variant::Strided => ".conv2d(2, 3, stride = 2, padding = same)",
            Variant::Ceil => ".max_pool2d(2, padding = same)",
            _ => ".max_pool2d(2)",
        }
    }

    fn up(self) -> &'static str {
        match self {
            Variant::Upsample | Variant::Ceil => ".upsample2d(2)",
            Variant::Transpose | Variant::Valid => ".conv2d_transpose(2, 2, stride = 2)",
            Variant::Strided => ".conv2d_transpose(2, 3, stride = 2, padding = same)",
        }
    }

    /// The length that a level leaves of `n`.
    fn convolved(self, n: usize) -> Option<usize> {
        let trimmed = if self == Variant::Valid { 4 } else { 0 };
        n.checked_sub(trimmed).filter(|&n| n > 0)
    }

    fn halved(self, n: usize) -> Option<usize> {
        let up = matches!(self, Variant::Strided | Variant::Ceil);
        Some(if up { n.div_ceil(2) } else { n / 2 }).filter(|&n| n > 0)
    }
}

/// A U-Net of so many levels, and what it cuts off its skips, deepest last, and its input.
struct Unet {
    variant: Variant,
    depth: usize,
    crops: Vec<usize>,
    trimmed: usize,
}

impl Unet {
    fn new(variant: Variant, depth: usize) -> Self {
        let mut unet = Unet { variant, depth, crops: vec![0; depth], trimmed: 0 };
        if variant == Variant::Valid {
            // What fits the smallest size of which no pool loses anything.
            let fit = |n| Some((n, unet.uncropped(n)?));
            let (n, (crops, output)) = (1..LAST).find_map(fit).expect("a size");
            (unet.crops, unet.trimmed) = (crops, n - output);
        }
        unet
    }

    /// The lengths of the skips and of the bottom, for an input of length `n`.
    fn down(&self, n: usize) -> Option<(Vec<usize>, usize)> {
        let (mut skips, mut n) = (Vec::new(), n);
        for _ in 0..self.depth {
            let skip = self.variant.convolved(n)?;
            skips.push(skip);
            n = self.variant.halved(skip)?;
        }
        Some((skips, self.variant.convolved(n)?))
    }

    /// The crops that make the skips fit, and the length of the output.
    fn uncropped(&self, n: usize) -> Option<(Vec<usize>, usize)> {
        let (skips, mut n) = self.down(n)?;
        let mut crops = Vec::new();
        for &skip in skips.iter().rev() {
            if skip % 2 != 0 {
                return None;
            }
            crops.insert(0, (skip - 2 * n) / 2);
            n = self.variant.convolved(2 * n)?;
        }
        Some((crops, n))
    }

    /// Whether all lengths agree for an input of length `n`.
    fn takes(&self, n: usize) -> bool {
        let agrees = || {
            let (skips, mut end) = self.down(n)?;
            for (skip, crop) in skips.iter().zip(&self.crops).rev() {
                let kept = skip.checked_sub(2 * crop).filter(|&kept| kept > 0)?;
                end = (kept == 2 * end).then(|| self.variant.convolved(kept))??;
            }
            (end + self.trimmed == n).then_some(())
        };
        agrees().is_some()
    }

    fn source(&self, clauses: &str) -> String {
        let Unet { variant, depth, crops, trimmed } = self;
        let (level, down, up) = (variant.level(), variant.down(), variant.up());
        let declared = ["H", "W"].map(|size| match trimmed {
            0 => size.to_owned(),
            n => format!("{size} - {n}"),
        });
        let [h, w] = declared;
        let mut text =
            format!("struct Unet<H, W>(image: [_, H, W, 3]) -> [_, {h}, {w}, 2] {clauses} {{");
        write!(text, "let e0 = image{level};").unwrap();
        for i in 1..=*depth {
            write!(text, "let e{i} = e{}{down}{level};", i - 1).unwrap();
        }
        write!(text, "let mut x = e{depth};").unwrap();
        for (i, crop) in crops.iter().enumerate().rev() {
            let skip = if *crop > 0 { format!("e{i}.crop2d({crop})") } else { format!("e{i}") };
            write!(text, "x = concat(x{up}, {skip}){level};").unwrap();
        }
        text + "x.conv2d(2, 1) }"
    }
}

fn compile(source: &str) -> (Vec<Model>, Vec<Diagnostic>) {
    check(source.parse().expect("tokens"))
}

/// The `where` that the only diagnostic suggests.
fn suggested(source: &str) -> String {
    let (_, diagnostics) = compile(source);
    let [diagnostic] = diagnostics.as_slice() else {
        let texts: Vec<_> = diagnostics.iter().map(Diagnostic::text).collect();
        panic!("one diagnostic, not {texts:#?} of {source}")
    };
    let help = diagnostic.help.as_deref().unwrap_or_default();
    let clauses =
        help.strip_prefix("declare the sizes that work: `").and_then(|text| text.strip_suffix('`'));
    clauses.unwrap_or_else(|| panic!("no `where` in {}", diagnostic.text())).to_owned()
}

/// Whether a `where` allows a size of that name.
fn allows(clauses: &str, name: &str, n: usize) -> bool {
    let clauses = clauses.strip_prefix("where ").expect("a `where`");
    clauses.split(", ").all(|clause| {
        let words: Vec<_> = clause.split(' ').collect();
        let number = |i: usize| words[i].parse::<usize>().expect("a number");
        match words[1] {
            _ if words[0] != name => true,
            "%" if words[3] == "==" => n % number(2) == number(4),
            ">=" => n >= number(2),
            other => panic!("{other} in {clause}"),
        }
    })
}

/// The `where` with the moduli of that symbol changed.
fn scaled(clauses: &str, name: &str, modulus: impl Fn(u64) -> u64) -> String {
    let clauses = clauses.split(", ").map(|clause| {
        let words: Vec<_> = clause.trim_start_matches("where ").split(' ').collect();
        match words.as_slice() {
            [symbol, "%", old, "==", rest] if *symbol == name => {
                let new = modulus(old.parse().expect("a number"));
                format!("{name} % {new} == {}", rest.parse::<u64>().expect("a number") % new)
            }
            words => words.join(" "),
        }
    });
    format!("where {}", clauses.collect::<Vec<_>>().join(", "))
}

fn check_unet(variant: Variant, depth: usize) {
    let unet = Unet::new(variant, depth);
    let weakest = suggested(&unet.source(""));
    for n in 1..=LAST {
        let allowed = ["H", "W"].map(|name| allows(&weakest, name, n));
        assert_eq!(allowed, [unet.takes(n); 2], "{variant:?} {depth}: {n} by `{weakest}`");
    }
    let accepted = |clauses: &str| {
        let (mut models, diagnostics) = compile(&unet.source(clauses));
        let texts: Vec<_> = diagnostics.iter().map(Diagnostic::text).collect();
        assert_eq!(texts, [""; 0], "{variant:?} {depth}: {clauses}");
        models.remove(0).graph
    };
    assert!(accepted(&weakest).widest().is_empty());
    for name in ["H", "W"] {
        let weaker = scaled(&weakest, name, |modulus| modulus / 2);
        assert_eq!(suggested(&unet.source(&weaker)), weakest, "{variant:?} {depth}: {weaker}");
        let stronger = scaled(&weakest, name, |modulus| modulus * 2);
        let graph = accepted(&stronger);
        let [widest] = graph.widest() else { panic!("{:?} of {stronger}", graph.widest()) };
        let clauses = format!("where {}", widest.sizes.clauses(name).join(", "));
        let same = |n| allows(&clauses, name, n) == allows(&weakest, name, n);
        assert!(widest.symbol.name() == name && (1..=LAST).all(same), "{clauses} of {stronger}");
        let line = format!("; the layers would take {}", widest.sizes);
        let summary = Summary(&graph).to_string();
        let said = summary
            .lines()
            .any(|l| l.starts_with(&format!("{name} must be ")) && l.ends_with(&line));
        assert!(said, "{summary}");
    }
}

#[test]
fn the_suggestion_is_the_weakest() {
    for variant in VARIANTS {
        (1..=6).for_each(|depth| check_unet(variant, depth));
    }
}

#[test]
fn it_is_written_as_a_person_would() {
    let check = |variant, depth, expect: &str| {
        assert_eq!(suggested(&Unet::new(variant, depth).source("")), expect, "{variant:?} {depth}");
    };
    check(Variant::Upsample, 1, "where H % 2 == 0, W % 2 == 0");
    check(Variant::Upsample, 4, "where H % 16 == 0, W % 16 == 0");
    check(Variant::Upsample, 6, "where H % 64 == 0, W % 64 == 0");
    check(Variant::Transpose, 5, "where H % 32 == 0, W % 32 == 0");
    check(Variant::Strided, 4, "where H % 16 == 0, W % 16 == 0");
    check(Variant::Ceil, 4, "where H % 16 == 0, W % 16 == 0");
    check(Variant::Valid, 4, "where H % 16 == 12, H >= 188, W % 16 == 12, W >= 188");
}

#[test]
fn the_published_unet_makes_388_of_572() {
    let unet = Unet::new(Variant::Valid, 4);
    assert_eq!((unet.crops.as_slice(), unet.trimmed), (&[88, 40, 16, 4][..], 572 - 388));
    assert!(unet.takes(572) && !unet.takes(572 + 8));
}
