use std::fmt;

use super::network::Parameter;

/// Whose names and layouts a file has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Framework {
    /// Ours: the names of the model's parameters, and their shapes.
    Formwork,
    /// Keras: `conv2d/kernel`, (height, width, inputs, outputs).
    Keras,
    /// PyTorch: `conv.weight`, (outputs, inputs, height, width).
    Pytorch,
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Framework::Formwork => "formwork",
            Framework::Keras => "Keras",
            Framework::Pytorch => "PyTorch",
        })
    }
}

impl Framework {
    /// The layer that a parameter is in, and its name there. PyTorch has two layers for a
    /// separable convolution: `depthwise` and `pointwise`.
    pub(super) fn spell(self, parameter: &Parameter) -> (String, String) {
        let (layer, kind) = parameter.layer();
        if self != Framework::Pytorch {
            return (layer.to_owned(), kind.to_owned());
        }
        let part = match kind {
            "depthwise_kernel" => ".depthwise",
            _ if parameter.separable => ".pointwise",
            _ => "",
        };
        let kind = match kind {
            "kernel" | "gamma" | "alpha" | "depthwise_kernel" | "pointwise_kernel" => "weight",
            "beta" => "bias",
            "moving_mean" => "running_mean",
            "moving_variance" => "running_var",
            kind => kind,
        };
        (format!("{layer}{part}"), kind.to_owned())
    }

    /// What a parameter is called in a file of this framework: `conv2d.weight`, `conv2d/kernel`.
    pub fn name(self, parameter: &Parameter) -> String {
        let (layer, kind) = self.spell(parameter);
        match self {
            Framework::Keras => format!("{}/{kind}", layer.replace('.', "/")),
            _ if layer.is_empty() => kind,
            _ => format!("{layer}.{kind}"),
        }
    }

    /// The framework of a file with tensors of those names, told by what only one of them has;
    /// `Err` has one name of each of several.
    pub(super) fn of(
        names: &[&str],
        parameters: &[Parameter],
    ) -> Result<Framework, [(Framework, String); 2]> {
        let own = |name: &&&str| {
            let known = parameters.iter().any(|parameter| parameter.name == ***name);
            known && !matches!(name.rsplit_once('.'), Some((_, "bias")))
        };
        let pytorch = |name: &&&str| {
            let last = name.rsplit('.').next().unwrap_or_default();
            ["weight", "running_mean", "running_var", "num_batches_tracked"].contains(&last)
        };
        let keras = |name: &&&str| {
            let name = name.strip_suffix(":0").unwrap_or(name);
            let kind = name.rsplit_once('/').map(|(_, kind)| kind);
            kind.is_some_and(|kind| {
                ["gamma", "beta", "alpha"].contains(&kind)
                    || kind.ends_with("kernel")
                    || kind.starts_with("moving_")
            })
        };
        let [own, pytorch, keras] = [
            names.iter().find(own).map(|name| (Framework::Formwork, (*name).to_owned())),
            names.iter().find(pytorch).map(|name| (Framework::Pytorch, (*name).to_owned())),
            names.iter().find(keras).map(|name| (Framework::Keras, (*name).to_owned())),
        ];
        match (own, pytorch, keras) {
            // A checkpoint of ours has other tensors besides, with a `/` in their names.
            (Some(_), None, _) | (None, None, None) => Ok(Framework::Formwork),
            (None, Some(_), None) => Ok(Framework::Pytorch),
            (None, None, Some(_)) => Ok(Framework::Keras),
            (Some(a), Some(b), _) | (None, Some(a), Some(b)) => Err([a, b]),
        }
    }
}
