//! The networks that are trained, and that a training which is another one is found out.

use std::collections::HashSet;
use std::fs;

use formwork_bench::list::list;
use formwork_bench::models;
use formwork_bench::task::compared;
use formwork_bench::training::{Steps, TRAINED, find, write_training};
use formwork_bench_worker::{Files, Network, Op, Rule, Running, Training};

fn network(name: &str) -> Network {
    let graph = find(name).expect("trained").graph();
    let offsets = graph.params().map(|(_, param)| (param.name.clone(), 0)).collect();
    list(&graph, &offsets).expect("a list of its layers")
}

#[test]
fn lists_have_all_weights_of_batch_norms() {
    for (trained, norms) in TRAINED.iter().zip([0, 18, 52]) {
        let Network { layers } = network(trained.name);
        let mut names = HashSet::new();
        let mut found = 0;
        for layer in &layers {
            names.extend(layer.kernel.iter().chain(&layer.bias).map(|weight| weight.name.clone()));
            if let Op::BatchNorm { epsilon, momentum, gamma, beta, moving_mean, moving_variance } =
                &layer.op
            {
                assert_eq!((*epsilon, *momentum), (1e-3, 0.99), "{}", layer.name);
                let weights = [gamma, beta, moving_mean, moving_variance];
                names.extend(weights.map(|weight| weight.name.clone()));
                found += 1;
            }
        }
        assert_eq!(found, norms, "{}", trained.name);
        let all: HashSet<_> = trained.graph().params().map(|(_, p)| p.name.clone()).collect();
        assert_eq!(names, all, "{}", trained.name);
        let text = serde_json::to_string(&Network { layers }).expect("written");
        let read: Network = serde_json::from_str(&text).expect("read");
        assert_eq!(read, network(trained.name));
    }
}

#[test]
fn a_smaller_image_is_the_same_network() {
    let small = find("mobilenet_v2").expect("trained").graph();
    let large = models::find("mobilenet_v2").expect("a model").declared();
    assert_eq!(small.total_params().known(), large.total_params().known());
    let layers = |graph: &formwork_ir::Graph| {
        graph.nodes().map(|(_, node)| node.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(layers(&small), layers(&large));
    let shape = |name: &str| network(name).layers[0].shape.clone();
    assert_eq!(shape("mobilenet_v2"), [96, 96, 3]);
}

/// The folder of a training of few images, which goes when the test is over.
struct Folder(Files);

impl Folder {
    fn new(name: &str, rule: Rule) -> Self {
        let trained = find(name).expect("trained");
        let folder = format!("formwork-bench-training-{}-{name}", std::process::id());
        let files = Files::new(std::env::temp_dir().join(folder));
        fs::create_dir_all(files.folder()).expect("a folder");
        write_training(trained, &files).expect("files");
        let folder = Folder(files);
        folder.rule(rule);
        folder
    }

    fn rule(&self, rule: Rule) {
        let training = serde_json::to_vec(&Training { batch: 2, rule }).expect("written");
        fs::write(self.0.rule(), training).expect("written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(self.0.folder());
    }
}

/// The losses of formwork's first three steps.
fn losses(files: &Files) -> Vec<f64> {
    let mut steps =
        Steps::begin(find("mnist_cnn").expect("trained"), files.clone()).expect("begun");
    let mut loss = || {
        steps.run().expect("a step");
        f64::from(steps.output().expect("a loss")[0])
    };
    [loss(), loss(), loss()].to_vec()
}

#[test]
fn another_training_is_found_out() {
    let sgd = |learning_rate, momentum| Rule::Sgd { learning_rate, momentum };
    let folder = Folder::new("mnist_cnn", sgd(0.01, 0.9));
    let files = &folder.0;
    let trained = find("mnist_cnn").expect("trained");
    let step = |rule: Rule| {
        folder.rule(rule);
        losses(files)
    };
    let error = |expected: &[f64], found: &[f64]| {
        compared(expected, found, &trained.apart).expect_err("another training").to_string()
    };
    let expected = trained.losses(files).expect("losses");
    assert!(expected[2] < expected[1] && expected[1] < expected[0], "{expected:?}");
    let own = step(sgd(0.01, 0.9));
    assert!(
        compared(&expected, &own, &trained.apart).expect("the same") < 1e-4,
        "{expected:?}, {own:?}"
    );
    assert!(error(&expected, &step(sgd(0.02, 0.9))).contains("at step 2"));
    assert!(error(&expected, &step(sgd(0.01, 0.0))).contains("at step 3"));

    folder.rule(Rule::ADAM);
    let adam = trained.losses(files).expect("losses");
    let own = step(Rule::ADAM);
    assert!(compared(&adam, &own, &trained.apart).expect("the same") < 1e-4, "{adam:?}, {own:?}");
    assert!(error(&adam, &expected).contains("at step 2"));

    let classes: Vec<u8> = fs::read(files.labels()).expect("labels");
    let others = classes.chunks_exact(4).flat_map(|class| [(class[0] + 1) % 10, 0, 0, 0]);
    fs::write(files.labels(), others.collect::<Vec<_>>()).expect("written");
    assert!(error(&adam, &step(Rule::ADAM)).contains("at step 1"));
}

#[test]
fn a_training_that_cannot_begin_says_why() {
    let nowhere = Files::new(std::env::temp_dir().join("formwork-bench-nowhere"));
    assert!(Steps::begin(find("mnist_cnn").expect("trained"), nowhere).is_err());
}
