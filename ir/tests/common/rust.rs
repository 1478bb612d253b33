//! Sizes written as Rust, evaluated.

/// Evaluates Rust as rustc would, on `usize`: `None` where a part of it is below 0.
pub(crate) struct Rust<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<&'a str>>,
    sizes: [i64; 2],
}

impl Rust<'_> {
    pub(crate) fn eval(text: &str, sizes: [i64; 2]) -> Option<u128> {
        // `a.div_ceil(2)` as if it were an operator.
        let text = &text.replace(".div_ceil(", " ⌈/⌉ (");
        let words = text.split(' ').flat_map(|word| {
            let open = word.chars().take_while(|&c| c == '(').count();
            let inside = word[open..].trim_end_matches(')');
            let close = word.len() - open - inside.len();
            let name = (!inside.is_empty()).then_some(inside);
            std::iter::repeat_n("(", open).chain(name).chain(std::iter::repeat_n(")", close))
        });
        let tokens = words.collect::<Vec<_>>().into_iter().peekable();
        let mut rust = Rust { tokens, sizes };
        let value = rust.sum()?;
        assert_eq!(rust.tokens.next(), None, "{text}");
        Some(value)
    }

    fn sum(&mut self) -> Option<u128> {
        let mut sum = self.product()?;
        while let Some(sign) = self.tokens.next_if(|token| ["+", "-"].contains(token)) {
            let other = self.product()?;
            sum = if sign == "+" { sum + other } else { sum.checked_sub(other)? };
        }
        Some(sum)
    }

    fn product(&mut self) -> Option<u128> {
        let mut product = self.factor()?;
        while let Some(sign) = self.tokens.next_if(|token| ["*", "/"].contains(token)) {
            let other = self.factor()?;
            product = if sign == "*" { product * other } else { product / other };
        }
        Some(product)
    }

    fn factor(&mut self) -> Option<u128> {
        let mut factor = self.atom()?;
        while self.tokens.next_if_eq(&"⌈/⌉").is_some() {
            factor = factor.div_ceil(self.atom()?);
        }
        Some(factor)
    }

    fn atom(&mut self) -> Option<u128> {
        match self.tokens.next().expect("a factor") {
            "(" => {
                let sum = self.sum();
                // Below 0 already: what follows is not looked at.
                sum.inspect(|_| assert_eq!(self.tokens.next(), Some(")")))
            }
            "H" => Some(self.sizes[0] as u128),
            "W" => Some(self.sizes[1] as u128),
            // A `usize` has no sign.
            minus if minus.starts_with('-') => None,
            number => Some(number.parse().expect("a number")),
        }
    }
}
