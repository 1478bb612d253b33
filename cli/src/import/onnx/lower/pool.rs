//! Pools.

use formwork_ir::layers::{AvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d, MaxPool2d};
use formwork_ir::{NodeId, Op, Padding};

use super::convolution::{explicit, size};
use super::{Lower, Lowered, Step, Value, View};

impl Lower<'_> {
    pub fn max_pool(&mut self, step: &Step) -> Lowered {
        if let Some(indices) = step.outputs.get(1)
            && self.readers.contains_key(indices)
        {
            return Err("where the largest values are has no layer".to_owned());
        }
        let (input, _, pool) = self.pool(step)?;
        let op = MaxPool2d::new(pool.size)
            .stride(pool.stride)
            .padding(pool.padding)
            .ceil_mode(pool.ceil_mode);
        self.pooled(step, op, input)
    }

    pub fn average_pool(&mut self, step: &Step) -> Lowered {
        let (input, view, pool) = self.pool(step)?;
        let dims = self.dims(&view);
        let whole = (0..2).all(|axis| dims[axis + 2].is(pool.size[axis]));
        if whole && pool.padding == Padding::Valid {
            return self
                .global(step, &view, |keepdims| GlobalAvgPool2d::new().keepdims(keepdims).into());
        }
        let counted = step.int("count_include_pad", 0) != 0 && pool.padding != Padding::Valid;
        // `same` never counts what it pads with.
        let padding = match (counted, pool.padding) {
            (true, Padding::Same) if pool.explicit == Padding::Valid => {
                return Err("it counts padding that is not given".to_owned());
            }
            (true, Padding::Same) => pool.explicit,
            (_, padding) => padding,
        };
        let op = AvgPool2d::new(pool.size)
            .stride(pool.stride)
            .padding(padding)
            .count_include_pad(counted)
            .ceil_mode(pool.ceil_mode);
        self.pooled(step, op, input)
    }

    fn pooled(&mut self, step: &Step, op: impl Into<Op>, input: NodeId) -> Lowered {
        let node = self.plain(step, op, &[input])?;
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    fn pool(&mut self, step: &Step) -> Result<(NodeId, View, Pool), String> {
        let view = self.computed(step, 0)?;
        let input = self.image(&view)?;
        let [h, w] = *step.ints("kernel_shape").ok_or("it has no `kernel_shape`")? else {
            return Err("its window has not two axes".to_owned());
        };
        let kernel = [size(h)?, size(w)?];
        if kernel.contains(&0) {
            return Err("its window is empty".to_owned());
        }
        let slide = self.slide(step, &view, kernel)?;
        if slide.dilation() != [1, 1] {
            return Err("dilated pools have no layer".to_owned());
        }
        let stride = slide.stride();
        let pool = Pool {
            size: kernel,
            stride: (stride != kernel).then_some(stride),
            padding: slide.padding,
            explicit: explicit(step)?,
            ceil_mode: step.int("ceil_mode", 0) != 0,
        };
        Ok((input, view, pool))
    }

    pub fn global_average_pool(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        self.global(step, &view, |keepdims| GlobalAvgPool2d::new().keepdims(keepdims).into())
    }

    pub fn global_max_pool(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        self.global(step, &view, |keepdims| GlobalMaxPool2d::new().keepdims(keepdims).into())
    }

    /// Pools whole images: to `[_, channels]` where what reads it drops height and width.
    pub fn global(&mut self, step: &Step, view: &View, op: fn(bool) -> Op) -> Lowered {
        let input = self.image(view)?;
        let flat = self
            .reader(step)
            .is_some_and(|reader| matches!(reader.op.as_str(), "Flatten" | "Reshape" | "Squeeze"));
        let node = self.plain(step, op(!flat), &[input])?;
        let made = if flat {
            View { node, axes: vec![vec![0], vec![1], vec![], vec![]] }
        } else {
            View::channels_first(node, 4)
        };
        Ok(vec![Value::Computed(made)])
    }
}

struct Pool {
    size: [usize; 2],
    stride: Option<[usize; 2]>,
    padding: Padding,
    /// The padding as the file has it.
    explicit: Padding,
    ceil_mode: bool,
}
