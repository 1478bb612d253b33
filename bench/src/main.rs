//! `formwork-bench`: what `scripts/bench` runs.

mod options;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use formwork_bench::campaign::Campaign;
use formwork_bench::machine::{Machine, said};
use formwork_bench::prepare::prepare;
use formwork_bench::results::Results;
use formwork_bench::{Result, formwork, peak, report, scale, svg};
use options::{Cli, Command, Options, Run};

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Prepare(options) => prepared(&options).map(drop),
        Command::Peak { threads } => {
            println!("{:.1} GFLOP/s", peak::measure(threads) / 1e9);
            Ok(())
        }
        Command::Run(run) => measure(&run),
        Command::Scale { output } => Ok(fs::write(output, scale::page()?)?),
        Command::Page { results, output } => {
            write(&serde_json::from_slice(&fs::read(results)?)?, &output)
        }
        Command::Profile { options, batch, threads, told, train } => {
            for (model, files) in prepared(&options)? {
                if train {
                    let own = formwork::Formwork::new(threads, told.told());
                    println!("{}\n{}", model.title, own.profile_training(&files, batch, 20)?);
                    continue;
                }
                let mut ready =
                    formwork::Formwork::new(threads, told.told()).compile(&files, batch)?;
                println!("{}\n{}", model.title, ready.profile(50)?);
            }
            Ok(())
        }
        Command::Worker { threads, told } => {
            formwork_bench_worker::serve(formwork::Formwork::new(threads, told.told()))
        }
    }
}

type Prepared = Vec<(&'static formwork_bench::models::Model, formwork_bench_worker::Files)>;

fn prepared(options: &Options) -> Result<Prepared> {
    let each = options.models()?.into_iter().map(|model| {
        let folder = options.work.join("models").join(model.name);
        Ok((model, prepare(model, &options.exporter(), &options.sources(), &folder)?))
    });
    each.collect()
}

fn measure(run: &Run) -> Result<()> {
    let prepared = prepared(&run.options)?;
    let plan = run.plan();
    fs::create_dir_all(&plan.logs)?;
    let peers = run.peers()?;
    let peak = peak::measure(plan.threads);
    let mut campaign = Campaign::start(&plan, &peers);
    let mut results = Results {
        machine: Machine::this(),
        command: run.command(),
        date: said(&["date", "-u", "+%F"]),
        threads: plan.threads,
        rounds: plan.rounds,
        peak,
        peers: campaign.entrants(),
        rows: Vec::new(),
        memory: Vec::new(),
    };
    for (model, files) in &prepared {
        for &batch in model.batches {
            results.rows.push(campaign.row(model, files, batch)?);
            // What is measured is kept, whatever comes.
            fs::write(run.kept(), serde_json::to_vec_pretty(&results)?)?;
        }
    }
    if !run.quick {
        let memory = prepared.iter().map(|(model, files)| campaign.memory(model, files));
        results.memory = memory.collect();
        fs::write(run.kept(), serde_json::to_vec_pretty(&results)?)?;
    }
    write(&results, &run.output())?;
    print!("{}", report::page(&results));
    Ok(())
}

fn write(results: &Results, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("RESULTS.md"), report::page(results))?;
    Ok(fs::write(folder.join("ratios.svg"), svg::picture(results))?)
}
