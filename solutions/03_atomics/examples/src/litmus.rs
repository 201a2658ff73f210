use super::sync::atomic::{AtomicU32, Ordering::Relaxed};
use crate::orders::Orders;

/// What a thread of a litmus test does with the two variables, which begin at 0. It returns what it has read.
pub type Thread<R> = fn(x: &AtomicU32, y: &AtomicU32) -> R;

/// What a thread returns that reads nothing, or reads twice.
pub type Two = Option<(u32, u32)>;

/// Each raises its own flag, and looks at the other's.
pub fn store_buffering<O: Orders>() -> [Thread<u32>; 2] {
    // ANCHOR: store_buffering
    let left: Thread<u32> = |x, y| {
        x.store(1, O::STORE);
        y.load(O::LOAD)
    };
    let right: Thread<u32> = |x, y| {
        y.store(1, O::STORE);
        x.load(O::LOAD)
    };
    // ANCHOR_END: store_buffering
    [left, right]
}

/// One writes data and raises a flag. The other looks at the flag, and then at the data.
pub fn message_passing<O: Orders>() -> [Thread<Two>; 2] {
    // ANCHOR: message_passing
    let writer: Thread<Two> = |data, flag| {
        data.store(1, Relaxed);
        flag.store(1, O::STORE);
        None
    };
    let reader: Thread<Two> = |data, flag| {
        let raised = flag.load(O::LOAD);
        Some((raised, data.load(Relaxed)))
    };
    // ANCHOR_END: message_passing
    [writer, reader]
}

/// Each looks at the other's flag, and raises its own.
pub fn load_buffering<O: Orders>() -> [Thread<u32>; 2] {
    // ANCHOR: load_buffering
    let left: Thread<u32> = |x, y| {
        let seen = y.load(O::LOAD);
        x.store(1, O::STORE);
        seen
    };
    let right: Thread<u32> = |x, y| {
        let seen = x.load(O::LOAD);
        y.store(1, O::STORE);
        seen
    };
    // ANCHOR_END: load_buffering
    [left, right]
}

/// Two raise a flag each, and have nothing to do with each other. Two others look, in opposite order.
pub fn independent_writes<O: Orders>() -> [Thread<Two>; 4] {
    // ANCHOR: independent_writes
    let x_first: Thread<Two> = |x, y| Some((x.load(O::LOAD), y.load(O::LOAD)));
    let y_first: Thread<Two> = |x, y| Some((y.load(O::LOAD), x.load(O::LOAD)));
    let writes_x: Thread<Two> = |x, _| {
        x.store(1, O::STORE);
        None
    };
    let writes_y: Thread<Two> = |_, y| {
        y.store(1, O::STORE);
        None
    };
    // ANCHOR_END: independent_writes
    [x_first, y_first, writes_x, writes_y]
}

/// One increments a variable. The other loads it twice.
pub fn coherence<O: Orders>() -> [Thread<Two>; 2] {
    // ANCHOR: coherence
    let writer: Thread<Two> = |x, _| {
        x.store(1, O::STORE);
        x.store(2, O::STORE);
        None
    };
    let reader: Thread<Two> = |x, _| Some((x.load(O::LOAD), x.load(O::LOAD)));
    // ANCHOR_END: coherence
    [writer, reader]
}
