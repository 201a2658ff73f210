//! Small right programs, such as those of the workbook, on whatever `facade` stands beside this file.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

use super::facade::atomic::{AtomicBool, AtomicU32, AtomicUsize, fence};
use super::facade::cell::UnsafeCell;
use super::facade::{Condvar, Mutex, MutexGuard, hint, thread};

/// What a thread does with what all share.
type Body<S> = Box<dyn FnOnce(&S) + Send>;

/// Runs the first on the program's own thread, and the others beside it.
fn together<S: Send + Sync + 'static>(shared: S, bodies: Vec<Body<S>>) -> Arc<S> {
    let shared = Arc::new(shared);
    let mut bodies = bodies.into_iter();
    let first = bodies.next().expect("a thread");
    let spawn = |body: Body<S>| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || body(&shared))
    };
    let others: Vec<_> = bodies.map(spawn).collect();
    first(&shared);
    others.into_iter().for_each(|other| other.join().unwrap());
    shared
}

fn same<S: Send + Sync + 'static>(shared: S, threads: usize, body: fn(&S, usize)) -> Arc<S> {
    let bodies = (0..threads).map(|t| Box::new(move |shared: &S| body(shared, t)) as Body<S>);
    together(shared, bodies.collect())
}

/// A value behind a lock made of an atomic.
struct Locked<L> {
    lock: L,
    value: UnsafeCell<u32>,
}
// SAFETY: the explorer watches the cell.
unsafe impl<L: Sync> Sync for Locked<L> {}

impl<L> Locked<L> {
    fn new(lock: L) -> Self {
        Self {
            lock,
            value: UnsafeCell::new(0),
        }
    }

    fn add(&self) {
        // SAFETY: locked, or a failure.
        self.value.with_mut(|value| unsafe { *value += 1 });
    }

    fn get(&self) -> u32 {
        // SAFETY: as above.
        self.value.with(|value| unsafe { *value })
    }
}

pub(crate) fn spin_lock<const TIMES: u32>(threads: usize) {
    let lock = same(Locked::new(AtomicBool::new(false)), threads, |it, _| {
        for _ in 0..TIMES {
            while it.lock.swap(true, Acquire) {
                hint::spin_loop();
            }
            it.add();
            it.lock.store(false, Release);
        }
    });
    assert_eq!(lock.get(), threads as u32 * TIMES);
}

/// As `spin_lock`, but it writes only when it locks.
pub(crate) fn exchange_lock<const TIMES: u32>(threads: usize) {
    let lock = same(Locked::new(AtomicBool::new(false)), threads, |it, _| {
        for _ in 0..TIMES {
            while it
                .lock
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_err()
            {
                hint::spin_loop();
            }
            it.add();
            it.lock.store(false, Release);
        }
    });
    assert_eq!(lock.get(), threads as u32 * TIMES);
}

pub(crate) fn ticket_lock(threads: usize) {
    let lock = Locked::new([AtomicU32::new(0), AtomicU32::new(0)]);
    let lock = same(lock, threads, |it, _| {
        let [next, serving] = &it.lock;
        let mine = next.fetch_add(1, Relaxed);
        while serving.load(Acquire) != mine {
            hint::spin_loop();
        }
        it.add();
        serving.store(mine + 1, Release);
    });
    assert_eq!(lock.get(), threads as u32);
}

pub(crate) fn counter<const TIMES: u32>(threads: usize) {
    let count = same(AtomicU32::new(0), threads, |count, _| {
        for _ in 0..TIMES {
            count.fetch_add(1, Relaxed);
        }
    });
    assert_eq!(count.load(Relaxed), threads as u32 * TIMES);
}

pub(crate) fn mutex_counter<const TIMES: u32>(threads: usize) {
    let count = same(Mutex::new(0), threads, |count, _| {
        for _ in 0..TIMES {
            *count.lock().unwrap() += 1;
        }
    });
    assert_eq!(*count.lock().unwrap(), threads as u32 * TIMES);
}

struct Queue {
    state: Mutex<State>,
    not_empty: Condvar,
    not_full: Condvar,
}

