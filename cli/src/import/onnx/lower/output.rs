//! The outputs of a model.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use formwork_ir::NodeId;

use super::input::turned;
use super::{Lower, Value, View};
use crate::import::imported::{Imported, Problem};
use crate::import::onnx::view::channels_last;

impl Lower<'_> {
    pub fn outputs(mut self) -> Result<Imported, Vec<Problem>> {
        let mut outputs = Vec::new();
        for name in &self.steps.outputs {
            let made = match self.values.get(name).cloned() {
                Some(Value::Computed(view)) => self.returned(name, &view),
                Some(Value::Constant(_)) => Err("it is a constant".to_owned()),
                Some(Value::Unknown) => continue,
                None => Err("nothing makes it".to_owned()),
            };
            match made {
                Ok(node) => outputs.push(node),
                Err(what) => {
                    self.problems.push(Problem { place: format!("output `{name}`"), what });
                }
            }
        }
        if outputs.is_empty() && self.problems.is_empty() {
            self.problems.push(Problem::of_file("it returns nothing"));
        }
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        self.builder.finish(&outputs, self.warnings)
    }

    /// The node of an output: of an image, with ONNX's channels last, which are its axis 1; if the
    /// file itself has them last, as the file has it.
    fn returned(&mut self, name: &Rc<str>, view: &View) -> Result<NodeId, String> {
        let order: Vec<_> = match view.rank() {
            4 if !self.has_channels_last(name) => channels_last(4),
            rank => (0..rank).collect(),
        };
        self.arrange(view, &order)
    }

    /// Whether the file has the channels of an image last: the nearest operator before it that
    /// turns images or takes some says so, or the input that it is made of.
    fn has_channels_last(&self, name: &Rc<str>) -> bool {
        let steps = self.steps.list.iter();
        let makers: HashMap<_, _> =
            steps.flat_map(|step| step.outputs.iter().map(move |made| (made, step))).collect();
        let (mut values, mut seen) = (vec![name], HashSet::from([name]));
        let mut next = 0;
        while let Some(&value) = values.get(next) {
            next += 1;
            let Some(step) = makers.get(value) else {
                match self.channels_last.contains(value) {
                    true => return true,
                    false => continue,
                }
            };
            match turned(step) {
                Some(to_last) => return to_last,
                None => values.extend(step.inputs.iter().filter(|&input| seen.insert(input))),
            }
        }
        false
    }
}
