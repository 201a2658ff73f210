//! Folds rows that repeat those before them, as a spinning thread's do: hundreds of them say no more.

use super::data::Row;

/// A line of the table.
pub(super) enum Line<'a> {
    Row(&'a Row),
    /// Rows that repeat as many `rows` before them.
    Repeat {
        from: usize,
        to: usize,
        rows: usize,
        times: usize,
    },
}

/// The longest round that is looked for.
const LONGEST: usize = 8;

/// The lines for `rows`, in the manner of the table that the checker prints. Those `marked` are shown.
pub(super) fn fold<'a>(rows: &'a [Row], marked: &[usize]) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < rows.len() {
        let Some((round, times)) = best_round(&rows[at..], marked) else {
            lines.push(Line::Row(&rows[at]));
            at += 1;
            continue;
        };
        let end = at + round * times;
        lines.extend(rows[at..at + round].iter().map(Line::Row));
        lines.push(Line::Repeat {
            from: rows[at + round].row,
            to: rows[end - 1].row,
            rows: round,
            times: times - 1,
        });
        at = end;
    }
    lines
}

/// How many rows make the round that these begin with, and how often it comes in all. Of several, the
/// one that folds most, and of those the shortest. Two equal rows are not worth a fold.
fn best_round(rows: &[Row], marked: &[usize]) -> Option<(usize, usize)> {
    (1..=LONGEST.min(rows.len()))
        .map(|round| (round, times(rows, round, marked)))
        .filter(|(round, times)| *times >= 2 && round * times >= 3)
        .max_by_key(|(round, times)| (round * times, usize::MAX - round))
}

/// How often the first `round` rows come one after the other.
fn times(rows: &[Row], round: usize, marked: &[usize]) -> usize {
    let first = &rows[..round];
    let again = |next: &&[Row]| {
        let mut pairs = first.iter().zip(*next);
        pairs.all(|(a, b)| same(a, b) && !marked.contains(&b.row))
    };
    1 + rows[round..].chunks_exact(round).take_while(again).count()
}

fn same(a: &Row, b: &Row) -> bool {
    let key = |row: &'_ Row| (row.thread, row.line, row.state);
    key(a) == key(b) && a.text == b.text && a.wrote == b.wrote && a.file == b.file
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row for each letter of `texts`.
    fn rows(texts: &str) -> Vec<Row> {
        let row = |(at, text): (usize, char)| {
            let row = serde_json::json!({
                "row": at + 1, "thread": 0, "object": null, "text": text, "wrote": null,
                "file": "src/x.rs", "line": 1, "state": "ran", "stale": null,
            });
            serde_json::from_value(row).unwrap()
        };
        texts.chars().enumerate().map(row).collect()
    }

    fn folded(texts: &str, marked: &[usize]) -> String {
        let line = |line: &Line<'_>| match line {
            Line::Row(row) => row.text.clone(),
            Line::Repeat {
                from,
                to,
                rows,
                times,
            } => format!("({from}-{to}: {rows} x {times})"),
        };
        fold(&rows(texts), marked).iter().map(line).collect()
    }

    #[test]
    fn a_round_is_shown_once() {
        assert_eq!(folded("abxyxyxyc", &[]), "abxy(5-8: 2 x 2)c");
        assert_eq!(folded("aaaa", &[]), "a(2-4: 1 x 3)");
    }

    #[test]
    fn what_does_not_repeat_is_shown() {
        assert_eq!(folded("aab", &[]), "aab");
        assert_eq!(folded("abcab", &[]), "abcab");
    }

    #[test]
    fn what_matters_is_shown() {
        assert_eq!(folded("aaaaa", &[5]), "a(2-4: 1 x 3)a");
    }
}
