//! Models trained by plans: from the outside, one operation on the tape.

use std::sync::{Arc, Mutex};

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{Cpu, CpuError, Gradients, HasShape};
use formwork_engine::{CompileError, Draw, Given, Mask, Options, Trained, Training};

use super::{Feed, Made, Together, part};
use crate::random::Random;
use crate::weights::vectors_of;
use crate::{Context, Error, Freeze, HasFrozen, HasGraph, Record, Var, Vector};

/// The plans that a model was trained by and that nobody uses now, the latest first.
#[derive(Clone, Default)]
pub(super) struct Shelf(Arc<Mutex<Vec<Entry>>>);

/// What a plan is for.
#[derive(Clone, PartialEq)]
struct Key {
    sizes: Vec<Vec<usize>>,
    trained: Trained,
}

/// A plan, unless there is none for that.
struct Entry {
    key: Key,
    state: Option<State>,
}

/// A plan and what it was given, which it needs on the way back.
struct State {
    engine: Training,
    name: String,
    inputs: Vec<Vec<f32>>,
    params: Vec<Vec<f32>>,
    masks: Vec<Vec<f32>>,
}

/// For how many sizes a model keeps a plan.
const KEPT: usize = 4;

impl Shelf {
    /// How many plans nobody uses now.
    pub fn len(&self) -> usize {
        let has_one = |entries: &Vec<Entry>| entries.iter().filter(|e| e.state.is_some()).count();
        self.0.lock().map_or(0, |entries| has_one(&entries))
    }

    /// A plan for that; `None` if there is none.
    fn take<M: HasGraph>(&self, key: &Key) -> Result<Option<Lease>, Error> {
        let Ok(mut entries) = self.0.lock() else { return Ok(None) };
        let state = match entries.iter().position(|entry| entry.key == *key) {
            Some(at) => match entries[at].state {
                Some(_) => entries.remove(at).state,
                // What cannot be planned is remembered.
                None => return Ok(None),
            },
            None => match State::new::<M>(key) {
                // What was asked for by name is not passed over in silence.
                Some(Err(error @ CompileError::Isa(_))) => return Err(Error::device(error)),
                state => state.and_then(Result::ok),
            },
        };
        if state.is_none() {
            entries.insert(0, Entry { key: key.clone(), state: None });
            entries.truncate(KEPT);
            return Ok(None);
        }
        Ok(Some(Lease { shelf: self.clone(), key: key.clone(), state }))
    }
}

/// A plan in use. It goes back when it is dropped.
struct Lease {
    shelf: Shelf,
    key: Key,
    state: Option<State>,
}

impl Lease {
    fn state(&mut self) -> &mut State {
        self.state.as_mut().expect("it is there until this is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Ok(mut entries) = self.shelf.0.lock() {
            entries.insert(0, Entry { key: self.key.clone(), state: self.state.take() });
            entries.truncate(KEPT);
        }
    }
}

impl State {
    /// `None` where the text of the network cannot be read, which others say who read it.
    fn new<M: HasGraph>(key: &Key) -> Option<Result<Self, CompileError>> {
        let network = M::network().ok()?;
        let options = Options::default();
        let engine = Training::new(part(&network), &key.sizes, &options, &key.trained);
        Some(engine.map(|engine| {
            let (inputs, params) = (Vec::new(), Vec::new());
            let name = network.graph.name().to_owned();
            State { engine, name, inputs, params, masks: Vec::new() }
        }))
    }

    /// Why there is no plan.
    fn why_not<M: HasGraph>(key: &Key) -> String {
        match State::new::<M>(key) {
            Some(Err(error)) => error.to_string(),
            _ => "the model has no plan".to_owned(),
        }
    }

    /// Draws masks as the layers do: from the run's seeds, in the order in which they run.
    fn draw(&mut self, cx: &mut Context<Cpu>, device: &Cpu) {
        let draw = |mask: &Mask| {
            let mut random = Random::new(cx.draw_seed(device));
            let mut value = || match mask.draw {
                Draw::Kept { rate, value } => {
                    if random.uniform() >= rate {
                        value
                    } else {
                        0.0
                    }
                }
                Draw::Normal { mean, deviation } => (mean + deviation * random.normal()) as f32,
            };
            (0..mask.sizes.iter().product()).map(|_| value()).collect()
        };
        self.masks = self.engine.masks().iter().map(draw).collect();
    }

