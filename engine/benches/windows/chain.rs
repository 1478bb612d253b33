use formwork_engine::kernels::conv::Conv;
use formwork_engine::kernels::depthwise::Layer;
use formwork_engine::kernels::fused::Inverted;
use formwork_engine::kernels::{Finish, Image, Io, Kernel, Place, Scratch, Windows};
use formwork_engine::simd::Isa;
use formwork_engine::team::Member;

use super::Line;
use crate::common::random;

/// An inverted residual by one kernel and by three.
pub fn inverted(
    isa: Isa,
    name: &'static str,
    size: usize,
    [channels, expanded, filters]: [usize; 3],
    stride: usize,
) -> Line {
    let image = Image::new([1, size, size, channels]);
    let between = Image { channels: expanded, ..image };
    let windows = Inverted::windows(&image, 3, stride);
    let made = Image::new([1, windows.count[0], windows.count[1], expanded]);
    let [kernel, bias] = [channels * expanded, expanded].map(random);
    let [depthwise, depthwise_bias] = [9 * expanded, expanded].map(random);
    let [project, project_bias] = [expanded * filters, filters].map(random);
    let cut = Finish { high: 6.0, ..Finish::RELU };
    let finish = Finish { residual: stride == 1 && channels == filters, ..Finish::NONE };
    let range = [0.0, 6.0];
    let one = Inverted::new(
        isa,
        image,
        ([&kernel, &bias], range),
        ([&depthwise, &depthwise_bias], range, windows),
        [&project, &project_bias],
        finish,
    );
    let pointwise = Windows::pointwise;
    let three = Chain {
        kernels: vec![
            Box::new(Conv::new(isa, image, pointwise(&image), 1, [&kernel, &bias], cut)),
            Box::new(Layer::new(isa, between, windows, [&depthwise, &depthwise_bias], cut)),
            Box::new(Conv::new(isa, made, pointwise(&made), 1, [&project, &project_bias], finish)),
        ],
        between: vec![between, made],
    };
    let (input, output) = (image.pixels() * channels, made.pixels() * filters);
    let macs = expanded * (image.pixels() * channels + made.pixels() * (9 + filters));
    Line {
        name,
        kernels: vec![Box::new(one), Box::new(three)],
        inputs: if finish.residual { vec![input, output] } else { vec![input] },
        output,
        rows: [channels, filters],
        flops: 2.0 * macs as f64,
        bytes: 4.0 * (input + output + expanded * (channels + 9 + filters)) as f64,
    }
}

/// A depthwise convolution and a 1×1 convolution, as two kernels.
pub fn separable(isa: Isa, image: Image, filters: usize) -> Box<dyn Kernel> {
    let channels = image.channels;
    let [kernel, bias] = [9 * channels, channels].map(random);
    let [project, project_bias] = [channels * filters, filters].map(random);
    let windows = Inverted::windows(&image, 3, 1);
    let pointwise = Windows::pointwise(&image);
    let none = Finish::NONE;
    Box::new(Chain {
        kernels: vec![
            Box::new(Layer::new(isa, image, windows, [&kernel, &bias], none)),
            Box::new(Conv::new(isa, image, pointwise, 1, [&project, &project_bias], none)),
        ],
        between: vec![image],
    })
}

/// Kernels one after the other.
#[derive(Debug)]
struct Chain {
    kernels: Vec<Box<dyn Kernel>>,
    /// What lies between them.
    between: Vec<Image>,
}

impl Kernel for Chain {
    fn name(&self) -> String {
        format!("{} kernels", self.kernels.len())
    }

    fn scratch(&self) -> Scratch {
        let shared = self.between.iter().map(|of| of.pixels() * of.channels).sum();
        Scratch { shared, own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let mut free = io.scratch;
        let mut input = io.inputs[0];
        for (i, kernel) in self.kernels.iter().enumerate() {
            let mut inputs = vec![input];
            let mut output = io.output;
            match self.between.get(i) {
                Some(of) => {
                    output = Place { first: free, stride: of.channels };
                    free = free.wrapping_add(of.pixels() * of.channels);
                }
                // What is added to the last.
                None => inputs.extend(io.inputs.last()),
            }
            // SAFETY: tensors of the kernels' shapes; none of them needs scratch memory.
            unsafe { kernel.run(&Io { inputs: &inputs, output, ..*io }, member) };
            member.meet();
            input = output;
        }
    }
}