struct State {
    items: VecDeque<u32>,
    closed: bool,
}

impl Queue {
    const CAPACITY: usize = 1;

    fn new() -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
            }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn push(&self, item: u32) {
        let mut state = self.lock();
        while state.items.len() == Self::CAPACITY && !state.closed {
            state = self.not_full.wait(state).unwrap();
        }
        assert!(!state.closed);
        state.items.push_back(item);
        drop(state);
        self.not_empty.notify_one();
    }

    fn pop(&self) -> Option<u32> {
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            state = self.not_empty.wait(state).unwrap();
        }
        let item = state.items.pop_front()?;
        drop(state);
        self.not_full.notify_one();
        Some(item)
    }

    fn close(&self) {
        self.lock().closed = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }
}

/// One pushes two and closes, the other pops to the end.
pub(crate) fn queue_of_two() {
    let bodies: Vec<Body<Queue>> = vec![
        Box::new(|queue| {
            queue.push(1);
            queue.push(2);
            queue.close();
        }),
        Box::new(|queue| {
            assert_eq!(
                [queue.pop(), queue.pop(), queue.pop()],
                [Some(1), Some(2), None]
            )
        }),
    ];
    together(Queue::new(), bodies);
}

/// Two push one each, the third pops both.
pub(crate) fn queue_of_three() {
    let bodies: Vec<Body<Queue>> = vec![
        Box::new(|queue| assert_eq!(queue.pop().unwrap() + queue.pop().unwrap(), 3)),
        Box::new(|queue| queue.push(1)),
        Box::new(|queue| queue.push(2)),
    ];
    together(Queue::new(), bodies);
}

/// So many threads push so many items each, and another pops them all.
pub(crate) fn queue(producers: usize, items: usize) {
    let mut bodies: Vec<Body<Queue>> = vec![Box::new(move |queue| {
        (0..producers * items).for_each(|_| assert!(queue.pop().is_some()));
    })];
    for _ in 0..producers {
        bodies.push(Box::new(move |queue| {
            (0..items).for_each(|_| queue.push(1))
        }));
    }
    together(Queue::new(), bodies);
}

/// One pushes two and closes, two pop to the end.
pub(crate) fn queue_of_three_closed() {
    let drain = |queue: &Queue| while queue.pop().is_some() {};
    let bodies: Vec<Body<Queue>> = vec![
        Box::new(|queue| {
            queue.push(1);
            queue.push(2);
            queue.close();
        }),
        Box::new(drain),
        Box::new(drain),
    ];
    together(Queue::new(), bodies);
}

struct SeqLock {
    seq: AtomicU32,
    data: [AtomicU32; 2],
}

pub(crate) fn seqlock(writes: u32, readers: usize) {
    let write = move |lock: &SeqLock| {
        for val in 1..=writes {
            let seq = lock.seq.load(Relaxed);
            lock.seq.store(seq + 1, Relaxed);
            fence(Release);
            lock.data.iter().for_each(|it| it.store(val, Relaxed));
            lock.seq.store(seq + 2, Release);
        }
    };
    let read = |lock: &SeqLock| {
        loop {
            let before = lock.seq.load(Acquire);
            if before.is_multiple_of(2) {
                let [a, b] = [0, 1].map(|n| lock.data[n].load(Relaxed));
                fence(Acquire);
                if lock.seq.load(Relaxed) == before {
                    return assert_eq!(a, b);
                }
            }
            hint::spin_loop();
        }
    };
    let mut bodies: Vec<Body<SeqLock>> = vec![Box::new(write)];
    bodies.extend((0..readers).map(|_| Box::new(read) as Body<SeqLock>));
    together(
        SeqLock {
            seq: AtomicU32::new(0),
            data: [0, 0].map(AtomicU32::new),
        },
        bodies,
    );
}

/// Nodes are numbers, and never freed; 0 is none.
struct Stack {
    head: AtomicUsize,
    next: Vec<AtomicUsize>,
    values: Vec<UnsafeCell<u32>>,
}
// SAFETY: the explorer watches the cells.
unsafe impl Sync for Stack {}

