//! Pitfalls: known wrong solutions, each with a header that says which test must catch it, and why.

use std::fs;
use std::path::{Path, PathBuf};

/// A wrong solution, and what its header says of it.
#[derive(Clone, Debug)]
pub(crate) struct Pitfall {
    /// The file's name without its extension.
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    /// The header, or what is wrong with it.
    pub(crate) header: Result<Header, String>,
}

/// The comment lines at the top of a pitfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// What is wrong, as a sentence.
    pub(crate) title: String,
    /// The test that must fail.
    pub(crate) caught_by: String,
    /// Texts that its failure must contain.
    pub(crate) because: Vec<String>,
    /// What is to be learnt, as a sentence.
    pub(crate) lesson: String,
}

/// The pitfalls in `folder`, by name. A file that cannot be read has no header, and says so.
pub(crate) fn read_all(folder: &Path) -> Vec<Pitfall> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| Pitfall {
            name: file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            header: match fs::read_to_string(&file) {
                Ok(text) => parse(&text),
                Err(error) => Err(format!("it cannot be read: {error}")),
            },
            file,
        })
        .collect()
}

/// Reads the header. Every key stands once; only `Because` may stand again.
fn parse(text: &str) -> Result<Header, String> {
    let (mut title, mut caught_by, mut lesson) = (None, None, None);
    let mut because = Vec::new();
    let mut lines = text.lines();
    for line in lines.by_ref().take_while(|line| !line.trim().is_empty()) {
        let (key, value) = line
            .strip_prefix("// ")
            .and_then(|line| line.split_once(": "))
            .map(|(key, value)| (key, value.trim()))
            .filter(|(_, value)| !value.is_empty())
            .ok_or_else(|| {
                format!("its header ends with an empty line and has lines `// Key: value`, unlike `{line}`")
            })?;
        let once = match key {
            "Pitfall" => &mut title,
            "Caught by" => &mut caught_by,
            "Lesson" => &mut lesson,
            "Because" => {
                because.push(value.to_owned());
                continue;
            }
            _ => {
                return Err(format!(
                    "its header has `{key}`; the keys are `Pitfall`, `Caught by`, `Because` and `Lesson`"
                ));
            }
        };
        if once.replace(value.to_owned()).is_some() {
            return Err(format!("its header has `{key}` twice"));
        }
    }
    let missing = |key: &str| format!("its header has no `// {key}: …`");
    if because.is_empty() {
        return Err(missing("Because"));
    }
    Ok(Header {
        title: title.ok_or_else(|| missing("Pitfall"))?,
        caught_by: caught_by.ok_or_else(|| missing("Caught by"))?,
        because,
        lesson: lesson.ok_or_else(|| missing("Lesson"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "// Pitfall: the unlock is Relaxed.\n// Caught by: models::a\n\
                        // Because: data race\n// Because: row 4: Relaxed\n// Lesson: Publish.\n\nuse x;\n";

    #[test]
    fn a_header_is_read() {
        let header = parse(GOOD).unwrap();
        assert_eq!(header.title, "the unlock is Relaxed.");
        assert_eq!(header.caught_by, "models::a");
        assert_eq!(header.because, ["data race", "row 4: Relaxed"]);
        assert_eq!(header.lesson, "Publish.");
    }

    #[test]
    fn a_missing_key_is_named() {
        for key in ["Pitfall", "Caught by", "Lesson"] {
            let without: String = GOOD
                .split_inclusive('\n')
                .filter(|line| !line.contains(&format!("// {key}")))
                .collect();
            assert_eq!(
                parse(&without).unwrap_err(),
                format!("its header has no `// {key}: …`")
            );
        }
        let without = GOOD.replace("// Because: data race\n// Because: row 4: Relaxed\n", "");
        assert!(parse(&without).unwrap_err().contains("Because"));
    }

    #[test]
    fn a_key_twice_an_unknown_key_and_prose_are_refused() {
        let twice = format!("// Lesson: again.\n{GOOD}");
        assert!(parse(&twice).unwrap_err().contains("`Lesson` twice"));
        let unknown = format!("// Author: me\n{GOOD}");
        assert!(parse(&unknown).unwrap_err().contains("`Author`"));
        let empty = GOOD.replace("data race", "");
        assert!(parse(&empty).unwrap_err().contains("`// Because: `"));
        let glued = GOOD.replace("\n\nuse", "\nuse");
        assert!(parse(&glued).unwrap_err().contains("`use x;`"));
    }
}
