//! The steps of a trace as a table: a column per thread, a row per step. It says everything by itself,
//! on paper too; `workbook.js` walks through it.

use std::fmt::Write;

use super::data::{Fold, Row, State, Trace, short};
use crate::html::{escape, with_code};

/// `source` is the file whose lines the reader sees above the table.
pub(super) fn html(trace: &Trace, source: &str) -> String {
    let heads: String = trace
        .threads
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", escape(name)))
        .collect();
    let mut rows = String::new();
    for row in &trace.rows {
        let mut folds = trace.folds.iter();
        if let Some(fold) = folds.find(|fold| fold.has(row.row)) {
            if fold.from == row.row {
                rows.push_str(&repeat(fold, trace.threads.len()));
            }
            continue;
        }
        let note = trace.notes.get(&row.row).map(String::as_str);
        let marked = trace.marked.contains(&row.row) || note.is_some();
        let before = "<td></td>".repeat(row.thread);
        let after = "<td></td>".repeat(trace.threads.len() - row.thread - 1);
        let _ = writeln!(
            rows,
            // Whose step it is, for those who listen, and for rows that are shown as lines.
            "<tr{}>{}{before}<td class=\"step\"><span class=\"who\">{}: </span>{}</td>{after}</tr>",
            attributes(row, marked, source),
            row_head(row.row, marked),
            escape(short(&trace.threads[row.thread])),
            step(row, note, source),
        );
    }
    format!(
        "<div class=\"table-wrapper\" role=\"region\" aria-label=\"Steps: {}\">\n\
         <table style=\"--lanes: {}\">\n<thead><tr><th scope=\"col\">row</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table>\n</div>\n",
        escape(&trace.headline),
        trace.threads.len()
    )
}

/// A line for all of the rows of `fold`. The stepper goes past it: it has no `data-row`.
fn repeat(fold: &Fold, threads: usize) -> String {
    let above = match fold.rows {
        1 => "the row above".to_owned(),
        round => format!("the {round} rows above"),
    };
    let times = match fold.times {
        1 => "once more".to_owned(),
        times => format!("{times} times more"),
    };
    format!(
        "<tr class=\"folded\"><td colspan=\"{}\">rows {} to {}: {above}, {times}</td></tr>\n",
        threads + 1,
        fold.from,
        fold.to,
    )
}

fn row_head(row: usize, marked: bool) -> String {
    let mark = if marked {
        " <span class=\"mark\" role=\"img\" aria-label=\"matters\" title=\"What went wrong goes through this row\">◆</span>"
    } else {
        ""
    };
    format!("<th scope=\"row\">{row}{mark}</th>")
}

/// What the stepper needs to know of a row.
fn attributes(row: &Row, marked: bool, source: &str) -> String {
    let mut classes = Vec::new();
    if marked {
        classes.push("marked");
    }
    match row.state {
        State::Ran => {}
        State::Blocked => classes.push("blocked"),
        State::Failed => classes.push("failed"),
    }
    let mut attributes = format!(" data-row=\"{}\" data-thread=\"{}\"", row.row, row.thread);
    if !classes.is_empty() {
        let _ = write!(attributes, " class=\"{}\"", classes.join(" "));
    }
    if row.file == source {
        let _ = write!(attributes, " data-line=\"{}\"", row.line);
    }
    if let (Some(object), Some(wrote)) = (&row.object, &row.wrote) {
        let (object, wrote) = (escape(object), escape(wrote));
        let _ = write!(
            attributes,
            " data-object=\"{object}\" data-wrote=\"{wrote}\""
        );
    }
    let from: Vec<String> = row.reads_from.iter().map(usize::to_string).collect();
    if !from.is_empty() {
        let _ = write!(attributes, " data-reads=\"{}\"", from.join(" "));
    }
    if let Some(with) = row.synchronizes_with {
        let _ = write!(attributes, " data-synchronizes=\"{with}\"");
    }
    attributes
}

fn step(row: &Row, note: Option<&str>, source: &str) -> String {
    let place = if row.file == source {
        format!("line {}", row.line)
    } else {
        let name = row.file.rsplit('/').next().unwrap_or_default();
        format!("{name}:{} <code>{}</code>", row.line, escape(&row.source))
    };
    let mut notes = vec![place];
    match row.state {
        State::Ran => {}
        State::Blocked => notes.push("<strong>blocked</strong>".to_owned()),
        State::Failed => notes.push("<strong>fails here</strong>".to_owned()),
    }
    if !row.reads_from.is_empty() {
        let from: Vec<String> = row.reads_from.iter().map(|&row| named(row)).collect();
        notes.push(format!("reads {}", from.join(" or ")));
    }
    if let Some(newer) = row.stale {
        notes.push(format!(
            "an old value: {} had written a newer one",
            named(newer)
        ));
    }
    if let Some(with) = row.synchronizes_with {
        notes.push(format!("synchronises with {}", named(with)));
    }
    if let Some(note) = note {
        notes.push(format!("<strong>{}</strong>", with_code(note)));
    }
    format!(
        "<code>{}</code> <span class=\"notes\">{}</span>",
        escape(&row.text),
        notes.join(" · ")
    )
}

/// Row 0 stands for what was there before the first step.
fn named(row: usize) -> String {
    match row {
        0 => "the initial value".to_owned(),
        row => format!("row {row}"),
    }
}
