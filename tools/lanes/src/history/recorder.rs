use std::mem;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::{History, Timed};

/// Notes the calls of several threads.
///
/// # Examples
///
/// ```
/// use std::collections::VecDeque;
/// use std::sync::{Arc, Mutex};
/// use lanes::history::Recorder;
///
/// #[derive(Debug)]
/// enum Call {
///     Push(u32),
///     Pop(Option<u32>),
/// }
///
/// /// What the queue holds after `call`, if a queue that holds `items` can answer so.
/// fn queue(items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
///     let mut items = items.clone();
///     match *call {
///         Call::Push(item) => items.push_back(item),
///         Call::Pop(answer) => {
///             if items.pop_front() != answer {
///                 return None;
///             }
///         }
///     }
///     Some(items)
/// }
///
/// let shared = Arc::new((Recorder::new(2), Mutex::new(VecDeque::new())));
/// lanes::stress::together(2, 100, {
///     let shared = Arc::clone(&shared);
///     move |thread, round| {
///         let (recorder, queue) = &*shared;
///         let item = round as u32;
///         recorder.record(thread, || queue.lock().unwrap().push_back(item), |()| Call::Push(item));
///         recorder.record(thread, || queue.lock().unwrap().pop_front(), |&item| Call::Pop(item));
///     }
/// });
/// let history = shared.0.take();
/// history.explain(VecDeque::new(), queue).expect("a queue behind a lock is a queue");
/// ```
#[derive(Debug)]
pub struct Recorder<C> {
    clock: AtomicU64,
    /// What each thread has done so far. Each lock is used by one thread, and orders nothing.
    threads: Box<[Mutex<Vec<Timed<C>>>]>,
}

impl<C> Recorder<C> {
    /// A recorder for threads `0..threads`.
    pub fn new(threads: usize) -> Self {
        Self {
            clock: AtomicU64::new(0),
            threads: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    /// Does `call`, notes what `describe` says of its answer, and returns the answer.
    ///
    /// # Panics
    ///
    /// Panics where `call` does, without a note, and if there is no such thread.
    pub fn record<R>(
        &self,
        thread: usize,
        call: impl FnOnce() -> R,
        describe: impl FnOnce(&R) -> C,
    ) -> R {
        let began = self.clock.fetch_add(1, SeqCst);
        let answer = call();
        let ended = self.clock.fetch_add(1, SeqCst);
        let call = describe(&answer);
        let mut calls = self.threads[thread].lock().expect("nobody panics here");
        calls.push(Timed { began, ended, call });
        answer
    }

    /// What has been noted since the last time. Ask when the threads have ended.
    pub fn take(&self) -> History<C> {
        let take = |calls: &Mutex<_>| mem::take(&mut *calls.lock().expect("nobody panics here"));
        History {
            threads: self.threads.iter().map(take).collect(),
        }
    }
}
