use super::framework::Framework;
use super::layout::Layout;
use super::network::Parameter;
use super::source::Layer;
use crate::Entry;

/// A layer of the model, as the framework of a file has it.
pub(super) struct Target<'a> {
    /// Its name there, with our dots.
    pub name: String,
    /// The layer that it is, or is a part of.
    pub layer: &'a str,
    /// Its parameters.
    pub slots: Vec<Slot<'a>>,
    /// Whether it cannot run before the layer before it has.
    pub behind: bool,
}

/// A parameter in its layer.
pub(super) struct Slot<'a> {
    /// What it is called there.
    pub kind: String,
    pub parameter: &'a Parameter,
    pub layout: Result<Layout, String>,
}

/// The layers of a model, in its order.
pub(super) fn targets<'a>(
    parameters: impl Iterator<Item = &'a Parameter>,
    framework: Framework,
) -> Vec<Target<'a>> {
    let mut targets: Vec<Target> = Vec::new();
    for parameter in parameters {
        let (name, kind) = framework.spell(parameter);
        let layout = Layout::new(&parameter.role, &parameter.sizes, framework);
        let slot = Slot { kind, parameter, layout };
        match targets.iter_mut().find(|target| target.name == name) {
            Some(target) => target.slots.push(slot),
            None => {
                let (layer, behind) = (parameter.layer().0, parameter.behind);
                targets.push(Target { name, layer, slots: vec![slot], behind });
            }
        }
    }
    targets
}

impl Target<'_> {
    /// Whether a layer of a file has just these parameters, in these shapes.
    pub(super) fn is(&self, layer: &Layer, entries: &[Entry]) -> bool {
        layer.tensors.len() == self.slots.len()
            && self.slots.iter().all(|slot| {
                let index = layer.tensor(&slot.kind);
                index.is_some_and(|index| slot.takes(&entries[index].shape))
            })
    }

    /// `conv2d: weight [4, 3, 3, 3], bias [4]`, as the framework has it.
    pub(super) fn text(&self) -> String {
        let slots = self.slots.iter().map(|slot| {
            let sizes = slot.layout.as_ref().map_or(&*slot.parameter.sizes, Layout::shape);
            format!("{} {sizes:?}", slot.kind)
        });
        format!("{}: {}", self.name, slots.collect::<Vec<_>>().join(", "))
    }
}

impl Slot<'_> {
    /// Whether a tensor of that shape may be the parameter.
    pub(super) fn takes(&self, shape: &[usize]) -> bool {
        match &self.layout {
            Ok(layout) => layout.shapes().iter().any(|own| own == shape),
            // Said to be unknown when it is matched.
            Err(_) => {
                let values = |sizes: &[usize]| sizes.iter().product::<usize>();
                values(shape) == values(&self.parameter.sizes)
            }
        }
    }
}
