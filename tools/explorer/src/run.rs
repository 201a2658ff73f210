//! Runs the program, along a path of threads and what each is told, to learn what comes next.
//!
//! Each thread of the program is a coroutine. It is suspended before every step, and resumed with what it is told. So
//! all of them share one thread of the machine, and no two are ever in the middle of something.

use std::rc::Rc;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult};

use crate::history::{History, Next};
use crate::op::{Node, Op, Reply, Tid};
use crate::state::{State, Thread};
use crate::wait::{self, Inside, LONGEST, ROUNDS, Wait};
use crate::watch::Details;
use crate::world::{self, Body};

/// The stack of each thread, in bytes. Pages that it does not touch cost nothing.
const STACK: usize = 1024 * 1024;

/// A thread took a step: what it was told, and where that has led it.
pub(crate) type Told = (Tid, Reply, Node);

type Running = Coroutine<Reply, Op, Op, DefaultStack>;

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
    /// Each with the end of its stack.
    threads: Vec<Option<(Running, usize)>>,
    /// Bit t: that thread was suspended in the middle of a panic.
    panicking: u64,
    path: Vec<Told>,
    /// Whether the threads stand elsewhere than `path` says.
    strayed: bool,
    stacks: Vec<DefaultStack>,
    /// How often the program was started.
    pub(crate) runs: usize,
}

impl Runner {
    pub(crate) fn new(program: Rc<dyn Fn() -> crate::op::Content>, watched: bool) -> Self {
        world::open(watched);
        Self {
            program,
            threads: Vec::new(),
            panicking: 0,
            path: Vec::new(),
            strayed: true,
            stacks: Vec::new(),
            runs: 0,
        }
    }

