//! Whatever tokens it is fed, the compiler answers with diagnostics, never with a panic.

use formwork_compiler::{check, expand};
use proptest::prelude::*;

/// Pieces that models are made of, and pieces that they are not.
const PIECES: &[&str] = &[
    "struct",
    "fn",
    "M",
    "image",
    "x",
    "let",
    "mut",
    "for",
    "in",
    "if",
    "else",
    "match",
    "while",
    "return",
    "unsafe",
    "pub",
    "where",
    "H",
    "conv2d",
    "dense",
    "flatten",
    "relu",
    "concat",
    "split",
    "slice",
    "reshape",
    "batch_norm",
    "same",
    "none",
    "padding",
    "filters",
    "name",
    "_",
    "0",
    "1",
    "3",
    "28",
    "-1",
    "2147483647",
    "9223372036854775807",
    "0.5",
    "1e300",
    "\"s\"",
    "'c'",
    "true",
    "=",
    "==",
    "+",
    "-",
    "*",
    "/",
    "%",
    "<",
    ">",
    "&&",
    "||",
    "!",
    "&",
    "?",
    "|",
    "..",
    "..=",
    "->",
    "=>",
    ":",
    "::",
    ";",
    ",",
    ".",
    "#",
    "image.conv2d(8, 3)",
    "[_, 28, 28, 1]",
    "(x, y)",
    "let x = image;",
    "x.relu()",
    "fn f(x) { f(x) }",
    "f(x)",
    "0..1000000000",
    "{SIZE}",
    "{ a::B + 1 }",
    "W",
    "C",
    "H / 2",
    "2 * W",
    "H - W",
    "H * H * W",
    "const",
    "usize",
    "H % 16 == 0",
    "W % 1048573 in [1, 5]",
    "r#type",
    "W == H",
    "C >= 4",
    "<M>",
    "apply::<M>()",
    "x.apply::<N>()",
    "let h = conv2d(8, 1);",
    "h(x)",
    "#[allow(pixel_phase)]",
    "x.resize2d((H, W))",
    "x.reshape([_, H, -1, 2])",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES).prop_map(str::to_owned);
    let tree = piece.prop_recursive(4, 64, 8, |inner| {
        (prop::collection::vec(inner, 0..8), 0..3usize).prop_map(|(parts, kind)| {
            let (open, close) = [("(", ")"), ("[", "]"), ("{", "}")][kind];
            format!("{open} {} {close}", parts.join(" "))
        })
    });
    prop::collection::vec(tree, 0..24).prop_map(|parts| parts.join(" "))
}

/// A model that is right but for what stands in its holes.
fn nearly() -> impl Strategy<Value = String> {
    (soup(), soup(), soup()).prop_map(|(shape, statement, value)| {
        format!(
            "struct M(image: [_, 28, 28, 1], other: [{shape}]) -> [_, 10] {{
                let a = image.conv2d(8, 3, {value});
                {statement};
                block(a, {value}).flatten().dense(10)
            }}
            fn block(x: [_, H, W, C], n: usize = 2) {{ {statement}; x.conv2d(n, {value}) }}"
        )
    })
}

/// Sizes that are made of symbols and numbers that are small, or as large as can be.
fn size() -> impl Strategy<Value = String> {
    let leaves = &["H", "W", "C", "D", "{SIZE}", "1", "2", "7", "65536", "2147483647", "_"];
    let leaf = prop::sample::select(&leaves[..]).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 2, |inner| {
        let operator = prop::sample::select(&["+", "-", "*", "/", "%"][..]);
        (inner.clone(), operator, inner).prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    })
}

fn clauses() -> impl Strategy<Value = String> {
    let number = prop::sample::select(&["0", "1", "4", "6", "65521", "65536", "2147483647"][..]);
    let rest = prop::sample::select(&["== 0", "== 1", "in [0, 3]", "in 1..=2", "== 65520"][..]);
    let name = prop::sample::select(&["H", "W", "C", "D"][..]);
    let clause =
        (name, number, rest, size(), 0..8).prop_map(|(name, n, rest, size, kind)| match kind {
            0..3 => format!("{name} % {n} {rest}"),
            3 => format!("{name} >= {n}"),
            4 => format!("{name} <= {n}"),
            5 => format!("{name} in 5..={n}"),
            6 => format!("{name} != {n}"),
            _ => format!("{name} == {size}"),
        });
    prop::collection::vec(clause, 0..4).prop_map(|clauses| clauses.join(", "))
}

