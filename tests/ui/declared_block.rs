use formwork::prelude::*;

model! {
    struct Declared(image: [_, 64, 64, 3]) -> [_, 10] {
        image.halve(16).global_avg_pool2d().dense(10)
    }

    fn halve(x: [_, H, W, C], filters: usize) -> [_, H / 2, W / 2, filters] {
        x.conv2d(filters, 3, padding = same).relu()
    }
}

fn main() {
    let device = Cpu::default();
    let mut model = Declared::build(&device);
    let image = device.zeros::<Rank4<1, 64, 64, 3>>();
    let scores: Tensor<Rank2<1, 10>, f32, Cpu> = model.forward(image.clone());
    let _ = (scores, model.forward_mut(image));
}
