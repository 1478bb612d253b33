use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::explain::{Explain, medians};
use crate::kernels::{Algorithm, Io, Place};
use crate::plan::{Base, Choice, Model, Spot, Stage, Stages, Tensor};
use crate::simd::Isa;
use crate::team::{Member, Team};
use crate::{Buffer, CompileError, RunError};

/// How a network is compiled.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// How many threads run it: by default as many as the machine runs at once.
    pub threads: Option<NonZeroUsize>,
    /// The instruction set: by default what `FORMWORK_ISA` says, or the widest.
    pub isa: Option<Isa>,
    /// Whether every sum is computed as it is defined, up to the order of its terms: no Winograd,
    /// whose rounding errors are larger.
    pub exact: bool,
    /// Whether memory counts more than time: no Winograd, whose filters are up to four times as
    /// large, and batches one image at a time.
    pub small: bool,
    /// How many bytes a step may read and write of images: larger batches go through in parts. By
    /// default 16 MiB, half of what a usual last cache holds.
    pub cache: Option<usize>,
    /// How layers are computed by their names, as [`Compiled`] prints them, whatever else is said:
    /// of several for one layer, the last.
    pub algorithms: Vec<(String, Algorithm)>,
}

/// A network that is ready to run on tensors of some sizes.
#[derive(Debug)]
pub struct Compiled {
    stages: Stages,
    /// The memory of the stages, which run one after the other.
    arena: Buffer,
    /// What the stages hand on.
    between: Buffer,
    /// Where the outputs of the run lie that is under way.
    outputs: Outputs,
    team: Arc<Team>,
    isa: Isa,
}

/// Pointers that mean nothing but during a run.
#[derive(Debug)]
struct Outputs(Vec<*mut f32>);

// SAFETY: they are not followed but within `Compiled::run`, which sets them first.
unsafe impl Send for Outputs {}
// SAFETY: as above; `run` borrows exclusively.
unsafe impl Sync for Outputs {}

/// The most tensors that a step reads.
const MOST: usize = 16;

impl Compiled {
    /// Compiles a network for inputs of those sizes, batch first. Parameters are read by their
    /// names and sizes, one after the other.
    ///
    /// # Errors
    /// If the network does not take such inputs, a parameter cannot be read, the instruction set
    /// is not to be had, or a layer cannot be computed as is asked for.
    pub fn new<'a, E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        model: impl Into<Model<'a>>,
        inputs: &[Vec<usize>],
        options: &Options,
        mut read: impl FnMut(&str, &[usize]) -> Result<Vec<f32>, E>,
    ) -> Result<Self, CompileError> {
        let isa = options.isa.map_or_else(Isa::detect, Isa::available_here)?;
        let team = Team::shared(options.threads);
        let Options { exact, small, ref algorithms, .. } = *options;
        let cache = options.cache.unwrap_or(16 << 20);
        let choice = Choice { isa, exact, small, cache, members: team.size(), algorithms };
        let mut read = |name: &str, sizes: &[usize]| {
            let values = read(name, sizes).map_err(|source| CompileError::Parameter {
                name: name.to_owned(),
                source: source.into(),
            })?;
            match (values.len(), sizes.iter().product()) {
                (found, expected) if found == expected => Ok(values),
                (found, expected) => {
                    Err(CompileError::Values { name: name.to_owned(), expected, found })
                }
            }
        };
        let stages = Stages::new(&model.into(), inputs, choice, &mut read)?;
        let arena = stages.stages.iter().map(|stage| stage.arena(team.size())).max();
        let arena = Buffer::zeros(arena.unwrap_or(0));
        let between = Buffer::zeros(stages.between);
        let outputs = Outputs(vec![std::ptr::null_mut(); stages.outputs.len()]);
        Ok(Compiled { stages, arena, between, outputs, team, isa })
    }

    /// Sizes of the inputs.
    pub fn inputs(&self) -> &[Vec<usize>] {
        &self.stages.inputs
    }

    /// Sizes of the outputs.
    pub fn outputs(&self) -> &[Vec<usize>] {
        &self.stages.outputs
    }

    /// Bytes of memory that it runs in, besides its weights.
    pub fn memory(&self) -> usize {
        4 * (self.arena.len() + self.between.len())
    }

    /// Bytes of its weights, as kernels read them.
    pub fn weights(&self) -> usize {
        let steps = self.stages.stages.iter().flat_map(|stage| &stage.plan.steps);
        steps.map(|step| step.kernel.bytes()).sum()
    }

    /// Runs it. Nothing is allocated.
    ///
    /// # Errors
    /// If the tensors are not as many or not as large as the network's.
    pub fn run(&mut self, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) -> Result<(), RunError> {
        self.run_timed(inputs, outputs, &[])
    }

    /// The table of the steps with the time that each took, the median of many runs.
    ///
    /// # Errors
    /// As [`Compiled::run`].
    pub fn profile(
        &mut self,
        inputs: &[&[f32]],
        outputs: &mut [&mut [f32]],
        runs: usize,
    ) -> Result<String, RunError> {
        let count: usize = self.stages.stages.iter().map(|stage| stage.plan.steps.len()).sum();
        let times = medians(count, runs, |times| self.run_timed(inputs, outputs, times))?;
        Ok(Explain { times: &times, ..self.explain() }.to_string())
    }

    fn explain(&self) -> Explain<'_> {
        let (stages, threads) = (&self.stages.stages, self.team.size());
        let note = |(index, stage): (usize, &Stage)| {
            let (n, parts) = (index + 1, stage.passes);
            let apart = stage.apart(threads);
            let how = if apart { "each thread its own" } else { "all threads each" };
            (parts > 1).then(|| format!("stage {n}: the batch in {parts} parts, {how}"))
        };
        Explain {
            steps: stages
                .iter()
                .flat_map(|stage| stage.plan.steps.iter().map(|step| (step, stage.passes)))
                .collect(),
            notes: stages.iter().enumerate().filter_map(note).collect(),
            isa: self.isa,
            threads,
            memory: self.memory() / size_of::<f32>(),
            times: &[],
        }
    }

    fn run_timed(
        &mut self,
        inputs: &[&[f32]],
        outputs: &mut [&mut [f32]],
        times: &[AtomicU64],
    ) -> Result<(), RunError> {
        let given = outputs.iter().map(|values| values.len());
        check(["outputs", "output"], &self.stages.outputs, given)?;
        check(["inputs", "input"], &self.stages.inputs, inputs.iter().map(|values| values.len()))?;
        for (own, output) in self.outputs.0.iter_mut().zip(outputs) {
            *own = output.as_mut_ptr();
        }
        let memory = Memory {
            arena: self.arena.as_mut_ptr(),
            between: self.between.as_mut_ptr(),
            inputs,
            outputs: &self.outputs.0,
        };
        let stages = &self.stages.stages;
        self.team.run(&|member| {
            let mut times = times;
            for stage in stages {
                let (own, others) = times.split_at(times.len().min(stage.plan.steps.len()));
                times = others;
                // SAFETY: the plan's places lie within the arena and the tensors, whose sizes are
                // checked above, and in each step nothing that is written overlaps what is read
                // but as the kernel allows; members meet between steps.
                unsafe { memory.stage(stage, member, own) };
            }
        });
        Ok(())
    }
}

