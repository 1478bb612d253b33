use crate::layer::Need;
use crate::shape::product;
use crate::{
    Call, Condition, Dim, Domain, Fault, Inferred, Initializer, Op, Operand, Param, Ranged, Shape,
    Symbol, Verdict,
};

/// A network: nodes in the order they run, each with its shape.
///
/// A node refers only to nodes before it, and always has its shape: [`Graph::layer`] is the only
/// way to add one, and it applies the shape rule at once, to all sizes that its symbols may have.
#[derive(Clone, PartialEq, Debug)]
pub struct Graph {
    name: String,
    /// What the model is declared for.
    declared: Domain,
    /// That, with what is taken for granted by now.
    domain: Domain,
    nodes: Vec<Node>,
    params: Vec<Parameter>,
    outputs: Vec<NodeId>,
    training: Vec<Checked>,
    constants: Vec<Checked>,
    mismatches: Vec<Need>,
    widest: Vec<Ranged>,
}

/// A node of the [`Graph`] it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// Its position in [`Graph::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A parameter of the [`Graph`] it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ParamId(u32);

/// One step of a network.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Unique within the graph: `e1.conv2d`.
    pub name: String,
    /// Where its value comes from.
    pub source: Source,
    /// The nodes it reads.
    pub inputs: Vec<NodeId>,
    /// The parameters it reads, in the order the kernel takes them.
    pub params: Vec<ParamId>,
    /// The shape of its value.
    pub shape: Shape,
    /// Whether the shape was asserted, not proved: it is checked when the model runs.
    pub asserted: bool,
    /// The layer whose parameters it reads, where several nodes may read them.
    pub weights: Option<String>,
    /// Multiply-accumulates a sample.
    pub macs: Dim,
}

/// Where a node's value comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// An input of the model.
    Input,
    /// A layer.
    Layer(Op),
    /// Another model, as its type is written.
    Model(String),
}

/// A layer that is applied to values of a graph.
#[derive(Clone, Debug)]
pub struct Application<'a> {
    /// Unique within the graph.
    pub name: &'a str,
    /// The layer.
    pub op: Op,
    /// What it is applied to.
    pub inputs: &'a [NodeId],
    /// What the inputs are called in a message.
    pub called: &'a [&'a str],
    /// The shape that it has where this cannot be decided.
    pub asserted: Option<&'a Shape>,
    /// Name of the layer whose parameters it reads: the first that says so makes them.
    pub weights: Option<&'a str>,
}

/// A condition that is checked when the sizes are numbers, and what is wrong where it fails.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// The node that needs it.
    pub node: String,
    /// What must hold.
    pub condition: Condition,
    /// What is wrong where it does not.
    pub fault: Fault,
}

/// A tensor of the model: a weight, or a running statistic.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Unique within the graph: `e1.conv2d.kernel`.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<Dim>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)`, for the initialiser.
    pub fans: (Dim, Dim),
    /// Whether gradients update it.
    pub trainable: bool,
}

impl Parameter {
    /// Number of values.
    pub fn values(&self) -> Dim {
        product(&self.shape)
    }
}

impl Graph {
    /// The most values one tensor may have.
    const MOST_VALUES: usize = 1 << 40;

    /// A model of that name, with nothing in it, whose symbols have the sizes of `domain`.
    pub fn new(name: &str, domain: Domain) -> Self {
        Graph {
            name: name.to_owned(),
            declared: domain.clone(),
            domain,
            nodes: Vec::new(),
            params: Vec::new(),
            outputs: Vec::new(),
            training: Vec::new(),
            constants: Vec::new(),
            mismatches: Vec::new(),
            widest: Vec::new(),
        }
    }

    /// Name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The sizes that its symbols are declared to have.
    pub fn declared(&self) -> &Domain {
        &self.declared
    }

