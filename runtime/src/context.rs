use std::collections::{HashSet, VecDeque};

use dfdx::prelude::{HasShape, Shape, Tape, Tensor};
use formwork_ir::{Call, Dim, Domain, Inferred, Op, Operand, Param};

use crate::compiled::Together;
use crate::live::Live;
use crate::random::Random;
use crate::typed::{Inputs, Params};
use crate::var::show;
use crate::{Accepts, Backend, Error, Frozen, Record, Var};

/// One run of a model: what its layers need to know, and what they leave behind.
pub struct Context<D: Backend> {
    training: bool,
    seed: Option<Random>,
    watching: bool,
    /// Whether layers run one by one, as they are written on dfdx's operations.
    portable: bool,
    /// Of each running statistic, what the batch says; `None` of one that stays as it is.
    statistics: VecDeque<Option<Statistic<D>>>,
    /// What is frozen in the model that runs now.
    frozen: Frozen,
    /// What a gradient flows to.
    live: Live,
    /// Who trains the model that runs next along with this process.
    together: Option<Together>,
    /// The layer whose parameters the next one reads, where they are not its own.
    owner: Option<&'static str>,
}

/// What a batch says about a running statistic.
struct Statistic<D: Backend> {
    batch: Var<D>,
    momentum: f64,
}

impl<D: Backend> Context<D> {
    /// A run that uses what was learned.
    pub fn inference() -> Self {
        Self::new(false)
    }

    /// A run that learns: dropout drops, batch normalisation uses and collects the batch's
    /// statistics.
    pub fn training() -> Self {
        Self::new(true)
    }

    fn new(training: bool) -> Self {
        let (statistics, frozen) = (VecDeque::new(), Frozen::default());
        let (seed, watching, portable, live) = (None, false, false, Live::All);
        let (together, owner) = (None, None);
        Context { training, seed, watching, portable, statistics, frozen, live, together, owner }
    }

