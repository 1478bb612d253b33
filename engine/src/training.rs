use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::compiled::Options;
use crate::explain::{Explain, medians};
use crate::kernels::{Io, Place};
use crate::peers::{Carried, Peers};
use crate::plan::{Again, Base, Choice, Mask, Model, Spot, Statistic, Step, Told, TrainingPlan};
use crate::simd::Isa;
use crate::team::{Member, Team};
use crate::{Buffer, CompileError};

/// A network that is ready to be trained on batches of some sizes: its outputs forward, then back
/// from what the loss says of them to gradients.
///
/// What it needs of the way forward it keeps until it has gone back, or forward again.
#[derive(Debug)]
pub struct Training {
    plan: TrainingPlan,
    arena: Buffer,
    team: Arc<Team>,
    isa: Isa,
}

/// What a network is trained for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trained {
    /// Names of parameters that stay as they are.
    pub frozen: Vec<String>,
    /// Whether the gradients of the inputs are needed.
    pub inputs: bool,
    /// Whether batch norms take the statistics of the rows of all [`Peers`] that a run is told of.
    pub synchronised: bool,
}

/// What a run reads: inputs, parameters and masks, in the order that [`Training`] says.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The inputs.
    pub inputs: &'a [&'a [f32]],
    /// The parameters.
    pub params: &'a [&'a [f32]],
    /// The masks.
    pub masks: &'a [&'a [f32]],
}

impl fmt::Display for Training {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explain().fmt(f)
    }
}

/// The most tensors that a step reads.
const MOST: usize = 16;

