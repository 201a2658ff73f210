//! Programs that nobody has thought of.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

/// What two threads do with two variables.
pub(crate) type Program = [Vec<Instruction>; 2];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction {
    Load(usize, Ordering),
    Store(usize, u32, Ordering),
    Add(usize, Ordering),
    Fence(Ordering),
}

/// A die that falls the same way every time.
pub(crate) struct Die(pub(crate) u64);

impl Die {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }

    /// One of these orderings, or SeqCst if all of the program's are.
    fn order(&mut self, strong: bool, weak: &[Ordering]) -> Ordering {
        let weak = weak[self.throw(weak.len())];
        if strong { SeqCst } else { weak }
    }

    /// Threads of three or four steps each. All values that are stored are different.
    pub(crate) fn program(&mut self) -> Program {
        let strong = self.throw(5) == 0;
        let mut value = 0;
        [0, 1].map(|_| {
            let steps = 3 + self.throw(2);
            let mut thread = Vec::new();
            for _ in 0..steps {
                let on = self.throw(2);
                thread.push(match self.throw(8) {
                    0..3 => Instruction::Load(on, self.order(strong, &[Relaxed, Acquire])),
                    3..6 => {
                        value += 1;
                        Instruction::Store(on, value, self.order(strong, &[Relaxed, Release]))
                    }
                    6 => {
                        let weak = [Relaxed, Acquire, Release, AcqRel];
                        Instruction::Add(on, self.order(strong, &weak))
                    }
                    _ => {
                        let weak = [Acquire, Release, AcqRel, SeqCst];
                        Instruction::Fence(self.order(strong, &weak))
                    }
                });
            }
            thread
        })
    }
}

/// Whether both threads store in the same variable.
pub(crate) fn both_store(program: &Program) -> bool {
    let stores = |thread: &[Instruction], variable| {
        thread
            .iter()
            .any(|it| matches!(it, Instruction::Store(on, ..) if *on == variable))
    };
    [0, 1]
        .iter()
        .any(|&variable| program.iter().all(|it| stores(it, variable)))
}
