//! Saving and loading a collection of tensors.

use std::path::PathBuf;

use formwork::dfdx::nn::{BuildModule, ModuleVisitor, TensorCollection, TensorOptions};
use formwork::dfdx::prelude::{AsArray, Const, Cpu, Device, Dtype, Tensor, TensorFrom};
use formwork::{FileError, Framework, HasGraph, Misfit, Network, Weights, WeightsError};
use formwork_ir::{Domain, Graph, ParseError};

/// Two tensors; the name of the second depends on their size.
struct Pair<const N: usize, E: Dtype, D: Device<E>> {
    kernel: Tensor<(Const<2>, Const<N>), E, D>,
    bias: Tensor<(Const<N>,), E, D>,
}

impl<const N: usize, E: Dtype, D: Device<E>> TensorCollection<E, D> for Pair<N, E, D> {
    type To<E2: Dtype, D2: Device<E2>> = Pair<N, E2, D2>;

    fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
        visitor: &mut V,
    ) -> Result<Option<Self::To<V::E2, V::D2>>, V::Err> {
        let ones = TensorOptions::reset_to_ones();
        let kernel = Self::tensor("dense.kernel", |s| &s.kernel, |s| &mut s.kernel, ones);
        let name = if N == 4 { "other" } else { "dense.bias" };
        let zeros = TensorOptions::reset_to_zeros();
        let bias = Self::tensor(name, |s| &s.bias, |s| &mut s.bias, zeros);
        visitor.visit_fields((kernel, bias), |(kernel, bias)| Pair { kernel, bias })
    }
}

/// A collection without layers.
impl<const N: usize, E: Dtype, D: Device<E>> HasGraph for Pair<N, E, D> {
    fn network() -> Result<Network, ParseError> {
        Ok(Graph::new("Pair", Domain::default()).into())
    }
}

fn file(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("formwork-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    directory.join(name)
}

#[test]
fn what_is_saved_is_loaded() {
    let device = Cpu::default();
    let mut model = Pair::<3, f32, Cpu>::build(&device);
    model.kernel = device.tensor([[1.5, -2.0, 3.25], [f32::MIN_POSITIVE, 0.0, 1e30]]);
    for (name, starts) in [("pair", None), ("pair.safetensors", None), ("pair.npz", Some("PK"))] {
        model.save(file(name)).unwrap();
        model.save(file(name)).unwrap();
        let bytes = std::fs::read(file(name)).unwrap();
        assert!(starts.is_none_or(|starts| bytes.starts_with(starts.as_bytes())), "{name}");
        let mut other = Pair::<3, f32, Cpu>::build(&device);
        other.load(file(name)).unwrap();
        assert_eq!(other.kernel.array(), model.kernel.array(), "{name}");
        assert_eq!(other.bias.array(), model.bias.array(), "{name}");
    }
    let error = model.save(file("pair.h5")).unwrap_err().to_string();
    assert!(error.ends_with("are only read; write .safetensors or .npz"), "{error}");
}

#[test]
fn a_file_that_does_not_fit_changes_nothing_and_says_why() {
    let device = Cpu::default();
    Pair::<3, f32, Cpu>::build(&device).save(file("three")).unwrap();
    let mut model = Pair::<4, f32, Cpu>::build(&device);
    model.bias = device.tensor([1.0, 2.0, 3.0, 4.0]);
    let error = model.load(file("three")).unwrap_err();
    let WeightsError::Misfits { misfits, .. } = &error else { panic!("{error}") };
    let name = |name: &str| name.to_owned();
    let kernel = name("dense.kernel");
    let shape = Misfit::Shape {
        name: kernel.clone(),
        tensor: kernel,
        expected: vec![2, 4],
        found: vec![2, 3],
        framework: Framework::Formwork,
    };
    let missing = Misfit::Missing { name: name("other"), meant: None };
    assert_eq!(
        misfits.list,
        [shape, missing, Misfit::Extra { name: name("dense.bias"), meant: None }]
    );
    let text = error.to_string();
    assert!(
        text.contains("\n  `dense.kernel` is [2, 3] in the file, [2, 4] in the model"),
        "{text}"
    );
    assert_eq!(model.bias.array(), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn numbers_that_are_no_floats_are_refused() {
    let path = file("integers");
    let view = |sizes: &[usize], bytes: &'static [u8]| {
        use safetensors::tensor::{Dtype, TensorView};
        TensorView::new(Dtype::I32, sizes.to_vec(), bytes).unwrap()
    };
    let tensors = [("dense.kernel", view(&[2, 3], &[0; 24])), ("dense.bias", view(&[3], &[0; 12]))];
    safetensors::serialize_to_file(tensors, None, &path).unwrap();
    let mut model = Pair::<3, f32, Cpu>::build(&Cpu::default());
    let error = model.load(path).unwrap_err().to_string();
    assert!(error.contains("` is I32"), "{error}");
}

#[test]
fn files_that_are_none_are_errors() {
    let device = Cpu::default();
    let mut model = Pair::<3, f32, Cpu>::build(&device);
    let missing = model.load(file("none")).unwrap_err();
    assert!(matches!(missing, WeightsError::File(FileError::Io { .. })), "{missing}");
    for (name, bytes) in [("empty", &[][..]), ("text", b"not weights"), ("long", &[255; 64])] {
        std::fs::write(file(name), bytes).unwrap();
        let error = model.load(file(name)).unwrap_err();
        assert!(matches!(error, WeightsError::File(_)), "{error}");
        assert!(!matches!(error, WeightsError::File(FileError::Io { .. })), "{error}");
    }
    let nowhere = file("none").join("deeper");
    assert!(matches!(model.save(nowhere).unwrap_err(), WeightsError::File(FileError::Io { .. })));
}