impl Stack {
    fn push(&self, node: usize) {
        // SAFETY: nobody else has the node, or there is a failure.
        self.values[node].with_mut(|value| unsafe { *value = node as u32 });
        let mut head = self.head.load(Relaxed);
        loop {
            self.next[node].store(head, Relaxed);
            match self.head.compare_exchange(head, node, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    fn pop(&self) -> Option<u32> {
        let mut head = self.head.load(Acquire);
        while head != 0 {
            let next = self.next[head].load(Relaxed);
            match self.head.compare_exchange(head, next, Acquire, Acquire) {
                // SAFETY: as above.
                Ok(_) => return Some(self.values[head].with(|value| unsafe { *value })),
                Err(now) => head = now,
            }
        }
        None
    }
}

pub(crate) fn treiber(threads: usize) {
    let stack = Stack {
        head: AtomicUsize::new(0),
        next: (0..=threads).map(|_| AtomicUsize::new(0)).collect(),
        values: (0..=threads).map(|_| UnsafeCell::new(0)).collect(),
    };
    same(stack, threads, |stack, t| {
        stack.push(t + 1);
        assert!(stack.pop().is_some());
    });
}

pub(crate) fn rw_lock(readers: usize, writers: usize) {
    const WRITTEN: u32 = 1 << 31;
    let mut bodies: Vec<Body<Locked<AtomicU32>>> = Vec::new();
    for _ in 0..readers {
        bodies.push(Box::new(|it| {
            let one_more = |state| (state < WRITTEN).then_some(state + 1);
            while it.lock.fetch_update(Acquire, Relaxed, one_more).is_err() {
                hint::spin_loop();
            }
            it.get();
            it.lock.fetch_sub(1, Release);
        }));
    }
    for _ in 0..writers {
        bodies.push(Box::new(|it| {
            while it
                .lock
                .compare_exchange(0, WRITTEN, Acquire, Relaxed)
                .is_err()
            {
                hint::spin_loop();
            }
            it.add();
            it.lock.store(0, Release);
        }));
    }
    let lock = together(Locked::new(AtomicU32::new(0)), bodies);
    assert_eq!(lock.get(), writers as u32);
}

/// Threads take turns, with one condition variable.
pub(crate) fn turns(threads: usize) {
    let world = (Mutex::new(0), Condvar::new());
    same(world, threads, |(turn, changed), t| {
        let mut turn = turn.lock().unwrap();
        while *turn != t as u32 {
            turn = changed.wait(turn).unwrap();
        }
        *turn += 1;
        drop(turn);
        changed.notify_all();
    });
}

pub(crate) fn peterson() {
    type Flags = ([AtomicBool; 2], AtomicUsize);
    let flags: Flags = ([false, false].map(AtomicBool::new), AtomicUsize::new(0));
    same(Locked::new(flags), 2, |it, me| {
        let (flags, turn) = &it.lock;
        flags[me].store(true, SeqCst);
        turn.store(1 - me, SeqCst);
        while flags[1 - me].load(SeqCst) && turn.load(SeqCst) == 1 - me {
            hint::spin_loop();
        }
        it.add();
        flags[me].store(false, SeqCst);
    });
}

/// Dekker's lock, by SeqCst fences: a thread that finds the other inside gives way until it is its turn.
pub(crate) fn dekker() {
    type Flags = ([AtomicBool; 2], AtomicUsize);
    let flags: Flags = ([false, false].map(AtomicBool::new), AtomicUsize::new(0));
    same(Locked::new(flags), 2, |it, me| {
        let (flags, turn) = &it.lock;
        flags[me].store(true, Relaxed);
        fence(SeqCst);
        while flags[1 - me].load(Acquire) {
            if turn.load(Relaxed) != me {
                flags[me].store(false, Relaxed);
                while turn.load(Relaxed) != me {
                    hint::spin_loop();
                }
                flags[me].store(true, Relaxed);
                fence(SeqCst);
            }
        }
        it.add();
        turn.store(1 - me, Relaxed);
        flags[me].store(false, Release);
    });
}
