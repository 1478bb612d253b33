//! What the weights of Keras' layers are called: files of Keras 3 only number them.

use serde_json::Value;

/// The name of each weight of a layer, given its class in snake case, how many weights it has and
/// its configuration; `None` if that does not tell.
pub(super) fn weights(
    class: &str,
    count: usize,
    config: Option<&Value>,
) -> Option<Vec<&'static str>> {
    let is_off = |argument: &str| {
        config.and_then(|config| config.get(argument)) == Some(&Value::Bool(false))
    };
    let all: &[&str] = match class {
        "dense" | "einsum_dense" | "conv1d" | "conv2d" | "conv3d" | "conv1d_transpose"
        | "conv2d_transpose" | "conv3d_transpose" | "depthwise_conv1d" | "depthwise_conv2d" => {
            &["kernel", "bias"]
        }
        "separable_conv1d" | "separable_conv2d" => {
            &["depthwise_kernel", "pointwise_kernel", "bias"]
        }
        "batch_normalization" => &["gamma", "beta", "moving_mean", "moving_variance"],
        "layer_normalization" | "group_normalization" => &["gamma", "beta"],
        "p_re_lu" => &["alpha"],
        "normalization" => &["mean", "variance", "count"],
        "embedding" => &["embeddings"],
        _ => return None,
    };
    let absent = |name: &&str| match *name {
        "bias" => is_off("use_bias") || (config.is_none() && count + 1 == all.len()),
        "gamma" => is_off("scale") || (config.is_none() && count + 2 == all.len()),
        "beta" => is_off("center") || (config.is_none() && count + 2 == all.len()),
        _ => false,
    };
    let names: Vec<_> = all.iter().copied().filter(|name| !absent(name)).collect();
    (names.len() == count).then_some(names)
}

/// A class' name as Keras writes it in paths.
pub(super) fn snake_case(class: &str) -> String {
    let letters: Vec<char> = class.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut snake = String::new();
    for (i, &letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| letters[i]);
        let after = letters.get(i + 1);
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        let check = |class, expect| assert_eq!(snake_case(class), expect);
        check("Conv2D", "conv2d");
        check("Conv2DTranspose", "conv2d_transpose");
        check("DepthwiseConv2D", "depthwise_conv2d");
        check("BatchNormalization", "batch_normalization");
        check("PReLU", "p_re_lu");
        check("ReLU", "re_lu");
        check("GlobalAveragePooling2D", "global_average_pooling2d");
        check("LSTMCell", "lstm_cell");
        check("MBConv", "mb_conv");
        check("My_Conv", "my__conv");
        check("My_CONV", "my_conv");
        check("", "");
    }

    #[test]
    fn numbered() {
        let check = |class, count, config: &str, expect: Option<&[&str]>| {
            let config = serde_json::from_str(config).ok();
            assert_eq!(
                weights(class, count, config.as_ref()).as_deref(),
                expect,
                "{class} {count}"
            );
        };
        check("conv2d", 2, "{}", Some(&["kernel", "bias"]));
        check("conv2d", 1, r#"{"use_bias": false}"#, Some(&["kernel"]));
        check("conv2d", 1, "", Some(&["kernel"]));
        check("conv2d", 1, "{}", None);
        check("conv2d", 4, "{}", None);
        check(
            "batch_normalization",
            3,
            r#"{"scale": false}"#,
            Some(&["beta", "moving_mean", "moving_variance"]),
        );
        check(
            "batch_normalization",
            3,
            r#"{"center": false}"#,
            Some(&["gamma", "moving_mean", "moving_variance"]),
        );
        check("batch_normalization", 2, "", Some(&["moving_mean", "moving_variance"]));
        check("batch_normalization", 3, "", None);
        check("layer_normalization", 1, "", None);
        check("separable_conv2d", 2, "", Some(&["depthwise_kernel", "pointwise_kernel"]));
        check("attention", 1, "{}", None);
    }
}
