//! A training that is killed at any moment goes on as if nothing had been.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use formwork::Weights;
use formwork::metrics::ConfusionMatrix;
use formwork::train::{Checkpoints, CsvLog, EarlyStopping, Saved};

use crate::random::Random;
use crate::support::{Directory, bits, fit, loader, model};

const VARIABLE: &str = "FORMWORK_TEST_TRAIN_IN";
const KILLS: usize = 20;

fn checkpoints(directory: &Path) -> Checkpoints {
    Checkpoints::new(directory.join("checkpoints")).every_steps(3).best("accuracy")
}

/// What the process that is killed does.
fn train(directory: &Path) {
    let mut model = model();
    fit(60)
        .accumulate(2)
        .metric(ConfusionMatrix::new())
        .callback(EarlyStopping::new("accuracy", 1000).restore_best_weights())
        .callback(CsvLog::new(directory.join("log.csv")))
        .checkpoints(checkpoints(directory))
        .resume()
        .run(&mut model, &loader(3))
        .unwrap();
    model.save(directory.join("final.safetensors")).unwrap();
}

fn start(directory: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::killed_at_any_moment"]).env(VARIABLE, directory);
    command.stdout(Stdio::null()).spawn().unwrap()
}

fn weights(directory: &Path) -> Vec<u32> {
    let mut model = model();
    model.load(directory.join("final.safetensors")).unwrap();
    bits(&model)
}

fn log(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("log.csv")).unwrap()
}

#[test]
fn killed_at_any_moment() {
    if let Some(directory) = std::env::var_os(VARIABLE) {
        return train(Path::new(&directory));
    }
    let calm = Directory::new("calm");
    let begin = Instant::now();
    assert!(start(&calm.0).wait().unwrap().success());
    let whole = begin.elapsed();
    let expected = (weights(&calm.0), log(&calm.0));
    assert!(expected.1.starts_with("epoch,step,loss,accuracy,confusion_matrix,learning_rate\n"));

    let random = &mut Random::new(11);
    let killed = Directory::new("killed");
    let (mut kills, mut last) = (0, None);
    loop {
        let mut child = start(&killed.0);
        if kills < KILLS {
            let part = random.floats(1, 0.0, 0.12)[0];
            std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                kills += 1;
            }
        }
        let success = child.wait().unwrap().success();
        let paths = checkpoints(&killed.0).list().unwrap();
        for path in &paths {
            Saved::read(path).unwrap();
            model().load(path).unwrap();
        }
        let newest = paths.last().cloned();
        assert!(newest >= last, "{newest:?} after {last:?}");
        last = newest;
        if success {
            assert!((weights(&killed.0), log(&killed.0)) == expected, "after {kills} kills");
            if kills == KILLS {
                break;
            }
            // It was done before it was killed often enough: once more from the beginning.
            std::fs::remove_dir_all(&killed.0).unwrap();
            std::fs::create_dir_all(&killed.0).unwrap();
            last = None;
        }
    }
    assert!(last.is_some());
}
