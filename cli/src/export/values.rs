//! Where the values of the parameters come from.

use std::collections::HashMap;
use std::path::Path;

use formwork_ir::{Graph, ParamId, Parameter};
use formwork_weights::WeightFile;

use super::random::draw;

/// The most bytes that the weights of one file may have: protobuf's limit, less some for the rest.
const MOST_BYTES: usize = (1 << 31) - (1 << 20);

/// The values of a network's parameters, read when they are asked for.
pub enum Values {
    /// Those of a file, each at an index.
    File(WeightFile, HashMap<ParamId, usize>),
    /// Those that the initialisers draw from a seed.
    Random(u64),
}

/// A parameter with its sizes and its values, row-major.
pub struct Weight {
    pub sizes: Vec<usize>,
    pub values: Vec<f32>,
}

impl Values {
    /// Those of a weight file that has exactly the parameters of the network.
    ///
    /// # Errors
    /// If it cannot be read; else all that differs.
    pub fn open(path: &Path, graph: &Graph) -> Result<Self, Vec<String>> {
        let file = WeightFile::open(path).map_err(|error| vec![error.to_string()])?;
        let mut left: HashMap<_, _> =
            file.entries().iter().enumerate().map(|(i, entry)| (entry.name.as_str(), i)).collect();
        // What a checkpoint of a training holds besides.
        left.retain(|name, _| !name.contains('/'));
        let params = || graph.params().map(|(_, param)| param);
        if params().len() > 0 && !params().any(|param| left.contains_key(param.name.as_str())) {
            return Err(vec![format!(
                "{} has no tensor of the model's names: what is exported are formwork's own files; \
                 load another framework's with `formwork::Loader`, and `save` it",
                path.display()
            )]);
        }
        let (mut places, mut problems) = (HashMap::new(), Vec::new());
        for (id, param) in graph.params() {
            let name = &param.name;
            let Some(index) = left.remove(name.as_str()) else {
                problems.push(format!("`{name}` is not in {}", path.display()));
                continue;
            };
            let (found, expected) = (&file.entries()[index].shape, sizes(param));
            if expected.as_ref() != Some(found) {
                let expected = expected.unwrap_or_default();
                problems.push(format!(
                    "`{name}` is {found:?} in {}, {expected:?} in the model",
                    path.display()
                ));
            }
            places.insert(id, index);
        }
        let mut extra: Vec<_> = left.into_iter().collect();
        extra.sort_by_key(|(_, index)| *index);
        problems.extend(
            extra
                .iter()
                .map(|(name, _)| format!("`{name}` is in {}, not in the model", path.display())),
        );
        if problems.is_empty() { Ok(Values::File(file, places)) } else { Err(problems) }
    }

    /// The values of a parameter of the network.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn get(&mut self, graph: &Graph, id: ParamId) -> Result<Weight, String> {
        let param = graph.param(id);
        let sizes =
            sizes(param).ok_or_else(|| format!("`{}` has no size that is known", param.name))?;
        let count = sizes.iter().product();
        let values = match self {
            Values::File(file, places) => {
                file.values(places[&id]).map_err(|error| error.to_string())?
            }
            Values::Random(seed) => {
                let fan = |fan: &formwork_ir::Dim| fan.known().unwrap_or(1);
                let fans = (fan(&param.fans.0), fan(&param.fans.1));
                let number = graph.params().position(|(own, _)| own == id).unwrap_or(0);
                draw(&param.init, fans, count, *seed, number)
            }
        };
        match values.len() == count {
            true => Ok(Weight { sizes, values }),
            false => Err(format!("`{}` has {} values, not {count}", param.name, values.len())),
        }
    }
}

/// Refuses networks whose weights one file cannot hold, and sizes of them that are not known.
///
/// # Errors
/// What is wrong.
pub fn check(graph: &Graph) -> Result<(), Vec<String>> {
    let unknown = graph.params().filter(|(_, param)| sizes(param).is_none());
    let unknown: Vec<_> = unknown
        .map(|(_, param)| format!("`{}` has no size that is known: say it with `--at`", param.name))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let total = graph.total_params().known().unwrap_or(usize::MAX);
    if total.saturating_mul(4) > MOST_BYTES {
        let size = total / (1 << 28);
        return Err(vec![format!("the weights are {size} GiB: an ONNX file holds less than 2")]);
    }
    Ok(())
}

fn sizes(param: &Parameter) -> Option<Vec<usize>> {
    param.shape.iter().map(formwork_ir::Dim::known).collect()
}
