//! Normalisations.

use formwork_ir::NodeId;
use formwork_ir::layers::{BatchNorm, GroupNorm, LayerNorm};

use super::{Attr, Form, Lowering, Order, Tensor};

impl Lowering<'_> {
    /// A value of rank `rank` with its channels in axis 1, and how to move them back.
    fn channels_second(&mut self, id: NodeId, rank: usize) -> (String, Option<Vec<i64>>) {
        match rank {
            2 => (self.input(id, 0, Order::Ours), None),
            4 => (self.input(id, 0, Order::ChannelsFirst), None),
            _ => {
                let value = self.input(id, 0, Order::Ours);
                let (rank, last) = (rank as i64, rank as i64 - 1);
                let there: Vec<_> = [0, last].into_iter().chain(1..last).collect();
                let back: Vec<_> = [0].into_iter().chain(2..rank).chain([1]).collect();
                (self.node("Transpose", &[&value], &[("perm", Attr::Ints(there))]), Some(back))
            }
        }
    }

    /// The value again as it is held for its rank.
    fn channels_back(&mut self, value: String, rank: usize, back: Option<Vec<i64>>) -> Tensor {
        match back {
            Some(perm) => {
                Tensor::ours(self.node("Transpose", &[&value], &[("perm", Attr::Ints(perm))]))
            }
            None if rank == 4 => Tensor::channels_first(value),
            None => Tensor::ours(value),
        }
    }

    /// So many values that are all the same.
    fn filled(&mut self, what: &str, sizes: &[usize], value: f32) -> String {
        let name = self.b.fresh(&format!("{}/{what}", self.scope));
        self.b.floats(name, sizes, &vec![value; sizes.iter().product()])
    }

    pub fn batch_norm(&mut self, id: NodeId, layer: &BatchNorm) -> Result<Tensor, String> {
        let rank = self.input_shape(id, 0).rank();
        let statistics = self.graph.node(id).params.len() - 2;
        let n = self.param_sizes(id, statistics);
        let tensor = self.tensors[self.graph.node(id).inputs[0].index()].clone();
        let (form, value, back) = match tensor.order {
            Order::Flattened { channels } => (Form::Rows(channels), tensor.name.clone(), None),
            _ => {
                let (value, back) = self.channels_second(id, rank);
                (Form::Plain, value, back)
            }
        };
        let gamma = match layer.scale {
            true => self.param(id, 0, form.clone())?,
            false => self.filled("ones", &n, 1.0),
        };
        let beta = match layer.center {
            true => self.param(id, usize::from(layer.scale), form.clone())?,
            false => self.filled("zeros", &n, 0.0),
        };
        let mean = self.param(id, statistics, form.clone())?;
        let variance = self.param(id, statistics + 1, form)?;
        let inputs = [value.as_str(), &gamma, &beta, &mean, &variance];
        let epsilon = [("epsilon", Attr::Float(layer.epsilon))];
        let normal = self.node("BatchNormalization", &inputs, &epsilon);
        Ok(match tensor.order {
            Order::Flattened { .. } => tensor.like(normal),
            _ => self.channels_back(normal, rank, back),
        })
    }

    pub fn layer_norm(&mut self, id: NodeId, layer: &LayerNorm) -> Result<Tensor, String> {
        let rank = self.input_shape(id, 0).rank();
        let count = layer.axis.0.len();
        let sizes = &self.input_shape(id, 0).dims()[rank - count..];
        let known: Option<Vec<_>> = sizes.iter().map(formwork_ir::Dim::known).collect();
        let tensor = self.tensors[self.graph.node(id).inputs[0].index()].clone();
        let whole = count + 1 == rank;
        let Some(known) = known else {
            let value = if whole { tensor } else { Tensor::ours(self.input(id, 0, Order::Ours)) };
            return Ok(self.plain_norm(value, rank - count..rank, layer.epsilon));
        };
        let (form, ones) = match (tensor.order, known) {
            // Mean and variance of a whole sample do not ask for the order of its values.
            (Order::Flattened { channels }, known) => (Some(Form::Rows(channels)), known),
            (Order::ChannelsFirst, sizes) if whole => {
                let [h, w, c] = sizes[..] else { return Err("no image".to_owned()) };
                (Some(Form::Moved(vec![2, 0, 1], vec![c, h, w])), vec![c, h, w])
            }
            (_, known) => (None, known),
        };
        let kept = form.is_some();
        let value = if kept { tensor.name.clone() } else { self.input(id, 0, Order::Ours) };
        let form = form.unwrap_or(Form::Plain);
        let gamma = match layer.scale {
            true => self.param(id, 0, form.clone())?,
            false => self.filled("ones", &ones, 1.0),
        };
        let mut inputs = vec![value, gamma];
        if layer.center {
            inputs.push(self.param(id, usize::from(layer.scale), form)?);
        }
        let inputs: Vec<_> = inputs.iter().map(String::as_str).collect();
        let axis = ("axis", Attr::Int((rank - count) as i64));
        let epsilon = ("epsilon", Attr::Float(layer.epsilon));
        let normal = self.node("LayerNormalization", &inputs, &[axis, epsilon]);
        Ok(if kept { tensor.like(normal) } else { Tensor::ours(normal) })
    }

    /// A normalisation over the last axes, whose sizes are not known, without parameters. Over
    /// all of a sample it does not ask for their order.
    fn plain_norm(&mut self, value: Tensor, axes: std::ops::Range<usize>, epsilon: f64) -> Tensor {
        let axes = || ("axes", Attr::Ints(axes.clone().map(|axis| axis as i64).collect()));
        let mean = self.node("ReduceMean", &[&value.name], &[axes()]);
        let centred = self.node("Sub", &[&value.name, &mean], &[]);
        let squares = self.node("Mul", &[&centred, &centred], &[]);
        let variance = self.node("ReduceMean", &[&squares], &[axes()]);
        let epsilon = self.scalar("epsilon", epsilon);
        let variance = self.node("Add", &[&variance, &epsilon], &[]);
        let deviation = self.node("Sqrt", &[&variance], &[]);
        let normal = self.node("Div", &[&centred, &deviation], &[]);
        value.like(normal)
    }

    pub fn group_norm(&mut self, id: NodeId, layer: &GroupNorm) -> Result<Tensor, String> {
        let rank = self.input_shape(id, 0).rank();
        let (value, back) = self.channels_second(id, rank);
        let groups = layer.groups;
        // Each group is an instance of its own.
        let sizes = self.ints("groups", &[0, groups as i64, -1]);
        let grouped = self.node("Reshape", &[&value, &sizes], &[]);
        let (ones, zeros) =
            (self.filled("ones", &[groups], 1.0), self.filled("zeros", &[groups], 0.0));
        let epsilon = [("epsilon", Attr::Float(layer.epsilon))];
        let inputs = [grouped.as_str(), &ones, &zeros];
        let normal = self.node("InstanceNormalization", &inputs, &epsilon);
        let shape = self.node("Shape", &[&value], &[]);
        let mut result = self.node("Reshape", &[&normal, &shape], &[]);
        let operators = [(layer.scale, "Mul"), (layer.center, "Add")];
        let present = operators.into_iter().filter(|(present, _)| *present);
        for (index, (_, op)) in present.enumerate() {
            let n = self.param_sizes(id, index)[0];
            let sizes: Vec<_> = [n].into_iter().chain(vec![1; rank - 2]).collect();
            let vector = self.param(id, index, Form::Sized(sizes))?;
            result = self.node(op, &[&result, &vector], &[]);
        }
        Ok(self.channels_back(result, rank, back))
    }
}
