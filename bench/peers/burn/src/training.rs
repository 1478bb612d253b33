//! Steps of training: burn's autodiff, and its optimisers on each weight.

use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{Adam, AdamConfig, LearningRate, Optimizer, Sgd, SgdConfig};
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use formwork_bench_worker::{Files, Result, Rule, Running};

use crate::images;
use crate::layers::{Layers, Value, Weights};

/// A training.
pub struct Steps<O: Optimizer> {
    layers: Layers,
    images: Tensor<4>,
    classes: Tensor<1, Int>,
    crossentropy: CrossEntropyLoss,
    optimizer: O,
    rate: LearningRate,
    states: Vec<States<O>>,
    loss: Option<f32>,
}

/// What an optimiser remembers of a layer's weights.
struct States<O: Optimizer> {
    image: Option<O::State<4>>,
    row: Option<O::State<2>>,
    vectors: [Option<O::State<1>>; 2],
}

impl Steps<Adam> {
    /// The training of a folder, by its rule.
    pub fn begin(files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        Ok(match files.training()?.rule {
            Rule::Adam { learning_rate, beta_1, beta_2, epsilon } => {
                let config = AdamConfig::new().with_beta_1(beta_1 as f32);
                let config = config.with_beta_2(beta_2 as f32).with_epsilon(epsilon as f32);
                Box::new(Steps::<Adam>::new(files, batch, config.build(), learning_rate)?)
            }
            Rule::Sgd { learning_rate, momentum } => {
                let momentum = MomentumConfig { momentum, dampening: 0.0, nesterov: false };
                let config = SgdConfig::new().with_momentum(Some(momentum));
                Box::new(Steps::<Sgd>::new(files, batch, config.build(), learning_rate)?)
            }
        })
    }
}

impl<O: Optimizer> Steps<O> {
    fn new(files: &Files, batch: usize, optimizer: O, rate: LearningRate) -> Result<Self> {
        let device = Device::flex();
        let mut layers = Layers::new(files, &device)?;
        let images = images(files, &layers.network, batch, &device)?.autodiff();
        let classes = files.classes(&layers.network, batch)?;
        let classes = classes.into_iter().map(|class| class as i32).collect::<Vec<_>>();
        let places = classes.len();
        let classes = Tensor::from_data(TensorData::new(classes, [places]), &device).autodiff();
        for weights in layers.weights.iter_mut().flatten() {
            match weights {
                Weights::Product { kernel, bias } => {
                    match kernel {
                        Value::Image(kernel) => learnt(kernel),
                        Value::Row(kernel) => learnt(kernel),
                    }
                    bias.iter_mut().for_each(learnt);
                }
                Weights::Norm { gamma, beta, .. } => [gamma, beta].into_iter().for_each(learnt),
            }
        }
        let none = |_: &_| States { image: None, row: None, vectors: [None, None] };
        let states = layers.weights.iter().map(none).collect();
        let crossentropy = CrossEntropyLossConfig::new().init(&device);
        Ok(Steps { layers, images, classes, crossentropy, optimizer, rate, states, loss: None })
    }

    fn step(&mut self, gradients: &mut Gradients) {
        let (optimizer, rate) = (&self.optimizer, self.rate);
        for (weights, states) in self.layers.weights.iter_mut().zip(&mut self.states) {
            let [first, second] = &mut states.vectors;
            match weights {
                Some(Weights::Product { kernel, bias }) => {
                    match kernel {
                        Value::Image(kernel) => {
                            moved(optimizer, rate, kernel, gradients, &mut states.image);
                        }
                        Value::Row(kernel) => {
                            moved(optimizer, rate, kernel, gradients, &mut states.row);
                        }
                    }
                    if let Some(bias) = bias {
                        moved(optimizer, rate, bias, gradients, first);
                    }
                }
                Some(Weights::Norm { gamma, beta, .. }) => {
                    moved(optimizer, rate, gamma, gradients, first);
                    moved(optimizer, rate, beta, gradients, second);
                }
                None => {}
            }
        }
    }
}

impl<O: Optimizer> Running for Steps<O> {
    fn run(&mut self) -> Result<()> {
        let logits = match self.layers.forward(self.images.clone())? {
            Value::Row(row) => row,
            // A row for each pixel.
            Value::Image(image) => {
                let [batch, classes, height, width] = image.dims();
                image.permute([0, 2, 3, 1]).reshape([batch * height * width, classes])
            }
        };
        let loss = self.crossentropy.forward(logits, self.classes.clone());
        let mut gradients = loss.backward();
        self.step(&mut gradients);
        self.loss = Some(loss.inner().into_scalar());
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        Ok(vec![self.loss.ok_or("it has not run")?])
    }
}

/// Makes a weight one that gradients are wanted of.
fn learnt<const D: usize>(weight: &mut Tensor<D>) {
    *weight = weight.clone().autodiff().require_grad();
}

/// Moves a weight by its gradient.
fn moved<O: Optimizer, const D: usize>(
    optimizer: &O,
    rate: LearningRate,
    weight: &mut Tensor<D>,
    gradients: &mut Gradients,
    state: &mut Option<O::State<D>>,
) {
    let Some(gradient) = weight.grad_remove(gradients) else { return };
    let (next, kept) = optimizer.step(rate, weight.clone().inner(), gradient, state.take());
    *weight = next.autodiff().require_grad();
    *state = kept;
}
