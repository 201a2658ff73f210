//! What is wrong with a state from which nobody goes on.

use crate::failure::Kind;
use crate::history::History;
use crate::op::{Op, Tid};
use crate::state::{Phase, State};

impl State {
    /// In words, by kind.
    pub(crate) fn faults_at_end(&self, history: &History) -> Vec<(Kind, String)> {
        let stuck: Vec<(Tid, Op)> = self.living().map(|(t, thread)| (t, thread.op)).collect();
        if stuck.is_empty() {
            return self.leaks();
        }
        let sleeps = |op| {
            matches!(
                op,
                Op::Park { timed: false } | Op::Wait { timed: false, .. }
            )
        };
        // A thread that waits at a lock does not spin, though it may be on its way round.
        let is_locked_out = |t: Tid, op: Op| match op {
            Op::Lock { m, hold } => !self.locks[m].is_free(hold),
            _ => matches!(self.thread(t).phase, Phase::Woken { .. }),
        };
        let spins = stuck
            .iter()
            .any(|&(t, op)| !sleeps(op) && !is_locked_out(t, op) && self.is_waiting(t, history));
        let words = |&(t, op): &(Tid, Op)| {
            let asleep = self.thread(t).phase == Phase::Asleep;
            format!(
                "T{t} {} {op:?}",
                if asleep { "sleeps in" } else { "waits at" }
            )
        };
        let words: Vec<String> = stuck.iter().map(words).collect();
        let kind = if spins {
            Kind::Livelock
        } else {
            Kind::Deadlock
        };
        vec![(kind, words.join(", "))]
    }

    fn leaks(&self) -> Vec<(Kind, String)> {
        let mut leaks = Vec::new();
        let mut left = |what: &str| {
            leaks.push((
                Kind::Leak,
                format!("{what} is left when all threads have ended"),
            ));
        };
        if let Some(c) = self.cells.iter().position(|cell| cell.owned) {
            left(&format!("allocation {c}"));
        }
        if let Some(r) = self.refs.iter().position(|refs| refs.count > 0) {
            left(&format!("what count {r} keeps"));
        }
        leaks
    }
}
