//! What a panic throws: a value, whose type depends on how it was raised.

use std::panic::{catch_unwind, panic_any};

fn describe(raise: fn()) -> &'static str {
    let payload = catch_unwind(raise).expect_err("it panics");
    if payload.is::<&'static str>() {
        "a &'static str"
    } else if payload.is::<String>() {
        "a String"
    } else {
        "something else"
    }
}

fn main() {
    println!("panic!(\"full\"): {}", describe(|| panic!("full")));
    println!(
        "panic!(\"{{n}} left\"): {}",
        describe(|| panic!("{} left", n()))
    );
    println!("panic_any(7): {}", describe(|| panic_any(7)));
    println!("parse(…).unwrap(): {}", describe(|| parse("x")));
}

fn parse(text: &str) {
    let _number: u8 = text.parse().unwrap();
}

/// A number that is not known when the program is compiled.
fn n() -> usize {
    std::env::args().count()
}
