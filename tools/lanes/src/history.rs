//! Histories: what real threads asked of an object and were told, and whether one thread could have been told the
//! same.
//!
//! A queue that threads share promises more than that its items are all there at the end. Each call has to look as if it
//! had been done in one step, at some moment between its beginning and its end. An object of which that is true is
//! called *linearizable* (Herlihy and Wing, 1990).
//!
//! A [`Recorder`] notes each call of a stress test with its beginning and its end. A [`History`] then searches for an
//! order of all calls in which an ordinary object, used by one thread, gives the same answers. A call that ended before
//! another began has to stand before it. The search is that of Wing and Gong (1993); like Lowe's (2017), it remembers
//! where it has been.
//!
//! The clock of the recorder is one number that all threads count on. So a call that ended before another began also
//! *happens before* it. That is what makes the question fair on machines whose memory is not in order, and it may hide
//! that the object itself is missing an edge. To look for those is what models are for.

mod recorder;

use std::collections::HashSet;
use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::hash::Hash;
use std::mem;

pub use recorder::Recorder;

/// A call, from when it was about to begin to when it had ended.
#[derive(Clone, Debug)]
struct Timed<C> {
    began: u64,
    ended: u64,
    call: C,
}

/// The calls of several threads, each thread's in its order.
#[derive(Clone, Debug)]
pub struct History<C> {
    threads: Vec<Vec<Timed<C>>>,
}

impl<C> History<C> {
    /// A history of which nothing is known but each thread's own order: calls of different threads all overlap.
    ///
    /// For models, where the schedule is no clock: a thread may rightly see what was true some steps ago.
    pub fn in_program_order(threads: impl IntoIterator<Item = Vec<C>>) -> Self {
        let threads = threads.into_iter();
        Self {
            threads: threads.map(|calls| overlapping(calls, 0)).collect(),
        }
    }

    /// This history, and then `calls` of one thread, all of which began when everything else had ended.
    pub fn then(mut self, calls: Vec<C>) -> Self {
        let ends = self.threads.iter().flatten().map(|call| call.ended);
        let now = ends.max().map_or(0, |end| end + 1);
        self.threads.push(overlapping(calls, now));
        self
    }

    /// How many calls there are.
    pub fn calls(&self) -> usize {
        self.threads.iter().map(Vec::len).sum()
    }

    /// Searches for an order of the calls that an object used by one thread explains.
    ///
    /// The object starts as `initial`. `step` says what it is after a call, or `None` if it cannot have given that
    /// answer.
    ///
    /// Takes time in proportion to the number of calls where they hardly overlap, and to all orders of those that
    /// overlap at worst: many threads that are often interrupted in the middle of a call are hard to explain.
    ///
    /// # Errors
    ///
    /// [`Unexplained`], if there is no such order.
    pub fn explain<S: Clone + Debug + Eq + Hash>(
        &self,
        initial: S,
        step: impl Fn(&S, &C) -> Option<S>,
    ) -> Result<(), Unexplained>
    where
        C: Debug,
    {
        let mut state = initial;
        // How many calls of each thread are in order so far, and how we got here: whose call, and the state before it.
        let mut done = vec![0; self.threads.len()];
        let mut path: Vec<(usize, S)> = Vec::new();
        // Where we have been. What is behind us does not matter, only how many calls of each thread, and the state.
        let mut seen = HashSet::new();
        let mut furthest = (0, done.clone(), state.clone());
        let mut thread = 0;
        while path.len() < self.calls() {
            let next = (thread..self.threads.len()).find_map(|thread| {
                let after = step(&state, &self.candidate(thread, &done)?.call)?;
                let mut done = done.clone();
                done[thread] += 1;
                let new = seen.insert((done, after.clone()));
                new.then_some((thread, after))
            });
            if let Some((chosen, after)) = next {
                done[chosen] += 1;
                path.push((chosen, mem::replace(&mut state, after)));
                if path.len() > furthest.0 {
                    furthest = (path.len(), done.clone(), state.clone());
                }
                thread = 0;
            } else if let Some((chosen, before)) = path.pop() {
                // A dead end. Back, and on with the next thread.
                done[chosen] -= 1;
                state = before;
                thread = chosen + 1;
            } else {
                return Err(self.unexplained(furthest));
            }
        }
        Ok(())
    }

