//! Names: identifiers of the language, and what the names of the given graph say.

use std::collections::HashSet;

use formwork_ir::{Graph, Initializer, Node, TABLE};

/// Names that mean something else in a model.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "same", "valid",
    "none", "nearest", "bilinear", "apply", "union", "_",
];

/// Words that say what a layer is, not which.
const KINDS: &[&str] = &[
    "conv",
    "conv1d",
    "convolution",
    "conv2d",
    "bn",
    "batchnorm",
    "batch",
    "norm",
    "batch_normalization",
    "activation",
    "act",
    "relu",
    "add",
    "concat",
    "concatenate",
    "cat",
    "merge",
    "fc",
    "dense",
    "linear",
    "gemm",
    "matmul",
    "pool",
    "maxpool",
    "avgpool",
    "averagepool",
    "max_pooling2d",
    "average_pooling2d",
    "globalaveragepool",
    "global_average_pooling2d",
    "dropout",
    "flatten",
    "reshape",
    "mul",
    "multiply",
    "sub",
    "subtract",
    "sum",
    "upsample",
    "up_sampling2d",
    "resize",
    "zero_padding2d",
    "pad",
    "padding",
    "identity",
    "out",
    "output",
    "x",
    "layer",
    "layers",
    "node",
    "input",
    "swish",
    "silu",
    "sigmoid",
    "softmax",
    "clip",
    "depthwise",
    "pointwise",
    "conv2d_transpose",
    "convtranspose",
    "model",
    "net",
    "module",
    "modules",
    "block",
    "blocks",
    "stage",
    "stages",
    "sequential",
    "features",
    "transpose",
];

/// Gives out names, each once.
#[derive(Clone, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// What is spoken for: layers, keywords, the sizes of the model.
    pub fn new(graph: &Graph) -> Self {
        let layers = TABLE.iter().map(|spec| spec.name);
        let words = layers.chain(Initializer::names()).chain(KEYWORDS.iter().copied());
        let words = words.chain(["H", "W", "C"]).map(str::to_owned);
        let symbols = graph.declared().symbols().iter();
        Names(words.chain(symbols.map(|ranged| ranged.symbol.name().to_owned())).collect())
    }

    /// The name, or one like it that is free.
    pub fn fresh(&mut self, wish: &str) -> String {
        let mut name = wish.to_owned();
        let mut n = 1;
        while !self.0.insert(name.clone()) {
            n += 1;
            let separator = if wish.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
            name = format!("{wish}{separator}{n}");
        }
        name
    }

    /// Takes a name that is known to be free in its place.
    pub fn reserve(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }
}

/// A text as an identifier: letters, digits and `_`, no digit first.
pub fn identifier(text: &str) -> String {
    let mut name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    while name.contains("__") {
        name = name.replace("__", "_");
    }
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => "x".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("x{name}"),
        Some(_) => name.to_owned(),
    }
}

/// As a variable is named.
pub fn variable(text: &str) -> String {
    identifier(&text.to_ascii_lowercase())
}

/// As a type is named.
pub fn type_name(text: &str) -> String {
    let name = identifier(text);
    if name == text && name.starts_with(|c: char| c.is_ascii_uppercase()) && name != "Self" {
        return name;
    }
    let words = name.split('_').filter(|word| !word.is_empty());
    let upper = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    let name: String = upper.collect();
    if name == "Self" { "Model".to_owned() } else { name }
}

/// The part of a node's name that a person gave it, if one did: `encoder` of `encoder.0.conv`,
/// nothing of `Conv_12`.
pub fn said(name: &str) -> Option<String> {
    let parts = name.split(['.', '/', ':']);
    parts.map(variable).find(|part| is_said(part))
}

/// The last part of a layer's name, if a person gave it one: `species`, not `conv2d_3`.
fn own(name: &str) -> Option<&str> {
    let last = name.rsplit(['.', '/', ':']).next()?;
    let fits = last.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (fits && last.len() > 2 && is_said(&variable(last))).then_some(last)
}

/// Gives out the names that layers with parameters have of their own, each once.
#[derive(Default)]
pub struct Own<'a>(pub HashSet<&'a str>);

impl<'a> Own<'a> {
    /// The name that all of the layers have.
    pub fn of(&mut self, layers: impl Iterator<Item = &'a Node>) -> Option<&'a str> {
        let mut names = layers.map(|node| own(&node.name).filter(|_| !node.params.is_empty()));
        let first = names.next()??;
        (names.all(|name| name == Some(first)) && self.0.insert(first)).then_some(first)
    }
}

/// Whether a word is more than a kind of layer and a number.
fn is_said(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let known = |stem: &str| {
        KINDS.contains(&stem)
            || TABLE.iter().any(|spec| {
                let alias = |alias: &&str| alias.eq_ignore_ascii_case(stem);
                spec.name == stem || spec.aliases.iter().any(alias)
            })
    };
    // `e1` may be a name, `n12` is a number.
    let short = stem.len() == 1 && word.len() > 2;
    // `block1_conv1` is kinds and numbers.
    let plain = |part: &str| {
        let stem = part.trim_end_matches(|c: char| c.is_ascii_digit());
        stem.is_empty() || known(stem)
    };
    let numbered = word.split('_').all(plain);
    !stem.is_empty() && !short && !known(stem) && !numbered && word.len() <= 24
}
