use dfdx::prelude::Tape;
use formwork_ir::layers::MaxPool2d;
use formwork_ir::window::Window;

use super::{Kernel, accepts, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(MaxPool2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););

impl Kernel for MaxPool2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let windows = Window::pair(self.size, self.stride.unwrap_or(self.size), [1, 1]);
        let pads = [0, 1].map(|a| windows[a].padding([h, w][a], self.padding, a));
        let (table, [oh, ow]) = Table::windows([h, w], windows, pads);
        x.gather_max(channels, &table, &[batch, oh, ow, channels])
    }
}