    /// The outputs, and what the batch says of the running statistics.
    fn forward(&mut self, together: Option<&Together>) -> [Vec<Vec<f32>>; 2] {
        let zeros = |count: usize| vec![0.0; count];
        let sizes = |sizes: &Vec<usize>| sizes.iter().product();
        let mut outputs: Vec<_> = self.engine.outputs().iter().map(sizes).map(zeros).collect();
        let statistics = self.engine.statistics().iter();
        let mut statistics: Vec<_> = statistics.map(|of| zeros(of.values())).collect();
        let [inputs, params, masks] =
            [&self.inputs, &self.params, &self.masks].map(|all| slices(all));
        let given = Given { inputs: &inputs, params: &params, masks: &masks };
        let (to, of) = (&mut slices_mut(&mut outputs), &mut slices_mut(&mut statistics));
        match together {
            None => self.engine.forward(given, to, of),
            Some(peers) => self.engine.forward_among(&mut *peers.borrow_mut(), given, to, of),
        }
        [outputs, statistics]
    }

    fn backward(
        &mut self,
        together: Option<&Together>,
        outputs: &[Vec<f32>],
        own: &mut [Vec<f32>],
        inputs: &mut [Vec<f32>],
    ) {
        let [given, params, masks] =
            [&self.inputs, &self.params, &self.masks].map(|all| slices(all));
        let given = Given { inputs: &given, params: &params, masks: &masks };
        let (mut made, mut inputs) = (slices_mut(own), slices_mut(inputs));
        let Some(together) = together else {
            return self.engine.backward(given, &slices(outputs), &mut made, &mut inputs);
        };
        let peers = &mut *together.borrow_mut();
        self.engine.backward_among(peers, given, &slices(outputs), &mut made, &mut inputs);
        peers.finish(own);
    }
}

fn slices(tensors: &[Vec<f32>]) -> Vec<&[f32]> {
    tensors.iter().map(Vec::as_slice).collect()
}

fn slices_mut(tensors: &mut [Vec<f32>]) -> Vec<&mut [f32]> {
    tensors.iter_mut().map(Vec::as_mut_slice).collect()
}

/// What a model makes of inputs while it is trained, by a plan; `None` if there is none.
pub(super) fn train<M, T, I, O>(
    shelf: &Shelf,
    model: &M,
    cx: &mut Context<Cpu>,
    inputs: I,
) -> Result<Result<O, Error>, I>
where
    M: HasGraph + HasFrozen + TensorCollection<f32, Cpu>,
    T: Record<Cpu>,
    I: Feed<Cpu, Tape = T>,
    O: Made<Cpu, Tape = T>,
{
    let together = cx.take_together();
    let mut vars = Vec::new();
    let seen = inputs.feed(&mut |input| {
        vars.push(input);
        Ok(())
    });
    let Some(device) = vars.first().map(|input| input.device().clone()).filter(|_| seen.is_ok())
    else {
        return Err(inputs);
    };
    let wanted = T::OWNS_TAPE && cx.flows_to(&vars);
    let synchronised = together.as_ref().is_some_and(|together| together.borrow().synchronised());
    let key = Key {
        sizes: vars.iter().map(|input| input.dims().to_vec()).collect(),
        trained: Trained { frozen: model.frozen(), inputs: wanted, synchronised },
    };
    let lease = match shelf.take::<M>(&key) {
        Ok(Some(lease)) => lease,
        Ok(None) => {
            if let Some(together) = together {
                together.borrow_mut().planned(Err(State::why_not::<M>(&key)));
            }
            return Err(inputs);
        }
        Err(error) => return Ok(Err(error)),
    };
    let tape = inputs.into_tape();
    Ok(run(lease, model, cx, (&device, vars), (together, tape)))
}

