use super::framework::Framework;
use super::order::Order;
use super::role::Role;

/// Where the values of a parameter lie in the files of a framework.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// The sizes it has there; behind them what else says the same in the same order.
    shapes: Vec<Vec<usize>>,
    /// For each axis there, slowest first, where its positions lie in ours; `None` where all lie
    /// as ours do.
    axes: Option<Vec<Vec<usize>>>,
}

impl Layout {
    /// The layout of a parameter of those sizes.
    ///
    /// # Errors
    /// If there is none: why.
    pub fn new(role: &Role, sizes: &[usize], framework: Framework) -> Result<Self, String> {
        match framework {
            Framework::Formwork => Ok(Layout::ours(sizes, Vec::new())),
            Framework::Keras => Ok(Layout::ours(sizes, also_in_keras(role, sizes))),
            Framework::Pytorch => pytorch(role, sizes),
        }
    }

    fn ours(sizes: &[usize], also: Vec<Vec<usize>>) -> Self {
        Layout { shapes: std::iter::once(sizes.to_vec()).chain(also).collect(), axes: None }
    }

    /// The axes of ours, in another order; the positions along some in an order of their own.
    fn moved(sizes: &[usize], moved: &[(usize, Option<&Order>)]) -> Self {
        let axis = |&(axis, order): &(usize, Option<&Order>)| {
            let stride: usize = sizes[axis + 1..].iter().product();
            let positions = order.map_or_else(|| (0..sizes[axis]).collect(), Order::ours);
            positions.into_iter().map(|position| position * stride).collect()
        };
        let axes: Vec<Vec<_>> = moved.iter().map(axis).collect();
        let mut stride = 1;
        let ours = axes.iter().rev().all(|axis| {
            let own = stride;
            stride *= axis.len();
            axis.iter().copied().eq((0..axis.len()).map(|position| position * own))
        });
        Layout {
            shapes: vec![moved.iter().map(|&(axis, _)| sizes[axis]).collect()],
            axes: (!ours).then_some(axes),
        }
    }

    fn shaped(mut self, shapes: impl IntoIterator<Item = Vec<usize>>) -> Self {
        self.shapes = shapes.into_iter().collect();
        self
    }

    /// The sizes it has in the files of the framework.
    pub fn shape(&self) -> &[usize] {
        &self.shapes[0]
    }

    /// All sizes under which it may be there: the kernel of a dense layer may be that of a
    /// convolution over the whole map, and the other way round.
    pub fn shapes(&self) -> &[Vec<usize>] {
        &self.shapes
    }

    /// Whether the values lie as ours do.
    pub fn is_ours(&self) -> bool {
        self.axes.is_none()
    }

    /// The values of a file, row-major, as ours.
    pub fn to_ours(&self, values: Vec<f32>) -> Vec<f32> {
        let Some(axes) = &self.axes else { return values };
        let mut ours = vec![0.0; values.len()];
        let mut values = values.into_iter();
        walk(axes, 0, &mut |index| {
            if let (Some(place), Some(value)) = (ours.get_mut(index), values.next()) {
                *place = value;
            }
        });
        ours
    }

    /// Our values, row-major, as a file has them.
    pub fn from_ours(&self, values: Vec<f32>) -> Vec<f32> {
        let Some(axes) = &self.axes else { return values };
        let mut there = Vec::with_capacity(values.len());
        walk(axes, 0, &mut |index| there.extend(values.get(index)));
        there
    }
}

/// Where the values there lie in ours, one after the other.
fn walk(axes: &[Vec<usize>], start: usize, each: &mut impl FnMut(usize)) {
    match axes {
        [] => each(start),
        [last] => last.iter().for_each(|offset| each(start + offset)),
        [first, rest @ ..] => first.iter().for_each(|offset| walk(rest, start + offset, each)),
    }
}

fn pytorch(role: &Role, sizes: &[usize]) -> Result<Layout, String> {
    let plain = |axis: usize| (axis, None);
    Ok(match (role, sizes) {
        (Role::Conv { windows, .. }, &[h, w, i, o]) => {
            let layout = Layout::moved(sizes, &[3, 2, 0, 1].map(plain));
            let dense = windows.then(|| vec![o, i * h * w]);
            layout.shaped([vec![o, i, h, w]].into_iter().chain(dense))
        }
        (Role::Depthwise, &[h, w, c, m]) => {
            Layout::moved(sizes, &[2, 3, 0, 1].map(plain)).shaped([vec![c * m, 1, h, w]])
        }
        (Role::Transposed, [_, _, _, _]) => Layout::moved(sizes, &[3, 2, 0, 1].map(plain)),
        (Role::Dense { inputs, outputs }, &[i, o])
            if (inputs.values(), outputs.values()) == (i, o) =>
        {
            let [h, w, c] = inputs.map().unwrap_or([1, 1, i]);
            let layout = Layout::moved(sizes, &[(1, Some(outputs)), (0, Some(inputs))]);
            layout.shaped([vec![o, i], vec![o, c, h, w]])
        }
        (Role::Vector(order), &[n]) if order.values() == n => {
            Layout::moved(sizes, &[(0, Some(order))])
        }
        (Role::Map(places), _) if places.len() == sizes.len() => {
            let mut axes: Vec<_> = (0..sizes.len()).collect();
            axes.sort_by_key(|&axis| places[axis]);
            let layout = Layout::moved(sizes, &axes.into_iter().map(plain).collect::<Vec<_>>());
            // PReLU's slopes, one a channel, are a vector there.
            let shape = layout.shape().to_vec();
            let mut long = shape.iter().copied().filter(|&size| size != 1);
            match (long.next(), long.next()) {
                (Some(_), Some(_)) => layout,
                (channels, _) => layout.shaped([vec![channels.unwrap_or(1)], shape]),
            }
        }
        (Role::Unknown(reason), _) => return Err(reason.clone()),
        _ => return Err(format!("{sizes:?} is no shape for it")),
    })
}

/// Other shapes of the same values in Keras.
fn also_in_keras(role: &Role, sizes: &[usize]) -> Vec<Vec<usize>> {
    match (role, sizes) {
        // A convolution with a group for each channel is a depthwise one.
        (&Role::Conv { groups, .. }, &[h, w, 1, o]) if groups > 1 => {
            vec![vec![h, w, groups, o / groups]]
        }
        (Role::Conv { windows: true, .. }, &[h, w, i, o]) => vec![vec![h * w * i, o]],
        (Role::Depthwise, &[h, w, c, m]) => vec![vec![h, w, 1, c * m]],
        (Role::Dense { inputs, .. }, &[i, o]) => {
            let [h, w, c] = inputs.map().unwrap_or([1, 1, i]);
            vec![vec![h, w, c, o]]
        }
        _ => Vec::new(),
    }
}
