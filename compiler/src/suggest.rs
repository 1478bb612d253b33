//! "Did you mean …?"

use formwork_ir::ARG_ALIASES;

/// The candidate that `name` is most likely a slip of.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let key = |text: &str| text.to_lowercase().replace('_', "");
    let wanted = key(name);
    let scored = candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &key(candidate)), candidate));
    let (distance, candidate) = scored.min_by_key(|(distance, _)| *distance)?;
    let close = distance <= 1 + wanted.chars().count() / 4;
    (close && distance < wanted.chars().count()).then_some(candidate)
}

/// The argument among `candidates` that is meant by `name`.
pub(crate) fn argument<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let ours = ARG_ALIASES.iter().filter(|(other, _)| *other == name).map(|(_, ours)| *ours);
    let known = candidates.iter().find(|candidate| ours.clone().any(|ours| ours == **candidate));
    known.copied().or_else(|| closest(name, candidates.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let layers = ["conv2d", "conv2d_transpose", "dense", "max_pool2d", "relu"];
        let check = |name, expect| assert_eq!(closest(name, layers), expect, "{name}");
        check("conv2", Some("conv2d"));
        check("Conv2D", Some("conv2d"));
        check("maxpool2d", Some("max_pool2d"));
        check("denes", Some("dense"));
        check("attention", None);
        check("x", None);
    }

    #[test]
    fn arguments_of_other_frameworks_are_known() {
        let args = ["filters", "kernel", "stride", "bias"];
        let check = |name, expect| assert_eq!(argument(name, &args), expect, "{name}");
        check("strides", Some("stride"));
        check("kernel_size", Some("kernel"));
        check("use_bias", Some("bias"));
        check("data_format", None);
    }
}
