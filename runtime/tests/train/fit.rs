use std::sync::Arc;

use formwork::losses::MeanSquaredError;
use formwork::optim::{Clip, ExponentialDecay, Sgd};
use formwork::prelude::*;
use formwork::train::{
    Batches, Checkpoints, CsvLog, Dataset, EarlyStopping, Fit, Loader, ReduceLrOnPlateau, Sample,
    TrainError,
};

use crate::support::{Directory, Pictures, bits, collate, fit, loader, model};

model! {
    struct Line(x: [_, 1]) -> [_, 1] {
        x.dense(1)
    }

    struct Broken(x: [_, 1]) -> [_, 1] {
        x.dense(1, name = "first").dense(1, name = "second")
    }
}

type Column = Tensor<(usize, Const<1>), f32, Cpu>;

fn column(values: &[f32]) -> Column {
    Cpu::default().tensor_from_vec(values.to_vec(), (values.len(), Const))
}

#[test]
fn it_learns_and_is_the_same_for_any_number_of_threads() {
    let run = |threads| {
        let mut model = model();
        let history = fit(15).run_with(&mut model, &loader(threads), &loader(0)).unwrap();
        (bits(&model), history)
    };
    let (weights, history) = run(0);
    assert!(history.last("val_accuracy").unwrap() > 0.9, "{history:?}");
    assert_eq!(history.rows[14].step, 15 * 7);
    assert_eq!(run(1), (weights.clone(), history.clone()));
    assert_eq!(run(4), (weights, history));
}

#[test]
fn batches_go_on_where_they_are_told_to() {
    let batches = |threads, epoch, skip| -> Vec<_> {
        let batches = loader(threads).epoch(epoch, skip).collect::<Result<Vec<_>, _>>().unwrap();
        batches.into_iter().map(|(x, y)| (x.as_vec(), y.values().to_vec())).collect()
    };
    let all = batches(0, 2, 0);
    assert_eq!(all.len(), 7);
    for threads in [0, 1, 3, 10] {
        for skip in [0, 1, 6, 7] {
            assert!(batches(threads, 2, skip) == all[skip..], "{threads} threads, {skip} skipped");
        }
    }
    assert_ne!(all, batches(0, 3, 0));
}

struct Faulty(bool);

impl Dataset for Faulty {
    type Item = (Vec<f32>, u32);

    fn len(&self) -> usize {
        20
    }

    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item> {
        match index {
            9 if self.0 => panic!("a data set that panics"),
            9 => Err("the picture is torn".into()),
            _ => Pictures(20).get(index, seed),
        }
    }
}

#[test]
fn faulty_data_ends_the_training() {
    let check = |panics, threads, expect: &str| {
        let loader = Loader::new(Arc::new(Faulty(panics)), 4, collate).threads(threads);
        let error = fit(1).run(&mut model(), &loader).unwrap_err();
        assert_eq!(error.to_string(), expect);
    };
    check(false, 0, "sample 9: the picture is torn");
    check(false, 2, "sample 9: the picture is torn");
    check(true, 2, "a thread of the loader panicked while it prepared batch 2");
}

#[test]
fn accumulated_batches_are_as_one() {
    let (a, b) = (column(&[1.0, 2.0]), column(&[3.0, 4.0]));
    let whole = column(&[1.0, 2.0, 3.0, 4.0]);
    let run = |batches: Vec<Column>, accumulate| {
        let mut line = Line::build(&Cpu::seed_from_u64(3));
        let source = |_| batches.clone().into_iter().map(|x| Ok((x.clone(), x * 2.0)));
        let fit = Fit::new(Sgd::new(0.05), MeanSquaredError::new()).epochs(3);
        fit.accumulate(accumulate).run(&mut line, &source).unwrap();
        (line.dense_kernel.as_vec()[0], line.dense_bias.as_vec()[0])
    };
    let (one, two) = (run(vec![whole], 1), run(vec![a, b], 2));
    assert!((one.0 - two.0).abs() < 1e-5 && (one.1 - two.1).abs() < 1e-5, "{one:?}, {two:?}");
}

#[test]
fn a_parameter_may_be_the_clone_of_another() {
    let run = |portable| {
        let mut model = Broken::build(&Cpu::seed_from_u64(3));
        model.second_kernel = model.first_kernel.clone();
        let batches = |_| (0..3).map(|_| Ok((column(&[1.0, 2.0]), column(&[2.0, 3.0]))));
        let fit = Fit::new(Sgd::new(0.05), MeanSquaredError::new());
        let fit = if portable { fit.portable() } else { fit };
        fit.run(&mut model, &batches).unwrap();
        // To dfdx they are one, so the gradient of both is that of each.
        assert_eq!(model.first_kernel.as_vec(), model.second_kernel.as_vec());
        model.first_kernel.as_vec()[0]
    };
    let (plan, portable) = (run(false), run(true));
    assert!((plan - portable).abs() < 1e-6, "{plan}, {portable}");
}

