//! For build scripts: a wrong solution, to be compiled where its own crate's name leads to other types.
//!
//! ```ignore
//! // build.rs
//! fn main() {
//!     patches::out::write(Path::new("."), "relaxed_unlock");
//! }
//! ```
//!
//! ```ignore
//! // The wrong solution against whatever `crate::sync` is here.
//! mod spin_lock {
//!     include!(concat!(env!("OUT_DIR"), "/pitfalls/relaxed_unlock.rs"));
//! }
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Patch, Sources};

/// Applies `pitfalls/PITFALL.patch` of the solution in `solution`, and writes the one file that it changes to
/// `pitfalls/PITFALL.rs` in the build script's own folder. Its lines are those of the wrong solution as it runs;
/// cargo is told to come again when patch or solution change.
///
/// # Panics
///
/// If that cannot be done: the message is what cargo shows of a build script that fails.
pub fn write(solution: &Path, pitfall: &str) {
    let file = solution.join("pitfalls").join(format!("{pitfall}.patch"));
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rerun-if-changed={}", solution.join("src").display());
    let text = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    let sources = Sources::read(&solution.join("src")).unwrap_or_else(|error| panic!("{error}"));
    let patched = Patch::parse(&text).and_then(|patch| {
        let patched = patch.difference().apply(&sources)?;
        let files: Vec<&str> = patch.difference().files().collect();
        let [only] = files.as_slice() else {
            panic!("{} changes {} files, not one", file.display(), files.len());
        };
        Ok(patched[*only].clone())
    });
    let patched = patched.unwrap_or_else(|error| panic!("{}, {error}", file.display()));

    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let folder = PathBuf::from(out).join("pitfalls");
    let written = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join(format!("{pitfall}.rs")), patched));
    written.unwrap_or_else(|error| panic!("cannot write into {}: {error}", folder.display()));
}
