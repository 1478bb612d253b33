//! Value ranges of inputs: `in -1.0..=1.0`, `in imagenet`, `in (x - 127) / 128`.

use formwork_ir::{Ratio, Scheme, Shape};
use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, RangeLimits, UnOp};

use super::at;
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

/// What the schemes are called elsewhere.
const ALIASES: &[(&str, &str)] = &[
    ("tf", "-1.0..=1.0"),
    ("tensorflow", "-1.0..=1.0"),
    ("mobilenet", "-1.0..=1.0"),
    ("torch", "imagenet"),
    ("pytorch", "imagenet"),
    ("torchvision", "imagenet"),
    ("resnet", "caffe"),
    ("vgg", "caffe"),
    ("bgr", "caffe"),
    ("raw", "0..=255"),
    ("x", "0..=255"),
];

/// What a range says of an input of that shape, if that could be read.
pub(super) fn scheme(
    input: &Ident,
    range: &ast::Range,
    shape: Option<&Shape>,
) -> Result<Scheme, Diagnostic> {
    let scheme = read(&range.value, range.span)?;
    let Some(shape) = shape else {
        return Ok(scheme);
    };
    let fault = |title: String| at(Code::Range, range.span, title);
    let [_, _, _, channels] = shape.dims() else {
        let title = format!(
            "a range is of the pixels of an image, [batch, height, width, channels]; `{input}` is \
             {shape}"
        );
        return Err(fault(title).help("give the input its four dimensions, and `flatten()` it"));
    };
    match scheme.channels() {
        Some(n) if !channels.is(n) => {
            let title = format!("`{scheme}` is of {n} channels; `{input}` has {channels}");
            Err(fault(title).help("a linear range suits any number: `in 0.0..=1.0`"))
        }
        _ => Ok(scheme),
    }
}

fn read(value: &Expr, span: ast::Place) -> Result<Scheme, Diagnostic> {
    let fault = |title: String| at(Code::Range, span, title);
    match value {
        Expr::Paren(inner) => read(&inner.expr, span),
        Expr::Group(inner) => read(&inner.expr, span),
        Expr::Range(range) => between(range, span),
        Expr::Path(path) => {
            let name = path.path.get_ident().map(Ident::to_string).unwrap_or_default();
            named(&name, span)
        }
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => named(&text.value(), span),
        formula => {
            let mut pixel = None;
            let Linear { slope, offset } = linear(formula, &mut pixel)?;
            if slope == Ratio::ZERO {
                let title = "this says nothing of a pixel: it is one number for all";
                let help = "a range, `in 0.0..=1.0`, or what a pixel becomes, `in x / 127.5 - 1`";
                return Err(fault(title.to_owned()).help(help));
            }
            let white = slope.times(Ratio::whole(255)).and_then(|white| white.plus(offset));
            fitting(Some(offset).zip(white), span)
        }
    }
}

/// A scheme of that name.
fn named(name: &str, span: ast::Place) -> Result<Scheme, Diagnostic> {
    let known = Scheme::NAMED.iter().find(|(own, _)| *own == name);
    if let Some((_, scheme)) = known {
        return Ok(*scheme);
    }
    let alias = ALIASES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    let names = Scheme::NAMED.iter().map(|(name, _)| *name);
    let meant = alias.map(|(_, ours)| *ours).or_else(|| suggest::closest(name, names));
    let title = match meant {
        Some(meant) => format!("no scheme `{name}`; did you mean `{meant}`?"),
        None => format!("no scheme `{name}`"),
    };
    let help = "`imagenet`, `caffe`, what 0 and 255 become, `-1.0..=1.0`, or what a pixel does, \
                `(x - 127) / 128`";
    Err(at(Code::Range, span, title).help(help))
}

/// `low..=high`: what 0 and 255 become.
fn between(range: &syn::ExprRange, span: ast::Place) -> Result<Scheme, Diagnostic> {
    let fault = |title: String| at(Code::Range, span, title);
    let (Some(low), Some(high)) = (&range.start, &range.end) else {
        return Err(fault("a range needs both its ends".into()).help("`in 0.0..=1.0`"));
    };
    let end = |end: &Expr| -> Result<Ratio, Diagnostic> {
        let mut pixel = None;
        let Linear { offset, .. } = linear(end, &mut pixel)?;
        match pixel {
            None => Ok(offset),
            Some(name) => {
                let title = format!("the ends of a range are numbers; `{name}` is none");
                Err(Diagnostic::new(Code::Range, name.span(), title))
            }
        }
    };
    let (from, to) = (end(low)?, end(high)?);
    if matches!(range.limits, RangeLimits::HalfOpen(_)) {
        let text = |end: &Expr| quote::ToTokens::to_token_stream(end).to_string().replace(' ', "");
        let high = if to == Ratio::whole(256) { "255".to_owned() } else { text(high) };
        let help = format!("`in {}..={high}`", text(low));
        return Err(fault("a range of values has its ends in it: `..=`".into()).help(help));
    }
    let width = to.minus(from);
    match width.map(Ratio::parts) {
        Some((0, _)) => Err(fault(format!("the range is empty: every pixel would be {from}"))),
        Some((n, _)) if n < 0 => {
            let title = format!("the range is reversed: {from} is above {to}");
            let help = format!(
                "`in {to}..={from}`; if black and white are to change places, say what a pixel \
                 becomes: `in 1 - x / 255`"
            );
            Err(fault(title).help(help))
        }
        _ => fitting(Some((from, to)).filter(|_| width.is_some()), span),
    }
}

