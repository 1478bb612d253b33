//! `formwork-bench`: what `scripts/bench` runs.

mod options;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use formwork_bench::campaign::Campaign;
use formwork_bench::machine::{Machine, said};
use formwork_bench::models::Model;
use formwork_bench::prepare::prepare;
use formwork_bench::results::{Measured, Results};
use formwork_bench::task::Task;
use formwork_bench::training::{self, Trained};
use formwork_bench::{Result, formwork, peak, report, scale, svg};
use formwork_bench_worker::Files;
use options::{Cli, Command, Options, Part, Run};

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
        Command::Prepare(options) => {
            prepared(&options)?;
            prepared_trainings(&options).map(drop)
        }
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
            let own = formwork::Formwork::new(threads, told.told());
            if train {
                for (trained, files) in prepared_trainings(&options)? {
                    let batch = batch.unwrap_or(trained.training.batch);
                    println!("{}\n{}", trained.title, own.profile_training(&files, batch, 20)?);
                }
                return Ok(());
            }
            for (model, files) in prepared(&options)? {
                let mut ready = own.compile(&files, batch.unwrap_or(1))?;
                println!("{}\n{}", model.title, ready.profile(50)?);
            }
            Ok(())
        }
        Command::Worker { threads, told } => {
            formwork_bench_worker::serve(formwork::Formwork::new(threads, told.told()))
        }
    }
}

fn prepared(options: &Options) -> Result<Vec<(&'static Model, Files)>> {
    let each = options.models()?.into_iter().map(|model| {
        let folder = options.work.join("models").join(model.name);
        Ok((model, prepare(model, &options.exporter(), &options.sources(), &folder)?))
    });
    each.collect()
}

fn prepared_trainings(options: &Options) -> Result<Vec<(&'static Trained, Files)>> {
    let each = options.trained()?.into_iter().map(|trained| {
        let folder = options.work.join("training").join(trained.name);
        Ok((trained, training::prepare(trained, &folder)?))
    });
    each.collect()
}

fn measure(run: &Run) -> Result<()> {
    let parts = [Part::Inference, Part::Training].map(|part| run.does(part));
    let mut results = match parts {
        [true, true] => Results::default(),
        // What is not measured again stays.
        _ => Results::read(&run.kept())?,
    };
    if parts[0] {
        let tasks = tasks_of_inference(run)?;
        measure_part(run, Part::Inference, &tasks, &mut results)?;
    }
    if parts[1] {
        let tasks = prepared_trainings(&run.options)?;
        let tasks = tasks.iter().map(|(trained, files)| Task::training(trained, files));
        let tasks = tasks.collect::<Result<Vec<_>>>()?;
        if tasks.is_empty() && !parts[0] {
            return Err("none of these networks is trained".into());
        }
        measure_part(run, Part::Training, &tasks, &mut results)?;
    }
    write(&results, &run.output())?;
    print!("{}", report::page(&results));
    Ok(())
}

fn tasks_of_inference(run: &Run) -> Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for (model, files) in prepared(&run.options)? {
        for &batch in model.batches {
            tasks.push(Task::inference(model, &files, batch)?);
        }
    }
    Ok(tasks)
}

/// Times the tasks of a part. What is measured is kept after each, whatever comes.
fn measure_part(run: &Run, part: Part, tasks: &[Task], results: &mut Results) -> Result<()> {
    let plan = run.plan();
    fs::create_dir_all(&plan.logs)?;
    let peers = run.peers(part)?;
    let peak = peak::measure(plan.threads);
    let mut campaign = Campaign::start(&plan, &peers);
    let mut measured = Measured {
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
    let mut keep = |measured: &Measured| {
        let kept = match part {
            Part::Inference => &mut results.inference,
            Part::Training => &mut results.training,
        };
        *kept = Some(measured.clone());
        results.write(&run.kept())
    };
    for task in tasks {
        measured.rows.push(campaign.row(task));
        keep(&measured)?;
    }
    for task in tasks.iter().filter(|task| !run.quick && task.tells_memory()) {
        measured.memory.push(campaign.memory(task));
        keep(&measured)?;
    }
    Ok(())
}

fn write(results: &Results, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("RESULTS.md"), report::page(results))?;
    let pictures = [("ratios.svg", &results.inference), ("training.svg", &results.training)];
    for (name, measured) in pictures {
        if let Some(measured) = measured {
            fs::write(folder.join(name), svg::picture(measured))?;
        }
    }
    Ok(())
}
