//! Boxes on boxes: each as wide as its share of the samples, on the one that called it.
//!
//! Not `inferno`'s SVG, which decides for one width in pixels which letters fit into a box, and leaves the rest to a
//! script. These boxes are HTML, placed in per cent: they are as wide as the page is, and a style sheet cuts the names
//! off. As in a plot, the letters stand in attributes: the search would list a page under every function. The same
//! words are in the label of the whole, and in the table below it.

use std::fmt::Write;

use super::data::Call;
use super::share;
use crate::html::escape;

/// Boxes narrower than this share are left out: less than a pixel on a small screen.
const THINNEST: f64 = 0.002;

/// Boxes narrower than this share are not told. They are all in the drawing, and the heavy ones in the table.
const WORTH_TELLING: f64 = 0.05;

/// What a box is coloured after.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Program,
    Library,
    System,
    Rest,
}

const LEGEND: [(Origin, &str); 4] = [
    (Origin::Program, "the program and its crates"),
    (Origin::Library, "Rust’s own libraries"),
    (Origin::System, "C’s library, and the system behind it"),
    (Origin::Rest, "everything else"),
];

impl Origin {
    fn of(function: &str) -> Self {
        match function.split_once("::") {
            _ if function.starts_with('(') => Self::Rest,
            Some(("std" | "core" | "alloc", _)) => Self::Library,
            Some(_) => Self::Program,
            None => Self::System,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Library => "library",
            Self::System => "system",
            Self::Rest => "rest",
        }
    }
}

struct Drawn<'a> {
    name: &'a str,
    left: f64,
    width: f64,
}

pub(super) fn html(title: &str, all: &Call) -> String {
    let mut rows = (0..all.height()).map(|_| Vec::new()).collect::<Vec<_>>();
    place(all, 0.0, all.total as f64, &mut rows);
    let mut html = format!(
        "<div class=\"flame\" role=\"img\" aria-label=\"{}\">\n",
        escape(&format!("{title}. {}", description(all)))
    );
    // The caller stands below.
    for row in rows.iter().rev().filter(|row| !row.is_empty()) {
        html.push_str("<div class=\"calls\">");
        for call in row {
            let share = share(call.width);
            let _ = write!(
                html,
                "<span class=\"{}\" style=\"left: {:.3}%; width: {:.3}%\" title=\"{} · {share}\" \
                 data-text=\"{} {share}\"></span>",
                Origin::of(call.name).class(),
                call.left * 100.0,
                call.width * 100.0,
                escape(call.name),
                escape(short(call.name)),
            );
        }
        html.push_str("</div>\n");
    }
    let drawn = rows.iter().flatten().map(|call| Origin::of(call.name));
    let drawn: Vec<Origin> = drawn.collect();
    html.push_str("<div class=\"legend\">");
    for (origin, text) in LEGEND.iter().filter(|(origin, _)| drawn.contains(origin)) {
        let _ = write!(
            html,
            "<span class=\"{}\" data-text=\"{text}\"></span>",
            origin.class()
        );
    }
    html + "</div>\n</div>\n"
}

/// Puts what `call` calls beside each other, from `left` on.
fn place<'a>(call: &'a Call, mut left: f64, all: f64, rows: &mut [Vec<Drawn<'a>>]) {
    let Some((row, above)) = rows.split_first_mut() else {
        return;
    };
    for (name, call) in &call.calls {
        let width = call.total as f64 / all;
        if width >= THINNEST {
            row.push(Drawn { name, left, width });
            place(call, left, all, above);
        }
        left += width;
    }
}

/// What somebody is told who does not see it: who calls whom, for the wide boxes.
fn description(all: &Call) -> String {
    format!(
        "Flame graph of {} samples: {}",
        all.total,
        description_above(all, all.total as f64)
    )
}

fn description_above(call: &Call, all: f64) -> String {
    let mut calls: Vec<_> = call
        .calls
        .iter()
        .map(|(name, call)| (name, call, call.total as f64 / all))
        .filter(|(_, _, width)| *width >= WORTH_TELLING)
        .collect();
    calls.sort_by_key(|(_, call, _)| std::cmp::Reverse(call.total));
    let told: Vec<String> = calls
        .into_iter()
        .map(|(name, call, width)| {
            let above = description_above(call, all);
            let above = match &*above {
                "" => String::new(),
                above => format!(", which calls [{above}]"),
            };
            format!("{} {}{above}", short(name), share(width))
        })
        .collect();
    told.join(" and ")
}

/// What a person would say: `SpinLock::lock` of `spin_lock::SpinLock::lock`, `spawn` of `std::thread::spawn`, and a
/// closure with the function that it is in.
fn short(name: &str) -> &str {
    let start = |parts| name.rmatch_indices("::").map(|(at, _)| at + 2).nth(parts);
    let Some(last) = start(0) else {
        return name;
    };
    let before = start(1).unwrap_or(0);
    let is_of_a_type = name[before..].starts_with(char::is_uppercase);
    if is_of_a_type || name[last..].starts_with('{') {
        &name[before..]
    } else {
        &name[last..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(folded: &str) -> String {
        html("T", &Call::read(folded).unwrap())
    }

    #[test]
    fn a_box_is_as_wide_as_its_share_and_stands_on_its_caller() {
        let html = drawn("a::main;b::work 30\na::main;std::wait 10\nsyscall 60\n");
        let rows: Vec<&str> = html
            .lines()
            .filter(|line| line.contains("\"calls\""))
            .collect();
        let [above, below] = rows[..] else {
            panic!("two rows, not {rows:?}")
        };
        assert!(
            below.contains("left: 0.000%; width: 40.000%\" title=\"a::main · 40 %\""),
            "{below}"
        );
        assert!(
            below.contains("class=\"system\" style=\"left: 40.000%; width: 60.000%\""),
            "{below}"
        );
        assert!(
            above.contains("class=\"program\" style=\"left: 0.000%; width: 30.000%\""),
            "{above}"
        );
        assert!(
            above.contains("class=\"library\" style=\"left: 30.000%; width: 10.000%\""),
            "{above}"
        );
    }

    #[test]
    fn it_is_told_and_its_letters_are_in_attributes() {
        let html = drawn("a::main;b::<work> 96\na::main;c::x 3\n(rest) 1\n");
        let told = "T. Flame graph of 100 samples: main 99 %, which calls [&lt;work&gt; 96 %]\"";
        assert!(html.contains(told), "{html}");
        let mut outside = html.split('>').filter_map(|part| part.split('<').next());
        assert!(outside.all(|text| text.trim().is_empty()), "{html}");
    }

    #[test]
    fn what_nobody_could_see_is_not_drawn() {
        let html = drawn("a::main;b::work 999\na::main;c::rare 1\n");
        assert!(!html.contains("c::rare"), "{html}");
        assert!(html.contains("a::main · 100 %"), "{html}");
    }

    #[test]
    fn the_legend_names_what_is_there() {
        let html = drawn("a::main 1\n");
        assert!(
            html.contains("the program and its crates") && !html.contains("Rust’s"),
            "{html}"
        );
    }

    #[test]
    fn a_name_is_as_short_as_it_can_be() {
        assert_eq!(short("spin_lock::SpinLock::lock"), "SpinLock::lock");
        assert_eq!(short("std::thread::spawn"), "spawn");
        assert_eq!(short("chapter::crowded::{closure}"), "crowded::{closure}");
        assert_eq!(short("Lock::lock"), "Lock::lock");
        assert_eq!(short("syscall"), "syscall");
    }
}