fn run<M, T, O>(
    mut lease: Lease,
    model: &M,
    cx: &mut Context<Cpu>,
    (device, inputs): (&Cpu, Vec<Var<Cpu>>),
    (together, mut tape): (Option<Together>, T),
) -> Result<O, Error>
where
    M: TensorCollection<f32, Cpu>,
    T: Record<Cpu>,
    O: Made<Cpu, Tape = T>,
{
    let tensors = vectors_of(model).map_err(Error::device)?;
    let state = lease.state();
    state.inputs.resize(inputs.len(), Vec::new());
    for (input, to) in inputs.iter().zip(&mut state.inputs) {
        to.resize(input.len(), 0.0);
        input.clone().into_values().copy_into(to);
    }
    let (mut trained, mut copies): (Vec<Vector<Cpu>>, _) = (Vec::new(), Vec::new());
    state.params.resize(state.engine.params().count(), Vec::new());
    for ((name, is_trained), to) in state.engine.params().zip(&mut state.params) {
        let Some(tensor) = tensors.get(name) else {
            let found = "none of that name";
            return Err(Error::shape(format!("a parameter `{name}`"), found).within(&state.name));
        };
        to.resize(tensor.shape().0, 0.0);
        copies.push((tensor, to));
        if is_trained {
            trained.push(tensor.clone());
        }
    }
    state.engine.team().each(copies, |(tensor, to)| tensor.copy_into(to));
    state.draw(cx, device);
    if let Some(together) = &together {
        together.borrow_mut().planned(Ok(()));
    }
    let [outputs, statistics] = state.forward(together.as_ref());
    for (of, values) in state.engine.statistics().iter().zip(statistics) {
        if of.frozen {
            of.params.iter().for_each(|_| cx.keep());
            continue;
        }
        let (mean, variance) = values.split_at(of.channels);
        let rows = together.as_ref().map_or(of.rows, |together| together.borrow().rows(of.rows));
        let unbiased = if of.unbiased && rows > 1 { rows as f32 / (rows - 1) as f32 } else { 1.0 };
        let variance = variance.iter().map(|x| x * unbiased).collect();
        for values in [mean.to_vec(), variance] {
            cx.collect(Var::from_vec(device, values, &[of.channels])?, of.momentum);
        }
    }
    let sizes = state.engine.outputs();
    let outputs = outputs.into_iter().zip(sizes);
    let outputs = outputs.map(|(values, sizes)| Var::from_vec(device, values, sizes));
    let outputs: Vec<Var<Cpu>> = outputs.collect::<Result<_, _>>()?;
    let inputs = if lease.key.trained.inputs { inputs } else { Vec::new() };
    if !trained.is_empty() || !inputs.is_empty() {
        outputs.iter().for_each(|output| cx.flows_from(output));
        let values = |vars: Vec<Var<Cpu>>| vars.into_iter().map(Var::into_values).collect();
        let made: Vec<Vector<Cpu>> = values(outputs.clone());
        let inputs: Vec<Vector<Cpu>> = values(inputs);
        tape.add_backward_op(move |gradients| {
            let outputs = lend(gradients, &made)?;
            let mut own = lend(gradients, &trained)?;
            // Two inputs may be one tensor.
            let mut others: Vec<Vec<f32>> =
                inputs.iter().map(|input| vec![0.0; input.shape().0]).collect();
            lease.state().backward(together.as_ref(), &outputs, &mut own, &mut others);
            give_back(gradients, &made, outputs)?;
            give_back(gradients, &trained, own)?;
            for (input, values) in inputs.iter().zip(others) {
                let to = gradients.get_or_alloc_mut(input)?;
                to.iter_mut().zip(values).for_each(|(to, value)| *to += value);
            }
            Ok(())
        });
    }
    let mut outputs = outputs.into_iter();
    O::make_taped(&mut || outputs.next().ok_or_else(|| Error::shape("an output", "none")), tape)
}

/// The gradients of some tensors, taken out of all: a tensor and its clone have one, of which one is
/// lent the zeros that the other's is added to.
fn lend(
    gradients: &mut Gradients<f32, Cpu>,
    of: &[Vector<Cpu>],
) -> Result<Vec<Vec<f32>>, CpuError> {
    let take = |own: &Vector<Cpu>| {
        let mut values = std::mem::take(&mut **gradients.get_or_alloc_mut(own)?);
        values.resize(own.shape().0, 0.0);
        Ok(values)
    };
    of.iter().map(take).collect()
}

fn give_back(
    gradients: &mut Gradients<f32, Cpu>,
    of: &[Vector<Cpu>],
    values: Vec<Vec<f32>>,
) -> Result<(), CpuError> {
    for (own, values) in of.iter().zip(values) {
        let to = &mut **gradients.get_or_alloc_mut(own)?;
        match to.is_empty() {
            true => *to = values,
            false => to.iter_mut().zip(values).for_each(|(to, value)| *to += value),
        }
    }
    Ok(())
}
