//! Parts of constants, and constants of parts.

use formwork_ir::Dim;

use super::{Folded, Quotient, too_many};
use crate::import::onnx::MOST_COMPUTED;
use crate::import::onnx::step::Step;
use crate::import::onnx::tensor::{Tensor, common, count, strides};

pub fn lengths(numbers: &[i64]) -> Result<Vec<usize>, String> {
    let sizes: Option<_> = numbers.iter().map(|&n| usize::try_from(n).ok()).collect();
    sizes.ok_or_else(|| format!("its sizes are {numbers:?}"))
}

pub fn index(axis: i64, rank: usize) -> Result<usize, String> {
    let at = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let at = usize::try_from(at).ok().filter(|&at| at < rank);
    at.ok_or_else(|| format!("it has no axis {axis}"))
}

/// Where `Flatten` parts the axes: before one that may be counted from the end, or behind the last.
pub fn boundary(axis: i64, rank: usize) -> Result<usize, String> {
    if axis == rank as i64 { Ok(rank) } else { index(axis, rank) }
}

/// The shape that `Reshape` and its like make.
pub fn new_dims(
    step: &Step,
    tensor: &Tensor,
    numbers: Option<Vec<i64>>,
) -> Result<Vec<usize>, String> {
    let mut dims = tensor.dims.clone();
    match step.op.as_str() {
        "Unsqueeze" => {
            let axes = numbers.ok_or("it names no axes")?;
            let rank = dims.len() + axes.len();
            let axes: Result<Vec<_>, _> = axes.iter().map(|&axis| index(axis, rank)).collect();
            let mut axes = axes?;
            axes.sort_unstable();
            for axis in axes {
                if axis > dims.len() {
                    return Err("its axes do not fit".to_owned());
                }
                dims.insert(axis, 1);
            }
        }
        "Squeeze" => match numbers {
            None => dims.retain(|&n| n != 1),
            Some(axes) => {
                let axes: Result<Vec<_>, _> =
                    axes.iter().map(|&axis| index(axis, dims.len())).collect();
                let axes = axes?;
                let kept = dims.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
                dims = kept.map(|(_, &n)| n).collect();
            }
        },
        "Flatten" => {
            let axis = boundary(step.int("axis", 1), dims.len())?;
            dims = vec![dims[..axis].iter().product(), dims[axis..].iter().product()];
        }
        _ => {
            let wanted = numbers.ok_or("it has no shape")?;
            let copies = step.int("allowzero", 0) == 0;
            let mut new = Vec::new();
            for (at, &n) in wanted.iter().enumerate() {
                new.push(match n {
                    -1 => None,
                    0 if copies => Some(*dims.get(at).ok_or("it keeps an axis that is not there")?),
                    n => Some(
                        usize::try_from(n).map_err(|_| format!("a size of its shape is {n}"))?,
                    ),
                });
            }
            let given = new.iter().flatten().fold(1_usize, |len, &n| len.saturating_mul(n));
            let left = tensor.len().checked_div(given).unwrap_or(0);
            dims = new.into_iter().map(|n| n.unwrap_or(left)).collect();
        }
    }
    Ok(dims)
}

pub fn gather(tensor: &Tensor, indices: &Tensor, axis: i64) -> Folded {
    let axis = index(axis, tensor.dims.len())?;
    let n = tensor.dims[axis];
    let picked = indices.as_numbers().ok_or("its indices are no numbers")?;
    let picked: Result<Vec<_>, _> = picked.iter().map(|&i| index(i, n)).collect();
    let picked = picked?;
    let dims = [&tensor.dims[..axis], &indices.dims, &tensor.dims[axis + 1..]].concat();
    if count(&dims).is_none_or(|len| len > MOST_COMPUTED.max(tensor.len())) {
        return Err(too_many());
    }
    let (own, inner) = (strides(&tensor.dims), strides(&indices.dims));
    let rank = indices.dims.len();
    Ok(tensor.gathered(&dims, |at| {
        let place: usize =
            at[axis..axis + rank].iter().zip(&inner).map(|(i, stride)| i * stride).sum();
        let before: usize = at[..axis].iter().zip(&own).map(|(i, stride)| i * stride).sum();
        let after: usize =
            at[axis + rank..].iter().zip(&own[axis + 1..]).map(|(i, stride)| i * stride).sum();
        before + picked[place] * own[axis] + after
    }))
}

