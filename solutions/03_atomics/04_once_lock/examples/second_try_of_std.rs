//! What `std`'s two locks make of an `init` that panics.

use std::panic::{catch_unwind, resume_unwind};
use std::sync::{LazyLock, OnceLock};

fn main() {
    let lock = OnceLock::new();
    let first = || *lock.get_or_init(|| resume_unwind(Box::new("no such file")));
    println!("OnceLock, first try: {}", what_came(catch_unwind(first)));
    let second = || *lock.get_or_init(|| 7);
    println!("OnceLock, second try: {}", what_came(catch_unwind(second)));

    let lock = LazyLock::<u32>::new(|| resume_unwind(Box::new("no such file")));
    println!("LazyLock, first try: {}", what_came(catch_unwind(|| *lock)));
    println!(
        "LazyLock, second try: {}",
        what_came(catch_unwind(|| *lock))
    );
}

fn what_came(ended: std::thread::Result<u32>) -> String {
    match ended {
        Ok(value) => format!("the value {value}"),
        Err(panic) => match panic.downcast_ref::<&str>() {
            Some(&"no such file") => "a panic in `init`".to_owned(),
            _ => "another panic".to_owned(),
        },
    }
}
