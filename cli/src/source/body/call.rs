//! A call as an expression.

use super::Body;
use crate::source::layout::Chain;
use crate::source::program::{Call, What};

impl Body<'_> {
    pub(super) fn call(&mut self, call: &Call) {
        let Call { what, inputs, value, .. } = call;
        let args = self.heads.args(call);
        let operator = match (what, inputs.as_slice()) {
            (What::Layer(spec), [_, _]) if args.is_empty() => match spec.name {
                "add" => Some("+"),
                "subtract" => Some("-"),
                "multiply" => Some("*"),
                _ => None,
            },
            _ => None,
        };
        let merges = matches!(what, What::Layer(_)) && inputs.len() > 1;
        let first = if merges { 0 } else { 1 };
        let parts: Vec<_> = inputs[first..].iter().map(|&input| self.operand(input)).collect();
        let nested = parts.iter().any(|part| !part.is_name());
        let reads = parts.iter().flat_map(|part| part.reads.clone());
        let chain = match (operator, what) {
            (Some(operator), _) => {
                let text = |chain: &Chain| match chain.binary {
                    true => format!("({})", chain.text()),
                    false => chain.text(),
                };
                let base = format!("{} {operator} {}", text(&parts[0]), text(&parts[1]));
                Chain { base, binary: true, reads: reads.collect(), ..Chain::default() }
            }
            (None, What::Layer(spec)) if merges => {
                let texts: Vec<_> = parts.iter().map(Chain::text).chain(args).collect();
                let base = format!("{}({})", spec.name, texts.join(", "));
                Chain { base, nested, reads: reads.collect(), ..Chain::default() }
            }
            _ => {
                let mut chain = self.take(inputs[0]);
                chain.reads.extend(reads);
                chain.nested |= nested;
                let others: Vec<_> = parts.iter().map(Chain::text).collect();
                self.heads.links(call, &others).into_iter().for_each(|link| chain.push(link));
                chain
            }
        };
        self.chains.insert(*value, chain);
        if let Some(shape) = &call.asserted {
            let chain = self.chains.remove(value).unwrap_or_default();
            let name = self.names.fresh(call.hint.as_deref().unwrap_or(self.plain));
            self.lines.chain(&format!("let {name}: {shape} = "), &chain, ";");
            self.chains.insert(*value, Chain::name(&name));
        } else if self.each
            || self.left.get(value).is_some_and(|&left| left > 1) && !self.changing.contains(value)
        {
            self.bind(*value, call.hint.as_deref(), false);
        }
    }
}