#[test]
fn values_that_are_not_finite_are_traced_to_their_layer() {
    let check = |spoil: fn(&mut Broken), x: f32, rate: f64, expect: &str| {
        let mut model = Broken::build(&Cpu::seed_from_u64(0));
        model.first_kernel.copy_from(&[2.0]);
        model.second_kernel.copy_from(&[3.0]);
        spoil(&mut model);
        let batches = |_| (0..9).map(|_| Ok((column(&[x]), column(&[1.0]))));
        let fit = Fit::new(Sgd::new(rate), MeanSquaredError::new());
        let error = fit.run(&mut model, &batches).unwrap_err();
        assert!(matches!(error, TrainError::NotFinite(_)), "{error}");
        assert_eq!(error.to_string(), expect);
    };
    let at = "at step 0, epoch 1; the learning rate was 1e-2, the largest weight";
    check(|_| {}, f32::NAN, 0.01, &format!("`first` is given NaN {at} 3e0 in `second.kernel`"));
    check(
        |model| model.second_bias.copy_from(&[f32::INFINITY]),
        1.0,
        0.01,
        &format!("`second` has parameters that are inf {at} inf in `second.bias`"),
    );
    check(
        |model| model.second_kernel.copy_from(&[1e30]),
        1e10,
        0.01,
        &format!("`second` made, of finite inputs, inf {at} 1e30 in `second.kernel`"),
    );
    check(
        |_| {},
        1e20,
        0.01,
        &format!("the loss made inf of finite outputs {at} 3e0 in `second.kernel`"),
    );
}

#[test]
fn early_stopping_gives_the_best_weights_back() {
    // The labels move away from what was learned: the first epoch is the best.
    let batches = |epoch: usize| [Ok((column(&[1.0]), column(&[10.0 * epoch as f32])))];
    let after = |epochs, patience| {
        let mut line = Line::build(&Cpu::seed_from_u64(3));
        let stopping = EarlyStopping::new("loss", patience).restore_best_weights();
        let fit = Fit::new(Sgd::new(0.1), MeanSquaredError::new()).epochs(epochs);
        let history = fit.callback(stopping).run(&mut line, &batches).unwrap();
        (history.rows.len(), line.dense_kernel.as_vec())
    };
    let first = after(1, 2).1;
    assert_eq!(after(50, 2), (3, first));
}

#[test]
fn a_plateau_lowers_the_rate_that_the_schedule_says() {
    let mut line = Line::build(&Cpu::default());
    let batches = |_| [Ok((column(&[0.0]), column(&[f32::MAX.sqrt() / 4.0])))];
    let schedule = ExponentialDecay {
        initial_learning_rate: 1e-30,
        decay_steps: 1,
        decay_rate: 0.5,
        staircase: false,
    };
    let history = Fit::new(Sgd::default(), MeanSquaredError::new())
        .epochs(4)
        .schedule(schedule)
        .clip(Clip::GlobalNorm(1.0))
        .callback(ReduceLrOnPlateau::new("loss", 0.1, 1))
        .run(&mut line, &batches)
        .unwrap();
    let expected = [1.0, 1.0, 0.1, 0.01].into_iter().zip(1..);
    for ((factor, step), rate) in expected.zip(history.values("learning_rate")) {
        let expected = 1e-30 * 0.5f64.powi(step) * factor;
        assert!((rate / expected - 1.0).abs() < 1e-9, "{rate} at {step}, not {expected}");
    }
}

#[test]
fn what_is_not_measured_is_not_monitored() {
    let fit = fit(1).callback(EarlyStopping::new("val_loss", 1));
    let error = fit.run(&mut model(), &loader(0)).unwrap_err();
    let expected = "`val_loss` is not measured; what is: `loss`, `accuracy`, `learning_rate`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_resumed_log_is_that_of_one_run() {
    let run = |directory: &Directory, epochs: &[usize]| {
        for &epochs in epochs {
            let log = CsvLog::new(directory.0.join("logs/log.csv"));
            let checkpoints = Checkpoints::new(&directory.0).best("accuracy").keep(1);
            let fit = fit(epochs).callback(log).checkpoints(checkpoints.clone()).resume();
            fit.run(&mut model(), &loader(2)).unwrap();
            assert_eq!(checkpoints.list().unwrap().len(), 1);
        }
        model().load(directory.0.join("best.safetensors")).unwrap();
        std::fs::read_to_string(directory.0.join("logs/log.csv")).unwrap()
    };
    let (one, two) = (Directory::new("one"), Directory::new("two"));
    let log = run(&one, &[4]);
    assert_eq!(log.lines().count(), 5, "{log}");
    assert!(log.starts_with("epoch,step,loss,accuracy,learning_rate\n1,7,"), "{log}");
    assert_eq!(run(&two, &[1, 3, 4]), log);
}

#[test]
fn a_checkpoint_that_does_not_fit_leaves_the_model_as_it_is() {
    let directory = Directory::new("misfit");
    let checkpoints = Checkpoints::new(&directory.0);
    fit(1).checkpoints(checkpoints.clone()).run(&mut model(), &loader(0)).unwrap();
    let check = |expect: &str, seed| {
        let mut model = model();
        let before = bits(&model);
        let fit = fit(2).seed(seed).checkpoints(checkpoints.clone()).resume();
        let error = fit.run(&mut model, &loader(0)).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
        assert_eq!(bits(&model), before);
    };
    check("the seed is 5 in the checkpoint, 6 here", 6);
    let path = checkpoints.list().unwrap().pop().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for len in [0, 7, 100, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        check("is not a checkpoint", 5);
    }
    model().save(&path).unwrap();
    check("it says nothing of a training", 5);
}
