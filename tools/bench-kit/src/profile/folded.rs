//! Samples, folded: each different stack once, with how often it was seen.

use std::collections::BTreeMap;

use super::symbol::{crate_of, is_of_a_primitive, readable};

/// What runs a row, and is not the row.
const HARNESS: [&str; 2] = ["bench_kit", "criterion"];
/// Crates whose functions call each other for many levels, to do what their first function is named after.
const DEEP: [&str; 2] = ["core", "alloc"];
/// Rust's way from a closure to its body, and what keeps the compiler from seeing too much: on every stack, and never
/// where the time goes.
const GLUE: [&str; 4] = [
    "core::ops::function::",
    "core::panic::unwind_safe::",
    "core::ptr::drop_in_place",
    "core::hint::black_box",
];

/// Stands for stacks on which nothing of the row was left.
const OTHERS: &str = "(starting threads and waiting for them)";

/// Stacks, from the outside in.
#[derive(Debug, Default)]
pub(super) struct Folded(BTreeMap<Vec<String>, u64>);

impl Folded {
    /// Adds `count` samples of the stack of these symbols, from the outside in.
    pub(super) fn add(&mut self, symbols: &[String], count: u64) {
        let names = symbols.iter().map(|symbol| readable(symbol)).collect();
        *self.0.entry(of_the_row(names)).or_default() += count;
    }

    /// As all tools read it: `outer;inner 42`.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |(stack, count): (&Vec<String>, &u64)| format!("{} {count}", stack.join(";"));
        self.0.iter().map(line).collect()
    }

    pub(super) fn samples(&self) -> u64 {
        self.0.values().sum()
    }
}

/// Without what calls the row, and without what teaches nothing.
fn of_the_row(names: Vec<String>) -> Vec<String> {
    let is_of = |name: &str, crates: &[&str]| crate_of(name).is_some_and(|it| crates.contains(&it));
    let Some(harness) = names.iter().rposition(|name| is_of(name, &HARNESS)) else {
        return vec![OTHERS.into()];
    };
    let mut row: Vec<String> = Vec::new();
    for name in names.into_iter().skip(harness + 1) {
        let is_glue = GLUE.iter().any(|glue| name.starts_with(glue)) || is_of_a_primitive(&name);
        let is_inner = is_of(&name, &DEEP) && row.last().is_some_and(|last| is_of(last, &DEEP));
        let is_same = row.last() == Some(&name); // a closure within a closure
        if !is_glue && !is_inner && !is_same {
            row.push(name);
        }
    }
    // Without a function of the row's own it was the harness that called the library or the system.
    let has_own = row
        .iter()
        .any(|name| crate_of(name).is_some() && !is_of(name, &["std", "core", "alloc"]));
    if has_own { row } else { vec![OTHERS.into()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(stacks: &[(&str, u64)]) -> Vec<String> {
        let mut folded = Folded::default();
        for (stack, count) in stacks {
            let symbols: Vec<String> = stack.split(';').map(str::to_owned).collect();
            folded.add(&symbols, *count);
        }
        folded.lines()
    }

    #[test]
    fn a_stack_begins_where_the_row_does() {
        let stack = "clone;std::thread::run;bench_kit::together::together::{{closure}};chapter::crowded::{{closure}};\
                     spin_lock::SpinLock<T>::lock;core::hint::spin_loop;core::core_arch::_mm_pause";
        assert_eq!(
            folded(&[(stack, 2), (stack, 3)]),
            ["chapter::crowded::{closure};spin_lock::SpinLock::lock;core::hint::spin_loop 5"]
        );
    }

    #[test]
    fn what_belongs_to_no_row_is_kept_in_one_piece() {
        let stacks = [
            (
                "main;criterion::bench;bench_kit::together::together;std::thread::spawn;clone",
                1,
            ),
            ("clone;std::thread::run", 2),
            (
                "clone;bench_kit::together::pass_the_ball;core::hint::spin_loop",
                4,
            ),
        ];
        assert_eq!(folded(&stacks), [format!("{OTHERS} 7")]);
    }

    #[test]
    fn closures_and_the_way_to_them_are_one_frame() {
        let stack = "bench_kit::together;core::ops::function::FnOnce::call_once;chapter::row::{closure#0};\
                     core::ops::function::FnOnce::call_once;chapter::row::{closure#1};chapter::work;<u64>::wrapping_mul";
        assert_eq!(
            folded(&[(stack, 1)]),
            ["chapter::row::{closure};chapter::work 1"]
        );
    }

    #[test]
    fn no_sample_is_lost() {
        let mut folded = Folded::default();
        folded.add(&["a::b".into()], 3);
        folded.add(&["bench_kit::x".into(), "a::b".into()], 4);
        assert_eq!(folded.samples(), 7);
    }
}
