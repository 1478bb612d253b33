use super::framework::Framework;
use super::misfit::Misfit;
use super::rules::Rules;
use super::source::split;

/// What can be done.
pub(super) fn help(misfits: &[Misfit], rules: &Rules, framework: Framework) -> Vec<String> {
    let any = |which: fn(&Misfit) -> bool| misfits.iter().any(which);
    let missing = any(|misfit| matches!(misfit, Misfit::Missing { .. }));
    let extra = any(|misfit| matches!(misfit, Misfit::Extra { .. }));
    let ambiguous = any(|misfit| matches!(misfit, Misfit::Ambiguous { .. }));
    let order = any(|misfit| matches!(misfit, Misfit::Order { .. }));
    let of_shape = misfits.iter().find_map(|misfit| match misfit {
        Misfit::Shape { tensor, .. } => Some(tensor),
        _ => None,
    });
    let mut help: Vec<String> = Vec::new();
    let mut say = |text: &str| help.push(text.to_owned());
    let foreign = framework != Framework::Formwork;
    let unnamed = extra && (missing || rules.partial) && foreign;
    if unnamed {
        say("`Loader::prefix` and `regex` rename what the file has, `map` names one layer");
        if !rules.by_order {
            say("`by_order` takes the layers that no name matches in their order");
        }
    } else if ambiguous {
        say("`Loader::map` says which");
    }
    if order {
        say(
            "`Loader::map` names layers that stand elsewhere; to load a part, `ignore` what else the \
             file has: `.ignore(\"fc.*\").partial().by_order()`",
        );
    } else if let Some(tensor) = of_shape {
        let (layer, kind) = split(tensor, framework);
        let layer = match tensor.get(..=layer.len()) {
            Some(layer) if layer.len() < tensor.len() && !layer.is_empty() => format!("{layer}*"),
            _ => kind.to_owned(),
        };
        say(&format!(
            "`.ignore(\"{layer}\").partial()` loads the rest and lets that layer keep what it has"
        ));
    }
    if missing && !rules.partial {
        say("`Loader::partial` lets parameters keep what they have");
    }
    if extra {
        say("`Loader::ignore` leaves tensors of the file out");
    }
    if rules.framework.is_none() && (foreign || missing && extra) {
        say(&format!("its names were taken for {framework}'s; `Loader::framework` says another"));
    }
    help
}
