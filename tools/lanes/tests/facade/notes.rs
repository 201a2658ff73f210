use std::time::Duration;

use lanes::Kind;
use lanes::sync::{self, hint, thread};

use crate::fails;

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
