//! The inputs of a model.

use std::collections::HashMap;
use std::rc::Rc;

use formwork_ir::{Dim, Domain, Kind, Ranged, Shape, Sizes, Symbol};

use super::{Lower, Step, Value, View};
use crate::import::imported::{Builder, Problem};
use crate::import::names;
use crate::import::onnx::view::channels_last;
use crate::onnx::proto::{DataType, Dimension, GraphProto, Size, ValueInfoProto};

/// The names of sizes that are known when the model runs.
const SYMBOLS: [&str; 8] = ["H", "W", "H2", "W2", "H3", "W3", "H4", "W4"];

impl Lower<'_> {
    /// Adds the inputs; `domain` has the sizes of the symbols, if not all.
    pub fn inputs(&mut self, graph: &GraphProto, name: &str, domain: Option<&Domain>) {
        let inputs: Vec<_> = graph
            .input
            .iter()
            .filter(|input| !self.steps.constants.contains_key(input.name.as_str()))
            .collect();
        let mut named = HashMap::new();
        let mut declared = Domain::default();
        let mut shapes = Vec::new();
        for input in &inputs {
            let shape = self.shape(input, &mut named, &mut declared, domain);
            let what = match shape {
                Ok(shape) => {
                    shapes.push((input.name.as_str(), shape));
                    continue;
                }
                Err(what) => what,
            };
            self.problems.push(Problem { place: format!("input `{}`", input.name), what });
            self.values.insert(Rc::from(input.name.as_str()), Value::Unknown);
        }
        self.builder = Builder::new(name, declared);
        for (name, dims) in shapes {
            let order = self.input_order(name, dims.len());
            if dims.len() == 4 && order.is_sorted() {
                self.channels_last.insert(Rc::from(name));
            }
            let mut sizes: Vec<_> = order.iter().map(|&axis| dims[axis].clone()).collect();
            let unique = self.builder.unique(&identifier(name));
            if let [_, _, _] = sizes.as_slice() {
                let has = Shape::new(sizes.clone());
                sizes.insert(2, Dim::Known(1));
                let takes = Shape::new(sizes.clone());
                self.warnings.push(format!(
                    "input `{name}` is {has} in the file; models take images or vectors, so here \
                     it is {takes}"
                ));
            }
            let node = self.builder.graph.input(&unique, Shape::new(sizes));
            let mut view = View::ordered(node, &order);
            if let [_, _, last] = view.axes.as_mut_slice() {
                *last = vec![3];
            }
            self.values.insert(Rc::from(name), Value::Computed(view));
        }
    }

    fn shape(
        &mut self,
        input: &ValueInfoProto,
        named: &mut HashMap<String, Dim>,
        declared: &mut Domain,
        domain: Option<&Domain>,
    ) -> Result<Vec<Dim>, String> {
        let tensor = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
        let tensor = tensor.ok_or("it is no tensor")?;
        let floats = [DataType::Float, DataType::Float16, DataType::Double, DataType::Bfloat16];
        match DataType::try_from(tensor.elem_type) {
            Ok(kind) if floats.contains(&kind) => {}
            Ok(kind) => return Err(format!("its values are {kind:?}; formwork takes floats")),
            Err(_) => return Err(format!("its values have the unknown type {}", tensor.elem_type)),
        }
        let dims = &tensor.shape.as_ref().ok_or("the file does not say its shape")?.dim;
        let [batch, sample @ ..] = dims.as_slice() else {
            return Err("it has no batch".to_owned());
        };
        if !(1..=3).contains(&sample.len()) {
            return Err(format!("it has {} axes; models take images or vectors", dims.len()));
        }
        self.batch = self.batch.or(number(batch));
        let mut shape = vec![Dim::batch()];
        for dim in sample {
            let symbol = match (number(dim), &dim.value) {
                (Some(n), _) if n as usize > Dim::MAX => {
                    return Err(format!("it has size {n}; at most {} is possible", Dim::MAX));
                }
                (Some(n), _) => {
                    shape.push(Dim::Known(n));
                    continue;
                }
                (None, Some(Size::Param(name))) if !name.is_empty() => Some(name.clone()),
                _ => None,
            };
            if let Some(dim) = symbol.as_ref().and_then(|name| named.get(name)) {
                shape.push(dim.clone());
                continue;
            }
            let free = |name: &&&str| declared.lookup(name).is_none();
            // Width after height, whatever has a number already.
            let wide = shape.len() + 1 == dims.len() && dims.len() == 4;
            let names = SYMBOLS.iter().skip(usize::from(wide));
            let name = names.clone().find(free).ok_or("too many of its sizes are unknown")?;
            let symbol_of = Symbol::new(name, Kind::Runtime);
            let ranged = domain.map(|domain| domain.contract().0).unwrap_or_default();
            let ranged = ranged.into_iter().find(|ranged| ranged.symbol.name() == *name);
            let sizes = ranged.map_or(Sizes::ALL, |Ranged { sizes, .. }| sizes);
            let dim = Dim::from(declared.declare(symbol_of, sizes));
            if let Some(symbol) = symbol {
                named.insert(symbol, dim.clone());
            }
            shape.push(dim);
        }
        Ok(shape)
    }

    /// In which order the axes of an input are best kept: with the channels last where a layer
    /// takes them as ONNX does, as they are where the file turns them itself.
    fn input_order(&self, name: &str, rank: usize) -> Vec<usize> {
        let as_is = (0..rank).collect();
        if rank != 4 {
            return as_is;
        }
        let mut values: Vec<Rc<str>> = vec![Rc::from(name)];
        let mut seen = 0;
        while let Some(value) = values.get(seen).cloned() {
            seen += 1;
            for &reader in self.readers.get(&value).into_iter().flatten() {
                let Some(step) = self.steps.list.get(reader) else { continue };
                match (step.op.as_str(), turned(step)) {
                    ("Transpose", Some(false)) => return as_is,
                    (_, Some(_)) => return channels_last(4),
                    (_, None) => values.extend(step.outputs.iter().cloned()),
                }
            }
            if seen > 16 {
                break;
            }
        }
        channels_last(4)
    }
}

/// Whether an operator leaves images with their channels last, or as ONNX has them; `None` if it
/// tells nothing of that.
pub fn turned(step: &Step) -> Option<bool> {
    match (step.op.as_str(), step.ints("perm")) {
        ("Transpose", Some([0, 2, 3, 1])) => Some(true),
        ("Transpose", Some([0, 3, 1, 2])) => Some(false),
        (
            "Conv" | "ConvTranspose" | "MaxPool" | "AveragePool" | "GlobalMaxPool"
            | "GlobalAveragePool" | "BatchNormalization" | "Resize" | "Upsample" | "DepthToSpace"
            | "SpaceToDepth",
            _,
        ) => Some(false),
        _ => None,
    }
}

/// A size that is a number; files write -1 and 0 for those that are not.
fn number(dim: &Dimension) -> Option<i64> {
    match dim.value {
        Some(Size::Value(n)) if n > 0 => Some(n),
        _ => None,
    }
}

/// What an input is called in the model.
fn identifier(name: &str) -> String {
    let word = names::clean(name).replace('.', "_");
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    if word.is_empty() { "input".to_owned() } else { word.to_owned() }
}
