use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// Path by which the expansion reaches the runtime crate.
///
/// The runtime's `model!` is a `macro_rules!` wrapper that hands `@crate $crate;` on before the
/// user's tokens, so the expansion follows the crate wherever it was renamed or re-exported.
/// Without that prefix the path is `::formwork`.
#[derive(Clone, Debug)]
pub struct Root(TokenStream);

impl Root {
    /// Splits a leading `@crate path;` off what the macro was given.
    pub fn split(tokens: TokenStream) -> (Root, TokenStream) {
        let mut rest = tokens.clone().into_iter();
        let marked = is_punct(rest.next(), '@') && is_crate(rest.next());
        if !marked {
            return (Root::default(), tokens);
        }
        let path: TokenStream =
            rest.by_ref().take_while(|tree| !is_punct(Some(tree.clone()), ';')).collect();
        (Root(path), rest.collect())
    }
}

impl Default for Root {
    fn default() -> Self {
        Root(quote!(::formwork))
    }
}

impl ToTokens for Root {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

fn is_punct(tree: Option<TokenTree>, char: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
}

fn is_crate(tree: Option<TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == "crate")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tokens: &str, root: &str, rest: &str) {
        let text = |tokens: TokenStream| tokens.to_string();
        let (found, left) = Root::split(tokens.parse().unwrap());
        let expect = [root, rest].map(|expect| text(expect.parse().unwrap()));
        assert_eq!([text(found.to_token_stream()), text(left)], expect, "{tokens}");
    }

    #[test]
    fn the_path_ends_at_the_first_semicolon() {
        check("struct A;", "::formwork", "struct A;");
        check("@crate ::renamed; struct A;", "::renamed", "struct A;");
        check("@crate krate::inner; fn f() {}", "krate::inner", "fn f() {}");
    }

    #[test]
    fn what_is_no_prefix_stays() {
        check("", "::formwork", "");
        check("@", "::formwork", "@");
        check("@ other;", "::formwork", "@ other;");
    }
}
