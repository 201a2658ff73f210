//! `cargo book`: builds, checks and serves the book.
//!
//! mdBook does the rendering. What is ours is a preprocessor that puts listings, exercises, figures,
//! traces, predictions and diagrams into the pages, and a check over the rendered HTML. Plain `mdbook build book`
//! gives the same pages: it runs this program as a command preprocessor.

#![warn(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "they panic where nobody can hear"
)]

mod browser;
mod build;
mod check;
mod cli;
mod contents;
mod debrief;
mod diagram;
mod directive;
mod form;
mod html;
mod log;
mod minutes;
mod navigation;
mod output;
mod page;
mod pdf;
mod pitfall;
mod place;
mod predict;
mod preprocessor;
mod problem;
mod readme;
mod repository;
mod schedule;
mod search;
mod serve;
mod sources;
mod trace_page;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command, Protocol};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::tell(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let (command, book) = cli.into_command()?;
    match command {
        Command::Serve(options) => serve::serve(&place::find(book)?, &options, &log::start()),
        Command::Build(options) => {
            let place = place::find(book)?;
            let target = build::Target::of(&place, options.out.as_deref())?;
            build::build(&place, &target, options.strict, &log::start())
        }
        Command::Pdf(options) => {
            pdf::write(&place::find(book)?, options.out.as_deref(), &log::start())
        }
        Command::Trace(options) => trace_page::write(&place::find(book)?, &options),
        // mdBook asks whether we support a renderer: every one.
        Command::Preprocess {
            question: Some(Protocol::Supports { .. }),
        } => Ok(()),
        Command::Preprocess { question: None } => preprocessor::speak_protocol(),
    }
}
