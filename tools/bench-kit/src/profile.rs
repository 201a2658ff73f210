//! Where the time goes instead of how much it is: what `--profile-time` gives.
//!
//! ```text
//! CARGO_PROFILE_BENCH_DEBUG=limited cargo bench -p benches --features profile \
//!     --bench 02_mutex_guards -- --profile-time 10 too_many_threads/SpinLock
//! ```
//!
//! runs that row for ten seconds, on its own, looks about a hundred times per second of processor time at what is
//! running, and says where it leaves what it has seen. Without debug information inlined functions are missing, and
//! most of a lock is inlined; with line tables alone they have names, but not whose they are.

#[cfg(any(test, feature = "profile"))]
mod folded;
#[cfg(all(
    feature = "profile",
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod sampler;
#[cfg(any(test, feature = "profile"))]
mod symbol;

use std::env;

use criterion::Criterion;
use serde::{Deserialize, Serialize};

/// Whether this operating system and processor are among those that the crate knows which samples.
pub const IS_POSSIBLE: bool = cfg!(all(
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
));

/// The stacks, in the directory of a row's profile.
pub const STACKS: &str = "stacks.folded";
/// [`Sampled`], beside them.
pub const SAMPLED: &str = "sampled.json";

/// How the stacks were taken.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// Criterion's name of the row: `GROUP/ROW`.
    pub row: String,
    /// Samples per second of processor time.
    pub hertz: u32,
    /// How many there are.
    pub samples: u64,
    /// How long the row ran, on the clock.
    pub seconds: f64,
}

/// Whether the command line asks for a profile. Then a row runs without its baseline, for this sampler and for
/// one that watches from outside, such as `perf`: both would be in one picture.
pub(crate) fn is_requested() -> bool {
    env::args_os().any(|argument| argument.to_string_lossy().starts_with("--profile-time"))
}

/// `criterion` with the sampler in its hook, if we were built with the feature `profile`.
#[cfg(all(
    feature = "profile",
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
pub(crate) fn hooked_into(criterion: Criterion) -> Criterion {
    criterion.with_profiler(sampler::Sampler::default())
}

/// There is no sampler in here: a profiler may watch from outside.
#[cfg(not(all(
    feature = "profile",
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
pub(crate) fn hooked_into(criterion: Criterion) -> Criterion {
    if is_requested() {
        let why = if IS_POSSIBLE {
            "built without `--features profile`"
        } else {
            "the crate that samples knows Linux and macOS only"
        };
        eprintln!(
            "nothing is sampled from inside: {why}; a profiler that watches from outside (perf, samply) sees each \
             row on its own"
        );
    }
    criterion
}
