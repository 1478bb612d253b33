//! Operators that are computed before the network runs: on constants, and on the sizes of tensors.

mod arithmetic;
mod arrays;
mod quotient;

use formwork_ir::Dim;

use super::MOST_COMPUTED;
use super::step::{Attr, Step};
use super::tensor::{Tensor, common, count, strides};
use arithmetic::{binary, cast, unary};
pub use arrays::boundary;
use arrays::{choose, concat, gather, lengths, new_dims, slice};
pub use quotient::Quotient;

pub type Folded = Result<Tensor, String>;

/// What an operator makes of constants; `None` if it is one on tensors that are computed.
///
/// The file holds `most` values: no more are computed, or [`MOST_COMPUTED`].
pub fn fold(step: &Step, inputs: &[Option<&Tensor>], most: usize) -> Option<Folded> {
    let known = matches!(
        step.op.as_str(),
        "Shape"
            | "Size"
            | "ConstantOfShape"
            | "Range"
            | "Cast"
            | "Gather"
            | "Slice"
            | "Concat"
            | "Unsqueeze"
            | "Squeeze"
            | "Reshape"
            | "Transpose"
            | "Expand"
            | "Neg"
            | "Floor"
            | "Ceil"
            | "Round"
            | "Abs"
            | "Sqrt"
            | "Reciprocal"
            | "Exp"
            | "Add"
            | "Sub"
            | "Mul"
            | "Div"
            | "Mod"
            | "Pow"
            | "Max"
            | "Min"
            | "Equal"
            | "Greater"
            | "Less"
            | "Not"
            | "And"
            | "Or"
            | "Where"
            | "ReduceProd"
            | "Flatten"
            | "Tile"
    );
    known.then(|| folded(step, inputs, most))
}

/// What `Shape` and `Size` make of a tensor of these sizes.
pub fn sizes(step: &Step, dims: Vec<Dim>) -> Folded {
    if step.op == "Size" {
        let all = dims.iter().fold(Dim::Known(1), |product, dim| product * dim);
        return Ok(Tensor::ints(&[], vec![all]));
    }
    let rank = dims.len() as i64;
    let end = |n: i64| (if n < 0 { n.saturating_add(rank) } else { n }).clamp(0, rank) as usize;
    let (start, stop) = (end(step.int("start", 0)), end(step.int("end", rank)));
    let dims = dims.get(start..stop).unwrap_or_default().to_vec();
    Ok(Tensor::ints(&[dims.len()], dims))
}

