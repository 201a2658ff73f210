//! What is written into the book: readable, whole, and never over something that was not kept.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};
use tempfile::NamedTempFile;

/// Writes `DIR/NAME.json`, and says where that is. What was there is moved to `history`, under its date.
pub(crate) fn write(
    dir: &Path,
    name: &str,
    history: &Path,
    content: &impl Serialize,
) -> Result<PathBuf> {
    let path = dir.join(format!("{name}.json"));
    let cannot = || format!("cannot write {}", path.display());
    fs::create_dir_all(dir).with_context(cannot)?;
    let file = prepare(dir, content).with_context(cannot)?;
    if path.exists() {
        keep(&path, name, history)
            .with_context(|| format!("cannot keep the earlier {}", path.display()))?;
    }
    file.persist(&path).with_context(cannot)?;
    Ok(path)
}

/// Writes `path`, over what was there. An interruption leaves the old content or the new.
pub(crate) fn replace(path: &Path, content: &impl Serialize) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let dir = path.parent().with_context(cannot)?;
    fs::create_dir_all(dir).with_context(cannot)?;
    let file = prepare(dir, content).with_context(cannot)?;
    file.persist(path).with_context(cannot)?;
    Ok(())
}

/// The content in a file beside the place where it belongs.
fn prepare(dir: &Path, content: &impl Serialize) -> Result<NamedTempFile> {
    let mut json = Vec::new();
    content.serialize(&mut Serializer::with_formatter(&mut json, Lines::default()))?;
    json.push(b'\n');
    let mut builder = tempfile::Builder::new();
    // A temporary file is for one's own eyes; a file of the book is not.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(&json)?;
    Ok(file)
}

/// Moves an earlier recording to `history/NAME-DATE.json`, or `NAME-DATE-2.json` if that day has one already.
fn keep(path: &Path, name: &str, history: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Dated {
        recorded: String,
    }
    let Dated { recorded } = serde_json::from_slice(&fs::read(path)?)?;
    fs::create_dir_all(history)?;
    let mut kept = history.join(format!("{name}-{recorded}.json"));
    let mut number = 2;
    while kept.exists() {
        kept = history.join(format!("{name}-{recorded}-{number}.json"));
        number += 1;
    }
    fs::rename(path, kept)?;
    Ok(())
}

/// A word that changes with any of the files.
pub(crate) fn fingerprint<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let file = file.as_ref();
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// A word that changes with what is in these bytes.
pub(crate) fn hashed(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}

/// As `serde_json` writes for people, but an array within an array stays on one line: the cells of a row, the times of
/// a benchmark.
#[derive(Default)]
struct Lines {
    outside: PrettyFormatter<'static>,
    arrays: usize,
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays += 1;
        match self.arrays {
            1 => self.outside.begin_array(writer),
            _ => writer.write_all(b"["),
        }
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays -= 1;
        match self.arrays {
            0 => self.outside.end_array(writer),
            _ => writer.write_all(b"]"),
        }
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        match (self.arrays, first) {
            (1, _) => self.outside.begin_array_value(writer, first),
            (_, true) => Ok(()),
            (_, false) => writer.write_all(b", "),
        }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match self.arrays {
            1 => self.outside.end_array_value(writer),
            _ => Ok(()),
        }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.outside.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.outside.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.outside.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.outside.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.outside.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn rows_of_cells_are_written_as_lines() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("table.json");
        let table = json!({ "columns": ["a", "b"], "rows": [["1", "2"], []], "none": [] });
        replace(&path, &table).expect("written");
        let text = fs::read_to_string(&path).expect("text");
        let lines = [
            "{",
            "  \"columns\": [",
            "    \"a\",",
            "    \"b\"",
            "  ],",
            "  \"none\": [],",
            "  \"rows\": [",
            "    [\"1\", \"2\"],",
            "    []",
            "  ]",
            "}",
            "",
        ];
        assert_eq!(text, lines.join("\n"));
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), table);
    }

    #[test]
    fn earlier_recordings_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let history = dir.path().join("history");
        for title in ["first", "second", "third"] {
            let content = json!({ "recorded": "2026-11-21", "title": title });
            write(dir.path(), "locks", &history, &content).expect("written");
        }
        let title = |path: &str| {
            let bytes = fs::read(dir.path().join(path)).expect("a file");
            serde_json::from_slice::<Value>(&bytes).expect("JSON")["title"].clone()
        };
        assert_eq!(title("locks.json"), "third");
        assert_eq!(title("history/locks-2026-11-21.json"), "first");
        assert_eq!(title("history/locks-2026-11-21-2.json"), "second");
    }

    #[test]
    fn a_fingerprint_changes_with_what_is_in_the_files() {
        let dir = tempfile::tempdir().expect("a directory");
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        fs::write(&one, "ab").expect("written");
        fs::write(&two, "c").expect("written");
        let before = fingerprint([&one, &two]).expect("both are there");
        assert_eq!(before, fingerprint([&one, &two]).expect("they still are"));
        fs::write(&one, "a").expect("written");
        fs::write(&two, "bc").expect("written");
        assert_ne!(before, fingerprint([&one, &two]).expect("they still are"));
        assert!(fingerprint([dir.path().join("none")]).is_err());
    }
}
