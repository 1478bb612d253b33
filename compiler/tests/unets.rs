//! U-Nets of depth 1 to 6: the `where` that is suggested is the weakest that is right, as plain
//! arithmetic on every size finds it.

use std::collections::BTreeSet;

use formwork_compiler::{Model, check};

/// Sizes are tried up to this one.
const LAST: i64 = 1500;

/// How a U-Net goes down and up.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Variant {
    /// `same` convolutions, pools, nearest pixels.
    Upsampled,
    /// `same` convolutions, pools, transposed convolutions.
    Transposed,
    /// Strided and transposed convolutions, `same`.
    Strided,
    /// Pools that round up.
    Ceil,
    /// Convolutions that trim the border; skips are cropped.
    Valid,
}

use Variant::{Ceil, Strided, Transposed, Upsampled, Valid};

const ALL: [Variant; 5] = [Upsampled, Transposed, Strided, Ceil, Valid];

impl Variant {
    fn conv(self, n: i64) -> i64 {
        if self == Valid { n - 4 } else { n }
    }

    fn down(self, n: i64) -> i64 {
        if matches!(self, Strided | Ceil) { (n + 1) / 2 } else { n / 2 }
    }

    /// What is cut off both ends of the skip at a level (0 is the topmost), counted from the
    /// bottom: at a size that works, the map that comes up is that much smaller.
    fn crop(self, depth: usize, level: usize) -> i64 {
        // Below this level: two pixels a convolution on each side, doubled at each step.
        let below = (level + 1..=depth).rev();
        if self == Valid { below.fold(0, |crop, _| 2 * (crop + 2) + 2) - 2 } else { 0 }
    }

    /// The output's size for an input of size `n`, or `None` where something does not fit.
    fn runs(self, depth: usize, n: i64) -> Option<i64> {
        let positive = |n: i64| (n > 0).then_some(n);
        let mut skips = vec![positive(self.conv(n))?];
        for level in 0..depth {
            let down = positive(self.down(skips[level]))?;
            skips.push(positive(self.conv(down))?);
        }
        let mut map = skips[depth];
        for level in (0..depth).rev() {
            let up = 2 * map;
            if up != positive(skips[level] - 2 * self.crop(depth, level))? {
                return None;
            }
            map = positive(self.conv(up))?;
        }
        Some(map)
    }

    fn source(self, depth: usize, clauses: &str) -> String {
        let padding = if self == Valid { "valid" } else { "same" };
        let down = match self {
            Upsampled | Transposed | Valid => "max_pool2d(2)",
            Ceil => "max_pool2d(2, padding = same)",
            Strided => "conv2d(8, 4, stride = 2, padding = same)",
        };
        let up = match self {
            Upsampled | Ceil => "upsample2d(2)",
            Transposed | Valid => "conv2d_transpose(8, 2, stride = 2)",
            Strided => "conv2d_transpose(8, 4, stride = 2, padding = same)",
        };
        let mut body = "let e0 = image.double();".to_owned();
        for level in 1..=depth {
            body += &format!("let e{level} = e{}.{down}.double();", level - 1);
        }
        body += &format!("let x = e{depth};");
        for level in (0..depth).rev() {
            let crop = self.crop(depth, level);
            body += &format!("let x = concat(x.{up}, e{level}.crop2d({crop})).double();");
        }
        let lost = self.lost(depth);
        let output = if lost == 0 {
            ["H", "W"].map(str::to_owned)
        } else {
            ["H", "W"].map(|n| format!("{n} - {lost}"))
        };
        format!(
            "struct Unet<H, W>(image: [_, H, W, 3]) -> [_, {}, {}, 8] {clauses} {{ {body} x }}
             fn double(x) {{ x.conv2d(8, 3, padding = {padding}).relu().conv2d(8, 3, padding = {padding}).relu() }}",
            output[0], output[1]
        )
    }

    /// How much smaller the output is than the input.
    fn lost(self, depth: usize) -> i64 {
        let works = (1..=LAST).find_map(|n| Some(n - self.runs(depth, n)?));
        works.expect("some size works")
    }
}