    /// Says that the model's inputs are data, of which no gradient is wanted: what is frozen up to
    /// the first layer that is trained runs without a tape.
    ///
    /// ```
    /// use formwork::prelude::*;
    /// use formwork::{Context, Statistics, Submodel};
    ///
    /// # model! {
    /// #     struct Tuned(image: [_, 8, 8, 1]) -> [_, 2] {
    /// #         let stem = image.conv2d(4, 3, bias = false).batch_norm().relu();
    /// #         stem.flatten().dense(2, name = "head")
    /// #     }
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let device = Cpu::seed_from_u64(0);
    /// # let mut model = Tuned::build(&device);
    /// # let images: Tensor<Rank4<4, 8, 8, 1>, f32, Cpu> = device.sample_normal();
    /// # let gradients = Gradients::leaky();
    /// model.freeze("stem")?;
    /// // What `forward_mut` does, but for the gradient of the images.
    /// let mut cx = Context::training().of_data();
    /// let logits = model.run(&mut cx, images.traced(gradients))?;
    /// model.update(&mut cx)?;
    /// # let gradients = logits.square().mean::<Rank0, _>().backward();
    /// # gradients.get(&model.head_kernel);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn of_data(mut self) -> Self {
        self.live = Live::Trained(HashSet::new());
        self
    }

    /// The same run with its own randomness: what dropout and noise draw follows from `seed` and
    /// from the layers before, not from the device's generator.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = Some(Random::new(seed));
        self
    }

    /// The same run, stopped at the first layer that takes or makes a value that is not finite;
    /// its error names the layer. Slow: every tensor is read.
    #[must_use]
    pub fn watching(mut self) -> Self {
        self.watching = true;
        self
    }

    /// The same run, layer by layer on dfdx's operations, as on any device: what plans are tested
    /// against.
    #[must_use]
    pub fn portable(mut self) -> Self {
        self.portable = true;
        self
    }

    /// The same run as one of several processes.
    #[cfg(feature = "train")]
    pub(crate) fn among(mut self, together: Together) -> Self {
        self.together = Some(together);
        self
    }

    /// Who trains the model that runs now along with this process: not those in it.
    pub(crate) fn take_together(&mut self) -> Option<Together> {
        self.together.take()
    }

    /// What the batch says of running statistics, one after the other.
    #[cfg(feature = "train")]
    pub(crate) fn collected(&self) -> Vec<f32> {
        self.statistics.iter().flatten().flat_map(|own| own.batch.to_vec()).collect()
    }

    /// Says it otherwise: in as many values.
    #[cfg(feature = "train")]
    pub(crate) fn collect_instead(&mut self, mut values: &[f32]) -> Result<(), Error> {
        for own in self.statistics.iter_mut().flatten() {
            let (first, rest) = values.split_at(own.batch.len());
            own.batch = Var::from_vec(own.batch.device(), first.to_vec(), own.batch.dims())?;
            values = rest;
        }
        Ok(())
    }

    /// Whether a plan may stand for the layers.
    pub(crate) fn is_planned(&self) -> bool {
        self.training && !self.watching && !self.portable
    }

    /// Whether a gradient flows to one of them.
    pub(crate) fn flows_to<T: Tape<f32, D>>(&self, vars: &[Var<D, T>]) -> bool {
        self.live.any(vars)
    }

    /// Notes that a gradient flows to it.
    pub(crate) fn flows_from<T: Tape<f32, D>>(&mut self, var: &Var<D, T>) {
        self.live.add(var);
    }

    /// A seed for what a layer draws.
    pub(crate) fn draw_seed(&mut self, device: &D) -> u64 {
        self.seed.as_mut().map_or_else(|| device.random_u64(), Random::next)
    }

    /// Whether this run learns.
    pub fn is_training(&self) -> bool {
        self.training
    }

    /// Says what is frozen in the model that runs from now on: what it was in the one before.
    pub fn freeze(&mut self, frozen: &Frozen) -> Frozen {
        std::mem::replace(&mut self.frozen, frozen.clone())
    }

    /// Says whose parameters the next layer reads.
    pub fn with_params_of(&mut self, layer: &'static str) -> &mut Self {
        self.owner = Some(layer);
        self
    }

    /// Applies a layer to `inputs` (a tuple of tensors) with `params` (a tuple of references, in
    /// the order of the layer's table row).
    ///
    /// # Errors
    /// If the sizes that the types leave open do not fit the layer, or the device fails.
    pub fn apply<L, I, P, O, T>(
        &mut self,
        name: &'static str,
        layer: L,
        inputs: I,
        params: P,
    ) -> Result<Tensor<O, f32, D, T>, Error>
    where
        L: Into<Op> + Accepts<I::Shapes, P::Shapes, O>,
        I: Inputs<D, T>,
        P: Params<D>,
        O: Shape<Concrete: Shape<Concrete = O::Concrete>>,
        T: Record<D>,
    {
        let owner = self.owner.take().unwrap_or(name);
        let run = || {
            let (inputs, params) = (inputs.vars()?, params.vars()?);
            self.forward(&layer.into(), owner, inputs, params)?.into_tensor()
        };
        run().map_err(|error| error.within(name))
    }

    /// Applies a layer to tensors whose sizes are known only now.
    ///
    /// # Errors
    /// If the sizes do not fit the layer, or the device fails.
    pub fn run<T: Record<D>>(
        &mut self,
        layer: &Op,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let run = self.forward(layer, "", inputs, params.to_vec());
        run.map_err(|error| error.within(layer.spec().name))
    }

    fn forward<T: Record<D>>(
        &mut self,
        layer: &Op,
        owner: &str,
        inputs: Vec<Var<D, T>>,
        mut params: Vec<Var<D>>,
    ) -> Result<Var<D, T>, Error> {
        let sizes: Vec<_> = inputs.iter().map(|input| input.dims().to_vec()).collect();
        let (expected, wanted) = check(layer, &sizes, &params)?;
        let is_frozen = |param: &Param| {
            !self.frozen.is_empty() && self.frozen.has(&format!("{owner}.{}", param.kind))
        };
        let frozen: Vec<_> = wanted.iter().map(is_frozen).collect();
        let parameters = || wanted.iter().zip(&frozen);
        let is_trained = parameters().any(|(param, frozen)| param.trainable && !frozen);
        let keeps = parameters().any(|(param, frozen)| !param.trainable && *frozen);
        let is_taped = is_trained || self.live.any(&inputs);
        for (param, _) in params.iter_mut().zip(&frozen).filter(|(_, frozen)| is_taped && **frozen)
        {
            *param = param.detached::<T>()?;
        }
        if self.watching {
            inputs.iter().try_for_each(|input| finite(input, "is given"))?;
            params.iter().try_for_each(|param| finite(param, "has parameters that are"))?;
        }
        // A layer that keeps its statistics runs as at inference.
        let training = self.training;
        self.training &= !keeps;
        let output = match is_taped {
            true => T::run(layer, self, inputs, &params).inspect(|output| self.live.add(output)),
            false => T::run_apart(layer, self, inputs, &params),
        };
        self.training = training;
        if training && keeps {
            wanted.iter().filter(|param| !param.trainable).for_each(|_| self.keep());
        }
        let output = output?;
        if self.watching {
            finite(&output, "made, of finite inputs,")?;
        }
        debug_assert_eq!(output.dims(), expected, "`{}` and its shape rule", layer.spec().name);
        Ok(output)
    }

    /// Keeps what this batch says about the next running statistic.
    pub fn collect(&mut self, batch: Var<D>, momentum: f64) {
        self.statistics.push_back(Some(Statistic { batch, momentum }));
    }

    /// Notes that the next running statistic stays as it is.
    pub(crate) fn keep(&mut self) {
        self.statistics.push_back(None);
    }

    /// Moves a running statistic by what the batch said about it: in the order in which the
    /// layers ran, `statistic = momentum · statistic + (1 - momentum) · batch`. One that is frozen
    /// stays as it is.
    ///
    /// # Errors
    /// If no layer collected such a statistic.
    pub fn update<S: Shape>(&mut self, statistic: &mut Tensor<S, f32, D>) -> Result<(), Error> {
        let dims: Vec<usize> = statistic.shape().concrete().into();
        let Some(collected) = self.statistics.pop_front() else {
            return Err(Error::shape("a statistic of the batch", "none").within("batch_norm"));
        };
        let Some(Statistic { batch, momentum }) = collected else {
            return Ok(());
        };
        if batch.dims() != dims {
            return Err(Error::shape(show(&dims), show(batch.dims())).within("batch_norm"));
        }
        let mut old = vec![0.0; batch.len()];
        let mut new = old.clone();
        statistic.copy_into(&mut old);
        batch.into_values().copy_into(&mut new);
        for (old, new) in old.iter_mut().zip(new) {
            *old = (momentum * f64::from(*old) + (1.0 - momentum) * f64::from(new)) as f32;
        }
        statistic.copy_from(&old);
        Ok(())
    }
}

