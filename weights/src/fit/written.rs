use super::framework::Framework;
use super::layout::Layout;
use super::misfit::{Misfit, Misfits};
use super::network::{Parameter, Parameters};

/// How a framework has a parameter.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    /// What it is called there.
    pub name: String,
    /// Its sizes and the order of its values there.
    pub layout: Layout,
    /// The parameter.
    pub parameter: &'a Parameter,
}

/// How a framework has the parameters of a network, in the order in which their layers run.
///
/// # Errors
/// If it has not all of them: which, and why.
pub fn written(parameters: &Parameters, framework: Framework) -> Result<Vec<Written<'_>>, Misfits> {
    let obstacles: &[String] = match framework {
        Framework::Pytorch => &parameters.obstacles,
        _ => &[],
    };
    let obstacle = |reason: &String| Misfit::Obstacle { reason: reason.clone() };
    let mut list: Vec<_> = obstacles.iter().map(obstacle).collect();
    let mut all = Vec::new();
    for parameter in &parameters.list {
        match Layout::new(&parameter.role, &parameter.sizes, framework) {
            Ok(layout) => all.push(Written { name: framework.name(parameter), layout, parameter }),
            Err(reason) => list.push(Misfit::Role { name: parameter.name.clone(), reason }),
        }
    }
    if list.is_empty() { Ok(all) } else { Err(Misfits { list, framework, help: Vec::new() }) }
}
