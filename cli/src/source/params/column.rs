//! The values that one argument has in all calls of a block.

use formwork_ir::{Dim, Spec, Value};

use crate::source::layer;

/// One value a call; `None` where the call has none.
pub type Column = Vec<Option<Value>>;

/// Makes `same` of the paddings that make no difference, if all others are.
pub fn anything(spec: &Spec, rows: &[Option<Vec<Value>>], column: &mut Column) {
    let same = Value::word("same");
    let free = |row: &Option<Vec<Value>>| row.as_ref().is_none_or(|row| layer::is_point(spec, row));
    let mut others = column.iter().zip(rows).filter(|(_, row)| !free(row)).peekable();
    if others.peek().is_some() && others.all(|(value, _)| value.as_ref() == Some(&same)) {
        column.iter_mut().flatten().for_each(|value| *value = same.clone());
    }
}

pub fn value(dim: &Dim) -> Value {
    match dim {
        Dim::Known(n) => Value::Int(*n),
        size => Value::Size(size.clone()),
    }
}

/// Whether the second is the first wherever both are known, and that is often enough to tell.
pub fn agree(known: &Column, column: &Column) -> bool {
    let both = || known.iter().zip(column).filter(|(a, b)| a.is_some() && b.is_some());
    let needed = column.iter().flatten().count().min(2);
    both().count() >= needed && both().all(|(a, b)| a == b)
}

/// The number that makes the column of what is known: `n` times it, or it divided by `n`.
pub fn factor(known: &Column, column: &Column, over: bool) -> Option<i64> {
    let mut found = None;
    let (mut seen, mut first) = (0, None);
    for (known, value) in known.iter().zip(column) {
        let value = match value {
            None => continue,
            Some(Value::Int(n)) if *n > 0 => *n,
            _ => return None,
        };
        let known = match known {
            Some(Value::Int(n)) if *n > 0 => *n,
            _ => return None,
        };
        seen += usize::from(first.replace(known).is_some_and(|first| first != known));
        let (large, small) = if over { (known, value) } else { (value, known) };
        let n = large / small;
        let exact = large % small == 0 && (2..=64).contains(&n);
        if !exact || *found.get_or_insert(n) != n {
            return None;
        }
    }
    found.filter(|_| seen > 0)
}

/// The first items of a column of pairs, and the second.
pub fn items(column: &Column) -> Option<[Column; 2]> {
    let item = |i: usize| {
        let item = |value: &Option<Value>| match value {
            None => Some(None),
            Some(value) => {
                value.items().filter(|items| items.len() == 2).map(|p| Some(p[i].clone()))
            }
        };
        column.iter().map(item).collect::<Option<Column>>()
    };
    Some([item(0)?, item(1)?])
}

pub fn commonest(column: &Column) -> Option<(Value, usize)> {
    let mut counts: Vec<(&Value, usize)> = Vec::new();
    for value in column.iter().flatten() {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    // The first of the most.
    let most = counts.iter().map(|(_, count)| *count).max()?;
    let found = counts.into_iter().find(|(_, count)| *count == most)?;
    Some((found.0.clone(), found.1))
}

/// Numbers that grow by the same step from call to call, with what is missing.
pub fn progression(column: &Column) -> Option<Column> {
    let number = |value: &Option<Value>| match value {
        Some(Value::Float(x)) => Some(*x),
        _ => None,
    };
    if column.iter().flatten().any(|value| !matches!(value, Value::Float(_))) {
        return None;
    }
    let known: Vec<_> =
        column.iter().enumerate().filter_map(|(i, v)| Some((i, number(v)?))).collect();
    let [(i, a), (j, b), ..] = known.as_slice() else { return None };
    let short = |x: f64| format!("{x:.9}").parse::<f64>().ok();
    let by = short((b - a) / (j - i) as f64)?;
    let start = short(a - by * *i as f64)?;
    let sums = std::iter::successors(Some(start), |sum| Some(sum + by));
    let all: Vec<f64> = sums.take(column.len()).collect();
    let exact = known.iter().all(|&(i, x)| all[i] == x);
    (exact && by != 0.0).then(|| all.into_iter().map(|x| Some(Value::Float(x))).collect())
}

/// Pairs for all sizes of a column, if some are pairs, which have one type, or `always`.
pub fn pairs(column: &mut Column, always: bool) {
    let whole = |value: &Value| matches!(value, Value::Int(_) | Value::Size(_));
    let pair = |value: &Value| value.items().is_some_and(|items| items.iter().all(whole));
    let all = column.iter().flatten().all(|value| whole(value) || pair(value));
    if all && (always || column.iter().flatten().any(pair)) {
        for value in column.iter_mut().flatten().filter(|value| whole(value)) {
            *value = Value::Tuple(vec![value.clone(), value.clone()]);
        }
    }
}

/// The type that takes all values of a column.
pub fn kind(column: &[Value]) -> &'static str {
    let all = |fits: &dyn Fn(&Value) -> bool| column.iter().all(fits);
    let whole = |value: &Value| matches!(value, Value::Int(_) | Value::Size(_));
    let pair = |value: &Value| value.items().is_some_and(|items| items.iter().all(whole));
    if all(&whole) {
        "usize"
    } else if all(&|value| matches!(value, Value::Float(_))) {
        "f64"
    } else if all(&|value| matches!(value, Value::Bool(_))) {
        "bool"
    } else if all(&pair) {
        "(usize, usize)"
    } else {
        "Padding"
    }
}
