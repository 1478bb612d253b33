//! Orders of axes.

/// Values in another order of axes, as numpy's `transpose`: axis `i` of the result is axis
/// `axes[i]` of what is given.
pub fn permuted(values: &[f32], shape: &[usize], axes: &[usize]) -> Vec<f32> {
    let mut strides = vec![1; shape.len()];
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i] * shape[i];
    }
    let mut result = Vec::with_capacity(values.len());
    let mut index = vec![0; axes.len()];
    for _ in 0..values.len() {
        result.push(
            values[index.iter().zip(axes).map(|(i, &axis)| i * strides[axis]).sum::<usize>()],
        );
        for (i, &axis) in index.iter_mut().zip(axes).rev() {
            *i += 1;
            if *i < shape[axis] {
                break;
            }
            *i = 0;
        }
    }
    result
}

/// Images with channels first, of those with channels last; `image` is (height, width, channels).
pub fn nchw(values: &[f32], image: &[usize]) -> Vec<f32> {
    let batch = values.len() / image.iter().product::<usize>();
    permuted(values, &[&[batch], image].concat(), &[0, 3, 1, 2])
}

/// What a network with channels first returns, with channels last; what is no image stays.
pub fn nhwc(values: Vec<f32>, shape: &[usize]) -> Vec<f32> {
    let &[height, width, channels] = shape else { return values };
    let batch = values.len() / (height * width * channels);
    permuted(&values, &[batch, channels, height, width], &[0, 2, 3, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_move_and_come_back() {
        let values: Vec<_> = (0..24).map(|i| i as f32).collect();
        let first = nchw(&values, &[2, 2, 3]);
        assert_eq!(first[..8], [0.0, 3.0, 6.0, 9.0, 1.0, 4.0, 7.0, 10.0]);
        assert_eq!(nhwc(first, &[2, 2, 3]), values);
        assert_eq!(permuted(&values, &[6, 4], &[1, 0])[..3], [0.0, 4.0, 8.0]);
    }
}
