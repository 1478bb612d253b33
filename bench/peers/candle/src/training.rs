//! Steps of training: candle's autodiff, its AdamW without decay, and SGD with the momentum that
//! its own lacks.

use candle_core::backprop::GradStore;
use candle_core::{Device, Tensor, Var};
use candle_nn::loss::cross_entropy;
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use formwork_bench_worker::{Files, Result, Rule, Running};

use crate::images;
use crate::layers::Layers;

/// A training.
pub struct Steps {
    layers: Layers,
    images: Tensor,
    classes: Tensor,
    optimizer: Box<dyn Steer>,
    loss: Option<f32>,
}

impl Steps {
    /// The training of a folder.
    pub fn begin(files: &Files, batch: usize) -> Result<Self> {
        let mut vars = Vec::new();
        let layers = Layers::new(files, &mut |values| {
            let var = Var::from_tensor(&values)?;
            vars.push(var.clone());
            Ok(var.into_inner())
        })?;
        let images = images(files, &layers.network, batch)?;
        let classes = files.classes(&layers.network, batch)?;
        let places = classes.len();
        let classes = Tensor::from_vec(classes, places, &Device::Cpu)?;
        let optimizer: Box<dyn Steer> = match files.training()?.rule {
            Rule::Adam { learning_rate: lr, beta_1: beta1, beta_2: beta2, epsilon: eps } => {
                let params = ParamsAdamW { lr, beta1, beta2, eps, weight_decay: 0.0 };
                Box::new(AdamW::new(vars, params)?)
            }
            Rule::Sgd { learning_rate, momentum } => Box::new(Momentum {
                velocities: vec![None; vars.len()],
                vars,
                learning_rate,
                momentum,
            }),
        };
        Ok(Steps { layers, images, classes, optimizer, loss: None })
    }
}

impl Running for Steps {
    fn run(&mut self) -> Result<()> {
        let logits = self.layers.forward(&self.images, true)?;
        let logits = match logits.rank() {
            // A row for each pixel.
            4 => logits.permute((0, 2, 3, 1))?.flatten_to(2)?,
            _ => logits,
        };
        let loss = cross_entropy(&logits, &self.classes)?;
        self.optimizer.move_by(&loss.backward()?)?;
        self.loss = Some(loss.to_scalar()?);
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        Ok(vec![self.loss.ok_or("it has not run")?])
    }
}

/// An optimiser.
trait Steer {
    fn move_by(&mut self, gradients: &GradStore) -> candle_core::Result<()>;
}

impl Steer for AdamW {
    fn move_by(&mut self, gradients: &GradStore) -> candle_core::Result<()> {
        self.step(gradients)
    }
}

struct Momentum {
    vars: Vec<Var>,
    velocities: Vec<Option<Tensor>>,
    learning_rate: f64,
    momentum: f64,
}

impl Steer for Momentum {
    fn move_by(&mut self, gradients: &GradStore) -> candle_core::Result<()> {
        for (var, velocity) in self.vars.iter().zip(&mut self.velocities) {
            let Some(gradient) = gradients.get(var) else { continue };
            let next = match velocity.take() {
                Some(velocity) => ((velocity * self.momentum)? + gradient)?,
                None => gradient.clone(),
            };
            var.set(&var.sub(&(&next * self.learning_rate)?)?)?;
            *velocity = Some(next);
        }
        Ok(())
    }
}
