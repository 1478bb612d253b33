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
    let otherwise = parameters.list.iter().any(|parameter| match &parameter.role {
        Role::Dense { inputs, outputs } => !inputs.is_plain() || !outputs.is_plain(),
        Role::Vector(order) => !order.is_plain(),
        Role::Map(_) | Role::Unknown(_) => true,
        _ => false,
    });
    let reasons = match framework {
        Framework::Pytorch => parameters.obstacles.clone(),
        Framework::Keras if otherwise && file.config().is_some_and(is_channels_first) => {
            vec!["the model in the file has `data_format = \"channels_first\"`, so what it flattens \
                  lies otherwise; save it with `channels_last`"
                .to_owned()]
        }
        _ => Vec::new(),
    };
    reasons.into_iter().map(|reason| Misfit::Obstacle { reason }).collect()
}

/// Whether a layer of a Keras model, whose configuration is JSON, counts channels first.
fn is_channels_first(config: &str) -> bool {
    let mut values = config.split("\"data_format\"").skip(1);
    values.any(|rest| {
        let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| value.starts_with("\"channels_first\""))
    })
}

#[cfg(test)]
mod tests {
    use super::is_channels_first;

    #[test]
    fn the_format_is_read_from_the_configuration() {
        let check = |config, expect| assert_eq!(is_channels_first(config), expect, "{config}");
        check(r#"{"config": {"data_format": "channels_first", "name": "conv2d"}}"#, true);
        check(r#"[{"data_format":"channels_last"}, {"data_format" :"channels_first"}]"#, true);
        check(r#"{"data_format": "channels_last", "name": "channels_first"}"#, false);
        check(r#"{"data_format": null}"#, false);
        check("\"data_format\"", false);
        check("", false);
    }
}
