//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::sleeps;

use crate::models::{Emitter, Stream};
use crate::sync::thread;

/// Waiting is sleeping. Where no item ever comes, or is ever taken, whoever waits sleeps for ever, and the model sees a
/// deadlock; who looks again and again is awake.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`next`", || {
        let mut stream = Stream::new(1, |_: &Emitter<u32>| {
            thread::park();
            Ok::<(), ()>(())
        });
        stream.next();
    });
    sleeps("`emit`", || {
        let _stream = Stream::new(1, |emitter: &Emitter<u32>| {
            let _ = (emitter.emit(1), emitter.emit(2));
            Ok::<(), ()>(())
        });
        thread::park();
    });
}
