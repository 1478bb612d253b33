use formwork::prelude::*;

model! {
    struct Net(image: [_, 32, 32, 3]) -> [_, 10] {
        image.stage(16).stage(filtres = 32).stage().global_avg_pool2d().dense(10)
    }

    fn stage(x: [_, H, W, C], filters: usize) {
        x.conv2d(filters, 3, padding = same).relu().max_pool2d(2)
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Net::build(&device);
    let image = device.zeros::<Rank4<1, 32, 32, 3>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
