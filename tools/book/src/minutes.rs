//! How long a page takes: to read, guessed from what stands on it, and to solve, as its exercises say.

use std::iter::Sum;
use std::ops::Add;

use mdbook_markdown::pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// What a reader takes who reads to learn, in seconds. The numbers were chosen so that the sums are
/// near what the authors of chapters 1 and 2 had guessed for their pages.
const A_WORD: f64 = 60.0 / 180.0;
const A_LINE_OF_CODE: f64 = 1.5;
const A_STEP_OF_A_TRACE: f64 = 4.0;
const A_DRAWING: f64 = 20.0;
const A_PREDICTION: f64 = 60.0;

#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(crate) struct Minutes {
    /// Up to the exercise; without one, all there is.
    pub(crate) reading: u32,
    pub(crate) solving: u32,
    /// Reading, too, behind the exercise.
    pub(crate) after: u32,
}

impl Minutes {
    pub(crate) fn all(self) -> u32 {
        self.reading + self.solving + self.after
    }
}

impl Add for Minutes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            reading: self.reading + other.reading,
            solving: self.solving + other.solving,
            after: self.after + other.after,
        }
    }
}

impl Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// How many minutes it takes to read this `text`, a page or a part of one, in which everything is in place.
pub(crate) fn to_read(text: &str) -> u32 {
    let mut seconds = 0.0;
    let mut in_code = false;
    let mut is_stepped = false;
    for event in new_cmark_parser(text, &MarkdownOptions::default()) {
        seconds += match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = true;
                0.0
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                0.0
            }
            // The steps of a trace lead through its source: it is not read by itself.
            Event::Text(_) if in_code && is_stepped => 0.0,
            Event::Text(code) if in_code => code.lines().count() as f64 * A_LINE_OF_CODE,
            Event::Text(words) | Event::Code(words) => {
                words.split_whitespace().count() as f64 * A_WORD
            }
            // What we have put there ourselves.
            Event::Html(html) | Event::InlineHtml(html) => {
                is_stepped |= html.contains("class=\"trace-source\"");
                is_stepped &= !html.contains("class=\"table-wrapper\"");
                let times = |mark: &str| html.matches(mark).count() as f64;
                times("<i data-sign=") * A_LINE_OF_CODE
                    + times("<tr data-row=") * A_STEP_OF_A_TRACE
                    // The mark at a row of a trace is a picture to a screen reader, and no drawing.
                    + (times("role=\"img\"") - times("class=\"mark\" role=\"img\"")) * A_DRAWING
                    + times("<section class=\"predict\"") * A_PREDICTION
            }
            _ => 0.0,
        };
    }
    (seconds / 60.0_f64).round() as u32
}

/// `text` with a line on the time it takes under its title.
pub(crate) fn under_title(text: &str, minutes: Minutes) -> String {
    let title = new_cmark_parser(text, &MarkdownOptions::default())
        .into_offset_iter()
        .find_map(|(event, range)| match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => Some(range.end),
            _ => None,
        });
    let (before, after) = text.split_at(title.unwrap_or(0));
    let more = |name: &str, minutes: u32| match minutes {
        0 => String::new(),
        minutes => format!(" · {name}: {minutes} min"),
    };
    format!(
        "{}\n\n*Reading: {} min{}{}*\n\n{}",
        before.trim_end(),
        minutes.reading,
        more("Solving", minutes.solving),
        more("Debrief", minutes.after),
        after.trim_start_matches('\n')
    )
}

/// `90` as people say it.
pub(crate) fn spoken(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_a_page_takes_time() {
        let words = "word ".repeat(540);
        let code = format!("```rust\n{}```\n", "f();\n".repeat(40));
        let drawn =
            "<div>\n<section class=\"predict\">\n<svg role=\"img\" srcdoc=\"word word\">\n</div>\n";
        assert_eq!(to_read("# Title"), 0);
        assert_eq!(to_read(&words), 3);
        assert_eq!(to_read(&code), 1);
        assert_eq!(to_read(&format!("{words}\n\n{code}")), 4);
        assert_eq!(to_read(&format!("{words}\n\n{}", drawn.repeat(3))), 7);
        let row =
            "<div>\n<tr data-row=\"1\"><span class=\"mark\" role=\"img\">◆</span></tr>\n</div>\n\n";
        assert_eq!(to_read(&row.repeat(15)), 1);
    }

    #[test]
    fn the_time_stands_under_the_title() {
        let minutes = Minutes {
            reading: 5,
            solving: 20,
            after: 8,
        };
        assert_eq!(
            under_title("# Title\n\nText.\n", minutes),
            "# Title\n\n*Reading: 5 min · Solving: 20 min · Debrief: 8 min*\n\nText.\n"
        );
        let minutes = Minutes {
            reading: 1,
            ..Minutes::default()
        };
        assert_eq!(under_title("# T", minutes), "# T\n\n*Reading: 1 min*\n\n");
    }

    #[test]
    fn an_hour_is_an_hour() {
        assert_eq!([45, 60, 100].map(spoken), ["45 min", "1 h", "1 h 40 min"]);
    }
}
