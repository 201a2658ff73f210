//! A pitfall is tried on one test. What that test does not need is not compiled: half of the time that a proof takes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Takes out of `tests/tiers/main.rs` the modules that `test` has no use for: those that neither its own module names,
/// nor one that it needs. `files` are those of a package, by name.
pub(super) fn keep_only(test: &str, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let folder = Path::new("tests/tiers");
    let main = folder.join("main.rs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(all) = files.get(&main).map(|bytes| text(bytes)) else {
        return;
    };
    let modules: BTreeSet<&str> = all.lines().filter_map(module).collect();
    let Some(own) = modules.get(test.split("::").next().unwrap_or_default()) else {
        // There is no such test: let the whole of them say so.
        return;
    };

    let mut needed = BTreeSet::new();
    // What `main.rs` itself names, as in `use models::account`, it needs for itself.
    let named_here = |name: &&&str| all.contains(&format!(" {name}::"));
    let mut open: Vec<&str> = modules.iter().filter(named_here).copied().collect();
    open.push(own);
    while let Some(name) = open.pop() {
        if !needed.insert(name) {
            continue;
        }
        let (file, parts) = (folder.join(format!("{name}.rs")), folder.join(name));
        let of_module = files
            .iter()
            .filter(|(path, _)| **path == file || path.starts_with(&parts));
        for (_, bytes) in of_module {
            let text = text(bytes);
            let names = |other: &&&str| {
                text.contains(&format!("crate::{other}"))
                    || text.contains(&format!("super::{other}"))
            };
            open.extend(modules.iter().filter(names));
        }
    }
    let kept = all
        .lines()
        .filter(|line| module(line).is_none_or(|name| needed.contains(name)));
    let kept: String = kept.map(|line| format!("{line}\n")).collect();
    files.insert(main, kept.into_bytes());
}

/// `behaviour`, in `mod behaviour;`.
fn module(line: &str) -> Option<&str> {
    line.strip_prefix("mod ")?.strip_suffix(';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_test_does_not_need_is_left_out() {
        let package = [
            (
                "main.rs",
                "//! Doc.\nmod a;\nmod b;\nmod c;\nmod d;\nmod e;\nuse e::x;\nmod own {}\n",
            ),
            ("a.rs", "use crate::b::x;"),
            ("b.rs", "mod part;"),
            (
                "b/part.rs",
                "fn f() { super::super::c::g(); crate::c::g() }",
            ),
            ("c.rs", ""),
            ("d.rs", "use crate::a;"),
            ("e.rs", ""),
        ];
        let kept = |test: &str| {
            let mut files: BTreeMap<PathBuf, Vec<u8>> = package
                .iter()
                .map(|(name, text)| {
                    (
                        Path::new("tests/tiers").join(name),
                        text.as_bytes().to_vec(),
                    )
                })
                .collect();
            keep_only(test, &mut files);
            String::from_utf8(files[Path::new("tests/tiers/main.rs")].clone()).unwrap()
        };
        assert_eq!(
            kept("c::t"),
            "//! Doc.\nmod c;\nmod e;\nuse e::x;\nmod own {}\n"
        );
        assert_eq!(
            kept("a::t"),
            "//! Doc.\nmod a;\nmod b;\nmod c;\nmod e;\nuse e::x;\nmod own {}\n"
        );
        assert_eq!(kept("nobody::t"), package[0].1);
    }
}