    /// The next call of `thread`, unless another that is to come had ended before it began.
    fn candidate(&self, thread: usize, done: &[usize]) -> Option<&Timed<C>> {
        let next = |thread: usize| self.threads[thread].get(done[thread]);
        let first_end = (0..done.len())
            .filter_map(next)
            .map(|call| call.ended)
            .min();
        next(thread).filter(|call| Some(call.began) < first_end)
    }

    fn unexplained<S: Debug>(&self, (calls, done, state): (usize, Vec<usize>, S)) -> Unexplained
    where
        C: Debug,
    {
        let mut text = format!(
            "no order of these {} calls gives these answers\nThe order that gets furthest explains {calls} of them, to \
             {state:?}. These come next:",
            self.calls()
        );
        for (thread, &done) in done.iter().enumerate() {
            if let Some(Timed { began, ended, call }) = self.threads[thread].get(done) {
                write!(
                    text,
                    "\n  thread {thread}: {call:?}, from {began} to {ended}"
                )
                .expect("a string takes it all");
            }
        }
        Unexplained(text)
    }
}

/// Calls of one thread that overlap with those of all others which began then.
fn overlapping<C>(calls: Vec<C>, began: u64) -> Vec<Timed<C>> {
    let timed = |call| Timed {
        began,
        ended: began + 1,
        call,
    };
    calls.into_iter().map(timed).collect()
}

/// No order of the calls explains a history. Says how far the search got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained(String);

impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Unexplained {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Copy, Debug)]
    enum Call {
        Push(u32),
        Refused,
        Pop(Option<u32>),
    }
    use Call::{Pop, Push, Refused};

    /// A queue with room for two.
    fn queue(items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
        let mut items = items.clone();
        let possible = match *call {
            Push(item) => {
                items.push_back(item);
                items.len() <= 2
            }
            Refused => items.len() == 2,
            Pop(answer) => items.pop_front() == answer,
        };
        possible.then_some(items)
    }

    /// A history of calls with their beginnings and ends, by thread.
    fn history(threads: &[&[(u64, u64, Call)]]) -> History<Call> {
        let timed = |&(began, ended, call): &_| Timed { began, ended, call };
        History {
            threads: threads
                .iter()
                .map(|calls| calls.iter().map(timed).collect())
                .collect(),
        }
    }

    #[track_caller]
    fn refused(threads: &[&[(u64, u64, Call)]]) -> String {
        let answer = history(threads).explain(VecDeque::new(), queue);
        answer
            .expect_err("this is not what a queue does")
            .to_string()
    }

    #[track_caller]
    fn explained(threads: &[&[(u64, u64, Call)]]) {
        history(threads)
            .explain(VecDeque::new(), queue)
            .unwrap_or_else(|why| panic!("{why}"));
    }

    #[test]
    fn calls_that_overlap_may_have_happened_in_either_order() {
        explained(&[&[(0, 3, Push(1))], &[(1, 2, Pop(Some(1)))]]);
        explained(&[&[(0, 3, Push(1))], &[(1, 2, Pop(None))]]);
        explained(&[
            &[(0, 5, Push(1)), (6, 9, Pop(Some(2)))],
            &[(1, 4, Push(2)), (7, 8, Pop(Some(1)))],
        ]);
    }

    #[test]
    fn calls_that_do_not_overlap_are_in_order() {
        refused(&[&[(0, 1, Push(1))], &[(2, 3, Pop(None))]]);
        refused(&[&[(2, 3, Push(1))], &[(0, 1, Pop(Some(1)))]]);
        refused(&[&[(0, 1, Push(1)), (4, 5, Pop(Some(2)))], &[(2, 3, Push(2))]]);
    }

    #[test]
    fn nothing_is_lost_doubled_or_made_up() {
        refused(&[&[(0, 1, Push(1)), (2, 3, Pop(Some(1))), (4, 5, Pop(Some(1)))]]);
        refused(&[&[(0, 1, Push(1)), (2, 3, Pop(Some(2)))]]);
    }

    #[test]
    fn a_refusal_needs_a_moment_in_which_the_queue_is_full() {
        explained(&[
            &[(0, 1, Push(1)), (2, 3, Push(2)), (4, 7, Refused)],
            &[(5, 6, Pop(Some(1)))],
        ]);
        refused(&[
            &[(0, 1, Push(1)), (2, 3, Push(2)), (6, 7, Refused)],
            &[(4, 5, Pop(Some(1)))],
        ]);
    }

    #[test]
    fn each_answer_may_be_right_and_both_together_wrong() {
        // Full before the pop, or empty after it: not both.
        refused(&[
            &[(0, 1, Push(1)), (2, 9, Push(2)), (10, 19, Refused)],
            &[(3, 8, Pop(Some(1))), (11, 18, Pop(None))],
        ]);
    }

    #[test]
    fn the_message_says_how_far_it_got() {
        let message = refused(&[
            &[(0, 1, Push(1)), (4, 7, Pop(None))],
            &[(5, 6, Pop(Some(3)))],
        ]);
        assert_eq!(
            message,
            "no order of these 3 calls gives these answers\n\
             The order that gets furthest explains 1 of them, to [1]. These come next:\n  \
             thread 0: Pop(None), from 4 to 7\n  thread 1: Pop(Some(3)), from 5 to 6"
        );
    }

    #[test]
    fn without_a_clock_only_each_threads_own_order_counts() {
        let stale = [vec![Push(1)], vec![Pop(None)]];
        let answer = History::in_program_order(stale).explain(VecDeque::new(), queue);
        assert_eq!(answer, Ok(()));
        let wrong = [vec![Push(1), Push(2)], vec![Pop(Some(2))]];
        let answer = History::in_program_order(wrong).explain(VecDeque::new(), queue);
        assert!(answer.is_err());
    }

    #[test]
    fn what_comes_then_comes_after_all_threads() {
        let answer_of = |left| {
            let overlapping = [vec![Push(1)], vec![Push(2)]];
            let history = History::in_program_order(overlapping).then(left);
            history.explain(VecDeque::new(), queue)
        };
        assert_eq!(
            answer_of(vec![Pop(Some(2)), Pop(Some(1)), Pop(None)]),
            Ok(())
        );
        assert!(answer_of(vec![Pop(None)]).is_err());
        assert!(answer_of(vec![Pop(Some(1)), Pop(None)]).is_err());
    }

    #[test]
    fn many_calls_that_overlap_are_refused_in_time() {
        // Five threads push and pop five times each, all at once; and one pops what no thread pushed. There are
        // 3 × 10³² orders, and a few hundred places to remember.
        let turn = [Push(1), Pop(Some(1))];
        let mut threads = vec![turn.repeat(5); 5];
        threads.push(vec![Pop(Some(9))]);
        let answer = History::in_program_order(threads).explain(VecDeque::new(), queue);
        assert!(answer.is_err());
    }

    /// Records four threads that push and pop at a list behind a lock.
    fn recorded(pop: fn(&mut VecDeque<u32>) -> Option<u32>) -> History<Call> {
        let recorder = Arc::new(Recorder::new(4));
        let list = Mutex::new(VecDeque::new());
        crate::stress::together(4, 200, {
            let recorder = Arc::clone(&recorder);
            move |thread, round| {
                let item = (4 * round + thread) as u32;
                let push = || list.lock().unwrap().push_back(item);
                recorder.record(thread, push, |()| Push(item));
                let pop = || pop(&mut list.lock().unwrap());
                recorder.record(thread, pop, |&answer| Pop(answer));
            }
        });
        recorder.take()
    }

    fn unbounded(items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
        let mut items = items.clone();
        match *call {
            Push(item) => items.push_back(item),
            Refused => return None,
            Pop(answer) if items.pop_front() == answer => {}
            Pop(_) => return None,
        }
        Some(items)
    }

    #[test]
    fn real_threads_and_a_real_queue_are_explained() {
        let history = recorded(VecDeque::pop_front);
        assert_eq!(history.calls(), 4 * 200 * 2);
        assert_eq!(history.explain(VecDeque::new(), unbounded), Ok(()));
    }

    #[test]
    fn what_loses_items_is_refused() {
        let history = recorded(|list| {
            let item = list.pop_front();
            // One in a hundred is lost.
            item.filter(|item| item % 100 != 57)
        });
        assert!(history.explain(VecDeque::new(), unbounded).is_err());
    }
}
