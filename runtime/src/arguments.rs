/// Methods that set arguments: `name: Type;`, or `name: Type = |value| what is stored;`.
macro_rules! arguments {
    ($($(#[$doc:meta])* $name:ident: $Type:ty $(= |$value:ident| $stored:expr)?;)*) => { $(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: $Type) -> Self {
            $(let $value = $name;)?
            self.$name = $crate::arguments::arguments!(@stored $name $(, $stored)?);
            self
        }
    )* };
    (@stored $name:ident) => { $name };
    (@stored $name:ident, $stored:expr) => { $stored };
}
pub(crate) use arguments;