/// An error if a value is not finite; `how` says how the layer came by it.
fn finite<D: Backend, T: Tape<f32, D>>(var: &Var<D, T>, how: &'static str) -> Result<(), Error> {
    match var.to_vec().into_iter().find(|value| !value.is_finite()) {
        Some(value) => {
            Err(Error::NotFinite { layer: String::new(), how, found: value.to_string() })
        }
        None => Ok(()),
    }
}

/// Applies the layer's shape rule to the sizes at hand: the sizes of its output, and its
/// parameters.
fn check<D: Backend>(
    layer: &Op,
    inputs: &[Vec<usize>],
    params: &[Var<D>],
) -> Result<(Vec<usize>, Vec<Param>), Error> {
    let (fewest, most) = layer.spec().inputs.range();
    if !(fewest..=most).contains(&inputs.len()) {
        let expected = match (fewest, most) {
            (1, 1) => "1 input".to_owned(),
            (2, 2) => "2 inputs".to_owned(),
            _ => format!("{fewest} to {most} inputs"),
        };
        return Err(Error::shape(expected, inputs.len()));
    }
    let batch = match inputs.first().and_then(|dims| dims.first()) {
        Some(&batch) if batch > 0 => batch,
        _ => return Err(Error::shape("a batch of at least one", "an empty one")),
    };
    if let Some(other) = inputs.iter().find(|dims| dims.first() != Some(&batch)) {
        return Err(Error::shape(format!("a batch of {batch}"), show(other)));
    }
    let shape = |dims: &Vec<usize>| formwork_ir::Shape::batched(dims.iter().skip(1).copied());
    let shapes: Vec<_> = inputs.iter().map(shape).collect();
    let domain = Domain::default();
    let operands: Vec<_> =
        shapes.iter().map(|shape| Operand { name: "the input", shape }).collect();
    let call = Call::new(layer.spec().name, &operands, &domain);
    let Inferred { shape, params: wanted, .. } =
        layer.infer(&call).map_err(|fault| Error::layer(&fault))?;
    let numbers = |dims: &[Dim]| dims.iter().filter_map(Dim::known).collect::<Vec<_>>();
    let expected: Vec<_> = wanted.iter().map(|param| numbers(&param.shape)).collect();
    let found: Vec<_> = params.iter().map(|param| param.dims().to_vec()).collect();
    if expected != found {
        return Err(Error::shape(
            format!("parameters {expected:?}"),
            format!("parameters {found:?}"),
        ));
    }
    Ok((shape.dims().iter().map(|dim| dim.known().unwrap_or(batch)).collect(), wanted))
}
