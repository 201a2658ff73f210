//! Builds that are killed at random moments: what was there, or what was to come, is there, and whole.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::Repository;

/// How often each command is killed.
const KILLS: u32 = 20;

/// Writes this edition of the book's pages.
fn write_edition(repository: &Repository, edition: u32) {
    for page in ["index.md", "tour/traces.md"] {
        repository.write(
            &format!("book/src/{page}"),
            format!("# Edition {edition} of this page\n"),
        );
    }
}

/// Kills `command` at some moment before it would have been done, if it takes as long as `whole`.
fn kill_at_random(mut command: Command, whole: Duration) -> Duration {
    let random = RandomState::new().hash_one(()) % 1100;
    let delay = whole * random as u32 / 1000;
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    delay
}

/// Runs `command` to its end, which has to be a good one.
fn time(mut command: Command) -> Duration {
    let started = Instant::now();
    let run = command.output().unwrap();
    assert!(run.status.success(), "{}", common::text(&run.stderr));
    started.elapsed()
}

/// The edition that `text` is of.
fn edition(text: &str) -> u32 {
    let (_, rest) = text.split_once("Edition ").expect("an edition");
    rest.split(' ').next().unwrap().parse().unwrap()
}

/// The files below `folder`, by their paths in it.
fn files(folder: &Path, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        match path.is_dir() {
            true => found.extend(files(&path, &format!("{name}/"))),
            false => drop(found.insert(name)),
        }
    }
    found
}

#[test]
fn a_killed_build_leaves_whole_pages() {
    let repository = Repository::new("repository");
    let build = || {
        let mut command = repository.command();
        command.args(["build", "--out", "pages"]);
        command
    };
    write_edition(&repository, 0);
    let whole = time(build());
    for next in 1..=KILLS {
        let before = edition(&repository.read("pages/index.html"));
        write_edition(&repository, next);
        let delay = kill_at_random(build(), whole);
        let index = edition(&repository.read("pages/index.html"));
        let traces = edition(&repository.read("pages/tour/traces.html"));
        assert_eq!(index, traces, "killed after {delay:?}");
        assert!(
            index == before || index == next,
            "killed after {delay:?}: edition {index}"
        );
        let mark = repository.read("pages/.cargo-book");
        let listed: BTreeSet<String> = mark.lines().skip(1).map(str::to_owned).collect();
        let mut there = files(&repository.path("pages"), "");
        there.remove(".cargo-book");
        assert_eq!(there, listed, "killed after {delay:?}");
    }
    time(build());
    assert_eq!(edition(&repository.read("pages/index.html")), KILLS);
    assert!(!repository.path("pages.being-built").exists());
}

#[cfg(unix)]
#[test]
fn a_killed_pdf_leaves_a_whole_one() {
    let repository = Repository::new("repository");
    write_edition(&repository, 0);
    let whole = time(repository.print("book.pdf"));
    for next in 1..=KILLS {
        let before = edition(&repository.read("book.pdf"));
        write_edition(&repository, next);
        let delay = kill_at_random(repository.print("book.pdf"), whole);
        let pdf = repository.read("book.pdf");
        let found = edition(&pdf);
        assert!(
            found == before || found == next,
            "killed after {delay:?}: edition {found}"
        );
        assert!(
            pdf.starts_with("%PDF-") && pdf.ends_with("%%EOF\n"),
            "killed after {delay:?}"
        );
    }
    time(repository.print("book.pdf"));
    assert_eq!(edition(&repository.read("book.pdf")), KILLS);
    assert!(!repository.path("book.pdf.being-built").exists());
}
