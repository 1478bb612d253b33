//! Merges of several values.

use formwork_ir::{Axis, NodeId};

use super::{Attr, Lowering, Order, Tensor};

impl Lowering<'_> {
    /// The inputs of a merge, all in one order.
    fn alike(&mut self, id: NodeId, flattened: bool) -> (Vec<String>, Order) {
        let inputs = self.graph.node(id).inputs.clone();
        let orders: Vec<_> = inputs.iter().map(|input| self.tensors[input.index()].order).collect();
        let sizes = |input: &NodeId| self.graph.node(*input).shape.values();
        let same = orders.iter().all(|order| *order == orders[0])
            && inputs.iter().all(|input| sizes(input) == sizes(&inputs[0]));
        let order = match orders[0] {
            Order::Flattened { .. } if same && flattened => orders[0],
            _ if orders.contains(&Order::ChannelsFirst) => Order::ChannelsFirst,
            _ => Order::Ours,
        };
        (inputs.iter().map(|&input| self.in_order(input, order)).collect(), order)
    }

    /// A merge value by value, of an operator that takes two or of one that takes any number.
    pub fn merge(&mut self, id: NodeId, op: &str) -> Result<Tensor, String> {
        let (inputs, order) = self.alike(id, true);
        let names: Vec<_> = inputs.iter().map(String::as_str).collect();
        let name = match (op, names.as_slice()) {
            ("Add", [_, _, _, ..]) => self.node("Sum", &names, &[]),
            ("Mul" | "Sub" | "Add", [first, rest @ ..]) => {
                let mut result = (*first).to_owned();
                for next in rest {
                    result = self.node(op, &[&result, next], &[]);
                }
                result
            }
            _ => self.node(op, &names, &[]),
        };
        Ok(Tensor { name, order, images: None })
    }

    pub fn concat(&mut self, id: NodeId, axis: Axis) -> Result<Tensor, String> {
        let axis = axis.index(self.input_shape(id, 0).rank()).ok_or("no such axis")?;
        let (inputs, order) = self.alike(id, false);
        let inputs: Vec<_> = inputs.iter().map(String::as_str).collect();
        let axis = ("axis", Attr::Int(order.axis(axis) as i64));
        let name = self.node("Concat", &inputs, &[axis]);
        Ok(Tensor { name, order, images: None })
    }
}
