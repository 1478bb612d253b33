use crate::{ArgType, Value};

/// How a parameter starts. Names and formulas are Keras'; `fan_in` and `fan_out` come from the
/// layer, and the normal forms are truncated at two standard deviations.
#[derive(Clone, PartialEq, Debug)]
pub enum Initializer {
    /// All 0.
    Zeros,
    /// All 1.
    Ones,
    /// All the same value: `constant(0.1)`.
    Constant(f64),
    /// Uniform within `±√(6 / (fan_in + fan_out))`; the default of kernels.
    GlorotUniform,
    /// Truncated normal, variance `2 / (fan_in + fan_out)`.
    GlorotNormal,
    /// Uniform within `±√(6 / fan_in)`; for relu.
    HeUniform,
    /// Truncated normal, variance `2 / fan_in`; for relu.
    HeNormal,
    /// Uniform within `±√(3 / fan_in)`; for selu.
    LecunUniform,
    /// Truncated normal, variance `1 / fan_in`; for selu.
    LecunNormal,
    /// `random_uniform(low, high)`.
    RandomUniform(f64, f64),
    /// `random_normal(mean, stddev)`.
    RandomNormal(f64, f64),
    /// `truncated_normal(mean, stddev)`: cut at two standard deviations.
    TruncatedNormal(f64, f64),
}

const PLAIN: &[(&str, Initializer)] = &[
    ("zeros", Initializer::Zeros),
    ("ones", Initializer::Ones),
    ("glorot_uniform", Initializer::GlorotUniform),
    ("glorot_normal", Initializer::GlorotNormal),
    ("he_uniform", Initializer::HeUniform),
    ("he_normal", Initializer::HeNormal),
    ("lecun_uniform", Initializer::LecunUniform),
    ("lecun_normal", Initializer::LecunNormal),
];

/// Name, the two arguments with Keras' defaults, and the variant.
type Random = (&'static str, [(&'static str, f64); 2], fn(f64, f64) -> Initializer);

const RANDOM: &[Random] = &[
    ("random_uniform", [("minval", -0.05), ("maxval", 0.05)], Initializer::RandomUniform),
    ("random_normal", [("mean", 0.0), ("stddev", 0.05)], Initializer::RandomNormal),
    ("truncated_normal", [("mean", 0.0), ("stddev", 0.05)], Initializer::TruncatedNormal),
];

impl Initializer {
    /// The names that can be written, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let random = RANDOM.iter().map(|&(name, ..)| name);
        PLAIN.iter().map(|&(name, _)| name).chain(random).chain(["constant"])
    }
}

impl ArgType for Initializer {
    type Given = Self;
    const EXPECTS: &'static str = "an initializer such as `glorot_uniform`, `he_normal`, `zeros`";

    fn read(value: &Value) -> Result<Self, Option<String>> {
        let Value::Word(name, args) = value else {
            return Err(None);
        };
        if let Some((_, init)) = PLAIN.iter().find(|(plain, _)| plain == name) {
            return if args.is_empty() { Ok(init.clone()) } else { Err(None) };
        }
        if name == "constant" {
            return match args.as_slice() {
                [(None, value)] => f64::read(value).map(Initializer::Constant),
                [(Some(key), value)] if key == "value" => {
                    f64::read(value).map(Initializer::Constant)
                }
                _ => Err(Some("`constant` takes one number: `constant(0.1)`".to_owned())),
            };
        }
        let (_, slots, make) = RANDOM.iter().find(|(random, ..)| random == name).ok_or(None)?;
        let mut values = slots.map(|(_, default)| default);
        for (i, (key, value)) in args.iter().enumerate() {
            let index = match key {
                Some(key) => slots.iter().position(|(slot, _)| slot == key),
                None => (i < 2).then_some(i),
            };
            let hint = || Some(format!("`{name}` takes `{}` and `{}`", slots[0].0, slots[1].0));
            values[index.ok_or_else(hint)?] = f64::read(value).map_err(|_| hint())?;
        }
        Ok(make(values[0], values[1]))
    }

    fn write(&self) -> Value {
        if let Some((name, _)) = PLAIN.iter().find(|(_, init)| init == self) {
            return Value::word(name);
        }
        let (name, values): (_, &[f64]) = match self {
            Initializer::RandomUniform(a, b) => ("random_uniform", &[*a, *b]),
            Initializer::RandomNormal(a, b) => ("random_normal", &[*a, *b]),
            Initializer::TruncatedNormal(a, b) => ("truncated_normal", &[*a, *b]),
            Initializer::Constant(x) => ("constant", &[*x]),
            plain => unreachable!("{plain:?} stands in PLAIN"),
        };
        Value::Word(name.to_owned(), values.iter().map(|x| (None, Value::Float(*x))).collect())
    }

    fn rust(&self) -> String {
        format!("Initializer::{self:?}")
    }
}
