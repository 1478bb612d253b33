use crate::Value;

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
            pub fn new($( $req: <$RTy as $crate::ArgType>::Given ),*) -> Self {
                $Type {
                    $( $req: $req.into(), )*
                    $( $opt: $default, )*
                }
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
