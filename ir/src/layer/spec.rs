use crate::{Arg, ArgFault, Example, Group, Inputs, Op, Value};

/// A row of the layer table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// [`Declared::NAME`](crate::Declared::NAME).
    pub name: &'static str,
    /// [`Declared::TYPE`](crate::Declared::TYPE).
    pub type_name: &'static str,
    /// [`Declared::DOC`](crate::Declared::DOC).
    pub doc: &'static str,
    /// [`Declared::ARGS`](crate::Declared::ARGS).
    pub args: &'static [Arg],
    /// [`Rule::GROUP`](crate::Rule::GROUP).
    pub group: Group,
    /// [`Rule::INPUTS`](crate::Rule::INPUTS).
    pub inputs: Inputs,
    /// [`Rule::ALIASES`](crate::Rule::ALIASES).
    pub aliases: &'static [&'static str],
    /// [`Rule::EXAMPLE`](crate::Rule::EXAMPLE).
    pub example: Example,
    /// [`Declared::read`](crate::Declared::read).
    pub read: fn(&[Option<Value>]) -> Result<Op, ArgFault>,
}

impl Spec {
    /// Reads the arguments of a call, by position or by name.
    pub fn call(&self, args: &[(Option<String>, Value)]) -> Result<Op, String> {
        let Spec { name, args: known, .. } = self;
        let mut values = vec![None; known.len()];
        for (i, (key, value)) in args.iter().enumerate() {
            let index = match key {
                Some(key) => known
                    .iter()
                    .position(|arg| arg.name == key)
                    .ok_or_else(|| format!("`{name}` has no argument `{key}`"))?,
                None => i,
            };
            let slot = values
                .get_mut(index)
                .ok_or_else(|| format!("`{name}` takes {} arguments", known.len()))?;
            if slot.replace(value.clone()).is_some() {
                return Err(format!("`{name}`: `{}` is given twice", known[index].name));
            }
        }
        (self.read)(&values).map_err(|fault| {
            let arg = &known[fault.arg];
            let help = fault.help.map(|help| format!(": {help}")).unwrap_or_default();
            format!("`{name}`: `{}` takes {}{help}", arg.name, arg.expects)
        })
    }
}
