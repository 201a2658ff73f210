//! A limit: SeqCst accesses are taken for a little more than they are.
//!
//! Each thread stores with SeqCst and then loads, relaxed, what the other stores. In between it makes some other SeqCst
//! access, as if that were a fence. It is none: the language lets both threads load 0. The model passes, and says that
//! it took SeqCst accesses for fences.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed, Ordering::SeqCst};
use lanes::sync::thread;

fn main() {
    let pass = lanes::explore(|| {
        let shared = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
        let look = |me: usize, shared: &[AtomicU32; 2]| {
            let elsewhere = AtomicU32::new(0);
            shared[me].store(1, SeqCst);
            elsewhere.load(SeqCst);
            shared[1 - me].load(Relaxed)
        };
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || look(1, &shared)
        });
        let seen = look(0, &shared) + other.join().unwrap();
        assert_ne!(seen, 0, "neither saw the other");
    })
    .expect("with fences in between it would be right");
    assert!(pass.took_seq_cst_as_fences());
    println!(
        "all {} executions pass, with SeqCst accesses taken as fences",
        pass.executions()
    );
}