fn check(
    [what, one]: [&'static str; 2],
    sizes: &[Vec<usize>],
    found: impl ExactSizeIterator<Item = usize>,
) -> Result<(), RunError> {
    if sizes.len() != found.len() {
        return Err(RunError::Count { what, expected: sizes.len(), found: found.len() });
    }
    for (index, (sizes, found)) in sizes.iter().zip(found).enumerate() {
        let expected: usize = sizes.iter().product();
        if found != expected {
            let sizes = sizes.clone();
            return Err(RunError::Values { what: one, index, sizes, expected, found });
        }
    }
    Ok(())
}

/// What a run reads and writes.
struct Memory<'a> {
    arena: *mut f32,
    between: *mut f32,
    inputs: &'a [&'a [f32]],
    outputs: &'a [*mut f32],
}

// SAFETY: members write apart from each other, and read what is written once they met.
unsafe impl Sync for Memory<'_> {}

impl Memory<'_> {
    /// # Safety
    /// The tensors have the sizes that the plan was made for.
    unsafe fn stage(&self, stage: &Stage, member: &Member, times: &[AtomicU64]) {
        // SAFETY: the caller's; members that take a part each have an arena each.
        unsafe {
            if stage.apart(member.size) {
                let arena = self.arena.add(member.rank * stage.plan.arena);
                for pass in member.take(stage.passes, 1).flatten() {
                    self.pass(stage, pass, arena, &Member::alone(), times);
                }
                member.meet();
            } else {
                for pass in 0..stage.passes {
                    self.pass(stage, pass, self.arena, member, times);
                }
            }
        }
    }

    /// # Safety
    /// As for [`Memory::stage`]; the arena is the members' alone.
    unsafe fn pass(
        &self,
        stage: &Stage,
        pass: usize,
        arena: *mut f32,
        member: &Member,
        times: &[AtomicU64],
    ) {
        for (index, step) in stage.plan.steps.iter().enumerate() {
            let start = times.get(index).map(|time| (time, Instant::now()));
            let place = |spot: &Spot| {
                let of = |tensor: Tensor, sizes: &[usize]| {
                    let skipped = pass * sizes.iter().product::<usize>();
                    let first = match tensor {
                        // Nothing is written there.
                        Tensor::Input(index) => self.inputs[index].as_ptr().cast_mut(),
                        Tensor::Output(index) => self.outputs[index],
                        // SAFETY: within the memory between the stages.
                        Tensor::Between(offset) => unsafe { self.between.add(offset) },
                    };
                    // SAFETY: there are as many parts as passes.
                    unsafe { first.add(skipped) }
                };
                let first = match spot.base {
                    Base::Arena => arena,
                    Base::Input(index) => of(stage.inputs[index], &stage.plan.inputs[index]),
                    Base::Output(index) => of(stage.outputs[index], &stage.plan.outputs[index]),
                };
                // SAFETY: the plan's offsets lie within the tensors.
                Place { first: unsafe { first.add(spot.offset) }, stride: spot.stride }
            };
            let mut inputs = [Place { first: std::ptr::null_mut(), stride: 0 }; MOST];
            for (input, spot) in inputs.iter_mut().zip(&step.inputs) {
                *input = place(spot);
            }
            // SAFETY: the caller's; scratch memory is a part of the arena that nothing else is in.
            unsafe {
                let io = Io {
                    inputs: &inputs[..step.inputs.len()],
                    output: place(&step.output),
                    scratch: arena.add(step.scratch),
                };
                step.kernel.run(&io, member);
            }
            member.meet();
            if let Some((time, start)) = start.filter(|_| member.rank == 0) {
                time.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
            }
        }
    }
}

impl fmt::Display for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explain().fmt(f)
    }
}
