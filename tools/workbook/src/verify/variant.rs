//! Pitfalls and alternatives: wrong solutions and right ones of another kind, as differences from the solution.

use std::fs;
use std::path::{Path, PathBuf};

use patches::{Difference, Error, Patch, Sources};

/// A solution of another kind, and what its header says of it.
#[derive(Clone, Debug)]
pub(crate) struct Variant<H> {
    /// The file's name without its extension.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// What it is, or what is wrong with its file.
    pub(crate) read: Result<Read<H>, Unread>,
}

/// What is wrong with the file of a variant, and what to do about it.
#[derive(Clone, Debug)]
pub(crate) struct Unread {
    pub(crate) what: String,
    pub(crate) todo: &'static str,
}

/// A difference that has been read and applied.
#[derive(Clone, Debug)]
pub(crate) struct Read<H> {
    pub(crate) header: H,
    pub(crate) patch: Patch,
    /// The solution, changed.
    pub(crate) sources: Sources,
    /// Why it does not apply as it stands. Its change was made in the solution as it was recorded last, and the
    /// solution's own since then in the result.
    pub(crate) adapted: Option<Error>,
}

pub(crate) type Pitfall = Variant<patches::Pitfall>;
pub(crate) type Alternative = Variant<patches::Alternative>;

impl<H> Variant<H> {
    /// What its header says.
    pub(crate) fn header(&self) -> Result<&H, &Unread> {
        self.read.as_ref().map(|read| &read.header)
    }

    /// Reads the difference in `file` and applies it to the solution.
    fn read(file: PathBuf, base: &Base<'_>, header: fn(&Patch) -> Result<H, Error>) -> Self {
        let name = file.file_stem().unwrap_or_default().display().to_string();
        let unread = |what: String, todo| Unread { what, todo };
        let read = fs::read_to_string(&file)
            .map_err(|error| unread(format!("it cannot be read: {error}"), "save it as UTF-8"))
            .and_then(|text| {
                let (header, patch) = Patch::parse(&text)
                    .and_then(|patch| Ok((header(&patch)?, patch)))
                    .map_err(|error| unread(error.to_string(), AS_SHOWN))?;
                let (sources, adapted) = base
                    .change(patch.difference())
                    .map_err(|error| unread(error.to_string(), AGAIN))?;
                Ok(Read {
                    header,
                    patch,
                    sources,
                    adapted,
                })
            });
        Self { name, file, read }
    }
}

const AS_SHOWN: &str = "CONTRIBUTING.md shows a patch: a header, an empty line, and a unified diff";
const AGAIN: &str = "make the change once more in the solution, and `cargo workbook pitfall EXERCISE NAME` (for an alternative \
                     with `--alternative`) writes the difference anew; the header stays";

/// What differences start from.
pub(crate) struct Base<'a> {
    pub(crate) solution: &'a Sources,
    /// The solution as it was recorded last, if that can be told.
    pub(crate) before: Option<&'a Sources>,
}

impl Base<'_> {
    fn change(&self, difference: &Difference) -> Result<(Sources, Option<Error>), Error> {
        let error = match difference.apply(self.solution) {
            Ok(sources) => return Ok((sources, None)),
            Err(error) => error,
        };
        let adapted = self.before.and_then(|before| {
            let changed = difference.apply(before).ok()?;
            self.solution.merged_with(before, &changed)
        });
        match adapted {
            Some(sources) => Ok((sources, Some(error))),
            None => Err(error),
        }
    }
}

/// The variants in `folder`, by name.
pub(crate) fn read_all<H>(
    folder: &Path,
    base: &Base<'_>,
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
        .map(|file| Variant::read(file, base, header))
        .collect()
}
