//! Symbolic sizes, as a user's crate has them.

use formwork::SizeError;
use formwork::prelude::*;

type Image<const CHANNELS: usize> = Tensor<(usize, usize, usize, Const<CHANNELS>), f32, Cpu>;

fn image<const CHANNELS: usize>(device: &Cpu, [batch, h, w]: [usize; 3]) -> Image<CHANNELS> {
    device.sample_normal_like(&(batch, h, w, Const::<CHANNELS>))
}

model! {
    /// The pooling branch of DeepLab: one value a channel and sample.
    struct Pooled<H, W>(image: [_, H, W, 3]) -> [_, H, W, 4] {
        let pooled = image.global_avg_pool2d(keepdims = true).conv2d(4, 1, bias = false).batch_norm();
        pooled.resize2d((H, W))
    }

    /// Halved three times: a map of one pixel where the image is small.
    struct Halved<H, W>(image: [_, H, W, 3]) -> [_, 4] where H % 8 == 0, W % 8 == 0 {
        image.conv2d(4, 8, stride = 8).batch_norm().global_avg_pool2d()
    }
}

#[test]
fn batch_norm_is_not_trained_on_one_value() {
    let device = Cpu::seed_from_u64(0);
    let mut pooled = Pooled::build(&device);
    assert!(pooled.try_forward(image(&device, [1, 5, 7])).is_ok());
    assert!(pooled.try_forward_mut(image(&device, [2, 5, 7])).is_ok());
    let error = pooled.try_forward_mut(image(&device, [1, 5, 7])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`pooled.batch_norm`: sees one value a channel (batch×1×1): its variance is always 0; \
         give it a larger batch or map, or use `layer_norm` or `group_norm`"
    );
    let mut halved = Halved::build(&device);
    let mut trains = |sizes| halved.try_forward_mut(image(&device, sizes)).is_ok();
    assert_eq!(
        [[1, 8, 8], [2, 8, 8], [1, 16, 8], [1, 8, 16]].map(&mut trains),
        [false, true, true, true]
    );
}

model! {
    /// Whether a row takes a whole number of pairs depends on both sizes.
    struct Rows<H, W>(image: [_, H, W, 3]) -> [_, H, 2] {
        let rows: [_, H, 3 * W / 2, 2] = image.reshape([_, H, -1, 2]);
        rows.reduce_mean(2)
    }

    struct Squares<H, W>(image: [_, H, W, 3]) -> [_, H, H, 3] where W == H, H in 4..=64 {
        image + image.permute((2, 1, 3))
    }

    /// A query against a gallery: two batches.
    struct Pair<N, M>(query: [N, 8], gallery: [M, 8]) -> ([N, 4], [M, 4]) {
        let embed = dense(4);
        (embed(query), embed(gallery))
    }
}

#[test]
fn what_cannot_be_decided_is_checked_when_the_model_runs() {
    let device = Cpu::seed_from_u64(1);
    let rows = Rows::build(&device);
    assert_eq!(rows.forward(image(&device, [2, 3, 4])).shape(), &(2, 3, Const::<2>));
    let error = rows.try_forward(image(&device, [2, 3, 5])).unwrap_err();
    assert!(error.to_string().starts_with("`rows.reshape`: "), "{error}");
}

#[test]
fn equal_symbols_are_one() {
    let device = Cpu::seed_from_u64(2);
    let squares = Squares::build(&device);
    let message = |h, w| squares.try_forward(image(&device, [1, h, w])).unwrap_err().to_string();
    assert_eq!(squares.forward(image(&device, [1, 6, 6])).shape(), &(1, 6, 6, Const::<3>));
    assert_eq!(
        message(6, 8),
        "`Squares`: the width of `image` is 8, not 6, as the height of `image` is"
    );
    assert_eq!(
        message(70, 70),
        "`Squares`: the height of `image` is 70; `H` must be at least 4, at most 64; \
         the nearest size that works is 64"
    );
}

#[test]
fn batches_may_differ() {
    let device = Cpu::seed_from_u64(3);
    let (query, gallery) =
        (device.zeros_like(&(1, Const::<8>)), device.zeros_like(&(5, Const::<8>)));
    let (query, gallery) = Pair::build(&device).forward(query, gallery);
    assert_eq!((query.shape().0, gallery.shape().0), (1, 5));
}

#[test]
#[should_panic(expected = "`Halved`: the width of `image` is 12; `W` must be a multiple of 8; \
                           the nearest sizes that work are 8 and 16")]
fn forward_panics_with_the_message() {
    let device = Cpu::seed_from_u64(4);
    Halved::build(&device).forward(image(&device, [1, 8, 12]));
}

#[test]
fn the_error_says_all_in_fields() {
    let device = Cpu::seed_from_u64(5);
    let error = Halved::build(&device).try_forward(image(&device, [1, 20, 8])).unwrap_err();
    let Error::Size(error) = error else { panic!("{error}") };
    let SizeError { model, what, symbol, found, rule, nearest } = *error;
    assert_eq!([model, what, symbol], ["Halved", "the height of `image`", "H"].map(str::to_owned));
    assert_eq!((found, rule.as_str(), nearest), (20, "a multiple of 8", vec![16, 24]));
}

model! {
    /// Declared for fewer sizes than its layers take.
    struct Narrow<H, W, const CLASSES: usize = 2>(image: [_, H, W, 3]) -> [_, H, W, CLASSES]
    where H % 32 == 0, W % 4 == 0, W >= 8
    {
        let half = image.conv2d(8, 3, stride = 2, padding = same);
        half.conv2d_transpose(CLASSES, 3, stride = 2, padding = same)
    }
}

#[test]
fn the_summary_tells_the_sizes() {
    let summary = Narrow::<2>::summary();
    let sizes: Vec<_> = summary.lines().filter(|line| line.contains("must be")).collect();
    assert_eq!(
        sizes,
        [
            "H must be a multiple of 32; the layers would take a multiple of 2",
            "W must be a multiple of 4, at least 8; the layers would take a multiple of 2",
        ]
    );
    assert_eq!(Narrow::<7>::PARAMS, 3 * 9 * 8 + 8 + 9 * 8 * 7 + 7);
    assert_eq!(Narrow::<2>::macs(32, 8), (16 * 4 * 8 * 27 + 16 * 4 * 8 * 9 * 2) as u64);
}

model! {
    /// An hourglass for any size: what rounding up adds is cut off again.
    struct AnySize<H, W, const F: usize = 4>(image: [_, H, W, 3]) -> [_, H, W, F] {
        let (down, skip) = image.conv2d(2 * F, 3, padding = same).split(2);
        let up = down.max_pool2d(2, padding = same).conv2d_transpose(F, 2, stride = 2);
        up.slice(1, 0..H).slice(2, 0..W) + skip
    }
}

#[test]
fn an_hourglass_takes_any_size() {
    let device = Cpu::seed_from_u64(6);
    let model: AnySize = AnySize::build(&device);
    for [h, w] in [[1, 1], [5, 8], [8, 7], [6, 4]] {
        assert_eq!(model.forward(image(&device, [2, h, w])).shape(), &(2, h, w, Const::<4>));
    }
}
