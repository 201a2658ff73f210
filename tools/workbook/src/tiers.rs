//! The tests of an exercise as they stand in its source: in which order, and what each of them checks.
//!
//! The harness sorts by name. A learner had better meet them in the order in which they were written:
//! easiest first.

use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, Item, ItemFn, Lit, Meta};

use crate::catalogue::Exercise;

/// The tiers, easiest first.
pub(crate) const TIERS: [&str; 3] = ["behaviour", "stress", "models"];

/// A test, before it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Test {
    /// `behaviour::unlocks_on_drop`
    pub(crate) name: String,
    /// The first paragraph of its documentation: the guarantee it checks.
    pub(crate) doc: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

/// The tests of an exercise, tier by tier. A file that cannot be read or parsed has none.
pub(crate) fn of(exercise: &Exercise) -> Vec<Test> {
    let folder = exercise.folder().join("tests").join("tiers");
    TIERS
        .iter()
        .flat_map(|tier| {
            let file = folder.join(format!("{tier}.rs"));
            let text = fs::read_to_string(&file).unwrap_or_default();
            in_file(tier, &file, &text)
        })
        .collect()
}

fn in_file(tier: &str, file: &Path, text: &str) -> Vec<Test> {
    let items = syn::parse_file(text)
        .map(|file| file.items)
        .unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| match item {
            Item::Fn(function) if is_test(&function) => Some(Test {
                name: format!("{tier}::{}", function.sig.ident),
                doc: first_paragraph(&function.attrs),
                file: file.to_owned(),
                line: function.sig.ident.span().start().line,
            }),
            _ => None,
        })
        .collect()
}

fn is_test(function: &ItemFn) -> bool {
    function
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("test"))
}

fn first_paragraph(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(value) => match &value.lit {
                    Lit::Str(text) => Some(text.value().trim().to_owned()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .take_while(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_come_in_the_order_of_the_source_with_what_they_check() {
        let text = "use x::y;\n\n/// unlock → lock:\n/// the second gets in.\n///\n/// More.\n#[test]\n\
                    fn z_first() {}\n\nfn helper() {}\n\n#[test]\n#[ignore]\nfn a_second() {}\n";
        let tests = in_file("models", Path::new("models.rs"), text);
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(names, ["models::z_first", "models::a_second"]);
        assert_eq!(tests[0].doc, "unlock → lock: the second gets in.");
        assert_eq!((tests[0].line, tests[1].doc.as_str()), (8, ""));
    }

    #[test]
    fn a_file_that_is_not_rust_has_no_tests() {
        assert_eq!(in_file("models", Path::new("models.rs"), "fn ( {"), []);
    }
}
