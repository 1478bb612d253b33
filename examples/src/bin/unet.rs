//! A U-Net: one class a pixel. Learns to tell discs from noise.

use formwork::dfdx::optim::Adam;
use formwork::prelude::*;
use formwork_examples::picture::gallery;
use formwork_examples::report::totals;
use rand::{Rng, SeedableRng, rngs::StdRng};

model! {
    /// U-Net (Ronneberger et al., 2015) with four levels for small greyscale images; padded, so
    /// that the output is as large as the input.
    pub struct Unet(image: [_, 128, 128, 1]) -> [_, 128, 128, 2] {
        let e1 = image.double_conv(32);
        let e2 = e1.max_pool2d(2).double_conv(64);
        let e3 = e2.max_pool2d(2).double_conv(128);
        let e4 = e3.max_pool2d(2).double_conv(256);
        let bottom: [_, 8, 8, 512] = e4.max_pool2d(2).double_conv(512);
        let d4 = bottom.up(e4, 256);
        let d3 = d4.up(e3, 128);
        let d2 = d3.up(e2, 64);
        let d1 = d2.up(e1, 32);
        d1.conv2d(2, 1)
    }

    fn up(x, skip, filters: usize) {
        let wide = x.conv2d_transpose(filters, 2, stride = 2);
        concat(wide, skip).double_conv(filters)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
        }
        x
    }
}

const _: () = assert!(Unet::PARAMS == 7_768_386);

/// Height and width of a picture.
const SIDE: usize = 128;
const STEPS: usize = 12;

fn main() {
    println!("{}", totals(&Unet::summary()));
    let device = Cpu::seed_from_u64(0);
    device.enable_cache();
    let mut model = Unet::build(&device);
    let mut adam = Adam::new(&model, Default::default());
    let mut gradients = model.alloc_grads();
    let mut random = StdRng::seed_from_u64(0);
    for step in 1..=STEPS {
        let (image, disc) = picture(&mut random);
        let image: Tensor<Rank4<1, SIDE, SIDE, 1>, f32, Cpu> = device.tensor(image);
        let classes: Vec<f32> = disc.iter().flat_map(|&inside| [1.0 - inside, inside]).collect();
        let classes: Tensor<Rank4<1, SIDE, SIDE, 2>, f32, Cpu> = device.tensor(classes);
        let logits = model.forward_mut(image.traced(gradients));
        let loss = cross_entropy_with_logits_loss(logits, classes);
        println!("step {step}: loss {:.3}", loss.array());
        gradients = loss.backward();
        adam.update(&mut model, &gradients).expect("every parameter has a gradient");
        model.zero_grads(&mut gradients);
    }

    let (image, disc) = picture(&mut random);
    let input: Tensor<Rank4<1, SIDE, SIDE, 1>, f32, Cpu> = device.tensor(image.clone());
    // With the statistics of this picture: the running ones have hardly moved yet.
    let logits = model.forward_mut(input).as_vec();
    let found: Vec<f32> = logits.chunks(2).map(|class| (class[1] > class[0]).into()).collect();
    let agree = found.iter().zip(&disc).filter(|(found, disc)| found == disc).count();
    println!(
        "{:.1} % of the pixels of a new picture are right",
        100.0 * agree as f64 / found.len() as f64
    );
    let small = [image, disc, found].map(|values| thumbnail(&values));
    let names = ["picture", "disc", "found"].map(str::to_owned);
    let shown: Vec<_> = names.into_iter().zip(small.iter().map(Vec::as_slice)).collect();
    println!("{}", gallery(SIDE / 4, &shown));
}

/// A bright disc in noise, and which pixels are inside.
fn picture(random: &mut StdRng) -> (Vec<f32>, Vec<f32>) {
    let [x, y, radius] = [30.0..98.0, 30.0..98.0, 12.0..28.0].map(|range| random.gen_range(range));
    let inside = |i| {
        let (dx, dy) = ((i % SIDE) as f64 - x, (i / SIDE) as f64 - y);
        f32::from(dx * dx + dy * dy < radius * radius)
    };
    let disc: Vec<f32> = (0..SIDE * SIDE).map(inside).collect();
    let image = disc.iter().map(|inside| 0.5 * inside + random.gen_range(0.0..0.7)).collect();
    (image, disc)
}

/// Every fourth pixel of every fourth row, as bytes.
fn thumbnail(values: &[f32]) -> Vec<u8> {
    let rows = values.chunks(SIDE).step_by(4);
    rows.flat_map(|row| row.iter().step_by(4)).map(|&value| (255.0 * value) as u8).collect()
}
