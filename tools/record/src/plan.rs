//! What there is to record: the groups of every chapter's benchmark, and the steps beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use bench_kit::cargo;
use record::machine;

use crate::part::{Kind, Part};
use crate::program::Program;
use crate::run::Runner;
use crate::steps::{STEPS, Step};

/// Which of it is wanted; all, without names.
pub(crate) struct Wanted<'a> {
    pub(crate) chapter: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
}

impl Wanted<'_> {
    fn chapter(&self, chapter: &str) -> bool {
        self.chapter.is_none_or(|wanted| wanted == chapter)
    }

    fn group(&self, name: &str) -> bool {
        self.group.is_none_or(|wanted| wanted == name)
    }

    fn step(&self, step: &Step) -> bool {
        self.chapter(step.chapter) && self.group(step.bin)
    }
}

/// All that is wanted, its programs built. `notice` gets what is left out.
pub(crate) fn plan(
    root: &Path,
    runner: &Runner,
    wanted: &Wanted,
    notice: &mut dyn FnMut(&str),
) -> Result<Vec<Part>> {
    let chapters = chapters(&runner.package, wanted)?;
    let names: Vec<&str> = chapters.iter().map(String::as_str).collect();
    let built = cargo::build("benches", cargo::Kind::Bench, &names)?;
    let mut parts = Vec::new();
    let mut known = Vec::new();
    for chapter in &chapters {
        let program = Program::chapter(built[chapter].clone(), &runner.package)?;
        for group in runner.groups(chapter, &program, notice)? {
            // Now, and not when it has been measured.
            machine::versions(root, &group.crates)
                .with_context(|| format!("{chapter} / {}", group.group))?;
            known.push(group.group.clone());
            if wanted.group(&group.group) {
                parts.push(Part {
                    chapter: chapter.clone(),
                    name: group.group,
                    rows: group.rows.len(),
                    program: program.clone(),
                    kind: Kind::Group,
                });
            }
        }
    }
    for step in STEPS.iter().filter(|step| wanted.step(step)) {
        let (chapter, name) = (step.chapter, step.bin);
        if let Some(missing) = step.missing() {
            notice(&format!(
                "{chapter} / {name} is left out: there is no `{missing}` here."
            ));
            continue;
        }
        parts.push(Part {
            chapter: chapter.into(),
            name: name.into(),
            rows: 1,
            program: step_program(step, root)?,
            kind: Kind::Step,
        });
    }
    if let Some(group) = wanted.group {
        ensure!(
            !parts.is_empty(),
            "there is no group {group:?}; there are: {}",
            known.join(", ")
        );
    }
    Ok(parts)
}

fn step_program(step: &Step, root: &Path) -> Result<Program> {
    let profile = "release";
    let built = cargo::build(step.package, cargo::Kind::Bin { profile }, &[step.bin])?;
    let path: PathBuf = built[step.bin].clone();
    Program::step(path, step.reads.iter().map(|folder| root.join(folder)))
}

/// The chapters that have a benchmark, or the one that was asked for (none if it has only steps).
fn chapters(package: &Path, wanted: &Wanted) -> Result<Vec<String>> {
    let dir = package.join("benches");
    let mut chapters = Vec::new();
    let entries = fs::read_dir(&dir).with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.join("main.rs").is_file()
            && let Some(name) = path.file_name()
        {
            chapters.push(name.to_string_lossy().into_owned());
        }
    }
    chapters.sort();
    let mut known: Vec<&str> = chapters.iter().map(String::as_str).collect();
    known.extend(STEPS.iter().map(|step| step.chapter));
    known.sort();
    known.dedup();
    ensure!(
        known.iter().any(|chapter| wanted.chapter(chapter)),
        "no chapter {:?} has a benchmark; these have: {}",
        wanted.chapter.unwrap_or_default(),
        known.join(", ")
    );
    chapters.retain(|chapter| wanted.chapter(chapter));
    Ok(chapters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(chapter: Option<&str>) -> Wanted<'_> {
        Wanted {
            chapter,
            group: None,
        }
    }

    #[test]
    fn chapters_are_found_by_their_folders() {
        let root = bench_kit::repository().expect("cargo starts the tests");
        let package = &root.join("benches");
        let all = chapters(package, &wanted(None)).expect("the directory is there");
        assert!(all.contains(&"02_mutex_guards".to_owned()), "{all:?}");
        let one = chapters(package, &wanted(Some("02_mutex_guards"))).expect("it is there");
        assert_eq!(one, ["02_mutex_guards"]);
        let error = chapters(package, &wanted(Some("mutex"))).expect_err("no such chapter");
        assert!(error.to_string().contains("02_mutex_guards"), "{error}");
    }
}
