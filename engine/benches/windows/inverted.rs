use formwork_engine::kernels::conv::Conv;
use formwork_engine::kernels::depthwise::Layer;
use formwork_engine::kernels::fused::Inverted;
use formwork_engine::kernels::{Finish, Image, Io, Kernel, Place, Scratch, Windows};
use formwork_engine::simd::Isa;
use formwork_engine::team::Member;

use super::Line;
use crate::random;

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
        kernels: [
            Box::new(Conv::new(isa, image, pointwise(&image), 1, [&kernel, &bias], cut)),
            Box::new(Layer::new(isa, between, windows, [&depthwise, &depthwise_bias], cut)),
            Box::new(Conv::new(isa, made, pointwise(&made), 1, [&project, &project_bias], finish)),
        ],
        between: [between, made],
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

/// Three kernels one after the other.
#[derive(Debug)]
struct Chain {
    kernels: [Box<dyn Kernel>; 3],
    between: [Image; 2],
}

impl Kernel for Chain {
    fn name(&self) -> String {
        "three kernels".to_owned()
    }

    fn scratch(&self) -> Scratch {
        let shared = self.between.iter().map(|of| of.pixels() * of.channels).sum();
        Scratch { shared, own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let [first, second] = self.between;
        let place = |first, of: Image| Place { first, stride: of.channels };
        let expanded = place(io.scratch, first);
        let scratch = io.scratch.wrapping_add(first.pixels() * first.channels);
        let made = place(scratch, second);
        let mut last = vec![made];
        last.extend(io.inputs.last().copied());
        // SAFETY: tensors of the kernels' shapes; none of them needs scratch memory.
        unsafe {
            self.kernels[0].run(&Io { output: expanded, ..*io }, member);
            member.meet();
            self.kernels[1].run(&Io { inputs: &[expanded], output: made, ..*io }, member);
            member.meet();
            self.kernels[2].run(&Io { inputs: &last, ..*io }, member);
        }
    }
}
