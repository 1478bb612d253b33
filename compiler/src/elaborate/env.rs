use crate::ast::Name;

use super::value::Value;

/// The variables of the body being evaluated, innermost scope last.
#[derive(Default)]
pub(super) struct Env {
    variables: Vec<Variable>,
}

struct Variable {
    name: String,
    mutable: bool,
    value: Value,
}

/// Why a variable cannot be assigned to.
pub(super) enum AssignError {
    Unknown,
    Immutable,
}

impl Env {
    /// Binds a name, shadowing what had it before.
    pub(super) fn bind(&mut self, name: &Name, value: Value) {
        let (name, mutable) = (name.ident.to_string(), name.mutable);
        self.variables.push(Variable { name, mutable, value });
    }

    /// Binds a name that cannot be assigned to.
    pub(super) fn define(&mut self, name: String, value: Value) {
        self.variables.push(Variable { name, mutable: false, value });
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.variables.iter().rev().find(|v| v.name == name).map(|v| &v.value)
    }

    /// Gives a `mut` variable another value.
    pub(super) fn assign(&mut self, name: &str, value: Value) -> Result<(), AssignError> {
        let variable = self.variables.iter_mut().rev().find(|v| v.name == name);
        let variable = variable.ok_or(AssignError::Unknown)?;
        if !variable.mutable {
            // What it is meant to be from here on is not known.
            variable.value = Value::Unknown;
            return Err(AssignError::Immutable);
        }
        variable.value = value;
        Ok(())
    }

    /// The names in scope, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|variable| variable.name.as_str())
    }

    /// The number of variables, for [`Self::leave`].
    pub(super) fn enter(&self) -> usize {
        self.variables.len()
    }

    /// Forgets what was bound since [`Self::enter`].
    pub(super) fn leave(&mut self, entered: usize) {
        self.variables.truncate(entered);
    }
}
