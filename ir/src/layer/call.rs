use crate::{Dim, Fault, Shape};

/// A tensor handed to a layer.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// What the user calls it, quoted for a message: `` `image` ``, `` the output of `relu` ``.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a Shape,
}

/// The tensors a layer is applied to.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Name of the layer.
    pub layer: &'static str,
    /// Its input tensors; as many as [`Rule::INPUTS`](crate::Rule::INPUTS) says.
    pub inputs: &'a [Operand<'a>],
}

impl<'a> Call<'a> {
    /// The first input's shape.
    pub fn shape(&self) -> &'a Shape {
        self.inputs[0].shape
    }

    /// The input as an image: its height, width and channels.
    pub fn image(&self) -> Result<[usize; 3], Fault> {
        let Operand { name, shape } = self.inputs[0];
        if let [_, Dim::Known(h), Dim::Known(w), Dim::Known(c)] = *shape.dims() {
            return Ok([h, w, c]);
        }
        let layer = self.layer;
        let fault = Fault::input(
            0,
            format!("`{layer}` needs [batch, height, width, channels]; {name} is {shape}"),
        );
        Err(match *shape.dims() {
            [_, Dim::Known(h), Dim::Known(w)] => fault
                .help(format!("give a {h}×{w} greyscale image its channel: `[_, {h}, {w}, 1]`")),
            [_, Dim::Known(n)] => match image_sides(n) {
                Some((side, c)) => fault.help(format!(
                    "if each sample is an image, say so: `.reshape([_, {side}, {side}, {c}])`"
                )),
                None => fault.help("a flat tensor takes `dense`; `reshape` makes it an image"),
            },
            _ => fault.help("write all four dimensions, batch first"),
        })
    }

    /// The size of the last dimension, of a tensor of at least `[batch, channels]`.
    pub fn channels(&self) -> Result<usize, Fault> {
        let Operand { name, shape } = self.inputs[0];
        match shape.dims() {
            [_, .., Dim::Known(c)] => Ok(*c),
            _ => {
                let layer = self.layer;
                Err(Fault::input(
                    0,
                    format!("`{layer}` needs [batch, …, channels]; {name} is {shape}"),
                ))
            }
        }
    }
}

/// `n` as square images with one or three channels.
fn image_sides(n: usize) -> Option<(usize, usize)> {
    [1, 3].into_iter().find_map(|c| {
        let side = (n / c).isqrt();
        (n.is_multiple_of(c) && side * side == n / c && side > 1).then_some((side, c))
    })
}
