//! What a layer says about itself: the traits that each file of [`layers`](crate::layers)
//! implements, and the `layer!` macro that declares its arguments.

use crate::{Dim, Fault, Initializer, Op, Shape, Value};

/// One argument of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// Its name in a call.
    pub name: &'static str,
    /// What it takes, with an article: `"a whole number"`.
    pub expects: &'static str,
    /// Its default as it would be written in a model; `None` where it must be given.
    pub default: Option<fn() -> Value>,
    /// Whether it takes a value; the error is an optional hint beyond `expects`.
    pub check: fn(&Value) -> Result<(), Option<String>>,
    /// Its documentation.
    pub doc: &'static str,
}

/// A value that an argument does not take.
#[derive(Clone, PartialEq, Debug)]
pub struct ArgFault {
    /// Index into [`Declared::ARGS`].
    pub arg: usize,
    /// What was expected, where the type says more than [`Arg::expects`].
    pub help: Option<String>,
}

/// Name, documentation and arguments of a layer; written by the `layer!` macro.
pub trait Declared: Sized + Clone + PartialEq {
    /// Name of the layer in a model: `conv2d`.
    const NAME: &'static str;
    /// Name of the type that holds its arguments: `Conv2d`.
    const TYPE: &'static str;
    /// Documentation, in Markdown; the first line is a summary.
    const DOC: &'static str;
    /// Its arguments; those without a default come first.
    const ARGS: &'static [Arg];

    /// Reads the arguments; `None` takes the default. There are as many values as [`Self::ARGS`],
    /// and those without a default are given.
    fn read(values: &[Option<Value>]) -> Result<Self, ArgFault>;
    /// The arguments as values, in the order of [`Self::ARGS`].
    fn write(&self) -> Vec<Value>;
    /// A Rust expression that makes this value, in terms of the items of this crate.
    fn rust(&self) -> String;
}

/// What a layer does: its shape rule and what else follows from its arguments.
pub trait Rule: Declared {
    /// Where it stands in the documentation.
    const GROUP: Group;
    /// How many tensors it takes.
    const INPUTS: Inputs;
    /// Other names people try (Keras' class, PyTorch's module), for suggestions.
    const ALIASES: &'static [&'static str] = &[];
    /// An example for the documentation; it is compiled and run by the tests.
    const EXAMPLE: Example;

    /// The shape rule: output shape, parameters and cost, or what is wrong.
    fn infer(&self, call: &Call) -> Result<Inferred, Fault>;

    /// The activation applied to the output as a layer of its own, if any.
    fn activation(&self) -> Option<&Op> {
        None
    }

    /// For layers that stand for several others side by side (`split`): those layers, each
    /// applied to the same input.
    fn parts(&self, _call: &Call) -> Option<Result<Vec<Op>, Fault>> {
        None
    }

    /// What the layer computes at inference, naively, in f64.
    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        params: &[crate::oracle::Array],
    ) -> crate::oracle::Array;
}

/// Chapters of the layer documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Group {
    Convolution,
    Dense,
    Pooling,
    Normalization,
    Activation,
    Regularization,
    Shape,
    Resize,
    Reduce,
    Arithmetic,
    Merge,
}

/// How many tensors a layer takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inputs {
    /// Exactly one.
    One,
    /// Exactly two.
    Two,
    /// Two or more, up to [`Inputs::MOST`].
    Many,
}

impl Inputs {
    /// The most tensors one merge takes.
    pub const MOST: usize = 12;

    /// The smallest and largest number of tensors.
    pub fn range(self) -> (usize, usize) {
        match self {
            Inputs::One => (1, 1),
            Inputs::Two => (2, 2),
            Inputs::Many => (2, Self::MOST),
        }
    }
}

/// An example of a layer: `struct Example(inputs) -> output { body }`.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// `"x: [_, 28, 28, 1]"`
    pub inputs: &'static str,
    /// `"x.conv2d(32, 3)"`
    pub body: &'static str,
    /// `"[_, 26, 26, 32]"`
    pub output: &'static str,
}

/// A tensor handed to a layer.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// What the user calls it, quoted for a message: `` `image` ``, `` the output of `relu` ``.
    pub name: &'a str,
    /// Its shape.
    pub shape: &'a Shape,
}

/// The tensors a layer is applied to.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Name of the layer.
    pub layer: &'static str,
    /// Its input tensors; as many as [`Rule::INPUTS`] says.
    pub inputs: &'a [Operand<'a>],
}

