//! Pitfalls and alternatives: wrong solutions and right ones of another kind, as differences from the solution.

use std::fs;
use std::path::{Path, PathBuf};

use patches::{Error, Patch, Sources};

/// A solution of another kind, and what its header says of it.
#[derive(Clone, Debug)]
pub(crate) struct Variant<H> {
    /// The file's name without its extension.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// What it is, or what is wrong with its file.
    pub(crate) read: Result<Read<H>, String>,
}

/// A difference that has been read and applied.
#[derive(Clone, Debug)]
pub(crate) struct Read<H> {
    pub(crate) header: H,
    pub(crate) patch: Patch,
    /// The solution, changed.
    pub(crate) sources: Sources,
}

pub(crate) type Pitfall = Variant<patches::Pitfall>;
pub(crate) type Alternative = Variant<patches::Alternative>;

impl<H> Variant<H> {
    /// What its header says.
    pub(crate) fn header(&self) -> Result<&H, &str> {
        self.read
            .as_ref()
            .map(|read| &read.header)
            .map_err(String::as_str)
    }

    /// Reads the difference in `file` and applies it to the solution.
    pub(crate) fn read(
        file: PathBuf,
        solution: &Sources,
        header: fn(&Patch) -> Result<H, Error>,
    ) -> Self {
        let name = file.file_stem().unwrap_or_default().display().to_string();
        let read = fs::read_to_string(&file)
            .map_err(|error| format!("it cannot be read: {error}"))
            .and_then(|text| {
                let read = Patch::parse(&text).and_then(|patch| {
                    Ok(Read {
                        header: header(&patch)?,
                        sources: patch.difference().apply(solution)?,
                        patch,
                    })
                });
                read.map_err(|error| error.to_string())
            });
        Self { name, file, read }
    }
}

/// The variants in `folder`, by name.
pub(crate) fn read_all<H>(
    folder: &Path,
    solution: &Sources,
    header: fn(&Patch) -> Result<H, Error>,
) -> Vec<Variant<H>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "patch")
        })
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| Variant::read(file, solution, header))
        .collect()
}
