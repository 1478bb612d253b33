//! What is done to a tensor of a file, in words.

use super::framework::Framework;
use super::layout::Layout;
use super::order::Order;
use super::role::Role;

/// What becomes of a tensor of that shape: "OIHW → HWIO".
pub(super) fn words(
    role: &Role,
    sizes: &[usize],
    layout: &Layout,
    framework: Framework,
    found: &[usize],
) -> String {
    let pytorch = framework == Framework::Pytorch;
    let mut words: Vec<String> = Vec::new();
    match (role, sizes, found) {
        (Role::Conv { .. }, [h, w, ..], [_, _]) => {
            words.push(format!("a dense kernel as a {h}×{w} convolution"));
        }
        (Role::Dense { .. }, _, [a, b, c, d]) => {
            let [h, w] = if pytorch { [c, d] } else { [a, b] };
            words.push(format!("a {h}×{w} convolution as a dense kernel"));
        }
        _ => {}
    }
    match role {
        _ if layout.is_ours() && found == sizes => return "as it is".to_owned(),
        _ if layout.is_ours() && words.is_empty() => words.push(format!("{found:?} → {sizes:?}")),
        _ if layout.is_ours() => {}
        Role::Conv { .. } => words.push("OIHW → HWIO".to_owned()),
        Role::Depthwise => words.push("(C·M)1HW → HWCM".to_owned()),
        Role::Transposed => words.push("IOHW → HWOI".to_owned()),
        Role::Dense { inputs, outputs } => {
            words.push("transposed".to_owned());
            words.extend(reordered(inputs, "inputs"));
            words.extend(reordered(outputs, "outputs"));
        }
        Role::Vector(order) => words.extend(reordered(order, "values")),
        Role::Map(_) | Role::Unknown(_) => words.push(format!("{found:?} → {sizes:?}")),
    }
    words.join(", ")
}

/// "its 25088 inputs from CHW to HWC", where they lie otherwise.
fn reordered(order: &Order, what: &str) -> Option<String> {
    let pieces = if order.map().is_some() { "" } else { ", piece by piece" };
    let n = order.values();
    (!order.is_plain()).then(|| format!("its {n} {what} from CHW to HWC{pieces}"))
}
