//! Runs the program, along a path of threads and what each is told, to learn what comes next.
//!
//! Each thread of the program is a coroutine. It is suspended before every step, and resumed with what it is told. So
//! all of them share one thread of the machine, and no two are ever in the middle of something.

use std::rc::Rc;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult};

use crate::history::{History, Next};
use crate::op::{Node, Op, Reply, Tid};
use crate::wait::{self, LONGEST, ROUNDS, Wait};
use crate::world::{self, Body};

/// The stack of each thread, in bytes. Pages that it does not touch cost nothing.
const STACK: usize = 256 * 1024;

/// A thread took a step: what it was told, and where that has led it.
pub(crate) type Told = (Tid, Reply, Node);

type Thread = Coroutine<Reply, Op, Op, DefaultStack>;

/// What a thread did that it had not done before.
#[derive(Debug)]
pub(crate) struct Surprise {
    pub(crate) thread: Tid,
    pub(crate) before: Next,
    pub(crate) now: Next,
}

/// A run of the program, and how far it has come.
pub(crate) struct Runner {
    program: Rc<dyn Fn() -> crate::op::Content>,
    threads: Vec<Option<Thread>>,
    path: Vec<Told>,
    /// Whether the threads stand elsewhere than `path` says.
    strayed: bool,
    stacks: Vec<DefaultStack>,
    /// How often the program was started.
    pub(crate) runs: usize,
}

impl Runner {
    pub(crate) fn new(program: Rc<dyn Fn() -> crate::op::Content>) -> Self {
        world::open();
        let (threads, path, stacks) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            program,
            threads,
            path,
            strayed: true,
            stacks,
            runs: 0,
        }
    }

    /// Learns what the threads do on this path, and whether the last step starts a waiting loop.
    pub(crate) fn follow(
        &mut self,
        path: &[Told],
        history: &mut History,
    ) -> Result<(), Box<Surprise>> {
        let goes_on = self.path.len() < path.len() && path.starts_with(&self.path);
        if self.strayed || !goes_on {
            self.start();
        }
        let mut is_new = false;
        for &(thread, reply, node) in &path[self.path.len()..] {
            is_new = history.next(node).is_none();
            let now = self.resume(thread, reply);
            self.path.push((thread, reply, node));
            if let Err(before) = history.learn(node, now.clone()) {
                self.strayed = true;
                return Err(Box::new(Surprise {
                    thread,
                    before,
                    now,
                }));
            }
        }
        if is_new && let Some(&(thread, _, node)) = path.last() {
            self.rehearse(thread, node, history);
        }
        Ok(())
    }

    /// Lets a thread go round, if it does.
    fn rehearse(&mut self, t: Tid, node: Node, history: &mut History) {
        let op = history.next(node).expect("it was just learnt").op;
        if !wait::is_suspect(op, history.past(node)) {
            return;
        }
        let Some(round) = self.go_round(t, node, None, history) else {
            return;
        };
        let mut wait = Wait::of(&round);
        if let Op::Wait { timed: true, .. } = op {
            let timed_out = Reply {
                ok: false,
                ..round[0].1
            };
            let round = self.go_round(t, node, Some(timed_out), history);
            wait.times_out = round.is_some();
            if let Some(round) = round {
                history.close(node, &round, wait.clone());
            }
        }
        history.close(node, &round, wait);
    }

    /// Lets a thread go round from `node`: what it does, and is told, if it comes back again and again. `first` is what to
    /// tell it there, if not the same as the last time.
    fn go_round(
        &mut self,
        t: Tid,
        node: Node,
        first: Option<Reply>,
        history: &History,
    ) -> Option<Vec<(Op, Reply)>> {
        let op = history.next(node)?.op;
        let mut round: Vec<(Op, Reply)> = Vec::new();
        let mut at = op;
        loop {
            let past = round.iter().rev().copied().chain(history.past(node));
            let answer = wait::answer(at, past.take(2 * LONGEST));
            let reply = first.filter(|_| round.is_empty()).or(answer)?;
            round.push((at, reply));
            at = self.go_on(t, reply)?;
            if at == op {
                break;
            }
            if round.len() == LONGEST {
                return None;
            }
        }
        for _ in 1..ROUNDS {
            for (n, &(_, reply)) in round.iter().enumerate() {
                let expected = round.get(n + 1).map_or(op, |&(op, _)| op);
                if self.go_on(t, reply) != Some(expected) {
                    return None;
                }
            }
        }
        Some(round)
    }

    /// Resumes a thread beyond the path. None if it does something that no waiting loop does.
    fn go_on(&mut self, t: Tid, reply: Reply) -> Option<Op> {
        self.strayed = true;
        let next = self.resume(t, reply);
        next.effects.is_empty().then_some(next.op)
    }

    fn start(&mut self) {
        self.give_up();
        self.runs += 1;
        self.strayed = false;
        world::begin();
        let program = Rc::clone(&self.program);
        self.threads = vec![Some(self.coroutine(Box::new(move || program())))];
    }

    fn resume(&mut self, t: Tid, reply: Reply) -> Next {
        if self.threads.get(t).is_none_or(Option::is_none) {
            let body = world::body_of(t).expect("a thread that was spawned");
            let thread = self.coroutine(body);
            if self.threads.len() <= t {
                self.threads.resize_with(t + 1, || None);
            }
            self.threads[t] = Some(thread);
        }
        let thread = self.threads[t].as_mut().expect("it was just made");
        let (CoroutineResult::Yield(op) | CoroutineResult::Return(op)) =
            world::inside(t, || thread.resume(reply));
        Next {
            effects: world::take_effects(),
            op,
        }
    }

    fn coroutine(&mut self, body: Body) -> Thread {
        let stack = self.stacks.pop();
        let stack = stack.unwrap_or_else(|| DefaultStack::new(STACK).expect("memory for a stack"));
        Coroutine::with_stack(stack, move |yielder, _| world::run(yielder, body))
    }

    /// Unwinds all threads. Nothing that they do counts any more.
    fn give_up(&mut self) {
        world::end();
        for thread in &mut self.threads {
            if let Some(mut thread) = thread.take() {
                thread.force_unwind();
                self.stacks.push(thread.into_stack());
            }
        }
        self.path.clear();
        world::clear();
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.give_up();
        world::close();
    }
}
