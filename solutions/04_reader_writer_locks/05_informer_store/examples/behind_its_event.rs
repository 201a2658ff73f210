//! What a handler can find in the index when it is told of an addition, if handlers are told first.

use lanes::sync;
use lanes::sync::{Arc, Mutex, thread};

/// The store whose pump tells first, and writes second.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/04_reader_writer_locks/05_informer_store/pitfalls/handler_before_index.rs"
    ));
}
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod events {
    include!("../src/events.rs");
}
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod index {
    include!("../src/index.rs");
}
use events::{Change, Resource};
use source::InformerStore;

struct Pod;

impl Resource for Pod {
    type Key = &'static str;
    type Group = u32;

    fn key(&self) -> &'static str {
        "web"
    }

    fn group(&self) -> u32 {
        1
    }
}

fn main() {
    for found in lanes::outcomes(told_and_looked) {
        println!("{found}");
    }
}

fn told_and_looked() -> &'static str {
    let (store, mut pump) = InformerStore::new();
    let found = Arc::new(Mutex::new(""));
    store.push(Change::Added(Pod)).unwrap();
    let handler = store.handler();
    let handling = thread::spawn({
        let found = Arc::clone(&found);
        // ANCHOR: body
        move || {
            handler.run(|_event| {
                let answer = match store.snapshot().get(&"web") {
                    Some(_) => "it is there",
                    None => "it is not there",
                };
                *found.lock().unwrap() = answer;
            })
        }
        // ANCHOR_END: body
    });
    pump.step();
    drop(pump);
    handling.join().unwrap();
    *found.lock().unwrap()
}
