//! Images in other sizes.

use formwork_ir::layers::{Resize2d, Upsample2d};
use formwork_ir::resample::source;
use formwork_ir::{Dim, Interpolation, NodeId};

use super::{Attr, Lowering, Order, Tensor};

impl Lowering<'_> {
    pub fn upsample2d(&mut self, id: NodeId, layer: &Upsample2d) -> Result<Tensor, String> {
        let image = self.input(id, 0, Order::ChannelsFirst);
        let [height, width] = layer.size.map(|n| n as f32);
        let name = self.b.fresh(&format!("{}/scales", self.scope));
        let scales = self.b.floats(name, &[4], &[1.0, 1.0, height, width]);
        let attributes = match layer.interpolation {
            Interpolation::Nearest => WHOLE.to_vec(),
            Interpolation::Bilinear => linear(layer.align_corners),
        };
        let name = self.node("Resize", &[&image, "", &scales], &attributes);
        Ok(Tensor::channels_first(name))
    }

    pub fn resize2d(&mut self, id: NodeId, layer: &Resize2d) -> Result<Tensor, String> {
        let from: Vec<_> = self.input_shape(id, 0).dims()[1..3].to_vec();
        let image = self.input(id, 0, Order::ChannelsFirst);
        if layer.interpolation == Interpolation::Nearest {
            // Where an output lies right between two pixels, rounding would decide which it is.
            let rows = self.gathered(&image, 2, &from[0], &layer.size.0[0])?;
            return Ok(Tensor::channels_first(self.gathered(
                &rows,
                3,
                &from[1],
                &layer.size.0[1],
            )?));
        }
        let size: Vec<Dim> = layer.size.0.to_vec();
        let size = self.sizes("size", &size)?;
        let range = [("start", Attr::Int(0)), ("end", Attr::Int(2))];
        let rest = self.node("Shape", &[&image], &range);
        let sizes = self.node("Concat", &[&rest, &size], &[("axis", Attr::Int(0))]);
        let attributes = linear(layer.align_corners);
        let name = self.node("Resize", &[&image, "", "", &sizes], &attributes);
        Ok(Tensor::channels_first(name))
    }

    /// The nearest pixels along an axis, `to` of `from`.
    fn gathered(&mut self, image: &str, axis: i64, from: &Dim, to: &Dim) -> Result<String, String> {
        let indices = match (from.known(), to.known()) {
            (Some(from), Some(to)) => {
                let nearest = |i| source(i, from, to, Interpolation::Nearest, false).low as i64;
                self.ints("indices", &(0..to).map(nearest).collect::<Vec<_>>())
            }
            _ => self.nearest(from, to)?,
        };
        Ok(self.node("Gather", &[image, &indices], &[("axis", Attr::Int(axis))]))
    }

    /// The same indices where a size is known only when the network runs:
    /// `⌊(2·i + 1)·from / (2·to)⌋`.
    fn nearest(&mut self, from: &Dim, to: &Dim) -> Result<String, String> {
        let (from, to) = (
            self.sizes("from", std::slice::from_ref(from))?,
            self.sizes("to", std::slice::from_ref(to))?,
        );
        let [zero, one, two] = [0, 1, 2].map(|n| self.ints("number", &[n]));
        let [start, end, step] = [&zero, &to, &one].map(|n| self.node("Squeeze", &[n], &[]));
        let positions = self.node("Range", &[&start, &end, &step], &[]);
        let doubled = self.node("Mul", &[&positions, &two], &[]);
        let centres = self.node("Add", &[&doubled, &one], &[]);
        let scaled = self.node("Mul", &[&centres, &from], &[]);
        let whole = self.node("Mul", &[&to, &two], &[]);
        Ok(self.node("Div", &[&scaled, &whole], &[]))
    }
}

/// Pixel `i` is pixel `⌊i / factor⌋`.
const WHOLE: [(&str, Attr); 3] = [
    ("mode", Attr::Str("nearest")),
    ("coordinate_transformation_mode", Attr::Str("asymmetric")),
    ("nearest_mode", Attr::Str("floor")),
];

fn linear(align_corners: bool) -> Vec<(&'static str, Attr)> {
    let coordinates = if align_corners { "align_corners" } else { "half_pixel" };
    vec![("mode", Attr::Str("linear")), ("coordinate_transformation_mode", Attr::Str(coordinates))]
}
