//! An `init` that panics, and what the next caller finds.

use std::panic::{catch_unwind, resume_unwind};

use once_lock::OnceLock;

fn main() {
    // ANCHOR: body
    let settings = OnceLock::new();
    let read = || *settings.get_or_init(|| resume_unwind(Box::new("no such file")));
    println!("first try: {}", what_came(catch_unwind(read)));
    let read_another = || *settings.get_or_init(|| 7);
    println!("second try: {}", what_came(catch_unwind(read_another)));
    // ANCHOR_END: body
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
