//! Every development task: `cargo xtask --help` tells them.
//!
//! In reading order:

mod arguments;
mod bench;
mod browser;
mod checkout;
mod checks;
mod fuzz;
mod node;
mod process;
mod serve;
mod sim;
mod tally;
mod tidy;
mod tools;

use std::process::ExitCode;

use arguments::Task;
use checkout::Checkout;

fn main() -> ExitCode {
    let checkout = Checkout::here();
    let outcome = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(Task::Help) => {
            print!("{}", arguments::help());
            Ok(true)
        }
        Ok(Task::Serve { trunk }) => serve::run(&checkout, &trunk).map(|()| true),
        Ok(Task::Check { steps }) => Ok(checks::run(&checkout, &steps)),
        Ok(Task::Bench { rest }) => bench::run(&checkout, &rest).map(|()| true),
        Ok(Task::Sim { rest }) => sim::run(&checkout, &rest),
        Ok(Task::Fuzz { rest }) => fuzz::run(&checkout, &rest),
        Ok(Task::Setup) => checks::setup(&checkout).map(|()| true),
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
