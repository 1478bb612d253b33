//! `Resize` and `Upsample`.

use formwork_ir::layers::{Resize2d, Upsample2d};
use formwork_ir::{Dim, Extent, Interpolation};

use super::{Lower, Lowered, Step, Value, View};

impl Lower<'_> {
    pub fn resize(&mut self, step: &Step) -> Lowered {
        let view = self.computed(step, 0)?;
        let input = self.image(&view)?;
        let dims = self.dims(&view);
        let sizes = self.sizes(step, &dims)?;
        if sizes[..2] != dims[..2] {
            return Err("it resizes the channels".to_owned());
        }
        let factor = |axis: usize| sizes[axis].exactly_over(&dims[axis])?.known();
        let factors = factor(2).zip(factor(3)).map(|(h, w)| [h, w]);
        let (how, corners) = self.interpolation(step, factors.is_some(), &sizes)?;
        let node = match factors {
            Some([1, 1]) => input,
            Some(factors) => {
                let op = Upsample2d::new().size(factors).interpolation(how).align_corners(corners);
                self.plain(step, op, &[input])?
            }
            None => {
                let size = Extent([sizes[2].clone(), sizes[3].clone()]);
                let op = Resize2d { size, interpolation: how, align_corners: corners };
                self.plain(step, op, &[input])?
            }
        };
        Ok(vec![Value::Computed(View::channels_first(node, 4))])
    }

    /// The sizes of what it makes.
    fn sizes(&self, step: &Step, dims: &[Dim]) -> Result<Vec<Dim>, String> {
        if step.ints("axes").is_some() {
            return Err("it names its axes; leave out `axes`".to_owned());
        }
        let policy = step.text("keep_aspect_ratio_policy").unwrap_or("stretch");
        if policy != "stretch" {
            return Err(format!("its `keep_aspect_ratio_policy` is `{policy}`"));
        }
        let old = step.op == "Upsample" || self.steps.opset < 11;
        let constant = |i| match self.constant(step, i) {
            Ok(Some(tensor)) if tensor.len() > 0 => Ok(Some(tensor)),
            Ok(_) => Ok(None),
            Err(what) => Err(what),
        };
        if !old && let Some(sizes) = constant(3)? {
            let sizes = sizes.as_ints().ok_or("its sizes are no whole numbers")?;
            let mut sizes = sizes.to_vec();
            if sizes.len() != dims.len() {
                return Err(format!("it has {} sizes, expected {}", sizes.len(), dims.len()));
            }
            // The batch of the file is any batch.
            if self.batch.is_some_and(|batch| sizes[0] == Dim::Known(batch)) {
                sizes[0] = dims[0].clone();
            }
            return Ok(sizes);
        }
        let scales = match step.attrs.get("scales") {
            Some(super::super::step::Attr::Floats(scales)) => scales.clone(),
            _ => {
                let scales = constant(if old { 1 } else { 2 })?.ok_or("it has no scales")?;
                let scales = match scales.as_numbers() {
                    Some(numbers) => Some(numbers.iter().map(|&n| n as f32).collect()),
                    None => scales.as_floats().map(<[f32]>::to_vec),
                };
                scales.ok_or("its scales are not in the file")?
            }
        };
        if scales.len() != dims.len() {
            return Err(format!("it has {} scales, expected {}", scales.len(), dims.len()));
        }
        let scaled = |(dim, &scale): (&Dim, &f32)| {
            if scale >= 1.0 && scale.fract() == 0.0 && scale < 65536.0 {
                return Ok(dim * scale as usize);
            }
            // The coordinates follow the scale, here the sizes: they must be the same.
            let size = dim.known().map(|n| n as f32 * scale);
            match size.filter(|size| (size - size.round()).abs() < 1e-3 && *size >= 1.0) {
                Some(size) => Ok(Dim::Known(size.round() as i64)),
                None => Err(format!("a scale of {scale} does not make a whole size of {dim}")),
            }
        };
        dims.iter().zip(&scales).map(scaled).collect()
    }

    /// How pixels are found between pixels, and whether the corners stay where they are.
    fn interpolation(
        &self,
        step: &Step,
        whole: bool,
        sizes: &[Dim],
    ) -> Result<(Interpolation, bool), String> {
        let mode = step.text("mode").unwrap_or("nearest");
        let old = step.op == "Upsample" || self.steps.opset < 11;
        let default = if old { "asymmetric" } else { "half_pixel" };
        let coordinates = step.text("coordinate_transformation_mode").unwrap_or(default);
        let default = if old { "floor" } else { "round_prefer_floor" };
        let rounding = step.text("nearest_mode").unwrap_or(default);
        if step.int("antialias", 0) != 0 {
            return Err("resizing with antialiasing has no layer".to_owned());
        }
        let one = sizes[2..].iter().any(|size| size.is(1));
        let found = match (mode, coordinates) {
            ("nearest", "half_pixel") => whole || rounding == "round_prefer_ceil",
            ("nearest", "pytorch_half_pixel") => !one && (whole || rounding == "round_prefer_ceil"),
            ("nearest", "tf_half_pixel_for_nn") => rounding == "floor",
            ("nearest", "asymmetric") => whole && rounding == "floor",
            ("linear" | "bilinear", "half_pixel") => return Ok((Interpolation::Bilinear, false)),
            ("linear" | "bilinear", "pytorch_half_pixel") if !one => {
                return Ok((Interpolation::Bilinear, false));
            }
            ("linear" | "bilinear", "align_corners") => return Ok((Interpolation::Bilinear, true)),
            _ => false,
        };
        // With `half_pixel` and whole factors no pixel is halfway between two.
        let rounds = !matches!(coordinates, "half_pixel" | "pytorch_half_pixel")
            || rounding.starts_with("round");
        if found && rounds {
            return Ok((Interpolation::Nearest, false));
        }
        let rounding = if mode == "nearest" { format!(" and `{rounding}`") } else { String::new() };
        Err(format!("resizing `{mode}` with `{coordinates}`{rounding} has no layer"))
    }
}
