//! One execution, along a schedule.

use crate::failure::{Failure, Kind, Memory};
use crate::op::Tid;
use crate::program::{Arrived, Program};
use crate::schedule::{Schedule, Turn};
use crate::shallow;
use crate::show;
use crate::state::State;
use crate::watch::Watch;
use crate::ways::Way;

/// What became of a schedule.
#[derive(Clone, Debug)]
pub enum Replayed {
    /// The program fails along it.
    Failed(Failure),
    /// It does not. Nothing else has been looked at.
    Passed,
    /// It is no schedule of this program.
    Misfit {
        /// How many of its steps were taken.
        steps: usize,
        /// Why there is no next one.
        why: String,
    },
}

/// An execution, as far as it has come.
struct Run {
    state: State,
    path: Vec<crate::run::Told>,
    ways: Vec<(Tid, Way)>,
    /// Whether it is an interleaving: each load has seen the newest store.
    is_plain: bool,
}

/// Where a step has led.
enum Step {
    Taken,
    /// More has to be remembered than was: it starts again.
    Again,
    Failed(Kind, String),
    Misfit(String),
}

/// Why a run is over.
enum Ended {
    Again,
    Failed(Kind, String, Vec<(Tid, Way)>),
    Passed,
    Misfit(usize, String),
}

pub(crate) fn replay(program: &mut Program, schedule: &Schedule, watch: &dyn Watch) -> Replayed {
    // What has to be remembered only grows.
    loop {
        let mut run = Run {
            state: program.start(),
            path: Vec::new(),
            ways: Vec::new(),
            is_plain: true,
        };
        let (kind, message, round) = match run.follow(program, schedule) {
            Ended::Again => continue,
            Ended::Passed => return Replayed::Passed,
            Ended::Misfit(steps, why) => return Replayed::Misfit { steps, why },
            Ended::Failed(kind, message, round) => (kind, message, round),
        };
        let mut failure = Failure::new(kind, message);
        failure.blame(&run.ways);
        failure.memory = match run.is_plain {
            true => Memory::Interleaving,
            false => shallow::memory(program, watch),
        };
        show::show(program, &run.ways, &round, &mut failure, watch);
        return Replayed::Failed(failure);
    }
}

impl Run {
    fn follow(&mut self, program: &mut Program, schedule: &Schedule) -> Ended {
        let before = self.turns(program, &schedule.turns, 0);
        if let Some(ended) = before {
            return ended;
        }
        if schedule.round.is_empty() {
            return self.go_on(program);
        }
        let (key, taken) = (self.state.key(), self.ways.len());
        if let Some(ended) = self.turns(program, &schedule.round, taken) {
            return ended;
        }
        let round = self.ways.split_off(taken);
        if self.state.key() != key {
            let why = "what goes round for ever does not lead back to where it began";
            return Ended::Misfit(taken + round.len(), why.to_owned());
        }
        Ended::Failed(
            Kind::Livelock,
            String::from("from here on, this can go round for ever"),
            round,
        )
    }

    /// Takes the steps of a schedule. None if all were taken.
    fn turns(
        &mut self,
        program: &mut Program,
        turns: &[(Tid, Turn)],
        before: usize,
    ) -> Option<Ended> {
        for (i, &(t, turn)) in turns.iter().enumerate() {
            match self.turn(program, t, turn) {
                Step::Taken => {}
                Step::Again => return Some(Ended::Again),
                Step::Failed(kind, message) => {
                    return Some(Ended::Failed(kind, message, Vec::new()));
                }
                Step::Misfit(why) => return Some(Ended::Misfit(before + i, why)),
            }
        }
        None
    }

    fn turn(&mut self, program: &mut Program, t: Tid, turn: Turn) -> Step {
        if self.state.threads.get(t).is_none_or(Option::is_none) {
            return Step::Misfit(format!("T{t} has not been started"));
        }
        let way = self.state.way(t, turn);
        let ways = self.state.ways(t, &program.history);
        match way.filter(|way| ways.contains(way)) {
            Some(way) => self.step(program, t, way),
            None if ways.is_empty() => Step::Misfit(format!("T{t} has ended, or waits")),
            None => Step::Misfit(format!("T{t} is at a step that cannot go so")),
        }
    }

    fn step(&mut self, program: &mut Program, t: Tid, way: Way) -> Step {
        self.ways.push((t, way));
        self.is_plain &= self.state.is_plain(t, way);
        match program.go(self.state.clone(), t, way, &mut self.path) {
            Arrived::At(next) => {
                self.state = next;
                Step::Taken
            }
            Arrived::AtSomethingNew => Step::Again,
            Arrived::Failed(kind, message) => Step::Failed(kind, message),
            Arrived::Nowhere => Step::Misfit(format!("T{t} only goes round")),
            Arrived::AtLimit(limit) => Step::Misfit(limit.to_string()),
        }
    }

    /// From the end of a schedule to some end: the thread that was last goes on as long as it can.
    fn go_on(&mut self, program: &mut Program) -> Ended {
        loop {
            let last = self.ways.last().map_or(0, |&(t, _)| t);
            let all = 0..self.state.threads.len();
            let next = std::iter::once(last).chain(all).find_map(|t| {
                self.state.threads[t].as_ref()?;
                let ways = self.state.ways(t, &program.history);
                let plain = self.state.plain_way(t).filter(|way| ways.contains(way));
                let other = || ways.into_iter().find(|&way| way != Way::Spurious);
                Some((t, plain.or_else(other)?))
            });
            let Some((t, way)) = next else {
                let fault = self
                    .state
                    .faults_at_end(&program.history)
                    .into_iter()
                    .next();
                return fault.map_or(Ended::Passed, |(kind, message)| {
                    Ended::Failed(kind, message, Vec::new())
                });
            };
            match self.step(program, t, way) {
                Step::Taken => {}
                Step::Again => return Ended::Again,
                Step::Failed(kind, message) => return Ended::Failed(kind, message, Vec::new()),
                Step::Misfit(why) => return Ended::Misfit(self.ways.len(), why),
            }
        }
    }
}
