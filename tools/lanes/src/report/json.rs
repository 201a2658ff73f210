//! A report as JSON. The format is described in the README, under "The report as JSON".

use super::fold::Fold;
use super::{Report, Row, Variable};
use crate::json::Json;

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
            ("replay", self.schedule().as_str().into()),
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
            ("function", row.function.as_deref().into()),
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
