//! Ten steps of every optimiser, and the rates of every schedule.

use formwork::dfdx::nn::modules::Linear;
use formwork::dfdx::prelude::{Cpu, TensorFromVec};
use formwork::optim::*;
use serde::Deserialize;

use crate::allowed::{KERAS_RATE, TORCH_RATE, WEIGHTS};
use crate::arguments::{Arguments, set};
use crate::golden::{Array, Framework, read};

#[derive(Deserialize)]
struct Golden {
    /// A matrix and a vector.
    start: [Array; 2],
    /// Of both, for each step.
    gradients: Vec<[Array; 2]>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    framework: Framework,
    optimizer: String,
    learning_rate: f64,
    arguments: Arguments,
    /// What both are after each step.
    steps: Vec<[Array; 2]>,
}

#[test]
fn optimisers_step_as_the_frameworks() {
    let golden: Golden = read("optimizers.json");
    let wrong: Vec<_> = golden.cases.iter().filter_map(|case| check(case, &golden)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), golden.cases.len(), wrong.join("\n"));
}

/// What is wrong with a case.
fn check(case: &Case, golden: &Golden) -> Option<String> {
    let mut args = case.arguments.clone();
    let clip = clip(&mut args);
    let optimizer = optimizer(case, args);
    let device = Cpu::default();
    let [weight, bias] = &golden.start;
    let mut model: Linear<2, 3, f32, Cpu> = Linear {
        weight: device.tensor_from_vec(weight.values(), Default::default()),
        bias: device.tensor_from_vec(bias.values(), Default::default()),
    };
    let mut moments = Moments::default();
    let mut off: Vec<f64> = Vec::new();
    assert_eq!(case.steps.len(), golden.gradients.len());
    for ([weight, bias], [expected_weight, expected_bias]) in
        golden.gradients.iter().zip(&case.steps)
    {
        let mut gradients = [("weight", weight), ("bias", bias)]
            .map(|(name, gradient)| (name.to_owned(), gradient.values()));
        if let Some(clip) = clip {
            clip.apply(&mut gradients);
        }
        moments.update(optimizer.as_ref(), case.learning_rate, &mut model, &gradients);
        off.push(expected_weight.deviation(&model.weight.as_vec()));
        off.push(expected_bias.deviation(&model.bias.as_vec()));
    }
    let Case { framework, optimizer, arguments, .. } = case;
    let fits = off.iter().all(|off| *off <= WEIGHTS);
    (!fits).then(|| format!("{framework:?} {optimizer} {arguments:?}: {off:?}"))
}

fn clip(args: &mut Arguments) -> Option<Clip> {
    let value = args.take("clipvalue").map(Clip::Value);
    let norm = args.take("clipnorm").map(Clip::Norm);
    value.or(norm).or(args.take("global_clipnorm").map(Clip::GlobalNorm))
}

fn optimizer(case: &Case, mut args: Arguments) -> Box<dyn Optimizer> {
    let torch = case.framework == Framework::Torch;
    macro_rules! optimizer {
        ($optimizer:expr; $($name:ident),*) => {
            Box::new(set!(args, $optimizer; $($name),*))
        };
    }
    let rate = case.learning_rate;
    let optimizer: Box<dyn Optimizer> = match case.optimizer.as_str() {
        "Sgd" => {
            let start = if torch { Sgd::torch(rate) } else { Sgd::new(rate) };
            optimizer!(start; momentum, nesterov, weight_decay)
        }
        "Adam" => {
            let start = if torch { Adam::torch(rate) } else { Adam::new(rate) };
            optimizer!(start; beta_1, beta_2, epsilon, weight_decay)
        }
        "AdamW" => optimizer!(Adam::decayed(rate); weight_decay),
        "RmsProp" => {
            let start = if torch { RmsProp::torch(rate) } else { RmsProp::new(rate) };
            optimizer!(start; rho, momentum, epsilon, centered, weight_decay)
        }
        other => panic!("no optimiser {other}"),
    };
    args.finish();
    optimizer
}

#[derive(Deserialize)]
struct Schedules {
    cases: Vec<Rates>,
}

#[derive(Deserialize)]
struct Rates {
    framework: Framework,
    schedule: String,
    arguments: Arguments,
    steps: Vec<u64>,
    rates: Vec<f64>,
}

#[test]
fn schedules_have_the_rates_of_the_frameworks() {
    let golden: Schedules = read("schedules.json");
    let mut wrong = Vec::new();
    for case in &golden.cases {
        let schedule = schedule(case);
        let allowed = match case.framework {
            Framework::Keras => KERAS_RATE,
            Framework::Torch => TORCH_RATE,
        };
        for (&step, &expected) in case.steps.iter().zip(&case.rates) {
            let found = schedule.rate(step);
            let fits = (found - expected).abs() <= allowed * case.rates[0];
            if !fits {
                let Rates { schedule, arguments, .. } = case;
                wrong.push(format!("{schedule} {arguments:?} {step}: {found} for {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn schedule(case: &Rates) -> Box<dyn Schedule> {
    let mut args = case.arguments.clone();
    macro_rules! schedule {
        ($Schedule:ident { $($name:ident),* $(; $optional:ident = $default:expr)* }) => {
            Box::new($Schedule {
                $($name: args.take(stringify!($name)).expect(stringify!($name)),)*
                $($optional: args.take(stringify!($optional)).unwrap_or($default),)*
            })
        };
    }
    let schedule: Box<dyn Schedule> = match case.schedule.as_str() {
        "ExponentialDecay" => schedule!(ExponentialDecay {
            initial_learning_rate,
            decay_steps,
            decay_rate,
            staircase
        }),
        "InverseTimeDecay" => schedule!(InverseTimeDecay {
            initial_learning_rate,
            decay_steps,
            decay_rate,
            staircase
        }),
        "PolynomialDecay" => schedule!(PolynomialDecay {
            initial_learning_rate,
            decay_steps,
            end_learning_rate,
            power
        }),
        "CosineDecay" => schedule!(CosineDecay {
            initial_learning_rate, decay_steps, alpha; warmup_target = None; warmup_steps = 0
        }),
        "CosineDecayRestarts" => schedule!(CosineDecayRestarts {
            initial_learning_rate,
            first_decay_steps,
            t_mul,
            m_mul,
            alpha
        }),
        "PiecewiseConstantDecay" => schedule!(PiecewiseConstantDecay { boundaries, values }),
        "OneCycle" => schedule!(OneCycle {
            max_learning_rate,
            total_steps,
            pct_start,
            div_factor,
            final_div_factor
        }),
        other => panic!("no schedule {other}"),
    };
    args.finish();
    schedule
}
