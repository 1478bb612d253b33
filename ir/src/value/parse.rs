use crate::{ArgType, Dim, Ends, Value};

/// An argument: its name, if it is named, and its value.
type NamedValue = (Option<String>, Value);

impl Value {
    /// Reads a value as [`Display`](std::fmt::Display) writes it; no name in it is a size.
    pub fn parse(text: &str) -> Result<Value, String> {
        let mut reader = Reader { rest: text, sizes: None };
        let value = reader.value(0)?;
        reader.end()?;
        Ok(value)
    }

    /// Reads `a, b, key = c`: the arguments of a call. `sizes` says which names are sizes.
    pub fn parse_args(text: &str, sizes: Option<Sizes>) -> Result<Vec<NamedValue>, String> {
        let mut reader = Reader { rest: text, sizes };
        let args = reader.args(0)?;
        reader.end()?;
        Ok(args)
    }
}

/// The size that a name stands for.
pub(crate) type Sizes<'a> = &'a dyn Fn(&str) -> Option<Dim>;

struct Reader<'a> {
    rest: &'a str,
    sizes: Option<Sizes<'a>>,
}

/// Values nest no deeper than this, so that no text overflows the stack.
const DEPTH: usize = 16;

impl<'a> Reader<'a> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn end(&mut self) -> Result<(), String> {
        match self.rest.trim() {
            "" => Ok(()),
            rest => Err(format!("unexpected `{rest}`")),
        }
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// A symbolic size, or a range of such: what stands before the next comma or closing bracket, if
    /// it is one.
    fn size(&mut self) -> Option<Value> {
        let (sizes, mut open) = (self.sizes?, 0);
        let ends = |c: char| {
            open += i32::from("([{⌊⌈".contains(c)) - i32::from(")]}⌋⌉".contains(c));
            open < 0 || (open == 0 && matches!(c, ',' | '='))
        };
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        // A name that stands for a number is a size, too.
        if !text.contains(char::is_alphabetic) {
            return None;
        }
        let parse = |text| Dim::parse(text, sizes).ok();
        let value = match text.split_once("..") {
            Some((start, end)) => ArgType::write(&Ends([parse(start)?, parse(end)?])),
            None => ArgType::write(&parse(text)?),
        };
        self.rest = rest;
        Some(value)
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > DEPTH {
            return Err("values nested too deeply".to_owned());
        }
        if let Some(size) = self.size() {
            return Ok(size);
        }
        if self.eat("[") {
            return Ok(Value::Array(self.items("]", depth)?.0));
        }
        if self.eat("(") {
            let (mut items, comma) = self.items(")", depth)?;
            return Ok(match items.len() {
                1 if !comma => items.remove(0),
                _ => Value::Tuple(items),
            });
        }
        if self.eat("\"") {
            return self.string();
        }
        match self.rest.chars().next() {
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => {
                let word = self.take(|c| c.is_alphanumeric() || c == '_');
                Ok(match word {
                    "_" => Value::Any,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    _ if self.eat("(") => {
                        let args = self.args(depth + 1)?;
                        if !self.eat(")") {
                            return Err("expected `)`".to_owned());
                        }
                        Value::Word(word.to_owned(), args)
                    }
                    _ => Value::word(word),
                })
            }
            _ => Err(format!("expected a value at `{}`", self.rest)),
        }
    }

    /// Values up to `close`, and whether a comma follows the last.
    fn items(&mut self, close: &str, depth: usize) -> Result<(Vec<Value>, bool), String> {
        let (mut items, mut comma) = (Vec::new(), false);
        while !self.eat(close) {
            if !items.is_empty() && !comma {
                return Err(format!("expected `,` or `{close}` at `{}`", self.rest));
            }
            items.push(self.value(depth + 1)?);
            comma = self.eat(",");
        }
        Ok((items, comma))
    }

    fn args(&mut self, depth: usize) -> Result<Vec<NamedValue>, String> {
        let mut args = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(')') {
                return Ok(args);
            }
            let value = self.value(depth)?;
            args.push(match value {
                Value::Word(key, inner) if inner.is_empty() && self.eat("=") => {
                    (Some(key), self.value(depth)?)
                }
                value => (None, value),
            });
            if !self.eat(",") {
                return Ok(args);
            }
        }
    }

    fn string(&mut self) -> Result<Value, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[i + 1..];
                    return Ok(Value::Str(text));
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('"' | '\\' | '\''))) => text.push(escaped),
                    _ => return Err("unknown escape in a string".to_owned()),
                },
                c => text.push(c),
            }
        }
        Err("a string without its end".to_owned())
    }

    fn number(&mut self) -> Result<Value, String> {
        let negative = self.eat("-");
        let sign = if negative { "-" } else { "" };
        let digits = self.take(|c| c.is_ascii_digit());
        let whole = || format!("{sign}{digits}").parse::<i64>().map_err(|e| e.to_string());
        if self.rest.starts_with("..") {
            let start = whole()?;
            self.rest = &self.rest[2..];
            let negative = self.eat("-");
            let sign = if negative { "-" } else { "" };
            let digits = self.take(|c| c.is_ascii_digit());
            let end = format!("{sign}{digits}").parse().map_err(|_| "expected a range's end")?;
            return Ok(Value::Range(start, end));
        }
        if !self.rest.starts_with(['.', 'e']) {
            return Ok(Value::Int(whole()?));
        }
        let tail = self.take(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-' | '+'));
        let number = format!("{sign}{digits}{tail}");
        let finite = number.parse().ok().filter(|x: &f64| x.is_finite());
        finite.map(Value::Float).ok_or_else(|| format!("not a number: {number}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) {
        let value = Value::parse(text).unwrap();
        assert_eq!(value.to_string(), text);
        assert_eq!(Value::parse(&value.to_string()), Ok(value));
    }

    #[test]
    fn values_read_back_as_written() {
        for text in [
            "3",
            "-7",
            "0.5",
            "1e-7",
            "-0.25",
            "true",
            "same",
            "_",
            "\"a \\\"b\\\"\"",
            "0..16",
            "-3..-1",
            "(3, 3)",
            "(3,)",
            "()",
            "[_, 1, 1, 64]",
            "((0, 1), (0, 1))",
            "constant(0.1)",
            "leaky_relu(slope = 0.1)",
            "random_normal(0.0, stddev = 0.05)",
        ] {
            round_trip(text);
        }
    }

    #[test]
    fn what_is_no_value_is_an_error() {
        for text in ["", "(", "[1 2]", "\"", "1..", "99999999999999999999", "a(", "1.2.3", "]"] {
            assert!(Value::parse(text).is_err(), "{text:?}");
        }
        assert!(Value::parse(&"[".repeat(100_000)).is_err());
    }
}
