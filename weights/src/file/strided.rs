//! Tensors whose values are not row-major.

/// How many values lie from the first to the last; `None` if that cannot be counted.
pub(super) fn extent(shape: &[usize], strides: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().zip(strides).try_fold(1usize, |extent, (&size, &stride)| {
        extent.checked_add((size - 1).checked_mul(stride)?)
    })
}

/// The `count` values of a tensor in row-major order, given those of its extent.
pub(super) fn row_major(
    values: &[f32],
    count: usize,
    shape: &[usize],
    strides: &[usize],
) -> Vec<f32> {
    let mut ordered = Vec::with_capacity(count);
    let (mut index, mut offset) = (vec![0; shape.len()], 0);
    while ordered.len() < count {
        ordered.push(values[offset]);
        for axis in (0..shape.len()).rev() {
            if index[axis] + 1 < shape[axis] {
                index[axis] += 1;
                offset += strides[axis];
                break;
            }
            offset -= index[axis] * strides[axis];
            index[axis] = 0;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: &[usize], strides: &[usize], expect: Option<&[f32]>) {
        let Some(extent) = extent(shape, strides) else { return assert_eq!(expect, None) };
        let values: Vec<f32> = (0..extent).map(|i| i as f32).collect();
        let ordered = row_major(&values, expect.map_or(0, <[f32]>::len), shape, strides);
        assert_eq!(Some(ordered.as_slice()), expect, "{shape:?}");
    }

    #[test]
    fn orders() {
        check(&[2, 3], &[3, 1], Some(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]));
        check(&[2, 3], &[1, 2], Some(&[0.0, 2.0, 4.0, 1.0, 3.0, 5.0]));
        check(&[2, 2], &[5, 2], Some(&[0.0, 2.0, 5.0, 7.0]));
        check(&[2, 2], &[0, 1], Some(&[0.0, 1.0, 0.0, 1.0]));
        check(&[2, 1], &[1, usize::MAX], Some(&[0.0, 1.0]));
        check(&[], &[], Some(&[0.0]));
        check(&[0, usize::MAX], &[usize::MAX, 1], Some(&[]));
        check(&[0, usize::MAX, usize::MAX], &[1, 1, 1], Some(&[]));
        check(&[3, 1], &[usize::MAX, 1], None);
        check(&[usize::MAX], &[2], None);
    }
}
