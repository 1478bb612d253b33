//! What a layer is applied to: tensors, and what its call says besides.

use serde_json::Value as Json;

use super::config::text;

/// One application of a layer.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Call {
    pub args: Vec<Arg>,
    /// What it gives by name, but for tensors.
    pub options: Vec<(String, Json)>,
    /// Whether it does what it does in training, whoever calls the model.
    pub training: bool,
}

/// What a layer is applied to.
#[derive(Clone, PartialEq, Debug)]
pub enum Arg {
    Tensor(Place),
    Value(Json),
}

/// An output of an application of a layer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub layer: String,
    pub call: usize,
    pub output: usize,
}

impl Call {
    /// A layer applied to one tensor.
    pub fn of(place: Place) -> Self {
        Call { args: vec![Arg::Tensor(place)], ..Call::default() }
    }

    /// Why a layer that takes tensors alone has no place here, if it has none.
    pub fn refused(&self, class: &str) -> Option<String> {
        let differs = |class: &str| {
            ["Functional", "Model", "Sequential", "BatchNormalization"].contains(&class)
                || class.contains("Dropout")
                || class.starts_with("Gaussian")
        };
        if self.training && differs(class) {
            return Some("it is applied as in training, with `training = true`".to_owned());
        }
        let what = self.beside_tensors()?;
        Some(format!("it is called with {what}, which has no layer"))
    }

    /// What it is applied to that is no tensor, as a message has it.
    pub fn beside_tensors(&self) -> Option<String> {
        let value = self.args.iter().find_map(|arg| match arg {
            Arg::Value(value) => Some(shown(value)),
            Arg::Tensor(_) => None,
        });
        let option = || self.options.first().map(|(key, value)| format!("`{key} = {value}`"));
        value.or_else(option)
    }

    /// Reads `{"args": …, "kwargs": …}` of Keras 3, or a list of places before.
    pub fn read(node: &Json) -> Self {
        let mut call = Call::default();
        match node {
            Json::Object(node) => {
                let args = node.get("args").and_then(Json::as_array);
                args.into_iter().flatten().for_each(|arg| call.arg(arg));
                call.named(node.get("kwargs"));
            }
            node => call.former(node),
        }
        call
    }

    /// `["name", 0, 0, {…}]`, or a list of such, however deep; a number stands behind -1.
    fn former(&mut self, node: &Json) {
        let Some(items) = node.as_array() else { return };
        match items.as_slice() {
            [Json::String(_), _, value, named @ ..] => {
                match place(items) {
                    Some(place) => self.args.push(Arg::Tensor(place)),
                    None => self.arg(value),
                }
                self.named(named.first());
            }
            items => items.iter().for_each(|item| self.former(item)),
        }
    }

    fn named(&mut self, named: Option<&Json>) {
        for (key, value) in named.and_then(Json::as_object).into_iter().flatten() {
            let known = self.options.iter().any(|(other, _)| other == key);
            match places(Some(value)).is_empty() {
                _ if key == "training" => self.training |= value.as_bool() == Some(true),
                _ if key == "name" || known || is_nothing(value) => {}
                false => self.arg(value),
                true => self.options.push((key.clone(), value.clone())),
            }
        }
    }

    /// Lists that have tensors in them are so many arguments.
    fn arg(&mut self, value: &Json) {
        match (tensor(value), value) {
            (Some(place), _) => self.args.push(Arg::Tensor(place)),
            (None, Json::Null) => {}
            (None, Json::Array(items)) if !places(Some(value)).is_empty() => {
                items.iter().for_each(|item| self.arg(item));
            }
            (None, value) => self.args.push(Arg::Value(value.clone())),
        }
    }
}

/// Whether there is nothing in a value, however deep.
fn is_nothing(value: &Json) -> bool {
    value.is_null() || value.as_array().is_some_and(|items| items.iter().all(is_nothing))
}

/// A value in a message: of an object, what it is.
pub fn shown(value: &Json) -> String {
    match text(value, "class_name") {
        Some(class) => format!("`{class}`"),
        None => value.to_string(),
    }
}

/// Every tensor in a value, however deep; Keras 3 may name them in an object.
pub fn places(json: Option<&Json>) -> Vec<Place> {
    let Some(json) = json else { return Vec::new() };
    match (tensor(json), json) {
        (Some(place), _) => vec![place],
        (None, Json::Array(items)) => items.iter().flat_map(|item| places(Some(item))).collect(),
        (None, Json::Object(items)) => items.values().flat_map(|item| places(Some(item))).collect(),
        _ => Vec::new(),
    }
}

/// `["name", 0, 0]`, or an object of Keras 3 that has it as its history.
fn tensor(json: &Json) -> Option<Place> {
    match json {
        Json::Array(items) => place(items),
        object => {
            let symbolic = text(object, "class_name") == Some("__keras_tensor__");
            let config = object.get("config").filter(|_| symbolic)?;
            place(config.get("keras_history")?.as_array()?)
        }
    }
}

fn place(items: &[Json]) -> Option<Place> {
    let [Json::String(layer), call, output, ..] = items else { return None };
    let number = |json: &Json| usize::try_from(json.as_u64()?).ok();
    Some(Place { layer: layer.clone(), call: number(call)?, output: number(output)? })
}
