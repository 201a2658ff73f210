use std::collections::BTreeMap;
use std::fs;
use std::hash::Hasher as _;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::Path;

/// The files below a package's `src/`: their names, with forward slashes, and their text, with `\n` at the end of
/// each line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

impl Sources {
    /// Reads every file below `folder`, which is the `src` of a package.
    ///
    /// # Errors
    ///
    /// If the folder cannot be listed, or a file is not readable UTF-8; the error names the path.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut sources = Self::default();
        sources.add(folder, "")?;
        Ok(sources)
    }

    /// Sixteen hexadecimal digits that tell these files from others: whether something is still as it was recorded.
    /// No protection against somebody who means to deceive.
    pub fn fingerprint(&self) -> String {
        let mut hasher = fnv::FnvHasher::default();
        for (name, text) in self.iter() {
            // 0 is in no name and in no text: nothing can move from one to the other.
            for part in [name, text] {
                hasher.write(part.as_bytes());
                hasher.write(&[0]);
            }
        }
        format!("{:016x}", hasher.finish())
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        let named = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        for entry in fs::read_dir(folder).map_err(|error| named(folder, error))? {
            let path = entry.map_err(|error| named(folder, error))?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{prefix}{file_name}");
            if path.is_dir() {
                self.add(&path, &format!("{name}/"))?;
            } else {
                let text = fs::read_to_string(&path).map_err(|error| named(&path, error))?;
                self.insert(name, to_unix(&text));
            }
        }
        Ok(())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Sources {
    fn from(files: [(&str, &str); N]) -> Self {
        Self(
            files
                .map(|(name, text)| (name.to_owned(), to_unix(text)))
                .into(),
        )
    }
}

impl Deref for Sources {
    type Target = BTreeMap<String, String>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Sources {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// The text with `\n` for each `\r\n`.
pub(crate) fn to_unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}
