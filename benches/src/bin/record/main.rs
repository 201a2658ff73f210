//! Records the figures of the book: runs the chapters' benchmarks and writes what they found, with the machine,
//! the date and the versions, into `book/data/figures`.

mod figure;
mod machine;
mod noise;
mod run;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;

/// Runs the benchmarks and writes the figures that the book draws. Takes a minute or two per chapter; let the
/// machine do nothing else meanwhile.
#[derive(Parser)]
#[command(bin_name = "cargo run --release -p benches --bin record --")]
struct Cli {
    /// Record only this chapter, for example 02_mutex_guards [default: all]
    #[arg(long, value_name = "NAME")]
    chapter: Option<String>,

    /// Try everything in a few seconds: prints the figures and writes none
    #[arg(long)]
    quick: bool,

    /// Record although the machine is busy with other things; the figures carry how much
    #[arg(long)]
    busy: bool,

    /// Where the figures go [default: book/data/figures]
    #[arg(long, value_name = "DIR", conflicts_with = "quick")]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match record(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn record(cli: Cli) -> Result<()> {
    // Asked at run time: a program that remembers where it was built writes into the wrong copy.
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .context("start me through cargo: cargo run --release -p benches --bin record")?;
    let root = package
        .parent()
        .context("the benches stand alone, without a repository around them")?;
    let chapters = chapters(&package, cli.chapter.as_deref())?;
    let out = cli.out.unwrap_or_else(|| root.join("book/data/figures"));

    for (number, chapter) in chapters.iter().enumerate() {
        eprintln!("[{}/{}] {chapter}", number + 1, chapters.len());
        let before = noise::noise();
        let anyway = cli.busy || cli.quick;
        noise::accept(before, anyway)?; // now, and not after minutes of measuring
        let groups = run::bench(chapter, cli.quick)?;
        let noise = before.max(noise::noise());
        noise::accept(noise, anyway)?;
        for group in groups {
            let figure = figure::Figure::new(root, chapter, group, noise)?;
            print!("{figure}");
            if !cli.quick {
                let path = figure.write(&out.join(chapter), &out.join("history").join(chapter))?;
                eprintln!("wrote {}", path.display());
            }
        }
        eprintln!("{}", noise::verdict(noise));
    }
    Ok(())
}

/// The chapters that have a benchmark, or the one that was asked for.
fn chapters(package: &std::path::Path, wanted: Option<&str>) -> Result<Vec<String>> {
    let dir = package.join("benches");
    let mut chapters = Vec::new();
    for entry in dir
        .read_dir()
        .with_context(|| format!("cannot list {}", dir.display()))?
    {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(name) = path.file_stem()
        {
            chapters.push(name.to_string_lossy().into_owned());
        }
    }
    chapters.sort();
    let Some(wanted) = wanted else {
        return Ok(chapters);
    };
    if !chapters.iter().any(|chapter| chapter == wanted) {
        let known = chapters.join(", ");
        bail!("no chapter {wanted:?} has a benchmark; these have: {known}");
    }
    Ok(vec![wanted.into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn chapters_are_found_by_their_files() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let all = chapters(package, None).expect("the directory is there");
        assert!(all.contains(&"02_mutex_guards".to_owned()), "{all:?}");
        let one = chapters(package, Some("02_mutex_guards")).expect("it is there");
        assert_eq!(one, ["02_mutex_guards"]);
        let error = chapters(package, Some("mutex")).expect_err("no such chapter");
        assert!(error.to_string().contains("02_mutex_guards"), "{error}");
    }
}
