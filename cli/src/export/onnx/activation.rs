//! Layers that treat each value by itself, and softmax.

use formwork_ir::layers::Relu;
use formwork_ir::{Axis, NodeId, Op};

use super::{Attr, Form, Lowering, Order, Tensor};

impl Lowering<'_> {
    /// What an elementwise layer makes of `x`; of the layers that do nothing, `x` itself.
    pub fn elementwise(&mut self, op: &Op, x: &str) -> String {
        match op {
            Op::Relu(relu) => self.relu(relu, x),
            Op::Relu6(_) => self.clip(x, Some(0.0), Some(6.0)),
            Op::LeakyRelu(layer) => self.leaky_relu(x, layer.negative_slope),
            Op::Elu(layer) => self.node("Elu", &[x], &[("alpha", Attr::Float(layer.alpha))]),
            // The operator's defaults are ours.
            Op::Selu(_) => self.node("Selu", &[x], &[]),
            Op::Gelu(layer) if layer.approximate => {
                let square = self.node("Mul", &[x, x], &[]);
                let factor = self.scalar("factor", 0.044_715);
                let square = self.node("Mul", &[&square, &factor], &[]);
                let one = self.scalar("one", 1.0);
                let sum = self.node("Add", &[&square, &one], &[]);
                let inner = self.node("Mul", &[x, &sum], &[]);
                let scale = self.scalar("scale", std::f64::consts::FRAC_2_PI.sqrt());
                let inner = self.node("Mul", &[&inner, &scale], &[]);
                let inner = self.node("Tanh", &[&inner], &[]);
                self.gate(x, &inner, &one)
            }
            Op::Gelu(_) => {
                let root = self.scalar("root", std::f64::consts::SQRT_2);
                let inner = self.node("Div", &[x, &root], &[]);
                let inner = self.node("Erf", &[&inner], &[]);
                let one = self.scalar("one", 1.0);
                self.gate(x, &inner, &one)
            }
            Op::Silu(_) => {
                let gate = self.node("Sigmoid", &[x], &[]);
                self.node("Mul", &[x, &gate], &[])
            }
            Op::Sigmoid(_) => self.node("Sigmoid", &[x], &[]),
            Op::Tanh(_) => self.node("Tanh", &[x], &[]),
            Op::Softplus(_) => self.node("Softplus", &[x], &[]),
            Op::HardSigmoid(_) => {
                let sixth = ("alpha", Attr::Float(1.0 / 6.0));
                self.node("HardSigmoid", &[x], &[sixth, ("beta", Attr::Float(0.5))])
            }
            Op::HardSwish(_) => self.node("HardSwish", &[x], &[]),
            Op::Mish(_) => {
                let gate = self.node("Softplus", &[x], &[]);
                let gate = self.node("Tanh", &[&gate], &[]);
                self.node("Mul", &[x, &gate], &[])
            }
            Op::Clip(layer) => self.clip(x, Some(layer.min), Some(layer.max)),
            Op::Rescaling(layer) => {
                let mut value = x.to_owned();
                if layer.scale != 1.0 {
                    let scale = self.scalar("scale", layer.scale);
                    value = self.node("Mul", &[&value, &scale], &[]);
                }
                if layer.offset != 0.0 {
                    let offset = self.scalar("offset", layer.offset);
                    value = self.node("Add", &[&value, &offset], &[]);
                }
                value
            }
            _ => x.to_owned(),
        }
    }

    /// `x/2 · (1 + inner)`.
    fn gate(&mut self, x: &str, inner: &str, one: &str) -> String {
        let sum = self.node("Add", &[inner, one], &[]);
        let product = self.node("Mul", &[x, &sum], &[]);
        let half = self.scalar("half", 0.5);
        self.node("Mul", &[&product, &half], &[])
    }

    fn clip(&mut self, x: &str, min: Option<f64>, max: Option<f64>) -> String {
        let mut bound = |what, value: Option<f64>| {
            value.map_or(String::new(), |value| self.scalar(what, value))
        };
        let (min, max) = (bound("min", min), bound("max", max));
        self.node("Clip", &[x, &min, &max], &[])
    }

    fn leaky_relu(&mut self, x: &str, slope: f64) -> String {
        self.node("LeakyRelu", &[x], &[("alpha", Attr::Float(slope))])
    }

    fn relu(&mut self, layer: &Relu, x: &str) -> String {
        let Relu { max_value, negative_slope, threshold } = *layer;
        if threshold == 0.0 {
            return match (negative_slope, max_value) {
                (0.0, None) => self.node("Relu", &[x], &[]),
                (0.0, most) => self.clip(x, Some(0.0), most),
                (slope, None) => self.leaky_relu(x, slope),
                (slope, most) => {
                    let leaky = self.leaky_relu(x, slope);
                    let most = self.scalar("max", most.unwrap_or(0.0));
                    self.node("Min", &[&leaky, &most], &[])
                }
            };
        }
        let limit = self.scalar("threshold", threshold);
        let below = self.node("Sub", &[x, &limit], &[]);
        let slope = self.scalar("slope", negative_slope);
        let below = self.node("Mul", &[&below, &slope], &[]);
        let passes = self.node("GreaterOrEqual", &[x, &limit], &[]);
        let value = self.node("Where", &[&passes, x, &below], &[]);
        match max_value {
            Some(most) => {
                let most = self.scalar("max", most);
                let above = self.node("GreaterOrEqual", &[x, &most], &[]);
                self.node("Where", &[&above, &most, &value], &[])
            }
            None => value,
        }
    }

    pub fn prelu(&mut self, id: NodeId) -> Result<Tensor, String> {
        let input = self.tensors[self.graph.node(id).inputs[0].index()].clone();
        let sizes = self.param_sizes(id, 0);
        let form = match (input.order, sizes.as_slice()) {
            (Order::ChannelsFirst, &[h, w, c]) => Form::Moved(vec![2, 0, 1], vec![c, h, w]),
            (Order::Flattened { channels }, [n]) if *n > 1 => Form::Rows(channels),
            _ => Form::Plain,
        };
        let alpha = self.param(id, 0, form)?;
        let name = self.node("PRelu", &[&input.name, &alpha], &[]);
        Ok(input.like(name))
    }

    /// Softmax and its logarithm.
    pub fn along_axis(&mut self, id: NodeId, op: &str, axis: Axis) -> Result<Tensor, String> {
        let rank = self.input_shape(id, 0).rank();
        let input = self.any_axes(id, 0);
        let axis = axis.index(rank).ok_or("no such axis")?;
        let axis = ("axis", Attr::Int(input.order.axis(axis) as i64));
        let name = self.node(op, &[&input.name], &[axis]);
        Ok(input.like(name))
    }
}
