use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Isa {
    /// What every machine has: vectors of four, as the compiler makes them.
    Portable,
    /// 128 bits of ARM.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// 256 bits with fused multiplication and addition.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The variable that forces an instruction set.
const VARIABLE: &str = "FORMWORK_ISA";

/// An instruction set that is not to be had here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "no instruction set `{found}` on this machine, which has {}; the environment variable \
     {VARIABLE} or the caller asked for it",
    expected.join(", ")
)]
pub struct IsaError {
    /// What was asked for.
    pub found: String,
    /// What there is.
    pub expected: Vec<&'static str>,
}

impl Isa {
    const ALL: &[Isa] = &[
        Isa::Portable,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512,
    ];

    /// The ones this machine has, the widest last.
    pub fn available() -> impl DoubleEndedIterator<Item = Isa> {
        Isa::ALL.iter().copied().filter(|isa| isa.is_available())
    }

    /// The one to use: what the environment variable `FORMWORK_ISA` says, or the widest.
    ///
    /// # Errors
    /// If the variable names none that this machine has.
    pub fn detect() -> Result<Isa, IsaError> {
        static FOUND: OnceLock<Result<Isa, IsaError>> = OnceLock::new();
        FOUND
            .get_or_init(|| match std::env::var(VARIABLE) {
                Ok(name) => name.parse(),
                Err(_) => Ok(Isa::available().next_back().unwrap_or(Isa::Portable)),
            })
            .clone()
    }

    /// This one, if the machine has it.
    ///
    /// # Errors
    /// If it has not.
    pub fn available_here(self) -> Result<Self, IsaError> {
        self.name().parse()
    }

    /// Number of values in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Isa::Portable => 4,
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => 4,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => 8,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => 16,
        }
    }

    /// How many registers hold vectors.
    pub fn registers(self) -> usize {
        match self {
            Isa::Portable => 16,
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => 32,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => 16,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => 32,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Isa::Portable => "portable",
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => "neon",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => "avx512",
        }
    }

    fn is_available(self) -> bool {
        match self {
            Isa::Portable => true,
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => {
                Isa::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }
}

impl FromStr for Isa {
    type Err = IsaError;
    fn from_str(name: &str) -> Result<Self, IsaError> {
        Isa::available().find(|isa| isa.name() == name).ok_or_else(|| IsaError {
            found: name.to_owned(),
            expected: Isa::available().map(Isa::name).collect(),
        })
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
