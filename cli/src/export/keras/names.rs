//! What things are called in Python and in Keras.

use std::collections::HashSet;

/// What a layer is called in Keras. No name may have a `/`, and with PyTorch behind Keras none a
/// dot.
pub fn layer_name(name: &str) -> String {
    name.replace('.', "-")
}

/// `ResNet50` as `res_net50`.
pub fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            text.push('_');
        }
        lower = !c.is_uppercase();
        text.extend(c.to_lowercase());
    }
    valid(&text)
}

/// A name that Python takes.
fn valid(name: &str) -> String {
    let one = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let name: String = name.chars().map(one).collect();
    match KEYWORDS.contains(&name.as_str()) || name.starts_with(|c: char| c.is_numeric()) {
        true => format!("{name}_"),
        false => name,
    }
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Variables of a function, each used once.
pub struct Names(HashSet<String>);

impl Names {
    /// None yet, but for what the file itself has.
    pub fn new() -> Self {
        let own = ["x", "keras", "layers", "ops", "numpy", "load", "interpolation"];
        Names(own.into_iter().map(str::to_owned).collect())
    }

    /// A variable for a value of that name.
    pub fn fresh(&mut self, name: &str) -> String {
        let name = valid(name);
        let numbered = (1..).map(|i| format!("{name}_{i}"));
        let free =
            std::iter::once(name.clone()).chain(numbered).find(|name| !self.0.contains(name));
        let free = free.unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_python() {
        let check = |name: &str, expect: &str| assert_eq!(snake(name), expect);
        check("Digits", "digits");
        check("ResNet50", "res_net50");
        check("VGG", "vgg");
        check("EfficientNetB0", "efficient_net_b0");
        check("Lambda", "lambda_");
        let mut names = Names::new();
        let taken = ["net", "e1.conv2d", "e1_conv2d", "x", "net", "class", "load", "keras"];
        let found = taken.map(|name| names.fresh(name));
        let free =
            ["net", "e1_conv2d", "e1_conv2d_1", "x_1", "net_1", "class_", "load_1", "keras_1"];
        assert_eq!(found, free);
    }
}
