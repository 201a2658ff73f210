//! What is recorded beside the chapters' benchmarks: programs that count something and leave tables.

use std::env;

/// A program that leaves [tables](bench_kit::Table).
///
/// With `--quick` it finds [`QUICK`](bench_kit::QUICK) in its environment, and may count less.
pub(crate) struct Step {
    /// Whose tables they are.
    pub(crate) chapter: &'static str,
    /// The package that the program is in.
    pub(crate) package: &'static str,
    /// What it is called, and so is the part that is recorded.
    pub(crate) bin: &'static str,
    /// Programs that it starts. Where one is missing the step is left out.
    pub(crate) needs: &'static [&'static str],
    /// Folders of the repository, beside the program itself, that what it counts depends on.
    pub(crate) reads: &'static [&'static str],
}

/// All of them, in the order in which they run, after the benchmarks. A new one is a line here.
#[rustfmt::skip]
pub(crate) const STEPS: &[Step] = &[
    Step { chapter: "05_lock_free_queues", package: "bench-counts", bin: "memory", needs: &[], reads: &["benches/go"] },
    Step { chapter: "the_measured_answer", package: "bench-counts", bin: "instructions", needs: &["valgrind", "gungraun-runner"], reads: &["solutions"] },
    Step { chapter: "the_measured_answer", package: "bench-counts", bin: "faults", needs: &[], reads: &[] },
    Step { chapter: "the_measured_answer", package: "bench-counts", bin: "code_size", needs: &["valgrind"], reads: &["solutions"] },
    Step { chapter: "feedback", package: "feedback", bin: "feedback", needs: &[], reads: &["exercises", "solutions", "tools"] },
];

impl Step {
    /// What it needs and this machine does not have.
    pub(crate) fn missing(&self) -> Option<&'static str> {
        self.needs.iter().copied().find(|program| !is_here(program))
    }
}

/// Whether a shell would find this program.
fn is_here(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path).any(|dir| dir.join(&file).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_whose_program_is_missing_is_left_out() {
        let step = |needs| Step {
            chapter: "02_mutex_guards",
            package: "counts",
            bin: "count",
            needs,
            reads: &[],
        };
        assert_eq!(step(&["cargo"]).missing(), None);
        let missing = step(&["cargo", "no-such-program"]).missing();
        assert_eq!(missing, Some("no-such-program"));
    }

    #[test]
    fn what_a_step_reads_is_there() {
        let root = bench_kit::repository().expect("cargo starts the tests");
        for path in STEPS.iter().flat_map(|step| step.reads) {
            assert!(root.join(path).exists(), "there is no {path}");
        }
    }
}
