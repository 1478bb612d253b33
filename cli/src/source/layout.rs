//! How statements are laid out in lines, much as rustfmt would.

/// Lines are no longer than this.
pub const WIDTH: usize = 100;
/// An operand that is no longer than this may stand inside another expression.
const SHORT: usize = 48;

/// A tensor as an expression: something, and calls on it.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    pub base: String,
    /// Whether the base is a sum or a product.
    pub binary: bool,
    pub calls: Vec<Link>,
    /// Whether a call takes another as an argument.
    pub nested: bool,
    /// The variables in it.
    pub reads: Vec<String>,
}

/// One call of a chain.
#[derive(Clone, Debug)]
pub struct Link {
    pub name: String,
    pub args: Vec<String>,
    /// Whether it stands in the line of the call before it.
    pub follows: bool,
}

impl Link {
    fn text(&self) -> String {
        format!(".{}({})", self.name, self.args.join(", "))
    }
}

impl Chain {
    pub fn name(name: &str) -> Self {
        Chain { base: name.to_owned(), reads: vec![name.to_owned()], ..Chain::default() }
    }

    pub fn is_name(&self) -> bool {
        !self.binary && self.calls.is_empty() && self.reads == [self.base.as_str()]
    }

    pub fn push(&mut self, link: Link) {
        if std::mem::take(&mut self.binary) {
            self.base = format!("({})", self.base);
        }
        self.calls.push(link);
    }

    /// In one line.
    pub fn text(&self) -> String {
        let calls = self.calls.iter().map(Link::text);
        std::iter::once(self.base.clone()).chain(calls).collect()
    }

    /// Whether it is readable inside another expression.
    pub fn is_short(&self) -> bool {
        self.is_name()
            || !self.binary && !self.nested && self.calls.len() <= 2 && self.text().len() <= SHORT
    }
}

/// Lines that are indented.
#[derive(Default)]
pub struct Lines {
    pub text: String,
    pub depth: usize,
}

impl Lines {
    pub fn push(&mut self, line: &str) {
        if !line.is_empty() {
            self.text += &"    ".repeat(self.depth);
            self.text += line;
        }
        self.text.push('\n');
    }

    fn fits(&self, line: &str) -> bool {
        4 * self.depth + line.chars().count() <= WIDTH
    }

    /// `let y = x.conv2d(…);` in as many lines as it takes.
    pub fn chain(&mut self, prefix: &str, chain: &Chain, suffix: &str) {
        let whole = format!("{prefix}{}{suffix}", chain.text());
        if self.fits(&whole) {
            return self.push(&whole);
        }
        if chain.calls.is_empty() {
            return self.push(&whole);
        }
        self.push(&format!("{prefix}{}", chain.base));
        self.depth += 1;
        let mut groups: Vec<Vec<&Link>> = Vec::new();
        for link in &chain.calls {
            match groups.last_mut() {
                Some(group) if link.follows => group.push(link),
                _ => groups.push(vec![link]),
            }
        }
        let last = groups.len() - 1;
        for (i, group) in groups.into_iter().enumerate() {
            let suffix = if i == last { suffix } else { "" };
            let line: String = group.iter().map(|link| link.text()).collect();
            if self.fits(&format!("{line}{suffix}")) {
                self.push(&format!("{line}{suffix}"));
                continue;
            }
            // As many in a line as there is room for.
            let mut line = String::new();
            let end = group.len() - 1;
            for (i, link) in group.into_iter().enumerate() {
                let text = link.text() + if i == end { suffix } else { "" };
                if !line.is_empty() && !self.fits(&format!("{line}{text}")) {
                    self.push(&std::mem::take(&mut line));
                }
                line += &text;
                if !self.fits(&line) {
                    self.link(link, if i == end { suffix } else { "" });
                    line.clear();
                }
            }
            if !line.is_empty() {
                self.push(&line);
            }
        }
        self.depth -= 1;
    }

    fn link(&mut self, link: &Link, suffix: &str) {
        let whole = format!("{}{suffix}", link.text());
        if self.fits(&whole) {
            return self.push(&whole);
        }
        self.list(&format!(".{}(", link.name), &link.args, &format!("){suffix}"));
    }

    /// `open a, b, c close` in one line, or with as many items a line as there is room for.
    pub fn list(&mut self, open: &str, items: &[String], close: &str) {
        let whole = format!("{open}{}{close}", items.join(", "));
        if self.fits(&whole) {
            return self.push(&whole);
        }
        self.push(open);
        self.depth += 1;
        let mut line = String::new();
        for item in items {
            let longer = if line.is_empty() { item.clone() } else { format!("{line} {item}") };
            if !line.is_empty() && !self.fits(&format!("{longer},")) {
                self.push(&line);
                line = format!("{item},");
            } else {
                line = format!("{longer},");
            }
        }
        self.push(&line);
        self.depth -= 1;
        self.push(close);
    }

    /// The same with one item a line where it does not fit into one.
    pub fn items(&mut self, open: &str, items: &[String], close: &str) {
        let whole = format!("{open}{}{close}", items.join(", "));
        if self.fits(&whole) {
            return self.push(&whole);
        }
        self.push(open);
        self.depth += 1;
        items.iter().for_each(|item| self.push(&format!("{item},")));
        self.depth -= 1;
        self.push(close);
    }
}
