use crate::{ArgType, Group, Op, TABLE, Value};

/// An activation named as an argument: `activation = relu`, `activation = leaky_relu(0.1)`.
///
/// It is a layer of its own in the graph, right behind the one it is an argument of.
#[derive(Clone, PartialEq, Debug)]
pub struct Activation(Option<Box<Op>>);

impl Activation {
    /// No activation: the output as it is.
    pub const NONE: Self = Activation(None);

    /// An activation layer as an argument.
    pub fn new(op: impl Into<Op>) -> Self {
        Activation(Some(Box::new(op.into())))
    }

    /// The layer, if there is one.
    pub fn layer(&self) -> Option<&Op> {
        self.0.as_deref()
    }
}

impl ArgType for Activation {
    type Given = Self;
    const EXPECTS: &'static str = "an activation such as `relu`, or `none`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        let Value::Word(name, args) = value else {
            return Err(None);
        };
        if name == "none" {
            return Ok(Activation::NONE);
        }
        let spec = TABLE
            .iter()
            .find(|spec| spec.group == Group::Activation && spec.name == name)
            .ok_or(None)?;
        let op = spec.call(args).map_err(Some)?;
        if op.has_params() {
            let help = "it has parameters of its own: apply it as a layer";
            return Err(Some(format!("`{name}`: {help}: `.{name}()`")));
        }
        Ok(Activation::new(op))
    }

    fn write(&self) -> Value {
        let Some(op) = self.layer() else {
            return Value::word("none");
        };
        let named = |(arg, value): (&crate::Arg, Value)| {
            let default = arg.default.map(|default| default());
            (Some(&value) != default.as_ref()).then(|| (Some(arg.name.to_owned()), value))
        };
        let args = op.spec().args.iter().zip(op.write()).filter_map(named);
        Value::Word(op.spec().name.to_owned(), args.collect())
    }

    fn rust(&self) -> String {
        match self.layer() {
            Some(op) => format!("Activation::new({})", op.rust()),
            None => "Activation::NONE".to_owned(),
        }
    }
}