/// A model of symbolic sizes.
fn symbolic() -> impl Strategy<Value = String> {
    let sizes = || (size(), size(), size());
    (sizes(), sizes(), clauses(), clauses()).prop_map(|((a, b, c), (d, e, f), model, block)| {
        format!(
            "struct M<H, W, const C: usize, const D: usize = 2>(
                image: [_, H, W, C], other: [_, {a}, {b}, 4]
            ) -> [_, {c}, W, C] where {model} {{
                let x = image.resize2d(({d}, {e})).conv2d({f}, 3, padding = same).max_pool2d(2);
                let y: [_, {b}, {c}, {d}] = other.max_pool2d(2).upsample2d(2) + other;
                let z = block(x.slice(1, 0..5), y);
                if {d} >= {e} {{ z.flatten().reshape([_, {c}, -1]) }} else {{ z + image }}
            }}
            fn block(x: [_, H, W, C], y: [_, {f}, H * 2, _]) where {block} {{
                concat(x, y.crop2d(1)).conv2d(C, 1)
            }}"
        )
    })
}

fn never_panics(source: &str) {
    // What is not made of tokens never reaches a macro.
    if let Ok(tokens) = source.parse::<proc_macro2::TokenStream>() {
        let _ = expand(tokens.clone());
        let (models, diagnostics) = check(tokens);
        assert!(!diagnostics.is_empty() || models.iter().all(|m| !m.graph.outputs().is_empty()));
    }
}

/// As [`nearly`], with symbols.
fn nearly_symbolic() -> impl Strategy<Value = String> {
    (soup(), soup(), soup()).prop_map(|(clauses, statement, value)| {
        format!(
            "struct M<H, W, const C: usize>(image: [_, H, W, 3], other: [_, W, H / 2, C])
                -> [_, H / 2, W / 2, C] where {clauses} {{
                let a: [_, H / 2, W / 2, 8] = image.conv2d(8, 3, stride = 2, padding = same);
                {statement};
                block(a, {value}).conv2d(C, 1)
            }}
            fn block(x: [_, H, W, K], n: usize = 2) {{ {statement}; x.conv2d(n * K, {value}) }}"
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn on_token_soup(source in soup()) {
        never_panics(&source);
    }

    #[test]
    fn on_models_with_a_hole(source in nearly()) {
        never_panics(&source);
    }

    #[test]
    fn on_symbolic_models_with_a_hole(source in nearly_symbolic()) {
        never_panics(&source);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn on_symbolic_sizes(source in symbolic()) {
        never_panics(&source);
    }
}

#[test]
fn on_sizes_that_grow_without_end() {
    let size = |step: &str| {
        format!(
            "struct M<H, W>(x: [_, H, W, 1]) -> [_, H, W, 1] {{
                let mut s = H;
                for _ in 0..1000 {{ s = {step}; }}
                x.resize2d((s, W))
            }}"
        )
    };
    let layers = |step: &str| {
        format!(
            "struct M<H, W>(image: [_, H, W, 1]) -> [_, H, W, 1] {{
                let mut x = image;
                for _ in 0..1000 {{ x = {step}; }}
                x
            }}"
        )
    };
    for source in [
        size("s * s"),
        size("s * (s + W)"),
        size("(3 * s + 1) / 2"),
        size("(s * s + W) / 2"),
        size("s / 2 * 3 + W / 3"),
        size("s + s / 3 + s / 5"),
        layers("concat(x, x.max_pool2d(2).resize2d((H, W)), axis = 1)"),
        layers("concat(x, x.max_pool2d((2, 1)), axis = 1)"),
        layers("x.conv2d_transpose(1, (4, 1), stride = (3, 1)).max_pool2d((2, 1))"),
    ] {
        never_panics(&source);
    }
}

#[test]
fn on_what_would_overflow_a_stack() {
    let body = |body: &str| format!("struct M(x: [_, 8, 8, 1]) -> [_, 8, 8, 1] {{ {body} }}");
    let n = 2_000;
    for source in [
        body(&format!("{}x{}", "(".repeat(n), ")".repeat(n))),
        body(&format!("{}1", "-".repeat(n))),
        body(&format!("{}1", "- ".repeat(n))),
        body(&format!("{}x", "return ".repeat(n))),
        body(&format!("{}x", "|| ".repeat(n))),
        body(&format!("x{}", ".relu()".repeat(n))),
        body(&format!("x{}", " + x".repeat(n))),
        body(&format!("{}x", "x = ".repeat(n))),
        body(&format!("x{}", " as usize".repeat(n))),
        body(&format!("x{}", "?".repeat(n))),
        body(&format!("x{}", ".0".repeat(n))),
        body(&format!("if true {{ x }} {}", "else if true { x }".repeat(n))),
        body("f(x)") + "fn f(x) { g(x) } fn g(x) { f(x) + f(x) }",
        body("let mut y = x; for a in 0..100000 { for b in 0..100000 { y = y.relu(); } } y"),
    ] {
        never_panics(&source);
    }
}
