//! Wrong solutions, right ones of another kind, and starters: each is a difference from the solution.
//!
//! A patch is a file of two parts: a header, one `Key: value` on a line, and, behind an empty line, a unified
//! diff against the files below the solution's `src/`:
//!
//! ```text
//! Pitfall: the unlock is Relaxed.
//! Caught by: models::two_threads_lose_no_increment
//! Because: data race
//! Lesson: An unlock that is not Release publishes nothing.
//!
//! --- a/src/spin_lock.rs
//! +++ b/src/spin_lock.rs
//! @@ -147,5 +147,5 @@
//!      fn drop(&mut self) {
//! -        self.lock.locked.store(false, Ordering::Release);
//! +        self.lock.locked.store(false, Ordering::Relaxed);
//!      }
//!  }
//! ```
//!
//! | file | what |
//! |---|---|
//! | `patch.rs` | the two parts, and the place of everything that can be wrong with them |
//! | `difference.rs` | the unified diff: made, applied, taken back |
//! | `pitfall.rs`, `alternative.rs`, `starter.rs` | what a header says |
//! | `sources.rs` | the files below `src/`, as text |
//! | `out.rs` | for build scripts: the patched text, to be compiled |
//!
//! Line endings do not matter: patch and sources are read with either, and what comes out has `\n`.

mod alternative;
mod difference;
mod error;
pub mod out;
mod patch;
mod pitfall;
mod sources;
mod starter;

pub use alternative::Alternative;
pub use difference::{Difference, Part};
pub use error::Error;
pub use patch::{Field, Patch};
pub use pitfall::Pitfall;
pub use sources::Sources;
pub use starter::Starter;