impl Training {
    /// A network for inputs of those sizes, batch first.
    ///
    /// # Errors
    /// If the network does not take such inputs, a batch norm has one value a channel, or the
    /// instruction set or an algorithm that is asked for is not to be had.
    pub fn new<'a>(
        model: impl Into<Model<'a>>,
        inputs: &[Vec<usize>],
        options: &Options,
        trained: &Trained,
    ) -> Result<Self, CompileError> {
        let isa = options.isa.map_or_else(Isa::detect, Isa::available_here)?;
        let team = Team::shared(options.threads);
        let Options { exact, small, ref algorithms, .. } = *options;
        let members = team.size();
        let choice = Choice { isa, exact, small, cache: usize::MAX, members, algorithms };
        let plan = TrainingPlan::new(&model.into(), inputs, choice, trained)?;
        let arena = Buffer::zeros(plan.arena);
        Ok(Training { plan, arena, team, isa })
    }

    /// Those who run it.
    pub fn team(&self) -> &Team {
        &self.team
    }

    /// Sizes of the inputs.
    pub fn inputs(&self) -> &[Vec<usize>] {
        &self.plan.outside.inputs
    }

    /// Sizes of the outputs.
    pub fn outputs(&self) -> &[Vec<usize>] {
        &self.plan.outside.outputs
    }

    /// The parameters: their names, and whether there is a gradient of each.
    pub fn params(&self) -> impl Iterator<Item = (&str, bool)> {
        let outside = &self.plan.outside;
        let names = outside.params.iter().map(|param| param.name.as_str());
        names.zip(outside.trained.iter().copied())
    }

    /// The masks that it is given.
    pub fn masks(&self) -> &[Mask] {
        &self.plan.outside.masks
    }

    /// What batches say of running statistics.
    pub fn statistics(&self) -> &[Statistic] {
        &self.plan.outside.statistics
    }

    /// Bytes of memory that a run takes: what its steps run in, and what it is given and makes, but for
    /// gradients.
    pub fn memory(&self) -> usize {
        4 * (self.arena.len() + self.plan.outside.values())
    }

    /// Makes the outputs, and of each statistic the means and then the variances; nothing of those that
    /// are frozen.
    ///
    /// # Panics
    /// If tensors are not as many or not as large as it says.
    pub fn forward(
        &mut self,
        given: Given,
        outputs: &mut [&mut [f32]],
        statistics: &mut [&mut [f32]],
    ) {
        self.run_forward(given, outputs, statistics, None);
    }

    /// The same together with other processes.
    ///
    /// # Panics
    /// As [`Training::forward`].
    pub fn forward_among(
        &mut self,
        peers: &mut dyn Peers,
        given: Given,
        outputs: &mut [&mut [f32]],
        statistics: &mut [&mut [f32]],
    ) {
        self.run_forward(given, outputs, statistics, Some(peers));
    }

    fn run_forward(
        &mut self,
        given: Given,
        outputs: &mut [&mut [f32]],
        statistics: &mut [&mut [f32]],
        peers: Option<&mut dyn Peers>,
    ) {
        let outside = &self.plan.outside;
        check_sizes(&outside.outputs, outputs.iter().map(|values| values.len()));
        let moments: Vec<_> = outside.statistics.iter().map(|of| vec![of.values()]).collect();
        check_sizes(&moments, statistics.iter().map(|values| values.len()));
        let mut written = pointers(outputs);
        written.extend(pointers(statistics));
        self.run(0..self.plan.forward, given, &[], written, peers, &[]);
    }

    /// Adds gradients to those of the parameters that are trained, in their order, and of the inputs,
    /// if they are wanted; from the gradients of the outputs of the last run forward, which is given
    /// the same.
    ///
    /// # Panics
    /// If tensors are not as many or not as large as it says.
    pub fn backward(
        &mut self,
        given: Given,
        outputs: &[&[f32]],
        params: &mut [&mut [f32]],
        inputs: &mut [&mut [f32]],
    ) {
        self.run_backward(given, outputs, params, inputs, None);
    }

    /// The same together with other processes, who are told of gradients that are complete.
    ///
    /// # Panics
    /// As [`Training::forward`].
    pub fn backward_among(
        &mut self,
        peers: &mut dyn Peers,
        given: Given,
        outputs: &[&[f32]],
        params: &mut [&mut [f32]],
        inputs: &mut [&mut [f32]],
    ) {
        self.run_backward(given, outputs, params, inputs, Some(peers));
    }

    fn run_backward(
        &mut self,
        given: Given,
        outputs: &[&[f32]],
        params: &mut [&mut [f32]],
        inputs: &mut [&mut [f32]],
        peers: Option<&mut dyn Peers>,
    ) {
        let outside = &self.plan.outside;
        check_sizes(&outside.outputs, outputs.iter().map(|values| values.len()));
        let trained = outside.params.iter().zip(&outside.trained).filter(|(_, trained)| **trained);
        let trained: Vec<_> = trained.map(|(param, _)| param.sizes.clone()).collect();
        check_sizes(&trained, params.iter().map(|values| values.len()));
        if outside.input_gradients {
            check_sizes(&outside.inputs, inputs.iter().map(|values| values.len()));
        }
        let none = outside.outputs.len() + outside.statistics.len();
        let mut written = vec![std::ptr::null_mut(); none];
        written.extend(pointers(params));
        written.extend(pointers(inputs));
        let steps = self.plan.forward..self.plan.steps.len();
        self.run(steps, given, outputs, written, peers, &[]);
    }

    /// The table of the steps, there and back, with the time that each took: the median of many runs,
    /// with a gradient of the outputs that is the same everywhere.
    ///
    /// # Panics
    /// As [`Training::forward`].
    pub fn profile(&mut self, given: Given, runs: usize) -> String {
        let outside = &self.plan.outside;
        let zeros = |sizes: &Vec<usize>| vec![1e-3; sizes.iter().product()];
        let outputs: Vec<Vec<f32>> = outside.outputs.iter().map(zeros).collect();
        let gradients: Vec<&[f32]> = outputs.iter().map(Vec::as_slice).collect();
        let mut made = outputs.clone();
        made.extend(outside.statistics.iter().map(|of| vec![0.0; of.values()]));
        let trained = outside.params.iter().zip(&outside.trained).filter(|(_, trained)| **trained);
        made.extend(trained.map(|(param, _)| zeros(&param.sizes)));
        made.extend(outside.inputs.iter().map(zeros));
        let count = self.plan.steps.len();
        let times = medians(count, runs, |times| {
            let written = made.iter_mut().map(|values| values.as_mut_ptr()).collect();
            self.run(0..count, given, &gradients, written, None, times);
            Ok::<_, std::convert::Infallible>(())
        });
        let Ok(times) = times;
        Explain { times: &times, ..self.explain() }.to_string()
    }

    fn explain(&self) -> Explain<'_> {
        Explain {
            steps: self.plan.steps.iter().map(|step| (step, 1)).collect(),
            notes: self.notes(),
            isa: self.isa,
            threads: self.team.size(),
            memory: self.memory() / 4,
            times: &[],
        }
    }

    fn notes(&self) -> Vec<String> {
        let mib = |values: usize| 4.0 * values as f64 / f64::from(1 << 20);
        let mflop = |macs: u64| 2.0 * macs as f64 / 1e6;
        let (steps, outside) = (mib(self.arena.len()), mib(self.plan.outside.values()));
        let mut notes = vec![format!("the first {} steps go forward", self.plan.forward)];
        notes.extend(self.plan.again.iter().map(|Again { name, steps, macs, values }| {
            let (mflop, mib) = (mflop(*macs), mib(*values));
            format!(
                "checkpoint {name}: {steps} steps run again, {mflop:.2} MFLOP; {mib:.2} MiB are not kept"
            )
        }));
        if !self.plan.again.is_empty() {
            let mflop = mflop(self.plan.again.iter().map(|again| again.macs).sum());
            let otherwise = mib(self.plan.otherwise);
            notes.push(format!(
                "without checkpoints {mflop:.1} MFLOP less, and steps would run in {otherwise:.1} MiB"
            ));
        }
        notes.push(format!(
            "steps run in {steps:.1} MiB; inputs, parameters and outputs take {outside:.1} MiB"
        ));
        notes
    }

    fn run(
        &mut self,
        steps: std::ops::Range<usize>,
        given: Given,
        gradients: &[&[f32]],
        written: Vec<*mut f32>,
        peers: Option<&mut dyn Peers>,
        times: &[AtomicU64],
    ) {
        let outside = &self.plan.outside;
        check_sizes(&outside.inputs, given.inputs.iter().map(|values| values.len()));
        let params: Vec<_> = outside.params.iter().map(|param| param.sizes.clone()).collect();
        check_sizes(&params, given.params.iter().map(|values| values.len()));
        let masks: Vec<_> = outside.masks.iter().map(|mask| mask.sizes.clone()).collect();
        check_sizes(&masks, given.masks.iter().map(|values| values.len()));
        let read = [given.inputs, given.params, given.masks, gradients].concat();
        let read = read.into_iter().map(<[f32]>::as_ptr).collect();
        let memory = Memory { arena: self.arena.as_mut_ptr(), read, written };
        let told = &self.plan.told[steps.clone()];
        let back = steps.start >= self.plan.forward;
        let steps = &self.plan.steps[steps];
        let (has_peers, peers) = (peers.is_some(), Carried::new(peers));
        self.team.run(&|member| {
            for (index, step) in steps.iter().enumerate() {
                let start = times.get(index).map(|time| (time, Instant::now()));
                // SAFETY: the plan's places lie within the arena and the tensors, whose sizes are
                // checked above, and in each step nothing that is written overlaps what is read but
                // as the kernel allows; members meet between steps.
                unsafe { memory.step(step, member) };
                member.meet();
                if has_peers && member.rank == 0 {
                    // SAFETY: this member is the caller; the step is done, and nobody else touches
                    // what it made before the members meet, or ever writes a gradient again.
                    unsafe {
                        peers.with(|peers| {
                            memory.tell(step, told[index], peers);
                            if back {
                                peers.progress();
                            }
                        });
                    }
                }
                if has_peers && matches!(told[index], Some(Told::Moments | Told::Sums)) {
                    member.meet();
                }
                if let Some((time, start)) = start.filter(|_| member.rank == 0) {
                    time.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
                }
            }
        });
    }
}

