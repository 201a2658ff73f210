use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The root of the repository: the nearest folder with a `Cargo.lock`, from the package that cargo runs upwards.
///
/// Asked at run time: a program that remembers where it was built looks into the wrong copy.
///
/// # Errors
///
/// Fails if the program was not started by cargo, nor by a program that was.
pub fn repository() -> Result<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .context("start this program through cargo (cargo run, cargo bench), which tells it where the repository is")?;
    let root = package
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file());
    let root = root.with_context(|| {
        format!(
            "there is no Cargo.lock in {}, nor in a folder above it",
            package.display()
        )
    })?;
    Ok(root.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_around_the_package() {
        let root = repository().expect("cargo starts the tests");
        assert!(root.join("tools/bench-kit/src/repository.rs").is_file());
    }
}
