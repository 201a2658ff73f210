use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folder of this package; `None` if it was not cargo that started the program.
///
/// Asked at run time: a program that remembers where it was built looks into the wrong copy.
pub fn package() -> Option<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// The repository that this package is in. `bin` is the program that asks.
///
/// # Errors
///
/// Fails if it was not cargo that started the program, and says what to type.
pub fn repository(bin: &str) -> Result<PathBuf> {
    let package = package().with_context(|| {
        format!("start me through cargo: cargo run --release -p benches --bin {bin}")
    })?;
    let root = package
        .parent()
        .context("the benches stand alone, without a repository around them")?;
    Ok(root.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_round_the_package() {
        let root = repository("record").expect("cargo starts the tests");
        assert!(root.join("benches/src/repository.rs").is_file());
        assert_eq!(package(), Some(root.join("benches")));
    }
}
