//! For build scripts: a wrong solution as text, to be compiled against other types than its own crate's.
//!
//! ```ignore
//! // build.rs
//! fn main() {
//!     patches::out::write(Path::new("."), "relaxed_unlock");
//! }
//! ```
//!
//! ```ignore
//! // The wrong solution, against whatever `crate::sync` is here.
//! mod spin_lock {
//!     include!(concat!(
//!         env!("OUT_DIR"),
//!         "/solutions/02_mutex_guards/01_spin_lock/pitfalls/relaxed_unlock.rs"
//!     ));
//! }
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Patch, Sources};

/// Applies `pitfalls/PITFALL.patch` of the solution in `solution`, and writes the file that it changes into the build
/// script's own folder, under the path that the patch has in the repository, with the ending `.rs`: whoever is told
/// a place in it can tell where it comes from. Cargo is told to come again when patch or solution change.
///
/// # Panics
///
/// If that cannot be done: the message is what cargo shows of a build script that fails.
pub fn write(solution: &Path, pitfall: &str) {
    let file = solution.join("pitfalls").join(format!("{pitfall}.patch"));
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rerun-if-changed={}", solution.join("src").display());
    let text = patched(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));

    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let out = PathBuf::from(out).join(place(solution)).join("pitfalls");
    let written =
        fs::create_dir_all(&out).and_then(|()| fs::write(out.join(format!("{pitfall}.rs")), text));
    written.unwrap_or_else(|error| panic!("cannot write into {}: {error}", out.display()));
}

/// The text of the one file that a solution's patch changes, changed.
///
/// # Errors
///
/// If patch or solution cannot be read, the patch does not apply, or changes several files.
pub fn patched(patch: &Path) -> Result<String, String> {
    let text = fs::read_to_string(patch).map_err(|error| format!("cannot be read: {error}"))?;
    let solution = patch
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    let sources = Sources::read(&solution.join("src")).map_err(|error| error.to_string())?;
    let patch = Patch::parse(&text).map_err(|error| error.to_string())?;
    let mut patched = patch
        .difference()
        .apply(&sources)
        .map_err(|error| error.to_string())?;
    let files: Vec<&str> = patch.difference().files().collect();
    match files.as_slice() {
        [only] => Ok(patched.remove(*only).unwrap_or_default()),
        several => Err(format!("changes {} files, not one", several.len())),
    }
}

/// `solutions/02_mutex_guards/01_spin_lock`
fn place(solution: &Path) -> PathBuf {
    let path = solution
        .canonicalize()
        .unwrap_or_else(|error| panic!("{}: {error}", solution.display()));
    let mut names: Vec<_> = path.iter().rev().take(3).collect();
    names.reverse();
    names.iter().collect()
}
