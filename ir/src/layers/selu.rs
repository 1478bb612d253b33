use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `λ · x` above 0, `λ · α · (eˣ - 1)` below: keeps mean 0 and variance 1.
    ///
    /// λ = 1.0507009873554805 and α = 1.6732632423543772 (Klambauer et al. 2017). Goes with
    /// `lecun_normal` kernels and `alpha_dropout`; with others it is a warning, `selu_recipe`.
    "selu" => Selu { ; }
}

elementwise! {
    Selu in Activation, aliases: ["SELU"], example: "x.selu()",
    turns: |_| [0.0],
    |_, x| LAMBDA * if x > 0.0 { x } else { ALPHA * x.exp_m1() }
}

const ALPHA: f64 = 1.673_263_242_354_377_2;
const LAMBDA: f64 = 1.050_700_987_355_480_5;
