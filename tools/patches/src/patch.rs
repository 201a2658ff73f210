use crate::difference::Difference;
use crate::error::Error;
use crate::sources::to_unix;

/// A header and a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    fields: Vec<Field>,
    difference: Difference,
    /// The first line that ends as on Windows.
    carriage_return: Option<usize>,
}

/// One line of a header: `Key: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What stands before the first `: `.
    pub key: String,
    /// What stands behind it; never empty.
    pub value: String,
    /// Counted from 1.
    pub line: usize,
}

impl Patch {
    /// Reads a header and a difference. What the header has to say depends on what the patch is for, and is asked
    /// by [`Pitfall`](crate::Pitfall) and [`Alternative`](crate::Alternative).
    ///
    /// # Errors
    ///
    /// If a line of the header is no `Key: value`, or what follows the empty line is not a unified diff of files
    /// below `src/`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let carriage_return = text
            .split_inclusive('\n')
            .position(|line| line.ends_with("\r\n"))
            .map(|index| index + 1);
        let text = to_unix(text);
        let mut fields = Vec::new();
        let mut body_starts = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            body_starts += line.len();
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if line.starts_with("--- ") {
                return Err(Error::at(
                    index + 1,
                    "the difference begins here: an empty line stands between it and the header",
                ));
            }
            fields.push(field(line, index + 1)?);
        }
        let body_line = text[..body_starts].lines().count() + 1;
        let difference = Difference::parse(&text[body_starts..], body_line)?;
        Ok(Self {
            fields,
            difference,
            carriage_return,
        })
    }

    /// A patch that is not in a file yet.
    pub fn new(fields: &[(&str, &str)], difference: Difference) -> Self {
        let fields = fields
            .iter()
            .enumerate()
            .map(|(index, (key, value))| Field {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                line: index + 1,
            });
        Self {
            fields: fields.collect(),
            difference,
            carriage_return: None,
        }
    }

    /// The lines of the header, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What differs.
    pub fn difference(&self) -> &Difference {
        &self.difference
    }

    /// The first line that ends in `\r\n`, if one does. Such a patch is applied like any other; the repository
    /// has `\n` everywhere.
    pub fn carriage_return(&self) -> Option<usize> {
        self.carriage_return
    }

    /// The same header over another difference.
    #[must_use]
    pub fn with(self, difference: Difference) -> Self {
        Self {
            difference,
            carriage_return: None,
            ..self
        }
    }

    /// The one value of `key`.
    pub(crate) fn once(&self, key: &str) -> Result<String, Error> {
        let mut found = self.fields.iter().filter(|field| field.key == key);
        let first = found
            .next()
            .ok_or_else(|| Error::at(1, format!("its header has no `{key}: …`")))?;
        match found.next() {
            Some(again) => Err(Error::at(
                again.line,
                format!("its header has `{key}` twice"),
            )),
            None => Ok(first.value.clone()),
        }
    }

    /// Refuses a header that is as it was when the file was made.
    pub(crate) fn filled_in(&self) -> Result<(), Error> {
        let is_open = |field: &&Field| field.value.starts_with("TODO ");
        match self.fields.iter().find(is_open) {
            Some(Field { key, line, .. }) => {
                Err(Error::at(*line, format!("`{key}` has yet to be filled in")))
            }
            None => Ok(()),
        }
    }

    /// Refuses a header with a key that is not one of `keys`.
    pub(crate) fn only(&self, keys: &[&str]) -> Result<(), Error> {
        match self
            .fields
            .iter()
            .find(|field| !keys.contains(&field.key.as_str()))
        {
            Some(field) => Err(Error::at(
                field.line,
                format!(
                    "its header has `{}`; the keys are `{}`",
                    field.key,
                    keys.join("`, `")
                ),
            )),
            None => Ok(()),
        }
    }
}

/// As it stands in a file.
impl std::fmt::Display for Patch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for Field { key, value, .. } in &self.fields {
            writeln!(f, "{key}: {value}")?;
        }
        write!(f, "\n{}", self.difference)
    }
}

fn field(text: &str, line: usize) -> Result<Field, Error> {
    text.split_once(": ")
        .map(|(key, value)| (key, value.trim()))
        .filter(|(key, value)| !value.is_empty() && key.starts_with(char::is_alphabetic))
        .map(|(key, value)| Field {
            key: key.to_owned(),
            value: value.to_owned(),
            line,
        })
        .ok_or_else(|| {
            Error::at(
                line,
                format!(
                    "a header has lines `Key: value` and ends with an empty line, unlike `{text}`"
                ),
            )
        })
}
