//! What a table says.

use std::sync::Arc;
use std::time::Duration;

use lanes::sync::atomic::{AtomicU32, Ordering::*};
use lanes::sync::{self, Condvar, Mutex, RwLock, hint, thread};
use lanes::{Kind, Style};

use crate::fails;

/// What a library would have, whose functions take its locks.
struct Items {
    items: Mutex<Vec<u32>>,
}

impl Items {
    fn push(&self, item: u32) {
        self.items.lock().unwrap().push(item);
    }
}

#[test]
fn a_row_says_what_a_lock_holds_and_who_takes_it() {
    let words = [
        "lock items → [], in push",
        "unlock items: [] → [1]",
        "“pushed”",
    ];
    fails(Kind::Assertion, &words, || {
        let items = Arc::new(Items {
            items: Mutex::default(),
        });
        sync::show(&items.items);
        let other = thread::spawn({
            let items = Arc::clone(&items);
            move || items.push(1)
        });
        other.join().unwrap();
        sync::note("pushed");
        assert!(items.items.lock().unwrap().is_empty());
    });
    fails(Kind::Panic, &["write-lock text → \"a\""], || {
        let text = RwLock::new(String::from("a"));
        sync::show(&text);
        text.write().unwrap().push('b');
        panic!("over");
    });
}

#[test]
fn a_refusal_is_marked() {
    let report = lanes::expect_bug(Kind::Panic, || {
        let turn = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let turn = Arc::clone(&turn);
            move || turn.compare_exchange(0, 1, Relaxed, Relaxed).is_ok()
        });
        let own = turn.compare_exchange(0, 2, Relaxed, Relaxed).is_ok();
        if !(own && other.join().unwrap()) {
            panic!("refused");
        }
    });
    let refused = report
        .rows()
        .iter()
        .find(|row| row.text.contains("fails: "));
    let refused = refused.expect("one of them is refused").row;
    let table = report.table(Style::default());
    assert!(report.marked().contains(&refused), "{table}");
}

#[test]
fn a_wait_that_times_out_says_so() {
    let words = [
        "wait_timeout changed, unlock pair",
        "wait_timeout changed: time is up",
    ];
    fails(Kind::Assertion, &words, || {
        let pair = (Mutex::new(false), Condvar::new());
        sync::name(&pair.1, "changed");
        let guard = pair.0.lock().unwrap();
        let (_guard, result) = pair.1.wait_timeout(guard, Duration::from_secs(1)).unwrap();
        assert!(!result.timed_out());
    });
}

#[test]
fn a_program_has_rows_of_its_own() {
    fails(Kind::Panic, &["“half way”"], || {
        sync::note("half way");
        panic!("the other half is missing");
    });
}

#[test]
fn pauses_have_their_names() {
    let words = ["sleep", "park_timeout", "yield_now", "spin_loop"];
    fails(Kind::Panic, &words, || {
        thread::sleep(Duration::from_secs(1));
        thread::park_timeout(Duration::from_secs(1));
        thread::yield_now();
        hint::spin_loop();
        panic!("over");
    });
}
