use formwork::Framework;
use formwork::prelude::*;

model! {
    /// VGG-16, narrow: 64 pixels, so that 2×2 are flattened.
    pub struct Vgg(image: [_, 64, 64, 3]) -> [_, 10] {
        image.features().flatten().dense(16).relu().dropout(0.5).dense(16).relu().dropout(0.5).dense(10)
    }

    /// The same with a head of convolutions.
    pub struct Convolutional(image: [_, 64, 64, 3]) -> [_, 1, 1, 10] {
        image.features().conv2d(16, 2).relu().conv2d(16, 1).relu().conv2d(10, 1)
    }

    /// Its convolutions and its flattened map, as a part of another model.
    pub struct Features(image: [_, 64, 64, 3]) -> [_, 32] {
        image.features().flatten()
    }

    /// The same in two parts, for any number of classes.
    pub struct Parts<const CLASSES: usize>(image: [_, 64, 64, 3]) -> [_, CLASSES] {
        let map: [_, 32] = image.apply::<Features>();
        map.dense(16).relu().dense(16).relu().dense(CLASSES)
    }

    fn features(mut x) {
        for (filters, convolutions) in [(2, 2), (4, 2), (8, 3), (8, 3), (8, 3)] {
            for _ in 0..convolutions {
                x = x.conv2d(filters, 3, padding = same).relu();
            }
            x = x.max_pool2d(2);
        }
        x
    }

    /// A layer of every kind, and a batch norm of what was flattened.
    pub struct Mixed(image: [_, 4, 3, 3]) -> [_, 5] {
        let stem = image.conv2d(8, 3, padding = same, bias = false);
        let norm = stem.batch_norm();
        let slope = norm.prelu(shared_axes = (1, 2));
        let grouped = slope.conv2d(8, 3, padding = same, groups = 2);
        let depthwise = grouped.depthwise_conv2d(3, padding = same, depth_multiplier = 2);
        let separable = depthwise.separable_conv2d(6, 3, padding = same);
        let up = separable.conv2d_transpose(4, 2, stride = 2);
        let flat = up.flatten().batch_norm();
        let hidden = flat.dense(12);
        let layer = hidden.layer_norm();
        layer.dense(5, name = "head")
    }

    /// Shuffled channels, flattened in both orders, that become a map again.
    pub struct Moved(image: [_, 4, 3, 3]) -> [_, 3] {
        let first = image.conv2d(6, 3, padding = same);
        let groups = first.reshape([_, 4, 3, 2, 3]).permute((1, 2, 4, 3));
        let shuffled = groups.reshape([_, 4, 3, 6]);
        let front = shuffled.slice(3, 0..4).permute((3, 1, 2)).flatten();
        let back = shuffled.slice(3, 4..6).flatten();
        let hidden = concat(front, back).dense(24);
        let second = hidden.reshape([_, 2, 3, 4]).conv2d(5, 2);
        second.flatten().dense(3, name = "head")
    }

    /// Two kernels of one shape, whose classes are not in the order of the alphabet.
    pub struct Up(image: [_, 3, 2, 4]) -> [_, 5, 3, 4] {
        image.conv2d_transpose(4, 2, stride = 2).conv2d(4, 2)
    }
}

pub const FRAMEWORKS: [Framework; 2] = [Framework::Pytorch, Framework::Keras];

/// The pixels that `tests/weights/make.py` has.
pub fn picture<S: ConstShape>(device: &Cpu) -> Tensor<S, f32, Cpu> {
    let shape = S::default();
    let pixels = (0..shape.num_elements()).map(|i| (i * 7919 % 2003) as f32 / 1001.0 - 1.0);
    device.tensor_from_vec(pixels.collect(), shape)
}

/// How far answers are from others, relative to the largest.
pub fn deviation(found: &[f32], expect: &[f32]) -> f32 {
    assert_eq!(found.len(), expect.len());
    let most = expect.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
    assert!(most > 1e-4, "{expect:?}");
    let worst = found.iter().zip(expect).map(|(a, b)| (a - b).abs());
    worst.fold(0.0, |most: f32, x| if x.is_nan() { x } else { most.max(x) }) / most
}
