//! Names of other frameworks as dotted paths of identifiers: `/layer1/layer1.0/conv1/Conv` as
//! `layer1.0.conv1`.

/// The scope in a slashed name; parts that repeat what is before them are written once.
pub fn scope(name: &str) -> String {
    let mut path = String::new();
    for part in name.split('/').filter(|part| !part.is_empty()) {
        if is_noise(part) {
            continue;
        }
        // PyTorch's second exporter numbers nodes: `node_conv2d_1`.
        let part = part.strip_prefix("node_").unwrap_or(part);
        // A module of a list carries the name of the list: `features/features.0`.
        let last = path.rsplit('/').next().unwrap_or_default();
        let repeats = part.strip_prefix(last).is_some_and(|rest| rest.starts_with('.'));
        if repeats && !last.is_empty() {
            path.truncate(path.len() - last.len());
        } else if !path.is_empty() {
            path.push('/');
        }
        path += part;
    }
    clean(&path.replace('/', "."))
}

/// What TensorFlow's graphs are wrapped in.
fn is_noise(part: &str) -> bool {
    part.starts_with("StatefulPartitionedCall") || part == "ReadVariableOp"
}

/// The name with letters, digits and `_` between its dots.
pub fn clean(name: &str) -> String {
    let word = |part: &str| -> String {
        let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        part.chars().map(word).take(64).collect()
    };
    let parts: Vec<_> = name.split('.').filter(|part| !part.is_empty()).map(word).collect();
    parts.join(".")
}

/// Whether a part of a name is what exporters call an operator: `Conv`, `Conv_12`, `conv2d_1`.
pub fn is_operator(part: &str, op: &str) -> bool {
    let rest = part.get(..op.len()).filter(|start| start.eq_ignore_ascii_case(op));
    rest.is_some_and(|_| {
        let rest = part[op.len()..].trim_start_matches('_');
        rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A name for a Rust type: `mobilenet_v2-7` as `MobilenetV27`.
pub fn type_name(name: &str) -> Option<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut type_name = String::new();
    for word in words {
        let mut letters = word.chars();
        type_name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        type_name.extend(letters);
    }
    type_name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(type_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_what_the_modules_are_called() {
        let check = |name, expect| assert_eq!(scope(name), expect, "{name}");
        check("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1.Conv");
        check("/features/features.3/features.3.0/Conv", "features.3.0.Conv");
        check("StatefulPartitionedCall/model/conv1/Conv2D", "model.conv1.Conv2D");
        check("Conv_12", "Conv_12");
        check("node_conv2d_1", "conv2d_1");
        check("a b/ü/..", "a_b._");
        check("", "");
    }

    #[test]
    fn operators_are_told_from_names() {
        let check = |part, op, expect| assert_eq!(is_operator(part, op), expect, "{part} {op}");
        check("Conv", "Conv", true);
        check("Conv_12", "Conv", true);
        check("relu_1", "Relu", true);
        check("conv1", "Conv", true);
        check("convert", "Conv", false);
        check("ü", "Conv", false);
    }

    #[test]
    fn types_begin_with_a_letter() {
        assert_eq!(type_name("mobilenet_v2-7").as_deref(), Some("MobilenetV27"));
        assert_eq!(type_name("3d"), None);
        assert_eq!(type_name("…"), None);
    }
}
