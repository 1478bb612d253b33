//! The device that examples train on.

use formwork::prelude::*;

/// A GPU with the feature `cuda`, otherwise the CPU; what it draws follows from the seed.
///
/// GPUs use memory of tensors again, which takes less time than to allocate it. On the CPU dfdx would
/// only pile up what it is given: each batch of pictures, for one.
pub fn seeded(seed: u64) -> AutoDevice {
    let device = AutoDevice::seed_from_u64(seed);
    if cfg!(feature = "cuda") {
        device.enable_cache();
    }
    device
}
