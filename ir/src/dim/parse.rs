use super::Dim;

impl Dim {
    /// Reads what [`Display`](std::fmt::Display) writes; `lookup` says what a name stands for.
    ///
    /// # Errors
    /// If it is no size, or a name stands for nothing.
    pub fn parse(text: &str, lookup: &dyn Fn(&str) -> Option<Dim>) -> Result<Dim, String> {
        let mut reader = Reader { rest: text, lookup };
        let dim = reader.sum(0)?;
        match reader.rest.trim() {
            "" => Ok(dim),
            rest => Err(format!("unexpected `{rest}` in a size")),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    lookup: &'a dyn Fn(&str) -> Option<Dim>,
}

/// Sizes nest no deeper than this, so that no text overflows the stack.
const DEPTH: usize = 32;

impl Reader<'_> {
    fn eat(&mut self, token: char) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: char) -> Result<(), String> {
        match self.eat(token) {
            true => Ok(()),
            false => Err(format!("expected `{token}` at `{}`", self.rest)),
        }
    }

    fn sum(&mut self, depth: usize) -> Result<Dim, String> {
        let mut sum = match self.eat('-') {
            true => Dim::Known(0) - self.product(depth)?,
            false => self.product(depth)?,
        };
        loop {
            sum = if self.eat('+') {
                sum + self.product(depth)?
            } else if self.eat('-') {
                sum - self.product(depth)?
            } else {
                return Ok(sum);
            };
            if sum.is_huge() {
                return Err("a size is too large".to_owned());
            }
        }
    }

    fn product(&mut self, depth: usize) -> Result<Dim, String> {
        let mut product = self.factor(depth)?;
        loop {
            if self.eat('·') || self.eat('*') {
                product = product * self.factor(depth)?;
            } else if self.eat('/') {
                product = product.over(self.divisor()?);
            } else {
                return Ok(product);
            }
            if product.is_huge() {
                return Err("a size is too large".to_owned());
            }
        }
    }

    fn divisor(&mut self) -> Result<usize, String> {
        let divisor = self.number()?;
        if divisor == 0 { Err("a size is divided by 0".to_owned()) } else { Ok(divisor) }
    }

    fn number(&mut self) -> Result<usize, String> {
        let digits = self.take(|c| c.is_ascii_digit()).to_owned();
        let number = digits.parse().ok().filter(|n| *n <= Dim::MAX * 512);
        number.ok_or_else(|| format!("expected a number at `{digits}{}`", self.rest))
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> &str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn factor(&mut self, depth: usize) -> Result<Dim, String> {
        if depth > DEPTH {
            return Err("a size is nested too deeply".to_owned());
        }
        if self.eat('(') {
            let inner = self.sum(depth + 1)?;
            return self.expect(')').map(|()| inner);
        }
        // Both brackets hold a fraction, which is rounded.
        for (open, close) in [('⌊', '⌋'), ('⌈', '⌉')] {
            if self.eat(open) {
                let inner = self.unrounded(depth + 1)?;
                self.expect('/')?;
                let divisor = self.divisor()?;
                self.expect(close)?;
                let up = if open == '⌈' { divisor - 1 } else { 0 };
                return Ok((inner + up).over(divisor));
            }
        }
        match self.rest.chars().next() {
            Some(c) if c.is_ascii_digit() => self.number().map(Dim::from),
            Some('{') => self.braced(),
            Some(c) if c.is_alphabetic() || c == '_' => {
                let name = self.take(|c| c.is_alphanumeric() || c == '_').to_owned();
                self.named(&name)
            }
            _ => Err(format!("expected a size at `{}`", self.rest)),
        }
    }

    /// A product before the `/` of a bracket.
    fn unrounded(&mut self, depth: usize) -> Result<Dim, String> {
        let mut product = self.factor(depth)?;
        while self.eat('·') {
            product = product * self.factor(depth)?;
        }
        Ok(product)
    }

    /// `{SIZE}`, whatever stands between the braces.
    fn braced(&mut self) -> Result<Dim, String> {
        let end = self.rest.find('}').ok_or("expected `}`")? + 1;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        (self.lookup)(name).ok_or_else(|| format!("no size `{name}`"))
    }

    fn named(&self, name: &str) -> Result<Dim, String> {
        (self.lookup)(name).ok_or_else(|| format!("no size `{name}`"))
    }
}
