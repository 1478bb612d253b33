use super::framework::Framework;
use super::misfit::Misfit;
use super::rules::Rules;

/// What can be done.
pub(super) fn help(misfits: &[Misfit], rules: &Rules, framework: Framework) -> Vec<String> {
    let any = |which: fn(&Misfit) -> bool| misfits.iter().any(which);
    let missing = any(|misfit| matches!(misfit, Misfit::Missing { .. }));
    let extra = any(|misfit| matches!(misfit, Misfit::Extra { .. }));
    let ambiguous = any(|misfit| matches!(misfit, Misfit::Ambiguous { .. }));
    let mut help: Vec<&str> = Vec::new();
    if missing && extra && framework != Framework::Formwork {
        help.push("`Loader::prefix` and `regex` rename what the file has, `map` names one layer");
        if !rules.by_order {
            help.push("`by_order` takes the layers that no name matches in their order");
        }
    } else if ambiguous {
        help.push("`Loader::map` says which");
    } else if missing {
        help.push("`Loader::partial` lets parameters keep what they have");
    } else if extra {
        help.push("`Loader::ignore` leaves tensors of the file out");
    }
    let mut help: Vec<_> = help.into_iter().map(str::to_owned).collect();
    if rules.framework.is_none() && (framework != Framework::Formwork || missing && extra) {
        help.push(format!(
            "its names were taken for {framework}'s; `Loader::framework` says another"
        ));
    }
    help
}