/// The scheme, if its type can be written.
fn fitting(ends: Option<(Ratio, Ratio)>, span: ast::Place) -> Result<Scheme, Diagnostic> {
    let scheme = ends.map(|(low, high)| Scheme::Between(low, high));
    let scheme = scheme.filter(|scheme| scheme.fractions().is_some());
    scheme.ok_or_else(|| too_fine(span))
}

fn too_fine(span: ast::Place) -> Diagnostic {
    at(Code::Range, span, "these numbers are too large or too fine").help("fewer digits")
}

/// `slope · x + offset`
#[derive(Clone, Copy)]
struct Linear {
    slope: Ratio,
    offset: Ratio,
}

impl Linear {
    fn constant(offset: Ratio) -> Self {
        Linear { slope: Ratio::ZERO, offset }
    }

    /// What `f` makes of both numbers.
    fn each(self, f: impl Fn(Ratio) -> Option<Ratio>) -> Option<Self> {
        Some(Linear { slope: f(self.slope)?, offset: f(self.offset)? })
    }
}

/// A formula of one pixel, whatever that is called; exact.
fn linear(formula: &Expr, pixel: &mut Option<Ident>) -> Result<Linear, Diagnostic> {
    let span = crate::parse::place(formula);
    let fault = |title: &str| at(Code::Range, span, title);
    let fits = |value: Option<Linear>| value.ok_or_else(|| too_fine(span));
    match formula {
        Expr::Paren(inner) => linear(&inner.expr, pixel),
        Expr::Group(inner) => linear(&inner.expr, pixel),
        Expr::Lit(lit) => {
            let digits = match &lit.lit {
                Lit::Int(int) => int.base10_digits().to_owned(),
                Lit::Float(float) => float.base10_digits().to_owned(),
                _ => return Err(fault("expected a number")),
            };
            // `1.` is 1.
            let digits = digits.strip_suffix('.').unwrap_or(&digits);
            fits(Ratio::parse(digits).map(Linear::constant))
        }
        Expr::Path(path) => {
            let Some(name) = path.path.get_ident() else {
                return Err(fault("paths are not part of the language"));
            };
            match pixel {
                Some(first) if first != name => {
                    let title = format!("a formula is of one pixel, `{first}`; what is `{name}`?");
                    return Err(Diagnostic::new(Code::Range, name.span(), title));
                }
                _ => *pixel = Some(name.clone()),
            }
            Ok(Linear { slope: Ratio::ONE, offset: Ratio::ZERO })
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            let value = linear(&unary.expr, pixel)?;
            fits(value.each(|n| Ratio::ZERO.minus(n)))
        }
        Expr::Binary(binary) => {
            let a = linear(&binary.left, pixel)?;
            let b = linear(&binary.right, pixel)?;
            let both = |f: fn(Ratio, Ratio) -> Option<Ratio>| {
                Some(Linear { slope: f(a.slope, b.slope)?, offset: f(a.offset, b.offset)? })
            };
            match binary.op {
                BinOp::Add(_) => fits(both(Ratio::plus)),
                BinOp::Sub(_) => fits(both(Ratio::minus)),
                BinOp::Mul(_) if b.slope == Ratio::ZERO => fits(a.each(|n| n.times(b.offset))),
                BinOp::Mul(_) if a.slope == Ratio::ZERO => fits(b.each(|n| n.times(a.offset))),
                BinOp::Div(_) if b.slope == Ratio::ZERO && b.offset == Ratio::ZERO => {
                    Err(fault("nothing is divided by 0"))
                }
                BinOp::Div(_) if b.slope == Ratio::ZERO => fits(a.each(|n| n.over(b.offset))),
                BinOp::Mul(_) | BinOp::Div(_) => {
                    let help = "a scale and an offset: `(x - 127) / 128`";
                    Err(fault("what a pixel becomes must be linear in it").help(help))
                }
                _ => Err(fault("a formula is made of `+ - * /`")),
            }
        }
        other => {
            let help = "a range, `-1.0..=1.0`, a scheme, `imagenet` or `caffe`, or what a pixel \
                        becomes, `(x - 127) / 128`";
            Err(Diagnostic::new(Code::Range, other.span(), "this is no range of values")
                .to(span.1)
                .help(help))
        }
    }
}
