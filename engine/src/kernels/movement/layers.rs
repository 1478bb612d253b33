use formwork_ir::layers::*;

use super::moves::{Move, Moves, Repeat, Spot};
use super::regroup::regroup;
use super::{Resize as Resized, Transpose};
use crate::kernels::{Image, Kernel, Lower, Site};

/// What does nothing at inference.
macro_rules! nothing {
    ($($Type:ident),* $(,)?) => {$(
        impl Lower for $Type {
            fn lower(&self, site: &Site) -> Box<dyn Kernel> {
                Box::new(Moves::whole(site.isa, site.output))
            }
        }
    )*};
}

nothing! { Dropout, SpatialDropout2d, AlphaDropout, GaussianNoise, GaussianDropout }

impl Lower for Flatten {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        regroup(site.isa, site.inputs[0], site.output)
    }
}

impl Lower for Reshape {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        regroup(site.isa, site.inputs[0], site.output)
    }
}

impl Lower for Slice {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let axis = self.axis.index(site.output.len()).expect("a shape rule checked the axis");
        let [start, _] = self.ends(site.inputs[0][axis]).expect("a shape rule checked the range");
        let mut index = vec![0; site.output.len()];
        index[axis] = start;
        Box::new(Moves::part(site.isa, site.inputs[0], site.output, &index))
    }
}

impl Lower for Crop2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let [[top, _], [left, _]] = self.cropping;
        Box::new(Moves::part(site.isa, site.inputs[0], site.output, &[0, top, left, 0]))
    }
}

impl Lower for ZeroPad2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let [[top, _], [left, _]] = self.padding;
        Box::new(Moves::inset(site.isa, site.inputs[0], site.output, &[0, top, left, 0]))
    }
}

impl Lower for Concat {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let axis = self.axis.index(site.output.len()).expect("a shape rule checked the axis");
        let mut end = 0;
        let part = |input: &&'_ [usize]| {
            end += input[axis];
            end - input[axis]
        };
        let starts: Vec<_> = site.inputs.iter().map(part).collect();
        let inputs: Vec<_> = site.inputs.iter().copied().zip(starts).collect();
        Box::new(Moves::along(site.isa, axis, &inputs, site.output))
    }
}

impl Lower for Permute {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let (input, output) = (site.inputs[0], site.output);
        let order: Vec<_> = std::iter::once(0).chain(self.dims.iter().copied()).collect();
        let last = output.len() - 1;
        if order[last] != last {
            return Box::new(Transpose::new(input, &order));
        }
        let step = |dims: &[usize], axis: usize| dims[axis + 1..last].iter().product::<usize>();
        let repeats = (0..last).map(|axis| Repeat {
            count: output[axis],
            from: Spot::row(step(input, order[axis])),
            to: Spot::row(step(output, axis)),
        });
        let copy = Move::new(Some(0), [Spot::default(); 2], output[last], repeats);
        Box::new(Moves::new(site.isa, vec![copy]))
    }
}

/// Blocks of pixels and the channels that stand for them: how a pixel's run of each cell of a block
/// repeats over an image of cells, in channels and in pixels.
fn blocks(cells: Image, block: usize, run: usize) -> [(usize, [Spot; 2]); 5] {
    let Image { batch, height, width, .. } = cells;
    let across = width * block;
    [
        (batch, [Spot::row(height * width), Spot::row(height * width * block * block)]),
        (height, [Spot::row(width), Spot::row(across * block)]),
        (block, [Spot::channel(block * run), Spot::row(across)]),
        (width, [Spot::row(1), Spot::row(block)]),
        (block, [Spot::channel(run), Spot::row(1)]),
    ]
}

impl Lower for DepthToSpace {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let run = site.output[3];
        let repeats = blocks(site.image(), self.block_size, run);
        let repeats = repeats.map(|(count, [from, to])| Repeat { count, from, to });
        let copy = Move::new(Some(0), [Spot::default(); 2], run, repeats);
        Box::new(Moves::new(site.isa, vec![copy]))
    }
}

impl Lower for SpaceToDepth {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let run = site.inputs[0][3];
        let cells = Image::new(site.output.try_into().expect("a shape rule checked the rank"));
        let repeats = blocks(cells, self.block_size, run);
        let repeats = repeats.map(|(count, [to, from])| Repeat { count, from, to });
        let copy = Move::new(Some(0), [Spot::default(); 2], run, repeats);
        Box::new(Moves::new(site.isa, vec![copy]))
    }
}

impl Lower for Upsample2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let size = [site.output[1], site.output[2]];
        let Upsample2d { interpolation, align_corners, .. } = *self;
        Box::new(Resized::new(site.isa, site.image(), size, interpolation, align_corners))
    }
}

impl Lower for Resize2d {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let size = [site.output[1], site.output[2]];
        let Resize2d { interpolation, align_corners, .. } = *self;
        Box::new(Resized::new(site.isa, site.image(), size, interpolation, align_corners))
    }
}
