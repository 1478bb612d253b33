use wildmatch::WildMatch;

/// What a user writes for the names of parameters, of layers, or of scopes.
pub(super) struct Pattern(WildMatch);

impl Pattern {
    pub(super) fn new(pattern: &str) -> Self {
        Pattern(WildMatch::new(pattern))
    }

    /// Whether it names the parameter, or what the parameter is in.
    pub(super) fn is_in(&self, parameter: &str) -> bool {
        scopes(parameter).any(|scope| self.0.matches(scope))
    }
}

/// A parameter's name and those of its layer and scopes: `a.b.kernel`, `a.b`, `a`.
pub(super) fn scopes(parameter: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parameter), |name| Some(name.rsplit_once('.')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_parameters_layers_and_scopes() {
        let check = |pattern: &str, expect: &[&str]| {
            let names = ["conv2d.kernel", "a.conv2d.kernel", "a.conv2d_1.bias", "a.b.c.gamma"];
            let pattern_of = Pattern::new(pattern);
            let found: Vec<_> = names.into_iter().filter(|name| pattern_of.is_in(name)).collect();
            assert_eq!(found, expect, "{pattern}");
        };
        check("*", &["conv2d.kernel", "a.conv2d.kernel", "a.conv2d_1.bias", "a.b.c.gamma"]);
        check("conv2d", &["conv2d.kernel"]);
        check("a", &["a.conv2d.kernel", "a.conv2d_1.bias", "a.b.c.gamma"]);
        check("a.*", &["a.conv2d.kernel", "a.conv2d_1.bias", "a.b.c.gamma"]);
        check("a.b", &["a.b.c.gamma"]);
        check("*conv2d", &["conv2d.kernel", "a.conv2d.kernel"]);
        check("*.kernel", &["conv2d.kernel", "a.conv2d.kernel"]);
        check("a.conv2d_?", &["a.conv2d_1.bias"]);
        check("", &[]);
        check("kernel", &[]);
        check("a.", &[]);
    }
}
