use super::configuration::Configuration;
use super::framework::Framework;
use super::misfit::Misfit;
use super::network::Parameters;
use super::role::Role;
use crate::WeightFile;

/// What keeps all weights of a file from fitting, whatever their names and shapes.
pub(super) fn obstacles(
    file: &WeightFile,
    parameters: &Parameters,
    framework: Framework,
) -> Vec<Misfit> {
    let reasons = match framework {
        Framework::Pytorch => parameters.obstacles.clone(),
        Framework::Keras if lies_otherwise(&Configuration::of(file), parameters) => {
            vec!["the model in the file has `data_format = \"channels_first\"`, so what it flattens \
                  lies otherwise; save it with `channels_last`"
                .to_owned()]
        }
        _ => Vec::new(),
    };
    reasons.into_iter().map(|reason| Misfit::Obstacle { reason }).collect()
}

/// Whether the file's model has another order of values where the order matters.
fn lies_otherwise(configuration: &Configuration, parameters: &Parameters) -> bool {
    let flattens = configuration.flattens_channels_first();
    let whole = configuration.is_channels_first();
    parameters.list.iter().any(|parameter| match &parameter.role {
        Role::Dense { inputs, outputs } => flattens && !(inputs.is_plain() && outputs.is_plain()),
        Role::Vector(order) => flattens && !order.is_plain(),
        // It may be a dense layer behind a flatten there.
        Role::Conv { windows: true, .. } => flattens && parameter.sizes[..2] != [1, 1],
        Role::Map(_) | Role::Unknown(_) => whole,
        _ => false,
    })
}
