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
        let nearest = layer.interpolation == Interpolation::Nearest;
        if let (true, [Some(h), Some(w)], Some(to)) =
            (nearest, [from[0].known(), from[1].known()], layer.size.known())
            && (between(h, to[0]) || between(w, to[1]))
        {
            // Rounding would decide which pixel it is.
            let rows = self.gathered(&image, 2, h, to[0]);
            return Ok(Tensor::channels_first(self.gathered(&rows, 3, w, to[1])));
        }
        let attributes = match layer.interpolation {
            Interpolation::Nearest => vec![
                ("mode", Attr::Str("nearest")),
                ("coordinate_transformation_mode", Attr::Str("half_pixel")),
                ("nearest_mode", Attr::Str("round_prefer_ceil")),
            ],
            Interpolation::Bilinear => linear(layer.align_corners),
        };
        let size: Vec<Dim> = layer.size.0.to_vec();
        let size = self.sizes("size", &size)?;
        let range = [("start", Attr::Int(0)), ("end", Attr::Int(2))];
        let rest = self.node("Shape", &[&image], &range);
        let sizes = self.node("Concat", &[&rest, &size], &[("axis", Attr::Int(0))]);
        let name = self.node("Resize", &[&image, "", "", &sizes], &attributes);
        Ok(Tensor::channels_first(name))
    }

    /// The nearest pixels along an axis, `to` of `from`.
    fn gathered(&mut self, image: &str, axis: i64, from: usize, to: usize) -> String {
        let nearest = |i| source(i, from, to, Interpolation::Nearest, false).low as i64;
        let indices: Vec<_> = (0..to).map(nearest).collect();
        let indices = self.ints("indices", &indices);
        self.node("Gather", &[image, &indices], &[("axis", Attr::Int(axis))])
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

/// Whether an output lies right between two pixels.
fn between(from: usize, to: usize) -> bool {
    (0..to).any(|i| ((2 * i + 1) * from).is_multiple_of(2 * to))
}
