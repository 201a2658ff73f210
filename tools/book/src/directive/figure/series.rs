//! Rows that differ in a number, such as `spin lock, by guard, 4 threads`: a line over that number for all that share
//! the rest of the name.

use anyhow::{Context, Result, ensure};

use super::data::Row;

/// As many as can be told apart by their dashes and markers.
pub(super) const MOST: usize = 10;

pub(super) struct Series<'a> {
    pub(super) name: String,
    /// In the order of their numbers.
    pub(super) points: Vec<Point<'a>>,
}

pub(super) struct Point<'a> {
    pub(super) number: f64,
    pub(super) row: &'a Row,
}

/// The series of these rows, in the order in which they begin, and what their numbers count.
pub(super) fn of<'a>(rows: &'a [Row]) -> Result<(Vec<Series<'a>>, String)> {
    let mut all: Vec<Series<'a>> = Vec::new();
    let mut counted = "";
    for row in rows {
        let (name, number, unit) = split(&row.name).with_context(|| {
            format!(
                "{:?} has no number to draw a curve over, as `spin lock, 4 threads` and `10, guard` have",
                row.name
            )
        })?;
        if unit.len() > counted.len() {
            counted = unit; // threads, after 1 thread
        }
        let point = Point { number, row };
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.points.push(point),
            None => all.push(Series {
                name,
                points: vec![point],
            }),
        }
    }
    ensure!(
        all.len() <= MOST,
        "{} lines are too many to be told apart; {MOST} are not",
        all.len()
    );
    for series in &mut all {
        series.points.sort_by(|a, b| a.number.total_cmp(&b.number));
        let twice = series
            .points
            .windows(2)
            .find(|it| it[0].number == it[1].number);
        ensure!(
            twice.is_none(),
            "{:?} has two rows with the same number",
            series.name
        );
        ensure!(
            series.points.len() > 1,
            "{:?} is alone with its number: a curve needs two",
            series.points[0].row.name
        );
    }
    Ok((all, counted.to_owned()))
}

/// The name without its number, the number, and what it counts. Of several numbers the last.
fn split(name: &str) -> Option<(String, f64, &str)> {
    let parts: Vec<&str> = name.split(", ").collect();
    let (at, number, unit) = parts
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, part)| counted(part).map(|(number, unit)| (at, number, unit)))?;
    let rest: Vec<&str> = [&parts[..at], &parts[at + 1..]].concat();
    Some((rest.join(", "), number, unit))
}

/// `10`, `4 threads`, `10,000 tasks`, `room for 64`.
fn counted(part: &str) -> Option<(f64, &str)> {
    let number = |word: &str| {
        word.replace(',', "")
            .parse::<u64>()
            .ok()
            .map(|it| it as f64)
    };
    let (first, rest) = part.split_once(' ').unwrap_or((part, ""));
    if let Some(number) = number(first) {
        return Some((number, rest));
    }
    let (before, last) = part.rsplit_once(' ')?;
    Some((number(last)?, before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(names: &[&str]) -> Vec<Row> {
        let row = |name: &&str| {
            let json =
                format!("{{\"name\":\"{name}\",\"median\":2,\"low\":1,\"high\":3,\"samples\":9}}");
            serde_json::from_str(&json).unwrap()
        };
        names.iter().map(row).collect()
    }

    #[test]
    fn a_number_and_what_it_counts_is_found_in_a_name() {
        let name = |name: &str| name.to_owned();
        assert_eq!(
            split("spin lock, by guard, 4 threads"),
            Some((name("spin lock, by guard"), 4.0, "threads"))
        );
        assert_eq!(split("10, guard"), Some((name("guard"), 10.0, "")));
        assert_eq!(
            split("pool, 64 KiB, 1 thread"),
            Some((name("pool, 64 KiB"), 1.0, "thread"))
        );
        assert_eq!(
            split("Go, 10,000 tasks"),
            Some((name("Go"), 10_000.0, "tasks"))
        );
        assert_eq!(
            split("channel, room for 64"),
            Some((name("channel"), 64.0, "room for"))
        );
        assert_eq!(split("error past 1 guard"), None);
        assert_eq!(split("by hand"), None);
    }

    #[test]
    fn rows_make_lines_in_the_order_of_their_numbers() {
        let rows = rows(&["a, 2 threads", "b, 1 thread", "a, 1 thread", "b, 2 threads"]);
        let (series, unit) = of(&rows).unwrap();
        let names: Vec<_> = series.iter().map(|series| series.name.as_str()).collect();
        assert_eq!((names, unit.as_str()), (vec!["a", "b"], "threads"));
        let numbers: Vec<f64> = series[0].points.iter().map(|point| point.number).collect();
        assert_eq!(numbers, [1.0, 2.0]);
    }

    #[test]
    fn what_is_no_curve_is_refused() {
        let refused = |names: &[&str]| of(&rows(names)).err().map(|error| error.to_string());
        assert!(refused(&["by hand"]).unwrap().contains("has no number"));
        assert!(refused(&["a, 1", "a, 1"]).unwrap().contains("same number"));
        assert!(refused(&["a, 1", "b, 2"]).unwrap().contains("is alone"));
        let many: Vec<String> = (0..22).map(|n| format!("{}, {}", n / 2, n)).collect();
        let many: Vec<String> = many.iter().map(|name| format!("line {name}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(refused(&many).unwrap().contains("too many"));
    }
}