    /// Learns what the threads do on this path.
    pub(crate) fn follow(
        &mut self,
        path: &[Told],
        history: &mut History,
    ) -> Result<(), Box<Surprise>> {
        let goes_on = self.path.len() < path.len() && path.starts_with(&self.path);
        if self.strayed || !goes_on {
            self.start();
        }
        for &(thread, reply, node) in &path[self.path.len()..] {
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
        Ok(())
    }

    /// What the threads do on this path, whatever is known of it, as far as they can be led along it.
    pub(crate) fn run_along(&mut self, path: &[Told]) -> Vec<Next> {
        self.start_over();
        let steps = path.iter();
        steps
            .map_while(|&(t, reply, _)| self.lives(t).then(|| self.resume(t, reply)))
            .collect()
    }

    /// Whether that thread was started, and has not ended.
    fn lives(&self, t: Tid) -> bool {
        match self.threads.get(t) {
            Some(Some((thread, _))) => !thread.done(),
            _ => world::has_body(t),
        }
    }

    /// Lets a thread that waits go round some times, from `node`. Whoever watches sees it.
    pub(crate) fn go_round_for_show(
        &mut self,
        t: Tid,
        node: Node,
        times: usize,
        history: &History,
    ) {
        let Some(op) = history.next(node).map(|next| next.op) else {
            return;
        };
        let (mut at, mut rounds) = (op, 0);
        let mut done: Vec<(Op, Reply)> = Vec::new();
        while rounds < times && done.len() < times * LONGEST {
            let past = done.iter().rev().copied().chain(history.past(node));
            let Some(reply) = wait::answer(at, past.take(2 * LONGEST)) else {
                return;
            };
            done.push((at, reply));
            at = self.tell(t, reply, Details::NONE);
            rounds += usize::from(at == op);
        }
    }

    /// Lets a thread go round, if it does: it has just come to that state, at the end of the path, by a step that was not
    /// known.
    pub(crate) fn rehearse(&mut self, t: Tid, state: &State, history: &mut History) {
        let Thread { node, op, .. } = *state.thread(t);
        if !wait::is_suspect(op, history.past(node)) || !history.may_go_round(node) {
            return;
        }
        let Some(round) = self.go_round(t, state, None, history) else {
            return history.gets_on(node);
        };
        let mut wait = Wait::of(&round);
        if let Op::Wait { timed: true, .. } = op {
            let timed_out = Reply {
                ok: false,
                ..round[0].1
            };
            let round = self.go_round(t, state, Some(timed_out), history);
            wait.times_out = round.is_some();
            if let Some(round) = round {
                history.close(node, &round, wait.clone());
            }
        }
        history.close(node, &round, wait);
    }

    /// Lets a thread go round: what it does, and is told, if it comes back again and again. `first` is what to tell it there,
    /// if not the same as the last time.
    ///
    /// It is told the same as the last time, but for what is inside locks and cells: it sees that by itself, so it has to be
    /// told what is inside now.
    fn go_round(
        &mut self,
        t: Tid,
        state: &State,
        first: Option<Reply>,
        history: &mut History,
    ) -> Option<Vec<(Op, Reply)>> {
        let Thread { node, op, .. } = *state.thread(t);
        let mut inside = Inside::new(t, state);
        let mut round: Vec<(Op, Reply)> = Vec::new();
        let mut at = op;
        loop {
            let past = round.iter().rev().copied().chain(history.past(node));
            let answer = wait::answer(at, past.take(2 * LONGEST));
            let reply = first.filter(|_| round.is_empty()).or(answer)?;
            let reply = inside.tell(at, reply, history)?;
            round.push((at, reply));
            at = self.go_on(t, reply)?;
            if at == op {
                break;
            }
            if round.len() == LONGEST {
                return None;
            }
        }
        // What one round leaves inside, the next one finds.
        if round
            .iter()
            .any(|&(op, reply)| inside.tell(op, reply, history) != Some(reply))
        {
            return None;
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

    /// Starts a run that is only to be watched.
    pub(crate) fn start_over(&mut self) {
        self.start();
        self.strayed = true;
    }

    /// Tells a thread this, and lets it go on to its next step. Whoever watches is told more.
    pub(crate) fn tell(&mut self, t: Tid, reply: Reply, details: Details) -> Op {
        world::set_details(details);
        let next = self.resume(t, reply);
        world::set_details(Details::NONE);
        next.op
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
        let (thread, stack) = self.threads[t].as_mut().expect("it was just made");
        let (CoroutineResult::Yield(op) | CoroutineResult::Return(op)) =
            world::inside(t, *stack, self.panicking, || thread.resume(reply));
        let bit = 1 << t.min(63);
        let is_panicking = world::is_panicking() && !thread.done();
        self.panicking = self.panicking & !bit | if is_panicking { bit } else { 0 };
        Next {
            effects: world::take_effects(),
            op,
        }
    }

    fn coroutine(&mut self, body: Body) -> (Running, usize) {
        let stack = self.stacks.pop();
        let stack = stack.unwrap_or_else(|| DefaultStack::new(STACK).expect("memory for a stack"));
        let end = stack.limit().get();
        let thread = Coroutine::with_stack(stack, move |yielder, _| world::run(yielder, body));
        (thread, end)
    }

    /// Gives the run up. What its threads hold is lost: to unwind them would run destructors that wait for each other.
    fn give_up(&mut self) {
        for (t, thread) in self.threads.iter_mut().enumerate() {
            let Some((mut thread, _)) = thread.take() else {
                continue;
            };
            // A panic that never ends would be the machine thread's own.
            if self.panicking & 1 << t.min(63) != 0 {
                world::at_the_end(|| thread.resume(Reply::GO));
            }
            if thread.started() && !thread.done() {
                // SAFETY: nothing on its stack is needed any more. What is not dropped is leaked, and nothing borrows from
                // a frame of it but what is on that stack, for threads own what they reach.
                unsafe { thread.force_reset() };
            }
            if thread.done() {
                self.stacks.push(thread.into_stack());
            }
        }
        self.panicking = 0;
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
