//! Calls, broken into lines as Black does.

/// The longest line.
const WIDTH: usize = 88;

/// `head(args)tail`.
#[derive(Clone, Debug)]
pub struct Call {
    head: String,
    args: Vec<String>,
    tail: String,
}

impl Call {
    pub fn new(head: &str, args: Vec<String>) -> Self {
        Call { head: head.to_owned(), args, tail: String::new() }
    }

    /// The call of what it makes with a value: `head(args)(value)`.
    pub fn applied(mut self, value: &str) -> Self {
        self.tail = format!("({value})");
        self
    }

    /// What it makes, used further: `head(args)tail`.
    pub fn then(mut self, tail: &str) -> Self {
        self.tail += tail;
        self
    }

    /// The same with `{x}` as the value.
    pub fn with(&self, value: &str) -> Self {
        let with = |text: &String| text.replace("{x}", value);
        let args = self.args.iter().map(with).collect();
        Call { head: with(&self.head), args, tail: with(&self.tail) }
    }

    /// A line of a function that gives a variable its value.
    pub fn assigned(&self, target: &str) -> String {
        self.line(&format!("{target} = "))
    }

    /// The line that ends a function.
    pub fn returned(&self) -> String {
        self.line("return ")
    }

    fn line(&self, start: &str) -> String {
        let Call { head, args, tail } = self;
        if head.is_empty() {
            return format!("    {start}{tail}\n");
        }
        let inline = args.join(", ");
        let whole = format!("    {start}{head}({inline}){tail}");
        if whole.chars().count() <= WIDTH {
            return whole + "\n";
        }
        let first = format!("    {start}{head}({inline})(");
        if let Some(value) = tail.strip_prefix('(').and_then(|tail| tail.strip_suffix(')'))
            && first.chars().count() <= WIDTH
        {
            return format!("{first}\n        {value}\n    )\n");
        }
        let lines = match inline.chars().count() + 8 <= WIDTH {
            true => format!("        {inline}\n"),
            false => args.iter().map(|arg| format!("        {arg},\n")).collect(),
        };
        format!("    {start}{head}(\n{lines}    ){tail}\n")
    }
}
