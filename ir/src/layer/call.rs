use std::cell::RefCell;

use crate::{Condition, Dim, Domain, Fault, Shape};

/// A tensor handed to a layer.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// What the user calls it, quoted for a message: `` `image` ``, `` the output of `relu` ``.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a Shape,
}

/// The tensors a layer is applied to.
#[derive(Debug)]
pub struct Call<'a> {
    /// Name of the layer.
    pub layer: &'static str,
    /// Its input tensors; as many as [`Rule::INPUTS`](crate::Rule::INPUTS) says.
    pub inputs: &'a [Operand<'a>],
    domain: &'a Domain,
    needs: RefCell<Vec<Need>>,
}

/// What must hold of symbolic sizes for a layer to apply.
#[derive(Clone, PartialEq, Debug)]
pub struct Need {
    /// What must hold.
    pub condition: Condition,
    /// What is wrong where it does not.
    pub fault: Fault,
    /// Whether only training needs it.
    pub training: bool,
}

impl<'a> Call<'a> {
    /// The layer of that name applied to tensors whose symbols have the sizes of `domain`.
    pub fn new(layer: &'static str, inputs: &'a [Operand<'a>], domain: &'a Domain) -> Self {
        Call { layer, inputs, domain, needs: RefCell::default() }
    }

    /// Demands a condition. Of numbers it is decided at once; what it says of symbols is kept for
    /// whoever called the rule to decide.
    ///
    /// # Errors
    /// The fault, if the condition fails of numbers.
    pub fn need(&self, condition: Condition, fault: impl FnOnce() -> Fault) -> Result<(), Fault> {
        self.keep(condition, fault, false)
    }

    /// As [`Call::need`], of training alone.
    pub fn need_in_training(
        &self,
        condition: Condition,
        fault: impl FnOnce() -> Fault,
    ) -> Result<(), Fault> {
        self.keep(condition, fault, true)
    }

    fn keep(
        &self,
        condition: Condition,
        fault: impl FnOnce() -> Fault,
        training: bool,
    ) -> Result<(), Fault> {
        match condition.known() {
            Some(true) => Ok(()),
            Some(false) => Err(fault()),
            None => {
                self.needs.borrow_mut().push(Need { condition, fault: fault(), training });
                Ok(())
            }
        }
    }

    /// What the rule demanded of symbols.
    pub fn into_needs(self) -> Vec<Need> {
        self.needs.into_inner()
    }

    /// Whether two sizes are the same, whatever the symbols are.
    pub fn same(&self, a: &Dim, b: &Dim) -> bool {
        a == b || self.always(&Condition::equal(a, b))
    }

    /// Whether a condition holds whatever the symbols are.
    pub fn always(&self, condition: &Condition) -> bool {
        self.domain.always(condition)
    }

    /// The first input's shape.
    pub fn shape(&self) -> &'a Shape {
        self.inputs[0].shape
    }

    /// The input as an image: its height, width and channels.
    pub fn image(&self) -> Result<[&'a Dim; 3], Fault> {
        let Operand { name, shape } = self.inputs[0];
        if let [_, h, w, c] = shape.dims() {
            return Ok([h, w, c]);
        }
        let layer = self.layer;
        let fault = Fault::input(
            0,
            format!("`{layer}` needs [batch, height, width, channels]; {name} is {shape}"),
        );
        Err(match shape.dims() {
            [_, h, w] => fault
                .help(format!("give a {h}×{w} greyscale image its channel: `[_, {h}, {w}, 1]`")),
            [_, n] => match n.known().and_then(image_sides) {
                Some((side, c)) => fault.help(format!(
                    "if each sample is an image, say so: `.reshape([_, {side}, {side}, {c}])`"
                )),
                None => fault.help("a flat tensor takes `dense`; `reshape` makes it an image"),
            },
            _ => fault.help("write all four dimensions, batch first"),
        })
    }

    /// The size of the last dimension, of a tensor of at least `[batch, channels]`.
    pub fn channels(&self) -> Result<&'a Dim, Fault> {
        let Operand { name, shape } = self.inputs[0];
        match shape.dims() {
            [_, .., c] => Ok(c),
            _ => {
                let layer = self.layer;
                Err(Fault::input(
                    0,
                    format!("`{layer}` needs [batch, …, channels]; {name} is {shape}"),
                ))
            }
        }
    }
}

/// `n` as square images with one or three channels.
fn image_sides(n: usize) -> Option<(usize, usize)> {
    [1, 3].into_iter().find_map(|c| {
        let side = (n / c).isqrt();
        (n.is_multiple_of(c) && side * side == n / c && side > 1).then_some((side, c))
    })
}