/// The messages, and the model.
fn compile(source: &str) -> (Vec<String>, Option<Model>) {
    let (models, diagnostics) = check(source.parse().expect("tokens"));
    let texts = diagnostics.iter().map(|diagnostic| diagnostic.text()).collect();
    (texts, models.into_iter().next())
}

/// The `where` that a message suggests.
fn suggested(text: &str) -> &str {
    let (_, help) = text.split_once("declare the sizes that work: `").expect("a suggestion");
    help.strip_suffix('`').expect("a suggestion")
}

/// The sizes that a `where` allows of `name`; only what U-Nets need of the grammar.
fn allowed(clauses: &str, name: &str) -> BTreeSet<i64> {
    let clauses = clauses.strip_prefix("where ").expect("a `where`");
    let own = clauses.split(", ").filter_map(|clause| clause.strip_prefix(name));
    let holds = |n: i64, clause: &str| {
        let words: Vec<_> = clause.split_whitespace().collect();
        let number = |i: usize| words[i].parse::<i64>().expect("a number");
        match words.as_slice() {
            ["%", _, "==", _] => n % number(1) == number(3),
            [">=", _] => n >= number(1),
            _ => panic!("{clause}"),
        }
    };
    let own: Vec<_> = own.collect();
    (1..=LAST).filter(|&n| own.iter().all(|clause| holds(n, clause))).collect()
}

#[test]
fn the_suggested_where_is_the_weakest() {
    for variant in ALL {
        for depth in 1..=6 {
            let case = format!("{variant:?} of depth {depth}");
            let (errors, _) = compile(&variant.source(depth, ""));
            let [error] = errors.as_slice() else { panic!("{case}: {errors:#?}") };
            let clauses = suggested(error);
            let works: BTreeSet<_> =
                (1..=LAST).filter(|&n| variant.runs(depth, n).is_some()).collect();
            assert!(works.len() > 10, "{case}");
            assert_eq!(allowed(clauses, "H"), works, "{case}: {clauses}");
            assert_eq!(allowed(clauses, "W"), works, "{case}: {clauses}");
            let (errors, model) = compile(&variant.source(depth, clauses));
            assert!(errors.is_empty(), "{case}, {clauses}: {errors:#?}");
            assert!(model.is_some_and(|model| model.graph.widest().is_empty()), "{case}");
        }
    }
}

#[test]
fn as_a_user_reads_it() {
    let check = |variant: Variant, depth, expect| {
        let (errors, _) = compile(&variant.source(depth, ""));
        assert_eq!(suggested(&errors[0]), expect, "{variant:?} of depth {depth}");
    };
    check(Upsampled, 1, "where H % 2 == 0, W % 2 == 0");
    check(Upsampled, 4, "where H % 16 == 0, W % 16 == 0");
    check(Transposed, 6, "where H % 64 == 0, W % 64 == 0");
    check(Strided, 5, "where H % 32 == 0, W % 32 == 0");
    check(Ceil, 3, "where H % 8 == 0, W % 8 == 0");
    // Ronneberger et al. run 572 pixels, which give 388.
    check(Valid, 4, "where H % 16 == 12, H >= 188, W % 16 == 12, W >= 188");
    assert_eq!(Valid.runs(4, 572), Some(388));
}

#[test]
fn a_weaker_where_is_refused_and_a_stronger_one_is_noted() {
    for variant in [Upsampled, Transposed, Strided, Ceil] {
        for depth in 1..=6 {
            let clauses = |modulus: u32| format!("where H % {modulus} == 0, W % {modulus} == 0");
            let (weak, right) = (clauses(1 << (depth - 1)), clauses(1 << depth));
            let (errors, _) = compile(&variant.source(depth, &weak));
            assert_eq!(suggested(&errors[0]), right, "{variant:?} of depth {depth}, {weak}");
            let (errors, model) = compile(&variant.source(depth, &clauses(2 << depth)));
            assert!(errors.is_empty(), "{errors:#?}");
            let graph = model.expect("a model").graph;
            let widest: Vec<_> = graph
                .widest()
                .iter()
                .flat_map(|widest| widest.sizes.clauses(widest.symbol.name()))
                .collect();
            assert_eq!(format!("where {}", widest.join(", ")), right);
        }
    }
}
