//! In which order a value of the network is held in the file.

use formwork_ir::{Dim, NodeId};

use super::Lowering;
use super::builder::Attr;

/// The order of a value's axes, or of the values along one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    /// As the model has it: channels last.
    Ours,
    /// Rank 4: (batch, channels, height, width).
    ChannelsFirst,
    /// Rank 2: images that were flattened with channels first.
    Flattened { channels: usize },
}

/// A value in the file.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub name: String,
    pub order: Order,
    /// Of flattened images: the images.
    pub images: Option<String>,
}

impl Tensor {
    pub fn ours(name: impl Into<String>) -> Self {
        Tensor { name: name.into(), order: Order::Ours, images: None }
    }

    pub fn channels_first(name: impl Into<String>) -> Self {
        Tensor { name: name.into(), order: Order::ChannelsFirst, images: None }
    }

    /// Another tensor with its values in the same order.
    pub fn like(&self, name: String) -> Self {
        Tensor { name, order: self.order, images: None }
    }
}

/// From our axes to those with channels first.
pub const TO_FIRST: [i64; 4] = [0, 3, 1, 2];
/// And back.
pub const TO_LAST: [i64; 4] = [0, 2, 3, 1];

impl Order {
    /// Where one of our axes is.
    pub fn axis(self, axis: usize) -> usize {
        match self {
            Order::ChannelsFirst => [0, 2, 3, 1][axis],
            _ => axis,
        }
    }

    /// Sizes of ours as they are here.
    pub fn sizes(self, sizes: &[Dim]) -> Vec<Dim> {
        match (self, sizes) {
            (Order::ChannelsFirst, [batch, h, w, c]) => {
                [batch, c, h, w].into_iter().cloned().collect()
            }
            (_, sizes) => sizes.to_vec(),
        }
    }
}

impl Lowering<'_> {
    /// The value of a node with its axes in that order: moved, where they are not.
    pub fn in_order(&mut self, id: NodeId, order: Order) -> String {
        let tensor = self.tensors[id.index()].clone();
        if tensor.order == order {
            return tensor.name;
        }
        if let Some(name) = self.moved.get(&(id, order)) {
            return name.clone();
        }
        let scope = tensor.name.as_str();
        let transpose = |lowering: &mut Self, input: &str, axes: &[i64]| {
            let perm = [("perm", Attr::Ints(axes.to_vec()))];
            lowering.b.node(scope, "Transpose", &[input], &perm)
        };
        let name = match (tensor.order, order) {
            (Order::ChannelsFirst, _) => transpose(self, scope, &TO_LAST),
            (Order::Flattened { channels }, _) => {
                let name = match &tensor.images {
                    Some(images) => transpose(self, images, &TO_LAST),
                    None => {
                        let sizes = [0, channels as i64, -1];
                        let sizes = self.b.ints(scope, "shape", &sizes);
                        let split = self.b.node(scope, "Reshape", &[scope, &sizes], &[]);
                        transpose(self, &split, &[0, 2, 1])
                    }
                };
                self.b.node(scope, "Flatten", &[&name], &[("axis", Attr::Int(1))])
            }
            (Order::Ours, _) => transpose(self, scope, &TO_FIRST),
        };
        self.moved.insert((id, order), name.clone());
        name
    }
}