pub fn slice(tensor: &Tensor, starts: &[i64], ends: &[i64], axes: &[i64], steps: &[i64]) -> Folded {
    let mut tensor = tensor.clone();
    for (i, &axis) in axes.iter().enumerate() {
        let axis = index(axis, tensor.dims.len())?;
        let (Some(&start), Some(&end), Some(&by)) = (starts.get(i), ends.get(i), steps.get(i))
        else {
            return Err("its starts, ends, axes and steps are not as many".to_owned());
        };
        let n = tensor.dims[axis] as i64;
        let from_end = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
        let places: Vec<usize> = if by > 0 {
            let (start, end) = (from_end(start).clamp(0, n), from_end(end).clamp(0, n));
            (start..end).step_by(by as usize).map(|i| i as usize).collect()
        } else if by < 0 {
            let (start, end) = (from_end(start).clamp(-1, n - 1), from_end(end).clamp(-1, n - 1));
            let by = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
            (end + 1..=start).rev().step_by(by).map(|i| i as usize).collect()
        } else {
            return Err("a step of it is 0".to_owned());
        };
        let mut dims = tensor.dims.clone();
        dims[axis] = places.len();
        let own = strides(&tensor.dims);
        tensor = tensor.gathered(&dims, |at| {
            let at =
                at.iter().enumerate().map(|(other, &i)| if other == axis { places[i] } else { i });
            at.zip(&own).map(|(i, stride)| i * stride).sum()
        });
    }
    Ok(tensor)
}

/// At most `most` values, if those are more than are computed otherwise.
pub fn concat(tensors: &[&Tensor], axis: i64, most: usize) -> Folded {
    let first = tensors.first().ok_or("it joins nothing")?;
    let axis = index(axis, first.dims.len())?;
    let mut dims = first.dims.clone();
    dims[axis] = 0;
    for tensor in tensors {
        let fits = tensor.dims.len() == dims.len()
            && (0..dims.len()).all(|other| other == axis || tensor.dims[other] == dims[other]);
        if !fits {
            return Err("its constants do not fit".to_owned());
        }
        dims[axis] = dims[axis].saturating_add(tensor.dims[axis]);
    }
    let len = count(&dims).ok_or_else(too_many)?;
    let inner: usize = dims[axis + 1..].iter().product();
    let outer: usize = dims[..axis].iter().product();
    macro_rules! join {
        ($values:ident) => {{
            let parts: Option<Vec<_>> = tensors.iter().map(|tensor| tensor.$values()).collect();
            parts.map(|parts| {
                let rows = |o: usize| {
                    parts.iter().zip(tensors).flat_map(move |(values, tensor)| {
                        let n = tensor.dims[axis] * inner;
                        values[o * n..(o + 1) * n].iter().cloned()
                    })
                };
                (0..outer).flat_map(rows).collect::<Vec<_>>()
            })
        }};
    }
    if len > most.max(MOST_COMPUTED) {
        return Err(too_many());
    }
    if let Some(values) = join!(as_ints) {
        return Ok(Tensor::ints(&dims, values));
    }
    if let Some(values) = join!(as_floats) {
        return Ok(Tensor::floats(&dims, values));
    }
    match join!(as_quotients) {
        Some(values) => Ok(Tensor { dims, data: Quotient::data(values), name: None }),
        None => Err("its constants are of several types".to_owned()),
    }
}

pub fn choose(shape: &Tensor, condition: &[i64], yes: &Tensor, no: &Tensor) -> Folded {
    let dims = common(&yes.dims, &no.dims).and_then(|dims| common(&dims, &shape.dims));
    let dims = dims.ok_or("its sides do not fit")?;
    let condition = Tensor::ints(&shape.dims, condition.iter().map(|&n| Dim::Known(n)).collect());
    let spread = |tensor: &Tensor| tensor.broadcast(&dims).ok_or_else(too_many);
    let (condition, yes, no) = (spread(&condition)?, spread(yes)?, spread(no)?);
    let chosen = condition.as_numbers().unwrap_or_default();
    let chosen = || chosen.iter().enumerate().map(|(i, &n)| (i, n != 0));
    if let (Some(a), Some(b)) = (yes.as_ints(), no.as_ints()) {
        let values = chosen().map(|(i, yes)| if yes { &a[i] } else { &b[i] }).cloned();
        return Ok(Tensor::ints(&dims, values.collect()));
    }
    match (yes.as_floats(), no.as_floats()) {
        (Some(a), Some(b)) => {
            let values = chosen().map(|(i, yes)| if yes { a[i] } else { b[i] });
            Ok(Tensor::floats(&dims, values.collect()))
        }
        _ => Err("its sides are of two types".to_owned()),
    }
}
