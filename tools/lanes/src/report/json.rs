//! A report as JSON. The format is described in the README, under "The report as JSON".
//!
//! Written by hand: it is a page of code, and a JSON library would cost every learner's first test seconds of
//! compile time.

use std::fmt::Write;

use super::fold::Fold;
use super::{Report, Row, Variable};

/// The version of the format. It changes when a reader of the old one would misread the new one.
pub(crate) const VERSION: u32 = 1;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    /// The value as text, each item of an outer list or object on a line of its own.
    pub(crate) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        match self {
            Json::Null => text.push_str("null"),
            Json::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Json::Number(number) => {
                let _ = write!(text, "{number}");
            }
            Json::Text(string) => write_string(text, string),
            Json::List(items) => {
                let items = items.iter().map(|item| (None, item));
                write_items(text, ('[', ']'), depth, items);
            }
            Json::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (Some(*name), value));
                write_items(text, ('{', '}'), depth, fields);
            }
        }
    }

    /// Whether it fits a line: a list of numbers does, a list of rows does not.
    fn is_flat(&self) -> bool {
        !matches!(self, Json::List(_) | Json::Object(_))
    }
}

fn write_items<'a>(
    text: &mut String,
    (open, close): (char, char),
    depth: usize,
    items: impl Iterator<Item = (Option<&'static str>, &'a Json)> + Clone,
) {
    let list = open == '[';
    let lines =
        items.clone().next().is_some() && !(list && items.clone().all(|(_, i)| i.is_flat()));
    let indent = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    text.push(open);
    for (index, (name, item)) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if lines {
            indent(text, depth + 1);
        } else if index > 0 {
            text.push(' ');
        }
        if let Some(name) = name {
            write_string(text, name);
            text.push_str(": ");
        }
        item.write(text, depth + 1);
    }
    if lines {
        indent(text, depth);
    }
    text.push(close);
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            c if c < ' ' => {
                let _ = write!(text, "\\u{:04x}", c as u32);
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Json::Number(number as u64)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Json::Number(number.into())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Json::Null, Into::into)
    }
}

impl<T> FromIterator<T> for Json
where
    T: Into<Json>,
{
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Json::List(items.into_iter().map(Into::into).collect())
    }
}

impl Report {
    /// The report as JSON, in the format that the README describes.
    ///
    /// The same failure gives the same text each time: there are neither times nor absolute paths in it.
    pub fn json(&self) -> String {
        self.to_json().pretty()
    }

    pub(crate) fn to_json(&self) -> Json {
        Json::Object(vec![
            ("kind", self.kind.key().into()),
            ("headline", self.headline.as_str().into()),
            ("message", self.message.as_str().into()),
            ("threads", self.threads.iter().map(String::as_str).collect()),
            ("variables", self.variables.iter().collect()),
            ("rows", self.rows.iter().collect()),
            ("folds", self.folds.iter().collect()),
            ("why", self.why.iter().map(String::as_str).collect()),
            ("marked", self.marked.iter().copied().collect()),
            ("advice", self.advice.iter().map(String::as_str).collect()),
        ])
    }
}

impl From<&Variable> for Json {
    fn from(variable: &Variable) -> Self {
        Json::Object(vec![
            ("name", variable.name.as_str().into()),
            ("kind", variable.kind.into()),
            ("initial", variable.initial.as_deref().into()),
            ("file", variable.file.as_str().into()),
            ("line", variable.line.into()),
        ])
    }
}

impl From<&Row> for Json {
    fn from(row: &Row) -> Self {
        Json::Object(vec![
            ("row", row.row.into()),
            ("thread", row.thread.into()),
            ("op", row.op.into()),
            ("object", row.object.as_deref().into()),
            ("text", row.text.as_str().into()),
            ("ordering", row.ordering.as_deref().into()),
            ("read", row.read.as_deref().into()),
            ("wrote", row.wrote.as_deref().into()),
            ("file", row.file.as_str().into()),
            ("line", row.line.into()),
            ("column", row.column.into()),
            ("source", row.source.as_str().into()),
            ("state", row.state.key().into()),
            ("reads_from", row.reads_from.into_iter().collect()),
            ("stale", row.stale.into()),
            ("synchronizes_with", row.synchronizes_with.into()),
        ])
    }
}

impl From<&Fold> for Json {
    fn from(fold: &Fold) -> Self {
        Json::Object(vec![
            ("from", fold.from.into()),
            ("to", fold.to.into()),
            ("rows", fold.rows.into()),
            ("times", fold.times.into()),
        ])
    }
}
