//! Takes the debriefs out of the search index, which would tell their answers: mdBook indexes all text of a page, folded
//! or not. Hints have their own way out of it (`html::unindexed`), which works for a few lines and not for half a page.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::debrief;

/// What mdBook writes: an assignment to be run, with the index as JSON in a string.
const BEFORE: &str = "window.search = Object.assign(window.search, JSON.parse('";
const AFTER: &str = "'));";

/// Rewrites the index of the rendered book in `folder`.
pub(crate) fn forget_debriefs(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("searchindex") && name.ends_with(".js") {
            let index = fs::read_to_string(&path)?;
            let index = without_debriefs(&index).with_context(|| path.display().to_string())?;
            fs::write(&path, index)?;
        }
    }
    Ok(())
}

fn without_debriefs(script: &str) -> Result<String> {
    let json = script.strip_prefix(BEFORE);
    let json = json.and_then(|json| json.strip_suffix(AFTER));
    let json = json.context("mdBook writes its search index in another way than it did")?;
    let mut index: Value = serde_json::from_str(&unquoted(json))?;
    let urls = index["doc_urls"].as_array().context("no doc_urls")?;
    let folded = folded(urls.iter().filter_map(Value::as_str));
    let index_of_words = index["index"].as_object_mut().context("no index")?;
    let store = &mut index_of_words["documentStore"];
    for part in ["docs", "docInfo"] {
        let documents = store[part].as_object_mut();
        let documents = documents.with_context(|| format!("no {part}"))?;
        documents.retain(|document, _| !folded.contains(document));
        if part == "docs" {
            store["length"] = documents.len().into();
        }
    }
    let fields = index_of_words["index"].as_object_mut();
    for field in fields.context("no words")?.values_mut() {
        let root = field["root"].as_object_mut().context("no root")?;
        forget(root, &folded);
    }
    Ok(format!("{BEFORE}{}{AFTER}", quoted(&index.to_string())))
}

/// Which of the sections, in the order of the book, are behind a fold: from the heading on, to the end of its page.
fn folded<'a>(urls: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut folded = BTreeSet::new();
    let mut in_page = None;
    for (number, url) in urls.enumerate() {
        let (page, id) = url.split_once('#').unwrap_or((url, ""));
        if id == debrief::ID {
            in_page = Some(page);
        }
        if in_page == Some(page) {
            folded.insert(number.to_string());
        }
    }
    folded
}

/// Takes `documents` out of a tree of words, and what leads to nothing then. A node has its documents, how many they
/// are, and a node for each letter that a word goes on with. Returns whether something is left.
fn forget(node: &mut Map<String, Value>, documents: &BTreeSet<String>) -> bool {
    node.retain(|key, value| match (key.as_str(), value) {
        ("docs", Value::Object(found)) => {
            found.retain(|document, _| !documents.contains(document));
            true
        }
        (_, Value::Object(next)) => forget(next, documents),
        _ => true,
    });
    let count = node["docs"].as_object().map_or(0, Map::len);
    node.insert("df".to_owned(), count.into());
    count > 0 || node.len() > 2
}

/// As it stands between single quotes.
fn quoted(json: &str) -> String {
    json.replace('\\', r"\\").replace('\'', r"\'")
}

fn unquoted(text: &str) -> String {
    let mut json = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let is_escape = character == '\\';
        json.extend(if is_escape {
            characters.next()
        } else {
            Some(character)
        });
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_goes_to_the_end_of_its_page() {
        let urls = [
            "a.html",
            "a.html#x",
            "a.html#debrief",
            "a.html#y",
            "b.html",
            "b.html#z",
        ];
        assert_eq!(
            folded(urls.into_iter()),
            ["2", "3"].map(str::to_owned).into()
        );
    }

    #[test]
    fn words_of_a_fold_are_forgotten_and_others_are_not() {
        let index = serde_json::json!({
            "doc_urls": ["a.html", "a.html#debrief"],
            "index": {
                "documentStore": {
                    "docs": { "0": { "body": "it's a \\" }, "1": { "body": "ab" } },
                    "docInfo": { "0": { "body": 2 }, "1": { "body": 1 } },
                    "length": 2,
                },
                "index": { "body": { "root": { "docs": {}, "df": 0, "a": {
                    "docs": { "0": { "tf": 1 }, "1": { "tf": 1 } }, "df": 2,
                    "b": { "docs": { "1": { "tf": 1 } }, "df": 1 },
                }}}},
            },
        });
        let script = format!("{BEFORE}{}{AFTER}", quoted(&index.to_string()));
        let script = without_debriefs(&script).unwrap();
        let json = script.strip_prefix(BEFORE).unwrap();
        let left: Value =
            serde_json::from_str(&unquoted(json.strip_suffix(AFTER).unwrap())).unwrap();
        let store = serde_json::json!({
            "docs": { "0": { "body": "it's a \\" } }, "docInfo": { "0": { "body": 2 } }, "length": 1,
        });
        assert_eq!(left["index"]["documentStore"], store);
        let root = serde_json::json!({
            "docs": {}, "df": 0, "a": { "docs": { "0": { "tf": 1 } }, "df": 1 },
        });
        assert_eq!(left["index"]["index"]["body"]["root"], root);
    }

    #[test]
    fn another_kind_of_index_is_told() {
        assert!(without_debriefs("search = {};").is_err());
    }
}
