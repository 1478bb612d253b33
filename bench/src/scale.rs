//! How time grows with batch, size and threads, and memory with depth.

use std::num::NonZeroUsize;
use std::time::Instant;

use formwork_engine::{Compiled, Options};
use formwork_ir::Graph;

use crate::Result;
use crate::machine::Machine;
use crate::results::median;

/// Channels of every layer.
const CHANNELS: usize = 64;

/// The tables, as Markdown.
///
/// # Errors
/// If a network does not run, which none should.
pub fn page() -> Result<String> {
    let Machine { processor, cores, instructions, .. } = Machine::this();
    let instructions = instructions.join(", ");
    let mut page = format!(
        "# Scaling\n\nWritten by `formwork-bench scale`. Chains of 3×3 convolutions of 64 channels, \
         each with a relu. {processor}, {cores} cores, {instructions}.\n",
    );
    page +=
        "\n## Batch\n\nEight layers, 56×56, two threads.\n\n| batch | ms an image |\n|---|---|\n";
    for batch in [1, 2, 4, 8, 16, 32] {
        let ms = time(batch, 56, 8, 2)? / batch as f64;
        page += &format!("| {batch} | {ms:.3} |\n");
    }
    page += "\n## Size\n\nEight layers, batch 1, two threads.\n\n| size | ms | ns a pixel |\n|---|---|---|\n";
    for size in [7, 14, 28, 56, 112, 224] {
        let ms = time(1, size, 8, 2)?;
        page += &format!("| {size}×{size} | {ms:.3} | {:.1} |\n", 1e6 * ms / (size * size) as f64);
    }
    let most = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    page += "\n## Threads\n\nEight layers, 56×56, batch 1.\n\n| threads | ms | times as fast as one |\n|---|---|---|\n";
    let times = (1..=most).map(|threads| time(1, 56, 8, threads)).collect::<Result<Vec<_>>>()?;
    for (threads, ms) in (1..).zip(&times) {
        page += &format!("| {threads} | {ms:.3} | {:.2} |\n", times[0] / ms);
    }
    page += "\n## Depth\n\n56×56, batch 1, two threads: memory besides weights, and weights.\n\n\
             | layers | MB | MB of weights |\n|---|---|---|\n";
    for depth in [1, 2, 4, 8, 16, 32] {
        let chain = chain(1, 56, depth, 2)?;
        let mb = |bytes: usize| bytes as f64 / 1e6;
        page += &format!("| {depth} | {:.2} | {:.2} |\n", mb(chain.memory()), mb(chain.weights()));
    }
    Ok(page)
}

/// A chain of layers, compiled.
fn chain(batch: usize, size: usize, depth: usize, threads: usize) -> Result<Compiled> {
    let shape = format!("[_, {size}, {size}, {CHANNELS}]");
    let mut text = format!("model Chain\nx0 = input() : {shape}\n");
    for i in 0..depth {
        let layer = format!("conv2d(x{i}; {CHANNELS}, (3, 3), padding = same)");
        text += &format!("c{i} = {layer} : {shape}\nx{} = relu(c{i}) : {shape}\n", i + 1);
    }
    text += &format!("return x{depth}\n");
    let graph = Graph::parse(&text)?;
    let mut options = Options::default();
    options.threads = NonZeroUsize::new(threads);
    let weight = |name: &str, sizes: &[usize]| -> Result<Vec<f32>, String> {
        let count = sizes.iter().product::<usize>();
        let scale = if name.ends_with("kernel") { 0.05 } else { 0.0 };
        Ok((0..count).map(|i| scale * ((i * 7919 % 1000) as f32 / 500.0 - 1.0)).collect())
    };
    Ok(Compiled::new(&graph, &[vec![batch, size, size, CHANNELS]], &options, weight)?)
}

/// Milliseconds of a run: the median of some that take a second together.
fn time(batch: usize, size: usize, depth: usize, threads: usize) -> Result<f64> {
    let mut chain = chain(batch, size, depth, threads)?;
    let values = batch * size * size * CHANNELS;
    let input: Vec<f32> = (0..values).map(|i| (i * 31 % 100) as f32 / 50.0 - 1.0).collect();
    let mut output = vec![0.0; values];
    let mut run = || -> Result<f64> {
        let start = Instant::now();
        chain.run(&[&input], &mut [&mut output])?;
        Ok(1e3 * start.elapsed().as_secs_f64())
    };
    run()?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || start.elapsed().as_secs_f64() < 1.0 {
        times.push(run()?);
    }
    median(&mut times).ok_or_else(|| "nothing was timed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_does_not_grow_with_depth() {
        let memory = |depth| chain(1, 14, depth, 1).unwrap().memory();
        assert_eq!(memory(4), memory(16));
        let weights = |depth| chain(1, 14, depth, 1).unwrap().weights();
        assert_eq!(weights(8), 4 * weights(2));
    }
}
