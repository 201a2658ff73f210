//! How words look: colours (left out where nobody sees them), plurals, and the nearest name.

use anstyle::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// `1 test`, `2 tests`.
pub(crate) fn count(n: usize, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        _ => format!("{n} {thing}s"),
    }
}

/// The name most like `wanted`, if any is like it at all.
pub(crate) fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_lowercase().replace('-', "_");
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The beginning of `text`, if it is longer than `columns`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let short: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", short.trim_end())
}

/// `text`, whose longer lines go on in the next one, as far in as they begin. Tables, and code under a compiler's bars, are
/// left as they are.
pub(crate) fn fold(text: &str, columns: usize) -> String {
    let width = |text: &str| {
        anstream::adapter::strip_str(text)
            .to_string()
            .chars()
            .count()
    };
    let mut folded = String::new();
    for line in text.lines() {
        let words = line.trim_start_matches(' ');
        let margin = " ".repeat(line.len() - words.len());
        if width(line) <= columns || line.contains(['│', '┼', '|']) {
            folded.push_str(line);
            folded.push('\n');
            continue;
        }
        let mut taken = 0;
        for word in words.split(' ') {
            let room = columns.saturating_sub(margin.len() + taken + 1);
            if taken == 0 {
                folded.push_str(&margin);
            } else if width(word) > room {
                folded.push('\n');
                folded.push_str(&margin);
                taken = 0;
            } else {
                folded.push(' ');
                taken += 1;
            }
            folded.push_str(word);
            taken += width(word);
        }
        folded.push('\n');
    }
    folded
}

/// `text` with every line moved right by `by` spaces.
pub(crate) fn indent(text: &str, by: usize) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("{:by$}{line}\n", "")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_finds_its_neighbour() {
        let names = ["spin_lock", "raw_lock", "defer_stack"];
        assert_eq!(nearest("spinlock", names), Some("spin_lock"));
        assert_eq!(nearest("Spin-Lock", names), Some("spin_lock"));
        assert_eq!(nearest("defer", names), Some("defer_stack"));
        assert_eq!(nearest("xyzzy", names), None);
    }

    #[test]
    fn one_is_not_a_plural() {
        assert_eq!(count(1, "test"), "1 test");
        assert_eq!(count(0, "test"), "0 tests");
    }

    #[test]
    fn a_long_line_goes_on_where_it_began() {
        assert_eq!(fold("  one two three", 9), "  one two\n  three\n");
        assert_eq!(fold("one two", 7), "one two\n");
        assert_eq!(fold("seventeen two", 4), "seventeen\ntwo\n");
        assert_eq!(fold("a │ b c", 3), "a │ b c\n");
        let colored = format!("{BOLD}one{BOLD:#} two");
        assert_eq!(fold(&colored, 7), format!("{colored}\n"));
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(cut("a lock", 6), "a lock");
        assert_eq!(cut("ä lock", 5), "ä lo…");
        assert_eq!(cut("ä lock", 3), "ä…");
    }

    #[test]
    fn indenting_leaves_empty_lines_empty() {
        assert_eq!(indent("a\n\nb", 2), "  a\n\n  b\n");
    }
}
