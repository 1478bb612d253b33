//! Arithmetic on constants: numbers, and sizes that are none yet.

use std::rc::Rc;

use formwork_ir::Dim;

use super::quotient::grows;
use super::{Folded, Quotient, too_many};
use crate::import::onnx::MOST_COMPUTED;
use crate::import::onnx::tensor::{Data, Tensor, common};

pub fn cast(tensor: &Tensor, to: i64) -> Folded {
    let data = match (&tensor.data, to) {
        (Data::Ints(values), 1 | 10 | 11 | 16) => match tensor.as_numbers() {
            Some(numbers) => Data::Floats(Rc::new(numbers.iter().map(|&n| n as f32).collect())),
            None => Quotient::data(values.iter().cloned().map(Quotient::of).collect()),
        },
        (Data::Quotients(values), 2..=8 | 12 | 13) => {
            let whole: Option<Vec<_>> = values.iter().map(Quotient::truncated).collect();
            Data::Ints(whole.ok_or_else(not_so)?.into())
        }
        (Data::Ints(values), 9) => {
            let truth = |dim: &Dim| match dim {
                Dim::Known(n) => Some(Dim::Known(i64::from(*n != 0))),
                Dim::Symbolic(_) => None,
            };
            let truths: Option<Vec<_>> = values.iter().map(truth).collect();
            Data::Ints(truths.ok_or_else(not_so)?.into())
        }
        (Data::Quotients(_), 9) => return Err(not_so()),
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

pub fn unary(op: &str, tensor: &Tensor) -> Folded {
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
            Data::Ints(values.ok_or_else(not_so)?.into())
        }
        Data::Quotients(values) => {
            let zero = Quotient::of(Dim::Known(0));
            let one = |quotient: &Quotient| match op {
                "Neg" => zero.apply("Sub", quotient),
                "Floor" => Some(Quotient::of(quotient.floor())),
                "Ceil" => Some(Quotient::of(quotient.ceil())),
                "Round" => quotient.whole().map(Quotient::of),
                _ => None,
            };
            let values: Option<Vec<_>> = values.iter().map(one).collect();
            Quotient::data(values.ok_or_else(not_so)?)
        }
        Data::Absent => return Err("its values are not in the file".to_owned()),
    };
    Ok(Tensor { dims: tensor.dims.clone(), data, name: None })
}

pub fn binary(op: &str, a: &Tensor, b: &Tensor) -> Folded {
    let dims = common(&a.dims, &b.dims).ok_or("its constants do not fit")?;
    let spread = |tensor: &Tensor| tensor.broadcast(&dims).ok_or_else(too_many);
    let name = a.name.clone().or_else(|| b.name.clone());
    let (a, b) = (spread(a)?, spread(b)?);
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
    if let (Some(a), Some(b)) = (a.as_quotients(), b.as_quotients()) {
        let values: Option<Vec<_>> = a.iter().zip(&b).map(|(a, b)| a.apply(op, b)).collect();
        let data = Quotient::data(values.ok_or_else(not_so)?);
        return Ok(Tensor { dims, data, name: None });
    }
    let (Some(a), Some(b)) = (a.as_ints(), b.as_ints()) else {
        return Err("its values are of two types, or not in the file".to_owned());
    };
    let values: Option<Vec<_>> = a.iter().zip(b).map(|(a, b)| whole_binary(op, a, b)).collect();
    let huge = |dim: &Dim| matches!(dim, Dim::Symbolic(_)) && dim.is_huge();
    let values = values.filter(|values| !values.iter().any(huge)).ok_or_else(not_so)?;
    Ok(Tensor::ints(&dims, values))
}

fn not_so() -> String {
    "sizes that are no numbers are not computed with so; export it with fixed sizes".to_owned()
}

fn whole_binary(op: &str, a: &Dim, b: &Dim) -> Option<Dim> {
    let truth = |yes: bool| Some(Dim::Known(yes.into()));
    match (op, a, b) {
        ("Add", a, b) => Some(a + b),
        ("Sub", a, b) => Some(a - b),
        ("Mul", a, b) => Some(a * b),
        // Whole numbers are cut towards 0, which sizes are above.
        ("Div", Dim::Known(a), Dim::Known(b)) => a.checked_div(*b).map(Dim::Known),
        ("Div", a, b) => a.exactly_over(b).or_else(|| {
            let divisor = b.known().filter(|&n| n > 0 && grows(a))?;
            Some(a.over(divisor))
        }),
        // With the sign of the divisor.
        ("Mod", Dim::Known(a), Dim::Known(b)) if *b > 0 => Some(Dim::Known(a.rem_euclid(*b))),
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