/// # Panics
/// If tensors are not as many or as large as that.
fn check_sizes(sizes: &[Vec<usize>], found: impl ExactSizeIterator<Item = usize>) {
    let expected = sizes.iter().map(|sizes| sizes.iter().product::<usize>());
    assert!(expected.eq(found), "tensors of {sizes:?}");
}

fn pointers(tensors: &mut [&mut [f32]]) -> Vec<*mut f32> {
    tensors.iter_mut().map(|values| values.as_mut_ptr()).collect()
}

/// What a run reads and writes.
struct Memory {
    arena: *mut f32,
    read: Vec<*const f32>,
    written: Vec<*mut f32>,
}

// SAFETY: members write apart from each other, and read what is written once they met.
unsafe impl Sync for Memory {}

impl Memory {
    /// # Safety
    /// The tensors have the sizes that the plan was made for.
    unsafe fn place(&self, spot: &Spot) -> Place {
        let first = match spot.base {
            Base::Arena => self.arena,
            // Nothing is written there.
            Base::Input(index) => self.read[index].cast_mut(),
            Base::Output(index) => self.written[index],
        };
        // SAFETY: the plan's offsets lie within the tensors.
        Place { first: unsafe { first.add(spot.offset) }, stride: spot.stride }
    }

    /// Tells peers of a step.
    ///
    /// # Safety
    /// As for [`Memory::step`], which is done; nobody else touches what it made.
    unsafe fn tell(&self, step: &Step, told: Option<Told>, peers: &mut dyn Peers) {
        // SAFETY: what is told of lies without gaps, and is as large as the step says.
        let made = |spot: &Spot| unsafe {
            let count = step.sizes.iter().product();
            std::slice::from_raw_parts_mut(self.place(spot).first, count)
        };
        match told {
            None => {}
            Some(Told::Moments) => peers.moments(made(&step.output)),
            Some(Told::Sums) => peers.sums(made(&step.output)),
            Some(Told::Gradient(param)) => peers.complete(param, made(&step.output)),
        }
    }

    /// # Safety
    /// The tensors have the sizes that the plan was made for.
    unsafe fn step(&self, step: &Step, member: &Member) {
        // SAFETY: the caller's.
        let place = |spot: &Spot| unsafe { self.place(spot) };
        let mut inputs = [Place { first: std::ptr::null_mut(), stride: 0 }; MOST];
        for (input, spot) in inputs.iter_mut().zip(&step.inputs) {
            *input = place(spot);
        }
        // SAFETY: the caller's; scratch memory is a part of the arena that nothing else is in.
        unsafe {
            let io = Io {
                inputs: &inputs[..step.inputs.len()],
                output: place(&step.output),
                scratch: self.arena.add(step.scratch),
            };
            step.kernel.run(&io, member);
        }
    }
}
