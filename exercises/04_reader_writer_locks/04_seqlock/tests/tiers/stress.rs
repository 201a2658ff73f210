//! Real threads and many rounds. What the models prove for two words, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lanes::stress;
use seqlock::SeqLock;

const ROUNDS: usize = 2_000;
/// Two threads write, two read.
const WRITERS: usize = 2;
const THREADS: usize = 4;

/// All words go up by one together. No reader sees them differ, or go down, and no writer's addition is lost.
#[test]
fn two_write_and_two_read() {
    let lock = Arc::new(SeqLock::new([0; 8]));
    let last: Arc<[AtomicU64]> = (0..THREADS).map(|_| AtomicU64::new(0)).collect();
    stress::together(THREADS, ROUNDS, {
        let lock = Arc::clone(&lock);
        move |thread, _round| {
            if thread < WRITERS {
                for word in lock.write().iter_mut() {
                    *word += 1;
                }
                return;
            }
            let words = lock.read();
            assert_eq!(
                words, [words[0]; 8],
                "a torn value: the words are of different writes"
            );
            let before = last[thread].swap(words[0], Relaxed);
            assert!(before <= words[0], "an older value after a newer one");
        }
    });
    assert_eq!(
        lock.read(),
        [(WRITERS * ROUNDS) as u64; 8],
        "additions are lost: two writers were at it at once"
    );
}
