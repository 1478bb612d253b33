//! A U-Net: one class a pixel. Learns to tell discs from noise.

use formwork::dfdx::optim::Adam;
use formwork::prelude::*;
use formwork_examples::picture::gallery;
use formwork_examples::report::totals;
use rand::{Rng, SeedableRng, rngs::StdRng};

model! {
    /// U-Net (Ronneberger et al., 2015) with four levels for greyscale images of any size that can
    /// be halved four times; padded, so that the output is as large as the input.
    pub struct Unet<H, W, const CLASSES: usize>(image: [_, H, W, 1]) -> [_, H, W, CLASSES]
    where
        H % 16 == 0,
        W % 16 == 0,
    {
        let e1 = image.double_conv(32);
        let e2 = e1.max_pool2d(2).double_conv(64);
        let e3 = e2.max_pool2d(2).double_conv(128);
        let e4 = e3.max_pool2d(2).double_conv(256);
        let bottom: [_, H / 16, W / 16, 512] = e4.max_pool2d(2).double_conv(512);
        let d4 = bottom.up(e4);
        let d3 = d4.up(e3);
        let d2 = d3.up(e2);
        let d1 = d2.up(e1);
        d1.conv2d(CLASSES, 1)
    }

    fn up(x: [_, H, W, C], skip: [_, 2 * H, 2 * W, C / 2]) {
        let wide = x.conv2d_transpose(C / 2, 2, stride = 2);
        concat(wide, skip).double_conv(C / 2)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
        }
        x
    }
}

const _: () = assert!(Unet::<2>::PARAMS == 7_768_386);

const STEPS: usize = 12;
/// Height and width of the pictures that it learns from, and of another.
const SMALL: [usize; 2] = [128, 128];
const LARGE: [usize; 2] = [192, 256];

type Picture = Tensor<(usize, usize, usize, Const<1>), f32, Cpu>;
type Classes = Tensor<(usize, usize, usize, Const<2>), f32, Cpu>;

fn main() {
    println!("{}", totals(&Unet::<2>::summary()));
    let device = Cpu::seed_from_u64(0);
    let mut model = Unet::<2>::build(&device);
    let mut adam = Adam::new(&model, Default::default());
    let mut gradients = model.alloc_grads();
    let mut random = StdRng::seed_from_u64(0);
    for step in 1..=STEPS {
        let (image, disc) = picture(SMALL, 1, &mut random);
        let [height, width] = SMALL;
        let image: Picture = device.tensor_from_vec(image, (1, height, width, Const));
        let classes = disc.iter().flat_map(|&inside| [1.0 - inside, inside]).collect();
        let classes: Classes = device.tensor_from_vec(classes, (1, height, width, Const));
        let logits = model.forward_mut(image.traced(gradients));
        let loss = cross_entropy_with_logits_loss(logits, classes);
        println!("step {step}: loss {:.3}", loss.array());
        gradients = loss.backward();
        adam.update(&mut model, &gradients).expect("every parameter has a gradient");
        model.zero_grads(&mut gradients);
    }

    for (size, discs) in [(SMALL, 1), (LARGE, 4)] {
        let [height, width] = size;
        let (image, disc) = picture(size, discs, &mut random);
        let input: Picture = device.tensor_from_vec(image.clone(), (1, height, width, Const));
        // With the statistics of this picture: the running ones have hardly moved yet.
        let logits = model.forward_mut(input).as_vec();
        let found: Vec<f32> = logits.chunks(2).map(|class| (class[1] > class[0]).into()).collect();
        let agree = found.iter().zip(&disc).filter(|(found, disc)| found == disc).count();
        println!(
            "{:.1} % of the pixels of a new picture of {height}×{width} are right",
            100.0 * agree as f64 / found.len() as f64
        );
        let small = [image, disc, found].map(|values| thumbnail(&values, width));
        let names = ["picture", "disc", "found"].map(str::to_owned);
        let shown: Vec<_> = names.into_iter().zip(small.iter().map(Vec::as_slice)).collect();
        println!("{}", gallery(THUMB, &shown));
    }
}

/// Bright discs in noise, and which pixels are inside.
fn picture([height, width]: [usize; 2], discs: usize, random: &mut StdRng) -> (Vec<f32>, Vec<f32>) {
    let mut disc = || {
        let ranges = [30.0..width as f64 - 30.0, 30.0..height as f64 - 30.0, 12.0..28.0];
        ranges.map(|range| random.gen_range(range))
    };
    let discs: Vec<_> = (0..discs).map(|_| disc()).collect();
    let inside = |i| {
        discs.iter().any(|[x, y, radius]| {
            let (dx, dy) = ((i % width) as f64 - x, (i / width) as f64 - y);
            dx * dx + dy * dy < radius * radius
        })
    };
    let inside: Vec<f32> = (0..height * width).map(|i| inside(i).into()).collect();
    let image = inside.iter().map(|inside| 0.5 * inside + random.gen_range(0.0..0.7)).collect();
    (image, inside)
}

/// Width of a thumbnail.
const THUMB: usize = 32;

/// Some pixels of some rows, as bytes.
fn thumbnail(values: &[f32], width: usize) -> Vec<u8> {
    let step = width / THUMB;
    let rows = values.chunks(width).step_by(step);
    rows.flat_map(|row| row.iter().step_by(step)).map(|&value| (255.0 * value) as u8).collect()
}
