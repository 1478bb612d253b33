//! Kernels by themselves, at the shapes of well-known networks: `cargo bench -p formwork-engine`,
//! or with a part of a name, and the number of threads in `FORMWORK_THREADS` (2).

mod common;
mod windows;

use std::num::NonZeroUsize;

use common::random;
use formwork_engine::Buffer;
use formwork_engine::kernels::conv::Conv;
use formwork_engine::kernels::winograd::{Size, Winograd};
use formwork_engine::kernels::{Finish, Image, Kernel, Place, Windows};
use formwork_engine::simd::Isa;
use formwork_engine::team::Team;
use formwork_ir::Padding;

/// A convolution: name, (height, width, channels), filters, kernel, stride.
type Shape = (&'static str, [usize; 3], usize, usize, usize);

const SHAPES: &[Shape] = &[
    ("mobilenet expand 112² 16→96", [112, 112, 16], 96, 1, 1),
    ("mobilenet project 56² 144→24", [56, 56, 144], 24, 1, 1),
    ("mobilenet expand 14² 64→384", [14, 14, 64], 384, 1, 1),
    ("mobilenet project 14² 384→64", [14, 14, 384], 64, 1, 1),
    ("mobilenet last 7² 320→1280", [7, 7, 320], 1280, 1, 1),
    ("mobilenet stem 224² 3→32 s2", [224, 224, 3], 32, 3, 2),
    ("resnet 56² 64→256", [56, 56, 64], 256, 1, 1),
    ("resnet 56² 256→64", [56, 56, 256], 64, 1, 1),
    ("resnet 28² 512→128", [28, 28, 512], 128, 1, 1),
    ("resnet 14² 256→1024", [14, 14, 256], 1024, 1, 1),
    ("resnet 7² 2048→512", [7, 7, 2048], 512, 1, 1),
    ("resnet 56² 128→128 s2", [56, 56, 128], 128, 3, 2),
    ("resnet stem 224² 3→64 s2", [224, 224, 3], 64, 7, 2),
    ("vgg 224² 3→64", [224, 224, 3], 64, 3, 1),
    ("vgg 224² 64→64", [224, 224, 64], 64, 3, 1),
    ("vgg 112² 128→128", [112, 112, 128], 128, 3, 1),
    ("vgg 56² 256→256", [56, 56, 256], 256, 3, 1),
    ("vgg 28² 512→512", [28, 28, 512], 512, 3, 1),
    ("vgg 14² 512→512", [14, 14, 512], 512, 3, 1),
    ("unet 128² 32→32", [128, 128, 32], 32, 3, 1),
    ("unet 32² 128→128", [32, 32, 128], 128, 3, 1),
    ("unet 8² 512→512", [8, 8, 512], 512, 3, 1),
    ("mnist 26² 32→64", [26, 26, 32], 64, 3, 1),
    ("dense 25088→4096", [1, 1, 25088], 4096, 1, 1),
    ("dense 1280→1000", [1, 1, 1280], 1000, 1, 1),
];

fn main() {
    let filter: Vec<_> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let threads = std::env::var("FORMWORK_THREADS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let team = Team::new(NonZeroUsize::new(threads).expect("at least one thread"));
    let isa = Isa::detect().expect("an instruction set");
    println!("{isa}, {threads} threads\n{:<32} {:>10} {:>10} {:>10}", "", "ms", "GFLOP/s", "GB/s");
    for &(name, [height, width, channels], filters, kernel, stride) in SHAPES {
        if !filter.is_empty() && !filter.iter().any(|part| name.contains(part.as_str())) {
            continue;
        }
        let image = Image { batch: 1, height, width, channels };
        let windows =
            Windows::new([height, width], [kernel; 2], [stride; 2], [1; 2], Padding::Same);
        let count = windows.count;
        let weights = random(kernel * kernel * channels * filters);
        let bias = random(filters);
        let flops = 2.0 * (count[0] * count[1] * kernel * kernel * channels * filters) as f64;
        let bytes = 4.0
            * (image.pixels() * channels + count[0] * count[1] * filters + weights.len()) as f64;
        let (params, finish) = ([&weights[..], &bias], Finish::RELU);
        let conv = Conv::new(isa, image, windows, 1, params, finish);
        let mut kernels: Vec<Box<dyn Kernel>> = vec![Box::new(conv)];
        if (kernel, stride) == (3, 1) {
            for size in [Size::Two, Size::Four] {
                kernels.push(Box::new(Winograd::new(isa, image, windows, params, finish, size)));
            }
        }
        for kernel in kernels {
            let inputs = [image.pixels() * channels];
            let rows = [channels, filters];
            let seconds = time(&team, &*kernel, &inputs, count[0] * count[1] * filters, rows);
            report(name, seconds, flops, bytes, &*kernel);
        }
    }
    for line in windows::lines(isa) {
        if !filter.is_empty() && !filter.iter().any(|part| line.name.contains(part.as_str())) {
            continue;
        }
        for kernel in &line.kernels {
            let seconds = time(&team, &**kernel, &line.inputs, line.output, line.rows);
            report(line.name, seconds, line.flops, line.bytes, &**kernel);
        }
    }
}

fn report(name: &str, seconds: f64, flops: f64, bytes: f64, kernel: &dyn Kernel) {
    println!(
        "{name:<32} {:>10.3} {:>10.1} {:>10.1}  {}",
        seconds * 1e3,
        flops / seconds / 1e9,
        bytes / seconds / 1e9,
        kernel.name()
    );
}

/// The median of runs that take a third of a second together, on inputs and an output of so many
/// values, in rows of so many.
fn time(
    team: &Team,
    kernel: &dyn Kernel,
    inputs: &[usize],
    output: usize,
    rows: [usize; 2],
) -> f64 {
    let mut inputs: Vec<_> =
        inputs.iter().map(|values| Buffer::from(&random(*values)[..])).collect();
    let mut output = Buffer::zeros(output);
    let place = |values: &mut Buffer, stride| Place { first: values.as_mut_ptr(), stride };
    let inputs = inputs.iter_mut().zip(rows).map(|(values, row)| place(values, row)).collect();
    common::median(team, kernel, inputs, place(&mut output, rows[1]), 0.33)
}