impl<'a> Call<'a> {
    /// The first input's shape.
    pub fn shape(&self) -> &'a Shape {
        self.inputs[0].shape
    }

    /// The input as an image: its height, width and channels.
    pub fn image(&self) -> Result<[usize; 3], Fault> {
        let Operand { name, shape } = self.inputs[0];
        if let [_, Dim::Known(h), Dim::Known(w), Dim::Known(c)] = *shape.dims() {
            return Ok([h, w, c]);
        }
        let layer = self.layer;
        let fault = Fault::input(
            0,
            format!("`{layer}` needs [batch, height, width, channels]; {name} is {shape}"),
        );
        Err(match *shape.dims() {
            [_, Dim::Known(h), Dim::Known(w)] => fault
                .help(format!("give a {h}×{w} greyscale image its channel: `[_, {h}, {w}, 1]`")),
            [_, Dim::Known(n)] => match image_sides(n) {
                Some((side, c)) => fault.help(format!(
                    "if each sample is an image, say so: `.reshape([_, {side}, {side}, {c}])`"
                )),
                None => fault.help("a flat tensor takes `dense`; `reshape` makes it an image"),
            },
            _ => fault.help("write all four dimensions, batch first"),
        })
    }

    /// The size of the last dimension, of a tensor of at least `[batch, channels]`.
    pub fn channels(&self) -> Result<usize, Fault> {
        let Operand { name, shape } = self.inputs[0];
        match shape.dims() {
            [_, .., Dim::Known(c)] => Ok(*c),
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

/// A parameter that a layer needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// Its kind, the last part of its name: `kernel`, `bias`, `gamma` …
    pub kind: &'static str,
    /// Its shape.
    pub shape: Vec<usize>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)` for the initialisers that scale by them.
    pub fans: (usize, usize),
    /// Whether gradients update it; running statistics are not.
    pub trainable: bool,
}

/// What a shape rule answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Inferred {
    /// Shape of the output.
    pub shape: Shape,
    /// Parameters, in the order the kernel takes them.
    pub params: Vec<Param>,
    /// Multiply-accumulates a sample, as published tables count them: products with weights.
    pub macs: u64,
}

impl Inferred {
    /// An output without parameters.
    pub fn shape(shape: Shape) -> Self {
        Inferred { shape, params: Vec::new(), macs: 0 }
    }

    /// Adds a parameter that gradients update.
    pub fn weight(mut self, kind: &'static str, shape: &[usize], init: &Initializer) -> Self {
        let (fans, shape, init) = (fans(shape), shape.to_vec(), init.clone());
        self.params.push(Param { kind, shape, init, fans, trainable: true });
        self
    }

    /// Adds a vector of one value a channel, if `present`.
    pub fn vector(self, present: bool, kind: &'static str, n: usize, init: &Initializer) -> Self {
        if !present {
            return self;
        }
        self.weight(kind, &[n], init)
    }

    /// Adds a running statistic: a vector that no gradient updates.
    pub fn statistic(self, kind: &'static str, n: usize, init: &Initializer) -> Self {
        let mut inferred = self.vector(true, kind, n, init);
        inferred.params.last_mut().expect("just added").trainable = false;
        inferred
    }

    /// Sets the cost: the product of `factors`, saturating.
    pub fn macs(mut self, factors: &[usize]) -> Self {
        self.macs = factors.iter().fold(1, |product, &n| product.saturating_mul(n as u64));
        self
    }
}

/// Keras' `(fan_in, fan_out)`: the last two sizes, each times the product of those before them
/// (the kernel's area); one size is both.
fn fans(shape: &[usize]) -> (usize, usize) {
    let [area @ .., inputs, outputs] = shape else {
        let n = shape.first().copied().unwrap_or(1);
        return (n, n);
    };
    let area = area.iter().fold(1, |product: usize, &n| product.saturating_mul(n));
    (area.saturating_mul(*inputs), area.saturating_mul(*outputs))
}

/// A row of the layer table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// [`Declared::NAME`].
    pub name: &'static str,
    /// [`Declared::TYPE`].
    pub type_name: &'static str,
    /// [`Declared::DOC`].
    pub doc: &'static str,
    /// [`Declared::ARGS`].
    pub args: &'static [Arg],
    /// [`Rule::GROUP`].
    pub group: Group,
    /// [`Rule::INPUTS`].
    pub inputs: Inputs,
    /// [`Rule::ALIASES`].
    pub aliases: &'static [&'static str],
    /// [`Rule::EXAMPLE`].
    pub example: Example,
    /// [`Declared::read`].
    pub read: fn(&[Option<Value>]) -> Result<Op, ArgFault>,
}

impl Spec {
    /// Reads the arguments of a call, by position or by name.
    pub fn call(&self, args: &[(Option<String>, Value)]) -> Result<Op, String> {
        let Spec { name, args: known, .. } = self;
        let mut values = vec![None; known.len()];
        for (i, (key, value)) in args.iter().enumerate() {
            let index = match key {
                Some(key) => known
                    .iter()
                    .position(|arg| arg.name == key)
                    .ok_or_else(|| format!("`{name}` has no argument `{key}`"))?,
                None => i,
            };
            let slot = values
                .get_mut(index)
                .ok_or_else(|| format!("`{name}` takes {} arguments", known.len()))?;
            if slot.replace(value.clone()).is_some() {
                return Err(format!("`{name}`: `{}` is given twice", known[index].name));
            }
        }
        (self.read)(&values).map_err(|fault| {
            let arg = &known[fault.arg];
            let help = fault.help.map(|help| format!(": {help}")).unwrap_or_default();
            format!("`{name}`: `{}` takes {}{help}", arg.name, arg.expects)
        })
    }
}

/// Declares a layer's argument type: a struct with a constructor for what must be given and a
/// setter for each of the rest, and its [`Declared`] implementation.
macro_rules! layer {
    (
        $(#[doc = $doc:literal])*
        $name:literal => $Type:ident {
            $( $(#[doc = $rdoc:literal])* $req:ident : $RTy:ty ),* $(,)? ;
            $( $(#[doc = $odoc:literal])* $opt:ident : $OTy:ty = $default:expr ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Debug)]
        pub struct $Type {
            $( $(#[doc = $rdoc])* pub $req: $RTy, )*
            $( $(#[doc = $odoc])* pub $opt: $OTy, )*
        }

        #[allow(clippy::new_without_default, reason = "a layer is not a collection")]
        impl $Type {
            /// The layer with its other arguments at their defaults.
            pub fn new($( $req: $RTy ),*) -> Self {
                $Type { $( $req, )* $( $opt: $default, )* }
            }
            $(
                $(#[doc = $odoc])*
                pub fn $opt(mut self, $opt: $OTy) -> Self {
                    self.$opt = $opt;
                    self
                }
            )*
        }

        impl $crate::Declared for $Type {
            const NAME: &'static str = $name;
            const TYPE: &'static str = stringify!($Type);
            const DOC: &'static str = concat!($($doc, "\n"),*);
            const ARGS: &'static [$crate::Arg] = &[
                $( $crate::Arg {
                    name: stringify!($req),
                    expects: <$RTy as $crate::ArgType>::EXPECTS,
                    default: None,
                    check: |value| <$RTy as $crate::ArgType>::read(value).map(drop),
                    doc: concat!($($rdoc, "\n"),*),
                }, )*
                $( $crate::Arg {
                    name: stringify!($opt),
                    expects: <$OTy as $crate::ArgType>::EXPECTS,
                    default: Some(|| <$OTy as $crate::ArgType>::write(&$default)),
                    check: |value| <$OTy as $crate::ArgType>::read(value).map(drop),
                    doc: concat!($($odoc, "\n"),*),
                }, )*
            ];

            #[allow(unused_variables, unused_assignments, unused_mut, reason = "no arguments")]
            fn read(values: &[Option<$crate::Value>]) -> Result<Self, $crate::ArgFault> {
                let mut arg = 0;
                $(
                    let $req = match &values[arg] {
                        Some(value) => <$RTy as $crate::ArgType>::read(value)
                            .map_err(|help| $crate::ArgFault { arg, help })?,
                        None => return Err($crate::ArgFault { arg, help: None }),
                    };
                    arg += 1;
                )*
                $(
                    let $opt = match &values[arg] {
                        Some(value) => <$OTy as $crate::ArgType>::read(value)
                            .map_err(|help| $crate::ArgFault { arg, help })?,
                        None => $default,
                    };
                    arg += 1;
                )*
                Ok($Type { $( $req, )* $( $opt, )* })
            }

            fn write(&self) -> Vec<$crate::Value> {
                vec![
                    $( $crate::ArgType::write(&self.$req), )*
                    $( $crate::ArgType::write(&self.$opt), )*
                ]
            }

            fn rust(&self) -> String {
                let required: &[String] = &[$( $crate::ArgType::rust(&self.$req) ),*];
                #[allow(unused_mut, reason = "no optional arguments")]
                let mut code = format!("{}::new({})", stringify!($Type), required.join(", "));
                $(
                    if self.$opt != $default {
                        code += &format!(
                            ".{}({})", stringify!($opt), $crate::ArgType::rust(&self.$opt)
                        );
                    }
                )*
                code
            }
        }
    };
}
pub(crate) use layer;
