//! The networks are those that tables speak of, and their lists of layers are whole.

use std::collections::{HashMap, HashSet};
use std::fs;

use formwork_bench::formwork::{Formwork, Told};
use formwork_bench::list::list;
use formwork_bench::models::{MODELS, find};
use formwork_bench::prepare::{IMAGES, write_network};
use formwork_bench::reference::{difference, output};
use formwork_bench_worker::{Files, Network, Op, Running};

fn network(name: &str) -> Network {
    let graph = find(name).expect("a model").graph();
    let offsets = graph.params().map(|(_, param)| (param.name.clone(), 0)).collect();
    list(&graph, &offsets).expect("a list of its layers")
}

#[test]
fn networks_cost_what_the_literature_says() {
    let gflops = MODELS.iter().map(|model| format!("{} {:.3}", model.name, model.flops() / 1e9));
    let known =
        ["mnist_cnn 0.024", "unet 6.018", "mobilenet_v2 0.602", "vgg16 30.941", "resnet50 8.178"];
    assert_eq!(gflops.collect::<Vec<_>>(), known);
    let rows: usize = MODELS.iter().map(|model| model.batches.len()).sum();
    assert_eq!(rows, 11);
}

#[test]
fn lists_have_no_batch_norm_and_every_value_until_it_is_last_read() {
    for model in MODELS {
        let Network { layers } = network(model.name);
        assert_eq!(layers[0].op, Op::Input);
        let mut alive = HashSet::new();
        for layer in &layers {
            let missing = layer.inputs.iter().find(|input| !alive.contains(input));
            assert_eq!(missing, None, "{}: {}", model.name, layer.name);
            layer.frees.iter().for_each(|name| assert!(alive.remove(name)));
            assert!(alive.insert(&layer.name), "{}: {} comes twice", model.name, layer.name);
        }
        assert_eq!(alive.into_iter().collect::<Vec<_>>(), [&layers[layers.len() - 1].name]);
        let graph = model.graph();
        assert_eq!(graph.norms().count(), 0);
        let listed = layers.iter().flat_map(|layer| layer.kernel.iter().chain(&layer.bias));
        let listed: usize = listed.map(|weight| weight.len()).sum();
        assert_eq!(graph.total_params().known(), Some(listed), "{}", model.name);
    }
}

#[test]
fn lists_say_paddings_in_pixels() {
    for (name, layer, expected) in [
        ("resnet50", 1, Op::Conv2d { stride: [2, 2], pads: [[3, 3], [3, 3]] }),
        ("resnet50", 3, Op::MaxPool2d { size: [3, 3], stride: [2, 2], pads: [[1, 1], [1, 1]] }),
        ("vgg16", 1, Op::Conv2d { stride: [1, 1], pads: [[1, 1], [1, 1]] }),
        ("mnist_cnn", 7, Op::Dense { image: Some([12, 12, 64]) }),
        ("mnist_cnn", 9, Op::Dense { image: None }),
    ] {
        assert_eq!(network(name).layers[layer].op, expected, "{name}");
    }
    let ops: HashMap<_, _> =
        network("unet").layers.into_iter().map(|layer| (layer.name, layer.op)).collect();
    assert!(ops.values().any(|op| *op == Op::Conv2dTranspose { stride: [2, 2] }));
}

#[test]
fn lists_are_read_back() {
    for model in MODELS {
        let network = network(model.name);
        let text = serde_json::to_string(&network).expect("written");
        assert_eq!(serde_json::from_str::<Network>(&text).expect("read"), network);
    }
}

#[test]
fn formwork_computes_what_is_defined() {
    let model = find("mnist_cnn").expect("a model");
    // The folder is named after the network.
    let parent = std::env::temp_dir().join(format!("formwork-bench-{}", std::process::id()));
    let folder = parent.join(model.name);
    fs::create_dir_all(&folder).expect("a folder");
    let files = Files::new(&folder);
    let (weights, images) = write_network(model, &files).expect("files");
    let mut running = Formwork::new(2, Told::Nothing).compile(&files, IMAGES).expect("loaded");
    running.run().expect("run");
    let found = running.output().expect("an output");
    fs::remove_dir_all(parent).expect("removed");
    let each = images.chunks(images.len() / IMAGES);
    let expected = each.map(|image| output(&model.declared(), &weights, image).expect("defined"));
    let apart = difference(&expected.flatten().collect::<Vec<_>>(), &found);
    assert!(apart < 1e-5, "{apart:e}");
}
