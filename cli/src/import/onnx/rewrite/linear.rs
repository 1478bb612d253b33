//! What belongs to a convolution or a product of matrices: biases, and zeros around it.

use super::{DENSE, Makers, sides};
use crate::import::onnx::step::{Attr, Step};
use crate::import::onnx::steps::Steps;

/// A bias that is added to a `MatMul`, or to a `Conv` without one.
pub fn dense(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Add" {
        return None;
    }
    sides(step).into_iter().find_map(|(product, bias)| {
        let shape = &steps.tensor(bias)?.dims;
        let wide = shape.iter().filter(|&&n| n != 1).count();
        if let Some(matmul) = makers.own(product, "MatMul") {
            let units = *steps.tensor(matmul.input(1))?.dims.get(1)?;
            if shape.last() != Some(&units) || wide > 1 || (wide == 0 && units != 1) {
                return None;
            }
            let inputs = [matmul.input(0)?, matmul.input(1)?, bias?];
            return Some(Step {
                name: matmul.module().to_owned(),
                ..Step::instead(step, DENSE, &inputs)
            });
        }
        let conv = makers.own(product, "Conv").filter(|conv| conv.input(2).is_none())?;
        let filters = *steps.tensor(conv.input(1))?.dims.first()?;
        let channels =
            shape.len().checked_sub(3).and_then(|axis| shape.get(axis)) == Some(&filters);
        if !channels || shape.iter().product::<usize>() != filters {
            return None;
        }
        let inputs = [conv.input(0)?, conv.input(1)?, bias?];
        let instead = Step::instead(step, "Conv", &inputs);
        Some(Step { name: conv.module().to_owned(), attrs: conv.attrs.clone(), ..instead })
    })
}

/// Zeros around a convolution's image.
pub fn padded(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    let explicit = matches!(step.text("auto_pad"), None | Some("NOTSET" | "VALID"));
    if step.op != "Conv" || !explicit {
        return None;
    }
    let pad = makers.own(step.input(0), "Pad")?;
    let constant = matches!(pad.text("mode"), None | Some("constant"));
    let zero = match pad.input(2) {
        Some(value) => steps.tensor(Some(value))?.scalar()? == 0.0,
        None => pad.float("value", 0.0) == 0.0,
    };
    if !constant || !zero || pad.input(3).is_some() {
        return None;
    }
    let pads = match pad.ints("pads") {
        Some(pads) => pads.to_vec(),
        None => steps.tensor(pad.input(1))?.as_numbers()?,
    };
    let &[0, 0, top, left, 0, 0, bottom, right] = pads.as_slice() else { return None };
    let around = [top, left, bottom, right];
    let own = match step.text("auto_pad") {
        Some("VALID") => &[0; 4],
        _ => step.ints("pads").unwrap_or(&[0; 4]),
    };
    if own.len() != 4 || around.iter().any(|&n| n < 0) {
        return None;
    }
    let sum = own.iter().zip(around).map(|(a, b)| a.saturating_add(b)).collect();
    let mut inputs = step.inputs.clone();
    inputs[0] = pad.input(0)?.clone();
    let mut padded = Step { inputs, ..step.clone() }.with("pads", Attr::Ints(sum));
    padded.attrs.remove("auto_pad");
    Some(padded)
}