fn folded(step: &Step, inputs: &[Option<&Tensor>], most: usize) -> Folded {
    let input = |i: usize| inputs.get(i).copied().flatten();
    let first = || input(0).ok_or_else(|| "it has no input".to_owned());
    let list = |i: usize, attr: &str| match (step.ints(attr), input(i)) {
        (Some(numbers), _) => Ok(Some(numbers.to_vec())),
        (None, Some(tensor)) => match tensor.as_numbers() {
            Some(numbers) => Ok(Some(numbers)),
            None => Err(format!("its `{attr}` are no numbers")),
        },
        (None, None) => Ok::<_, String>(None),
    };
    match step.op.as_str() {
        "Shape" | "Size" => sizes(step, first()?.dims.iter().map(|&n| n.into()).collect()),
        "ConstantOfShape" => {
            let dims = lengths(&list(0, "shape")?.ok_or("it has no shape")?)?;
            let value = match step.attrs.get("value") {
                Some(Attr::Tensor(tensor)) => tensor.clone(),
                _ => Tensor::floats(&[1], vec![0.0]),
            };
            value.broadcast(&dims).ok_or_else(too_many)
        }
        "Range" => {
            let number = |i| input(i).and_then(Tensor::as_numbers).and_then(|n| n.first().copied());
            let (start, end, by) = match (number(0), number(1), number(2)) {
                (Some(start), Some(end), Some(by)) if by != 0 => (start, end, by),
                _ => return Err("its ends are no whole numbers".to_owned()),
            };
            let next = |&n: &i64| n.checked_add(by);
            let inside = |n: &i64| if by > 0 { *n < end } else { *n > end };
            let numbers = std::iter::successors(Some(start), next).take_while(inside);
            let numbers: Vec<_> = numbers.take(MOST_COMPUTED + 1).map(Dim::Known).collect();
            if numbers.len() > MOST_COMPUTED {
                return Err(too_many());
            }
            Ok(Tensor::ints(&[numbers.len()], numbers))
        }
        "Cast" => cast(first()?, step.int("to", 1)),
        "Gather" => gather(first()?, input(1).ok_or("it has no indices")?, step.int("axis", 0)),
        "Slice" => {
            let tensor = first()?;
            let starts = list(1, "starts")?.ok_or("it has no starts")?;
            let ends = list(2, "ends")?.ok_or("it has no ends")?;
            let axes = list(3, "axes")?.unwrap_or_else(|| (0..starts.len() as i64).collect());
            let steps = list(4, "steps")?.unwrap_or_else(|| vec![1; starts.len()]);
            slice(tensor, &starts, &ends, &axes, &steps)
        }
        "Concat" => {
            let tensors: Option<Vec<_>> = inputs.iter().copied().collect();
            concat(&tensors.ok_or("it lacks an input")?, step.int("axis", 0), most)
        }
        "Unsqueeze" | "Squeeze" | "Reshape" | "Flatten" => {
            let tensor = first()?;
            let dims = new_dims(
                step,
                tensor,
                list(1, if step.op == "Reshape" { "shape" } else { "axes" })?,
            )?;
            if count(&dims) != Some(tensor.len()) {
                return Err(format!("it makes {dims:?} of {:?}", tensor.dims));
            }
            Ok(tensor.reshaped(&dims))
        }
        "Transpose" => {
            let tensor = first()?;
            let rank = tensor.dims.len();
            let order: Vec<_> = match step.ints("perm") {
                Some(perm) => perm.iter().map(|&axis| axis as usize).collect(),
                None => (0..rank).rev().collect(),
            };
            let mut sorted = order.clone();
            sorted.sort_unstable();
            if !sorted.into_iter().eq(0..rank) {
                return Err(format!("its `perm` {order:?} does not order {rank} axes"));
            }
            Ok(tensor.permuted(&order))
        }
        "Expand" => {
            let (tensor, dims) = (first()?, lengths(&list(1, "shape")?.ok_or("it has no shape")?)?);
            let dims = common(&tensor.dims, &dims).ok_or("its shape does not fit")?;
            tensor.broadcast(&dims).ok_or_else(too_many)
        }
        "Tile" => {
            let (tensor, repeats) = (first()?, list(1, "repeats")?.ok_or("it has no repeats")?);
            let dims = lengths(&repeats)?;
            if dims.len() != tensor.dims.len() {
                return Err("its repeats do not fit".to_owned());
            }
            let dims: Vec<_> =
                dims.iter().zip(&tensor.dims).map(|(n, size)| n.saturating_mul(*size)).collect();
            if count(&dims).is_none_or(|len| len > MOST_COMPUTED) {
                return Err(too_many());
            }
            let own = strides(&tensor.dims);
            Ok(tensor.gathered(&dims, |index| {
                let index = index.iter().zip(&tensor.dims).zip(&own);
                index.map(|((i, n), stride)| i % n * stride).sum()
            }))
        }
        "Where" => {
            let condition = first()?.as_numbers().ok_or("its condition is no numbers")?;
            let (yes, no) =
                (input(1).ok_or("it lacks a side")?, input(2).ok_or("it lacks a side")?);
            choose(first()?, &condition, yes, no)
        }
        "ReduceProd" => {
            let all = first()?.as_ints().ok_or("it is no whole numbers")?;
            let all = all.iter().fold(Dim::Known(1), |product, dim| product * dim);
            let rank = first()?.dims.len();
            let kept = if step.int("keepdims", 1) != 0 { rank } else { 0 };
            match list(1, "axes")? {
                Some(axes) if rank != 1 || (axes != [0] && axes != [-1]) => {
                    Err("it reduces other axes than one".to_owned())
                }
                _ => Ok(Tensor::ints(&vec![1; kept], vec![all])),
            }
        }
        "Neg" | "Floor" | "Ceil" | "Round" | "Abs" | "Sqrt" | "Reciprocal" | "Exp" | "Not" => {
            unary(&step.op, first()?)
        }
        "Mod" if step.int("fmod", 0) != 0 => {
            Err("remainders with the sign of what is divided are not computed".to_owned())
        }
        op => {
            let mut merged = first()?.clone();
            for i in 1..inputs.len() {
                merged = binary(op, &merged, input(i).ok_or("it lacks an input")?)?;
            }
            Ok(merged)
        }
    }
}

fn too_many() -> String {
    format!("it makes more than {MOST_COMPUTED} values before the model runs, or they do not fit")
}
