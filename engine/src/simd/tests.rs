use super::{Isa, Simd};

/// Each method's results, one after the other, of the first `count` of `a`, `b` and `c`.
#[inline(always)]
unsafe fn all<S: Simd>([a, b, c]: [&[f32]; 3], out: &mut Vec<(&'static str, Vec<f32>)>) {
    assert!([a, b, c].iter().all(|x| x.len() == S::LANES));
    // SAFETY: as many values as lanes, and the caller's word for the instruction set.
    unsafe {
        let [x, y, z] = [a, b, c].map(|x| S::load(x.as_ptr()));
        let mut push = |name, v| {
            let mut values = vec![0.0; S::LANES];
            S::store(values.as_mut_ptr(), v);
            out.push((name, values));
        };
        push("splat", S::splat(a[0]));
        push("add", S::add(x, y));
        push("sub", S::sub(x, y));
        push("mul", S::mul(x, y));
        push("div", S::div(x, y));
        push("fma", S::fma(x, y, z));
        push("max", S::max(x, y));
        push("min", S::min(x, y));
        push("sqrt", S::sqrt(S::mul(x, x)));
        push("round", S::round(x));
        push("power_of_two", S::power_of_two(S::round(x)));
        push("select_less", S::select_less(x, y, z, x));
        push("copy_sign", S::copy_sign(x, y));
        push("clamp", S::clamp(x, S::splat(-1.0), S::splat(1.5)));
        for count in 0..=S::LANES {
            push("load_first", S::load_first(a.as_ptr(), count));
            let mut values = vec![7.0; S::LANES];
            S::store_first(values.as_mut_ptr(), x, count);
            push("store_first", S::load(values.as_ptr()));
        }
    }
}

kernel! {
    /// [`all`] of an instruction set.
    fn run(values: [&[f32]; 3], out: &mut Vec<(&'static str, Vec<f32>)>) = all;
}

#[test]
fn every_instruction_set_computes_the_same() {
    let a =
        [1.5, -2.5, 0.0, 3.25, -0.5, 7.75, f32::NAN, 1e-3, 2.5, 4.5, -7.0, 0.5, 9.0, 1.0, 2.0, 3.0];
    let b =
        [2.0, 1.0, -1.0, f32::NAN, 0.25, -8.0, 1.0, 1e3, 2.5, -4.5, 7.0, -0.5, 3.0, 1.0, -2.0, 0.1];
    let c = [0.5f32; 16];
    for isa in Isa::available() {
        let lanes = isa.lanes();
        for from in (0..16).step_by(lanes) {
            let at = |x: &[f32; 16], i: usize| x[from + i];
            let own = [&a, &b, &c].map(|x| &x[from..from + lanes]);
            let mut found = Vec::new();
            // SAFETY: this machine has the instruction set.
            unsafe { run(isa, own, &mut found) };
            let lane = |f: &dyn Fn(f32, f32, f32) -> f32| -> Vec<f32> {
                (0..lanes).map(|i| f(at(&a, i), at(&b, i), at(&c, i))).collect()
            };
            let mut expect = vec![
                ("splat", vec![at(&a, 0); lanes]),
                ("add", lane(&|a, b, _| a + b)),
                ("sub", lane(&|a, b, _| a - b)),
                ("mul", lane(&|a, b, _| a * b)),
                ("div", lane(&|a, b, _| a / b)),
                ("fma", lane(&|a, b, c| a.mul_add(b, c))),
                ("max", lane(&|a, b, _| if a > b { a } else { b })),
                ("min", lane(&|a, b, _| if a < b { a } else { b })),
                ("sqrt", lane(&|a, _, _| (a * a).sqrt())),
                ("round", lane(&|a, _, _| a.round_ties_even())),
                ("power_of_two", lane(&|a, _, _| a.round_ties_even().exp2())),
                ("select_less", lane(&|a, b, c| if a < b { c } else { a })),
                ("copy_sign", lane(&|a, b, _| a.copysign(b))),
                ("clamp", lane(&|a, _, _| a.clamp(-1.0, 1.5))),
            ];
            for count in 0..=lanes {
                let of = |else_: f32| {
                    (0..lanes).map(|i| if i < count { at(&a, i) } else { else_ }).collect()
                };
                expect.push(("load_first", of(0.0)));
                expect.push(("store_first", of(7.0)));
            }
            for ((name, found), (_, expect)) in found.iter().zip(&expect) {
                for (found, expect) in found.iter().zip(expect) {
                    let close = (found - expect).abs() <= 1e-6 * expect.abs();
                    // What 2ⁿ is of no number is nobody's business.
                    let none = expect.is_nan() && (found.is_nan() || *name == "power_of_two");
                    assert!(close || none || found == expect, "{isa} {name}: {found} {expect}");
                }
            }
            assert_eq!(found.len(), expect.len());
        }
    }
}

#[test]
fn an_instruction_set_is_asked_for_by_name() {
    assert_eq!("portable".parse(), Ok(Isa::Portable));
    let error = "sse9".parse::<Isa>().unwrap_err().to_string();
    assert!(error.starts_with("no instruction set `sse9` on this machine, which has portable"));
    assert!(Isa::available().all(|isa| isa.available_here() == Ok(isa)));
    #[cfg(target_arch = "x86_64")]
    for isa in [Isa::Avx2, Isa::Avx512] {
        assert_eq!(isa.available_here().is_ok(), Isa::available().any(|own| own == isa), "{isa}");
    }
}
