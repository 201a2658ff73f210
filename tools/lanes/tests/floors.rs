//! No module knows one on its own floor, or on a higher one: the table in `src/lib.rs` says where each stands.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

#[test]
fn every_module_knows_only_lower_floors() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floors = floors(&fs::read_to_string(source.join("lib.rs")).unwrap());
    for module in floors.keys() {
        let file = source.join(module).with_extension("rs");
        assert!(
            file.is_file(),
            "`{module}` is in the table in src/lib.rs, and not in src"
        );
    }
    let mut broken = Vec::new();
    for file in files(&source) {
        let path = file.strip_prefix(&source).unwrap().with_extension("");
        let module = path.iter().next().unwrap().to_str().unwrap();
        if module == "lib" {
            continue;
        }
        let floor_of = |module: &str| {
            let floor = floors.get(module);
            *floor.unwrap_or_else(|| panic!("`{module}` is not in the table in src/lib.rs"))
        };
        for (line, known) in modules_named(&fs::read_to_string(&file).unwrap()) {
            if known != module && floor_of(&known) >= floor_of(module) {
                let (own, other) = (floor_of(module), floor_of(&known));
                broken.push(format!(
                    "{}:{line}: `{module}`, on floor {own}, knows `{known}`, on floor {other}",
                    file.display()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// The floor of each module, as the table has it: `//! | 3 | `report` | …`.
fn floors(lib: &str) -> BTreeMap<String, u32> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("//! | ")?.split(" | ");
        let floor = cells.next()?.parse().ok()?;
        Some((cells.next()?.trim_matches('`').to_owned(), floor))
    };
    let floors: BTreeMap<_, _> = lib.lines().filter_map(row).collect();
    assert!(!floors.is_empty(), "src/lib.rs has a table of floors");
    floors
}

/// All source files in `folder`, and in the folders in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let within = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.into_iter().flat_map(within).collect()
}

/// The modules of the crate that `code` names by a path, `crate::…`, with the lines. Comments and strings name none.
fn modules_named(code: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    find_paths(code.parse().expect("the source can be read"), &mut named);
    named
}

fn find_paths(tokens: TokenStream, named: &mut Vec<(usize, String)>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            find_paths(group.stream(), named);
        }
        let path = tokens[at..].iter().take(3).map(TokenTree::to_string);
        if !path.eq(["crate", ":", ":"]) {
            continue;
        }
        // `crate::module…` or `crate::{module…, module…}`.
        let modules: Vec<_> = match tokens.get(at + 3) {
            Some(TokenTree::Group(group)) => group.stream().into_iter().collect(),
            token => token.cloned().into_iter().collect(),
        };
        let items = modules.split(|token| token.to_string() == ",");
        for module in items.filter_map(<[_]>::first) {
            named.push((module.span().start().line, module.to_string()));
        }
    }
}

#[test]
fn a_path_is_found_wherever_it_stands() {
    let code = r#"
        //! Not `crate::comment`.
        use crate::one::Item;
        use crate::{two, three::{self, Item}};
        pub(crate) fn function() {
            assert!(crate::four::holds(), "not crate::string");
        }
    "#;
    let named = modules_named(code);
    let named: Vec<_> = named
        .iter()
        .map(|(line, module)| (*line, &module[..]))
        .collect();
    assert_eq!(named, [(3, "one"), (4, "two"), (4, "three"), (6, "four")]);
}