    /// The declared sizes that the layers take, as far as is known now.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The nodes, in the order they run, inputs first among them.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(i as u32), node))
    }

    /// The parameters, in the order their layers were added.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (ParamId, &Parameter)> {
        self.params.iter().enumerate().map(|(i, param)| (ParamId(i as u32), param))
    }

    /// The nodes whose values the model returns.
    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// The inputs of the model, in order.
    pub fn inputs(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes().filter(|(_, node)| node.source == Source::Input)
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// One parameter.
    pub fn param(&self, id: ParamId) -> &Parameter {
        &self.params[id.0 as usize]
    }

    /// Number of values in all parameters: Keras' "Total params".
    pub fn total_params(&self) -> Dim {
        sum(self.params.iter().map(Parameter::values))
    }

    /// Number of values that gradients update: Keras' "Trainable params".
    pub fn trainable_params(&self) -> Dim {
        sum(self.params.iter().filter(|param| param.trainable).map(Parameter::values))
    }

    /// Multiply-accumulates a sample.
    pub fn macs(&self) -> Dim {
        sum(self.nodes.iter().map(|node| node.macs.clone()))
    }

    /// What training needs of the sizes, besides what every run does.
    pub fn training(&self) -> &[Checked] {
        &self.training
    }

    /// What rustc has to check of the constants it alone knows.
    pub fn constants(&self) -> &[Checked] {
        &self.constants
    }

    /// What does not hold at all sizes of the domain, and was taken for granted since, so that
    /// what it would bring about is not found again. The model is wrong if there is any.
    pub fn mismatches(&self) -> &[Need] {
        &self.mismatches
    }

    /// The sizes that the layers would take, if fewer are declared.
    pub fn widest(&self) -> &[Ranged] {
        &self.widest
    }

    /// Notes the sizes that the layers would take.
    pub fn set_widest(&mut self, widest: Vec<Ranged>) {
        self.widest = widest;
    }

    /// Adds an input.
    pub fn input(&mut self, name: &str, shape: Shape) -> NodeId {
        self.push(Node {
            name: name.to_owned(),
            source: Source::Input,
            inputs: Vec::new(),
            params: Vec::new(),
            shape,
            asserted: false,
            weights: None,
            macs: Dim::Known(0),
        })
    }

    /// Applies another model, which makes a tensor of that shape: rustc checks that it does.
    ///
    /// `weights` names its parameters, which several nodes may share.
    pub fn model(
        &mut self,
        name: &str,
        model: &str,
        inputs: &[NodeId],
        shape: Shape,
        weights: &str,
    ) -> NodeId {
        self.push(Node {
            name: name.to_owned(),
            source: Source::Model(model.to_owned()),
            inputs: inputs.to_vec(),
            params: Vec::new(),
            shape,
            asserted: true,
            weights: Some(weights.to_owned()),
            macs: Dim::Known(0),
        })
    }

    /// Applies a layer with parameters of its own: see [`Graph::apply`].
    ///
    /// # Errors
    /// If it does not fit.
    pub fn layer(
        &mut self,
        name: &str,
        op: Op,
        inputs: &[NodeId],
        called: &[&str],
        asserted: Option<&Shape>,
    ) -> Result<NodeId, Fault> {
        self.apply(Application { name, op, inputs, called, asserted, weights: None })
    }

    /// Applies a layer.
    ///
    /// The layer's activation is not applied with it: that is a layer of its own. A layer that
    /// fits at some of the domain's sizes only is added, and noted in [`Graph::mismatches`].
    ///
    /// # Errors
    /// If it does not fit.
    pub fn apply(&mut self, application: Application) -> Result<NodeId, Fault> {
        let Application { name, op, inputs, called, asserted, weights } = application;
        let operands: Vec<_> = inputs
            .iter()
            .zip(called)
            .map(|(&id, name)| Operand { name, shape: &self.node(id).shape })
            .collect();
        let call = Call::new(op.spec().name, &operands, &self.domain);
        let (layer, inferred) = (call.layer, op.infer(&call));
        let needs = call.into_needs();
        let undecided = matches!(&inferred, Err(fault) if fault.undecided);
        let Inferred { mut shape, params, macs } = match (inferred, asserted) {
            (Err(_), Some(shape)) if undecided => Inferred::shape(shape.clone()),
            (inferred, _) => inferred?,
        };
        check_size(layer, &shape, params.iter().map(|param| param.shape.as_slice()))?;
        let positive = shape.dims().iter().map(|dim| Need {
            condition: Condition::at_least(dim, &Dim::Known(1)),
            fault: Fault::call(format!("`{layer}`: nothing is left: {shape} holds no values")),
            training: false,
        });
        let mut asserts = undecided;
        for need in needs.into_iter().chain(positive.collect::<Vec<_>>()) {
            match self.require(name, need) {
                Err(fault) if fault.undecided && asserted.is_some() => asserts = true,
                settled => settled?,
            }
        }
        if let (true, Some(asserted)) = (asserts, asserted) {
            shape = asserted.clone();
        }
        for param in &params {
            self.check_param(layer, param.kind, &param.shape)?;
        }
        let params = self.parameters(layer, name, weights, params)?;
        Ok(self.push(Node {
            name: name.to_owned(),
            source: Source::Layer(op),
            inputs: inputs.to_vec(),
            params,
            shape,
            asserted: asserts,
            weights: weights.map(str::to_owned),
            macs,
        }))
    }

    /// The parameters of a node: those of the layer `weights`, or new ones.
    fn parameters(
        &mut self,
        layer: &str,
        name: &str,
        weights: Option<&str>,
        params: Vec<Param>,
    ) -> Result<Vec<ParamId>, Fault> {
        if let Some(weights) = weights
            && let Some(first) = self.nodes.iter().find(|n| n.weights.as_deref() == Some(weights))
        {
            for (wanted, &has) in params.iter().zip(&first.params) {
                let has = &self.param(has).shape;
                if wanted.shape != *has {
                    let [wanted_size, has] =
                        [&wanted.shape, has].map(|dims| Shape::new(dims.as_slice()));
                    let title = format!(
                        "`{layer}`: its {} is {has}, as its first input needs; here it would be \
                         {wanted_size}",
                        wanted.kind
                    );
                    let help = "a layer that is applied several times has one set of weights: \
                                its inputs must have the same channels";
                    return Err(Fault::call(title).help(help));
                }
            }
            return Ok(first.params.clone());
        }
        let owner = weights.unwrap_or(name);
        let first = self.params.len() as u32;
        self.params.extend(params.into_iter().map(|param| Parameter {
            name: format!("{owner}.{}", param.kind),
            shape: param.shape,
            init: param.init,
            fans: param.fans,
            trainable: param.trainable,
        }));
        Ok((first..self.params.len() as u32).map(ParamId).collect())
    }

    /// Demands what a layer or an assertion needs of symbols, for all sizes of the domain. What
    /// holds at some of them only is noted in [`Graph::mismatches`]; what rustc or the model's
    /// entry can check, there.
    ///
    /// # Errors
    /// The fault, if it holds at hardly any size, or that cannot be decided.
    pub fn require(&mut self, node: &str, need: Need) -> Result<(), Fault> {
        use crate::Kind::Outer;
        let Need { condition, fault, training } = &need;
        let verdict = self.domain.decide(condition);
        if verdict == Verdict::Always {
            return Ok(());
        }
        let checked = || Checked {
            node: node.to_owned(),
            condition: condition.clone(),
            fault: fault.clone(),
        };
        let symbols = condition.symbols();
        let outer = !symbols.is_empty() && symbols.iter().all(|symbol| symbol.kind() == Outer);
        match verdict {
            Verdict::FromSomeSize if *training => {
                let checked = checked();
                self.check_training(checked);
                Ok(())
            }
            // rustc knows the numbers.
            _ if outer => {
                self.constants.push(checked());
                self.domain.assume(condition);
                Ok(())
            }
            Verdict::FromSomeSize => {
                self.domain.assume(condition);
                Ok(())
            }
            Verdict::OnClasses(..) => {
                self.domain.assume(condition);
                self.mismatches.push(need);
                Ok(())
            }
            Verdict::Undecided => Err(need.fault.undecided()),
            Verdict::Always | Verdict::Hardly | Verdict::NotAlways => {
                Err(match condition.sides() {
                    // Two names for one size.
                    [a, b] if condition.is_equality() => match (a.symbol(), b.symbol()) {
                        (Some(a), Some(b)) => {
                            let (a, b) = (a.name().to_owned(), b.name().to_owned());
                            need.fault.help(format!(
                                "if they are always equal, say so: `where {b} == {a}`"
                            ))
                        }
                        _ => need.fault,
                    },
                    _ => need.fault,
                })
            }
        }
    }

    /// Notes what training needs, unless something noted already is at least as much.
    fn check_training(&mut self, checked: Checked) {
        let implies = |a: &Checked, b: &Checked| {
            let ([a, two], [b, other]) = (a.condition.sides(), b.condition.sides());
            two == other && (a == b || self.domain.always(&Condition::at_least(b, a)))
        };
        if self.training.iter().any(|known| implies(known, &checked)) {
            return;
        }
        let kept: Vec<_> =
            self.training.iter().filter(|known| !implies(&checked, known)).cloned().collect();
        self.training = kept;
        self.training.push(checked);
    }

    /// A parameter exists before the model runs.
    fn check_param(&self, layer: &str, kind: &str, sizes: &[Dim]) -> Result<(), Fault> {
        let symbols = sizes.iter().flat_map(Dim::symbols);
        let mut late = symbols.filter(|symbol| symbol.kind() == crate::Kind::Runtime);
        let Some(symbol) = late.next() else {
            return Ok(());
        };
        let (sizes, symbol) = (Shape::new(sizes), symbol.name().to_owned());
        let title = format!(
            "`{layer}`: its {kind} would be {sizes}, but `{symbol}` is known only when the model runs"
        );
        let help = format!(
            "`global_avg_pool2d()` or `reduce_mean` make the size of the image matter no more; or \
             declare `const {symbol}: usize`"
        );
        Err(Fault::call(title).help(help))
    }

    /// Says which values the model returns.
    pub fn set_outputs(&mut self, outputs: &[NodeId]) {
        self.outputs = outputs.to_vec();
    }

    /// Adds a symbol of any size.
    pub fn declare(&mut self, symbol: Symbol) {
        self.declared.declare(symbol.clone(), crate::Sizes::ALL);
        self.domain.declare(symbol, crate::Sizes::ALL);
    }

    /// Takes a condition for granted, which is checked when the model runs.
    pub fn assume(&mut self, condition: &Condition) {
        self.domain.assume(condition);
    }

    /// The runtime symbols of the inputs, each once, in order.
    pub fn runtime_symbols(&self) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        for symbol in self.inputs().flat_map(|(_, node)| node.shape.dims()).flat_map(Dim::symbols) {
            if symbol.kind() == crate::Kind::Runtime && !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        symbols
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 layers"));
        debug_assert!(node.inputs.iter().all(|input| *input < id), "inputs come before");
        self.nodes.push(node);
        id
    }
}

/// The sum of sizes; saturates.
fn sum(dims: impl Iterator<Item = Dim>) -> Dim {
    dims.fold(Dim::Known(0), |sum, dim| sum + dim)
}

/// Refuses tensors that no machine holds, so that sizes and products of them never overflow.
fn check_size<'a>(
    layer: &str,
    shape: &'a Shape,
    params: impl Iterator<Item = &'a [Dim]>,
) -> Result<(), Fault> {
    for dims in std::iter::once(shape.dims()).chain(params) {
        let sizes = || dims.iter().filter_map(Dim::known);
        let values = sizes().fold(1, usize::saturating_mul);
        let huge = dims.iter().any(Dim::is_huge);
        let shape = || Shape::new(dims);
        if huge || sizes().any(|n| n > Dim::MAX) || values > Graph::MOST_VALUES {
            let title = format!("`{layer}`: {} is too large for any machine", shape());
            return Err(Fault::call(title));
        }
        if dims.iter().any(|dim| matches!(dim, Dim::Known(n) if *n < 1)) {
            let title = format!("`{layer}`: nothing is left: {} holds no values", shape());
            return Err(Fault::call(title));
        }
    }
    Ok(())
}
