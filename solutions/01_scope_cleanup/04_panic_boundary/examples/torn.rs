//! Two numbers that should be equal, and a job that panics between the two.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

fn main() {
    let pair = Mutex::new((0, 0));
    let job = |panics: bool| {
        let mut pair = pair.lock().unwrap_or_else(PoisonError::into_inner);
        pair.0 += 1;
        assert!(!panics, "between the two halves");
        pair.1 += 1;
        *pair
    };
    for panics in [false, true, false] {
        match catch_unwind(AssertUnwindSafe(|| job(panics))) {
            Ok(pair) => println!("the job leaves {pair:?}"),
            Err(_) => println!("the job panics"),
        }
    }
}
