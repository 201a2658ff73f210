//! Breaks the explorer in one place at a time, and looks whether its tests notice.
//!
//! `cargo test --release -p explorer --test mutants -- --ignored --nocapture` takes a quarter of an hour, and prints which
//! test has caught which. `ONLY` names parts of the descriptions of those to try, with commas in between.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod list;
use list::{MUTANTS, Mutant, SURVIVORS};

/// How long the tests of a mutant may take. One that goes on for ever is caught, too.
const PATIENCE: Duration = Duration::from_secs(900);

/// The quick ones first.
const TESTS: [&str; 9] = [
    "failures",
    "steps",
    "replay",
    "promises",
    "waiting",
    "models",
    "loops",
    "differential",
    "waits",
];

/// What is said of a mutant that proves nothing.
const NO_PROGRAM: &str = "**does not compile**";

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_mutant_changes_one_place() {
    for Mutant {
        what,
        file,
        old,
        new,
    } in MUTANTS
    {
        let text = fs::read_to_string(home().join("src").join(file)).unwrap();
        assert_eq!(
            text.matches(old).count(),
            1,
            "{what}: {file} does not have once: {old}"
        );
        assert_ne!(old, new, "{what}");
    }
    for (survivor, _) in SURVIVORS {
        assert!(
            MUTANTS.iter().any(|mutant| mutant.what == *survivor),
            "{survivor} is no mutant"
        );
    }
}

#[test]
#[ignore = "builds the explorer once for each mutant: a quarter of an hour"]
fn every_mutant_is_caught() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let copy = Copy::new();
    assert_eq!(copy.failing_test(), None, "the tests fail without a mutant");
    let mut survivors = Vec::new();
    let is_wanted = |mutant: &&Mutant| only.split(',').any(|part| mutant.what.contains(part));
    for mutant in MUTANTS.iter().filter(is_wanted) {
        let path = copy.folder.join("explorer/src").join(mutant.file);
        let original = fs::read_to_string(&path).unwrap();
        fs::write(&path, original.replace(mutant.old, mutant.new)).unwrap();
        let caught = copy.failing_test();
        let known = SURVIVORS.iter().find(|(what, _)| *what == mutant.what);
        let known = known.map(|(_, why)| format!("survives: {why}"));
        let is_program = caught.as_deref() != Some(NO_PROGRAM);
        if !is_program || caught.is_none() && known.is_none() {
            survivors.push(mutant.what);
        }
        let verdict = caught
            .or(known)
            .unwrap_or_else(|| String::from("**survives**"));
        println!("| {} | {verdict} |", mutant.what);
        fs::write(&path, original).unwrap();
    }
    assert!(survivors.is_empty(), "{survivors:#?}");
}

/// A copy of the crate, to be broken, and of what its tests need.
struct Copy {
    folder: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
        let tools = home().parent().expect("the folder of all tools");
        for part in ["explorer/src", "explorer/tests", "lanes/src"] {
            let _ = fs::remove_dir_all(folder.join(part));
            copy(&tools.join(part), &folder.join(part));
        }
        let read = |file: &Path| fs::read_to_string(file).unwrap();
        let write = |file: &str, text: &str| fs::write(folder.join(file), text).unwrap();
        write("lanes/README.md", &read(&tools.join("lanes/README.md")));
        let explorer = read(&tools.join("explorer/Cargo.toml"));
        let one_program = "autotests = false\n\n[[test]]\nname = \"all\"\n\n[dependencies]";
        let explorer = explorer.replacen("[dependencies]", one_program, 1);
        write("explorer/Cargo.toml", &explorer);
        // All tests in one program: to link them takes longer than to run most of them.
        let mut all = String::new();
        for test in TESTS {
            let folder = folder.join("explorer/tests").join(test);
            let file = match folder.is_dir() {
                true => format!("{test}/main.rs"),
                false => format!("{test}.rs"),
            };
            all.push_str(&format!("#[path = \"{file}\"]\nmod {test};\n"));
            let parts = folder.read_dir().into_iter().flatten();
            for part in parts.map(|part| part.unwrap().path()) {
                let text = read(&part).replace("crate::", &format!("crate::{test}::"));
                fs::write(part, text).unwrap();
            }
        }
        write("explorer/tests/all.rs", &all);
        // Its own tests are not run.
        let lanes = read(&tools.join("lanes/Cargo.toml"));
        let (before, after) = lanes
            .split_once("[dev-dependencies]")
            .expect("what its tests need");
        let (_, lints) = after.split_once("[lints]").expect("the last table");
        write("lanes/Cargo.toml", &format!("{before}[lints]{lints}"));
        let root = tools.join("..");
        let all = read(&root.join("Cargo.toml"));
        let part = |from: &str, to: &str| {
            let (_, rest) = all.split_once(from).expect(from);
            let (part, _) = rest.split_once(to).expect(to);
            format!("{from}{part}")
        };
        let loom = all.lines().find(|line| line.starts_with("loom = "));
        let workspace = [
            "[workspace]\nresolver = \"3\"\nmembers = [\"explorer\", \"lanes\"]\n",
            &part("[workspace.package]", "[workspace.dependencies]"),
            "[workspace.dependencies]\n",
            loom.expect("the version of loom"),
            "\n",
            &part("[workspace.lints.rust]", "[profile"),
            "[profile.release]\nopt-level = 1\ncodegen-units = 16\nincremental = true\n",
        ];
        write("Cargo.toml", &workspace.concat());
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self { folder }
    }

    /// The first test that fails.
    fn failing_test(&self) -> Option<String> {
        let mut builds = self.cargo(&["test", "--release", "--no-run", "--quiet", "--test", "all"]);
        let status = builds.stderr(Stdio::null()).status().unwrap();
        if !status.success() {
            return Some(String::from(NO_PROGRAM));
        }
        let usual = TESTS.map(|test| (format!("{test}::"), vec![], "0"));
        let more = String::from("differential::goes_on");
        let more = (more, vec!["--ignored"], "650");
        for (name, options, programs) in usual.into_iter().chain([more]) {
            let mut run = self.cargo(&["test", "--release", "--quiet", "--test", "all", "--"]);
            run.arg(&name).args(options);
            run.env("PROGRAMS", programs).env("SEED", "5");
            let start = Instant::now();
            let log = self.folder.join("log");
            run.stdout(fs::File::create(&log).unwrap())
                .stderr(Stdio::null());
            let mut child = run.spawn().unwrap();
            let status = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break status;
                }
                if start.elapsed() > PATIENCE {
                    let _ = child.kill();
                    return Some(format!("{name}, which does not end"));
                }
                std::thread::sleep(Duration::from_millis(20));
            };
            if !status.success() {
                let log = fs::read_to_string(&log).unwrap();
                let failed = log
                    .lines()
                    .skip_while(|line| *line != "failures:")
                    .find(|line| line.starts_with("---- "));
                let failed = failed
                    .and_then(|line| line.split(' ').nth(1))
                    .unwrap_or("it crashed");
                return Some(failed.to_owned());
            }
        }
        None
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(self.folder.join("explorer"))
            .args(args)
            .env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            // Written anew, so that cargo sees that it has changed.
            false => fs::write(to, fs::read(entry.path()).unwrap()).unwrap(),
        }
    }
}
