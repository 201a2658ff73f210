//! JSON, as text.
//!
//! Not by a library: this is a page of code, and a library would cost every learner's first test seconds of compile
//! time.

use std::fmt::Write;

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
