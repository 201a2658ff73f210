//! Folds rows that repeat those before them, as a spinning thread's do: hundreds of them say no more.

use super::Row;

/// Rows that say the same as those right before them. A table shows one line in their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    /// The first and the last of the rows.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// How many rows make a round.
    pub(crate) rows: usize,
    /// How many rounds they are: how many times more the round before them comes.
    pub(crate) times: usize,
}

impl Fold {
    /// Whether that row is one of those that need not be shown.
    pub(super) fn has(&self, row: usize) -> bool {
        (self.from..=self.to).contains(&row)
    }

    /// What stands in place of the rows.
    pub(super) fn in_words(&self) -> String {
        let what = match self.rows {
            1 => String::from("the row above"),
            rows => format!("the {rows} rows above"),
        };
        let times = match self.times {
            1 => String::from("once"),
            times => format!("{times} times"),
        };
        format!("rows {} to {}: {what}, {times} more", self.from, self.to)
    }
}

/// The longest round that is looked for.
const LONGEST_ROUND: usize = 8;

/// The folds of `rows`, from top to bottom. No row of those `marked` is folded away.
pub(super) fn folds(rows: &[Row], marked: &[usize]) -> Vec<Fold> {
    let mut folds = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let Some((round, times)) = best_round(rest, marked) else {
            rest = &rest[1..];
            continue;
        };
        let (folded, after) = rest.split_at(round * times);
        folds.push(Fold {
            from: folded[round].row,
            to: folded[round * times - 1].row,
            rows: round,
            times: times - 1,
        });
        rest = after;
    }
    folds
}

/// How many rows make the round that these begin with, and how often it comes in all. Of several, the
/// one that folds most, and of those the shortest. Two equal rows are not worth a fold.
fn best_round(rows: &[Row], marked: &[usize]) -> Option<(usize, usize)> {
    (1..=LONGEST_ROUND.min(rows.len()))
        .map(|round| (round, times(rows, round, marked)))
        .filter(|(round, times)| *times >= 2 && round * times >= 3)
        .max_by_key(|(round, times)| (round * times, usize::MAX - round))
}

/// How often the first `round` rows come one after the other.
fn times(rows: &[Row], round: usize, marked: &[usize]) -> usize {
    let (first, rest) = rows.split_at(round);
    let again = |next: &&[Row]| {
        let mut pairs = first.iter().zip(*next);
        pairs.all(|(a, b)| same(a, b) && !marked.contains(&b.row))
    };
    1 + rest.chunks_exact(round).take_while(again).count()
}

fn same(a: &Row, b: &Row) -> bool {
    let key = |row: &Row| (row.thread, row.line, row.state);
    key(a) == key(b) && a.file == b.file && without_row(&a.text) == without_row(&b.text)
}

/// What a row says, but for the row that an unlock names: each time round, it is another.
fn without_row(text: &str) -> &str {
    text.split_once(" (of row ").map_or(text, |(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::State;

    /// A row for each of `texts`.
    fn rows<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Row> {
        let row = |(at, text): (usize, &str)| Row {
            row: at + 1,
            thread: 0,
            op: "load",
            object: None,
            text: text.to_owned(),
            ordering: None,
            read: None,
            wrote: None,
            file: String::from("src/x.rs"),
            line: 1,
            column: 1,
            source: String::new(),
            function: None,
            state: State::Ran,
            reads_from: None,
            stale: None,
            synchronizes_with: None,
        };
        texts.into_iter().enumerate().map(row).collect()
    }

    /// What is left of a row for each letter of `texts`.
    fn folded(texts: &str, marked: &[usize]) -> String {
        let letters = texts.split_terminator("").skip(1);
        let folds = folds(&rows(letters), marked);
        let line = |(at, letter): (usize, char)| match folds.iter().find(|fold| fold.has(at + 1)) {
            None => letter.to_string(),
            Some(fold) if fold.from < at + 1 => String::new(),
            Some(Fold {
                from,
                to,
                rows,
                times,
            }) => format!("({from}-{to}: {rows} x {times})"),
        };
        texts.chars().enumerate().map(line).collect()
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

    #[test]
    fn an_unlock_repeats_another_whatever_row_took_the_lock() {
        let texts = [
            "lock x → 1",
            "unlock x (of row 1)",
            "lock x → 1",
            "unlock x (of row 3)",
        ];
        let folds = folds(&rows(texts), &[]);
        let fold = Fold {
            from: 3,
            to: 4,
            rows: 2,
            times: 1,
        };
        assert_eq!(folds, [fold]);
    }
}
