//! Operators that are computed before the network runs: on constants, and on the sizes of tensors.

use std::rc::Rc;

use formwork_ir::Dim;

use super::MOST_COMPUTED;
use super::step::{Attr, Step};
use super::tensor::{Data, Tensor, common, decimal, strides};

pub type Folded = Result<Tensor, String>;

/// What an operator makes of constants; `None` if it is one on tensors that are computed.
pub fn fold(step: &Step, inputs: &[Option<&Tensor>]) -> Option<Folded> {
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
    known.then(|| folded(step, inputs))
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

fn folded(step: &Step, inputs: &[Option<&Tensor>]) -> Folded {
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
            concat(&tensors.ok_or("it lacks an input")?, step.int("axis", 0))
        }
        "Unsqueeze" | "Squeeze" | "Reshape" | "Flatten" => {
            let tensor = first()?;
            let dims = new_dims(
                step,
                tensor,
                list(1, if step.op == "Reshape" { "shape" } else { "axes" })?,
            )?;
            if dims.iter().try_fold(1_usize, |len, &n| len.checked_mul(n)) != Some(tensor.len()) {
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
            if dims.iter().fold(1, |len: usize, &n| len.saturating_mul(n)) > MOST_COMPUTED {
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
            let dims: &[usize] = if step.int("keepdims", 1) != 0 { &[1] } else { &[] };
            match list(1, "axes")? {
                Some(axes) if axes != [0] && axes != [-1] => {
                    Err("it reduces other axes than one".to_owned())
                }
                _ => Ok(Tensor::ints(dims, vec![all])),
            }
        }
        "Neg" | "Floor" | "Ceil" | "Round" | "Abs" | "Sqrt" | "Reciprocal" | "Exp" | "Not" => {
            unary(&step.op, first()?)
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

fn lengths(numbers: &[i64]) -> Result<Vec<usize>, String> {
    let sizes: Option<_> = numbers.iter().map(|&n| usize::try_from(n).ok()).collect();
    sizes.ok_or_else(|| format!("its sizes are {numbers:?}"))
}

fn index(axis: i64, rank: usize) -> Result<usize, String> {
    let at = if axis < 0 { axis.saturating_add(rank as i64) } else { axis };
    let at = usize::try_from(at).ok().filter(|&at| at < rank);
    at.ok_or_else(|| format!("it has no axis {axis}"))
}

/// The shape that `Reshape` and its like make.
fn new_dims(step: &Step, tensor: &Tensor, numbers: Option<Vec<i64>>) -> Result<Vec<usize>, String> {
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
            let axis = index(step.int("axis", 1), dims.len() + 1)?;
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

fn cast(tensor: &Tensor, to: i64) -> Folded {
    let data = match (&tensor.data, to) {
        (Data::Ints(values), 1 | 10 | 11 | 16) => match tensor.as_numbers() {
            Some(numbers) => Data::Floats(Rc::new(numbers.iter().map(|&n| n as f32).collect())),
            // Sizes that are no numbers stay what they are.
            None => Data::Ints(values.clone()),
        },
        (Data::Floats(values), 2..=9 | 12 | 13) => {
            if values.len() > MOST_COMPUTED {
                return Err(too_many());
            }
            let whole = |&x: &f32| Dim::Known(if to == 9 { i64::from(x != 0.0) } else { x as i64 });
            Data::Ints(Rc::new(values.iter().map(whole).collect()))
        }
        (data, _) => data.clone(),
    };
    Ok(Tensor { data, ..tensor.clone() })
}

fn gather(tensor: &Tensor, indices: &Tensor, axis: i64) -> Folded {
    let axis = index(axis, tensor.dims.len())?;
    let n = tensor.dims[axis];
    let picked = indices.as_numbers().ok_or("its indices are no numbers")?;
    let picked: Result<Vec<_>, _> = picked.iter().map(|&i| index(i, n)).collect();
    let picked = picked?;
    let dims = [&tensor.dims[..axis], &indices.dims, &tensor.dims[axis + 1..]].concat();
    if dims.iter().fold(1, |len: usize, &n| len.saturating_mul(n)) > MOST_COMPUTED.max(tensor.len())
    {
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

fn slice(tensor: &Tensor, starts: &[i64], ends: &[i64], axes: &[i64], steps: &[i64]) -> Folded {
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

fn concat(tensors: &[&Tensor], axis: i64) -> Folded {
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
        dims[axis] += tensor.dims[axis];
    }
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
    if let Some(values) = join!(as_ints) {
        return Ok(Tensor::ints(&dims, values));
    }
    match join!(as_floats) {
        Some(values) => Ok(Tensor::floats(&dims, values)),
        None => Err("its constants are of several types".to_owned()),
    }
}

fn choose(shape: &Tensor, condition: &[i64], yes: &Tensor, no: &Tensor) -> Folded {
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

fn unary(op: &str, tensor: &Tensor) -> Folded {
    let data = match &tensor.data {
        Data::Floats(values) => {
            let f: fn(f32) -> f32 = match op {
                "Neg" => |x| -x,
                "Floor" => f32::floor,
                "Ceil" => f32::ceil,
                "Round" => f32::round_ties_even,
                "Abs" => f32::abs,
                "Sqrt" => f32::sqrt,
                "Exp" => f32::exp,
                "Reciprocal" => |x| 1.0 / x,
                _ => return Err("it is no truth value".to_owned()),
            };
            Data::Floats(Rc::new(values.iter().map(|&x| f(x)).collect()))
        }
        Data::Ints(values) => {
            let one = |dim: &Dim| match (op, dim) {
                ("Neg", dim) => Some(Dim::Known(0) - dim),
                ("Floor" | "Ceil" | "Round", dim) => Some(dim.clone()),
                ("Abs", Dim::Known(n)) => Some(Dim::Known(n.saturating_abs())),
                ("Not", Dim::Known(n)) => Some(Dim::Known(i64::from(*n == 0))),
                _ => None,
            };
            let values: Option<Vec<_>> = values.iter().map(one).collect();
            Data::Ints(values.ok_or("sizes that are no numbers are not computed with so")?.into())
        }
        Data::Absent => return Err("its values are not in the file".to_owned()),
    };
    Ok(Tensor { dims: tensor.dims.clone(), data, name: None })
}

fn binary(op: &str, a: &Tensor, b: &Tensor) -> Folded {
    let dims = common(&a.dims, &b.dims).ok_or("its constants do not fit")?;
    let spread = |tensor: &Tensor| tensor.broadcast(&dims).ok_or_else(too_many);
    let name = a.name.clone().or_else(|| b.name.clone());
    let (mut a, mut b) = (spread(a)?, spread(b)?);
    if a.as_ints().is_some() != b.as_ints().is_some() {
        // Sizes and factors for them.
        (a, b) = (whole(a), whole(b));
    }
    if let (Some(a), Some(b)) = (a.as_floats(), b.as_floats()) {
        let f: fn(f32, f32) -> f32 = match op {
            "Add" => |a, b| a + b,
            "Sub" => |a, b| a - b,
            "Mul" => |a, b| a * b,
            "Div" => |a, b| a / b,
            "Pow" => f32::powf,
            "Max" => f32::max,
            "Min" => f32::min,
            _ => {
                let truth: fn(f32, f32) -> bool = match op {
                    "Equal" => |a, b| a == b,
                    "Greater" => |a, b| a > b,
                    "Less" => |a, b| a < b,
                    _ => return Err("it is not computed of constants".to_owned()),
                };
                let values = a.iter().zip(b).map(|(&a, &b)| Dim::Known(truth(a, b).into()));
                if a.len() > MOST_COMPUTED {
                    return Err(too_many());
                }
                return Ok(Tensor::ints(&dims, values.collect()));
            }
        };
        let values = a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect();
        return Ok(Tensor { name, ..Tensor::floats(&dims, values) });
    }
    let (Some(a), Some(b)) = (a.as_ints(), b.as_ints()) else {
        return Err("its values are of two types, or not in the file".to_owned());
    };
    let values: Option<Vec<_>> = a.iter().zip(b).map(|(a, b)| whole_binary(op, a, b)).collect();
    let values = values.ok_or("sizes that are no numbers are not computed with so")?;
    Ok(Tensor::ints(&dims, values))
}

/// Real numbers that are whole, as such.
fn whole(tensor: Tensor) -> Tensor {
    match tensor.as_floats() {
        Some(values) if values.iter().all(|x| x.fract() == 0.0 && x.abs() < 16_777_216.0) => {
            let values = values.iter().map(|&x| Dim::Known(decimal(x) as i64)).collect();
            Tensor::ints(&tensor.dims, values)
        }
        _ => tensor,
    }
}

fn whole_binary(op: &str, a: &Dim, b: &Dim) -> Option<Dim> {
    let truth = |yes: bool| Some(Dim::Known(yes.into()));
    match (op, a, b) {
        ("Add", a, b) => Some(a + b),
        ("Sub", a, b) => Some(a - b),
        ("Mul", a, b) => Some(a * b),
        // Whole numbers are cut towards 0, which sizes are above.
        ("Div", Dim::Known(a), Dim::Known(b)) => a.checked_div(*b).map(Dim::Known),
        ("Div", a, b) => a.exactly_over(b).or_else(|| Some(a.over(b.known().filter(|&n| n > 0)?))),
        ("Mod", Dim::Known(a), Dim::Known(b)) => a.checked_rem_euclid(*b).map(Dim::Known),
        ("Pow", Dim::Known(a), Dim::Known(b)) => {
            a.checked_pow(u32::try_from(*b).ok()?).map(Dim::Known)
        }
        ("Max", Dim::Known(a), Dim::Known(b)) => Some(Dim::Known(*a.max(b))),
        ("Min", Dim::Known(a), Dim::Known(b)) => Some(Dim::Known(*a.min(b))),
        ("Greater", Dim::Known(a), Dim::Known(b)) => truth(a > b),
        ("Less", Dim::Known(a), Dim::Known(b)) => truth(a < b),
        ("And", Dim::Known(a), Dim::Known(b)) => truth(*a != 0 && *b != 0),
        ("Or", Dim::Known(a), Dim::Known(b)) => truth(*a != 0 || *b != 0),
        ("Equal", Dim::Known(a), Dim::Known(b)) => truth(a == b),
        // Masks for `-1` of a shape: no size is below 0.
        ("Equal", Dim::Known(n), _) | ("Equal", _, Dim::Known(n)) if *n < 0 => truth(false),
        ("Equal", a, b) if a == b => truth(true),
        _ => None,
    }
}
