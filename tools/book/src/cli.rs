//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Builds the book and serves it on this machine, reloading the page when a file changes.
#[derive(Parser)]
#[command(bin_name = "cargo book")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The folder that holds book.toml [default: `book` of this repository]
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) book: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) serve: Serve,
}

impl Cli {
    /// What to do; to serve, if nothing was said.
    pub(crate) fn into_command(self) -> anyhow::Result<(Command, Option<PathBuf>)> {
        let command = match self.command {
            None => Command::Serve(self.serve),
            Some(command) => {
                anyhow::ensure!(
                    self.serve == Serve::default(),
                    "--port and --open go after `serve`, and with no other command"
                );
                command
            }
        };
        Ok((command, self.book))
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Build the book and serve it, reloading on change (the default)
    Serve(Serve),
    /// Build the book and stop
    Build(Build),
    /// Build the book and print it into a PDF, with the Chromium, Chrome or Edge of this machine
    Pdf(Pdf),
    /// Draw reports of failing models as a page of their own; `cargo workbook trace` runs this
    #[command(hide = true)]
    Trace(Trace),
    /// Speak mdBook's preprocessor protocol; `mdbook build` runs this
    #[command(hide = true)]
    Preprocess {
        #[command(subcommand)]
        question: Option<Protocol>,
    },
}

#[derive(Args, Default, PartialEq)]
pub(crate) struct Serve {
    /// Port to listen on [default: 3000, or the next free one]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,

    /// Open the book in your browser
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Args)]
pub(crate) struct Build {
    /// Where to put the pages [default: build-dir of book.toml]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Let any warning fail the build, and check every link of the rendered pages
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Args)]
pub(crate) struct Pdf {
    /// Where to put it [default: build-dir of book.toml, with .pdf]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Trace {
    /// The reports, as `lanes` writes them
    #[arg(required = true, value_name = "JSON")]
    pub(crate) reports: Vec<PathBuf>,

    /// The file that the models ran, from the repository root
    #[arg(long, value_name = "FILE")]
    pub(crate) source: String,

    /// Where to put the page
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum Protocol {
    Supports {
        #[allow(dead_code, reason = "every renderer gets the same answer")]
        renderer: String,
    },
}
