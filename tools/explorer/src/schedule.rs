//! A schedule as a short text: who takes a step, in order, and which way it goes where there is more than one.
//!
//! `0x5.1x2.1r1.0s` is: five steps of T0, two of T1, one more in which T1 reads the store before the newest, and one in which
//! T0 wakes up for no reason. After a `~` stands what goes round for ever.

use std::fmt;
use std::str::FromStr;

use crate::op::{Op, Tid};
use crate::state::{Phase, State};
use crate::ways::Way;

/// Which way a step goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Turn {
    /// As it goes if nothing special happens: it reads the newest store, and leaves the newest.
    Plain,
    /// It reads a store that has so many newer ones.
    Reads(usize),
    /// It reads such a store, and fails.
    Fails(usize),
    /// Its store has so many newer ones.
    Put(usize),
    /// It wakes that thread.
    Wakes(Tid),
    /// Time is up.
    TimesOut,
    /// It wakes up for no reason.
    Spurious,
}

/// A schedule of a program: the steps of one execution, in order. It says nothing of the program itself.
///
/// Its text is made of letters, digits, `.` and `~`, so that it can stand in an address.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Schedule {
    pub(crate) turns: Vec<(Tid, Turn)>,
    /// Steps that lead back to where they begin.
    pub(crate) round: Vec<(Tid, Turn)>,
}

/// Why a text is no schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoSchedule {
    part: String,
}

impl fmt::Display for NoSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no part of a schedule: each is the number of a thread, and `x` with how many steps it takes, or one \
             of r, f, p, w (with a number), t and s, as in 0x5.1x2.1r1",
            self.part
        )
    }
}

impl std::error::Error for NoSchedule {}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_turns(f, &self.turns)?;
        if !self.round.is_empty() {
            f.write_str("~")?;
            write_turns(f, &self.round)?;
        }
        Ok(())
    }
}

fn write_turns(f: &mut fmt::Formatter<'_>, turns: &[(Tid, Turn)]) -> fmt::Result {
    for (i, alike) in turns
        .chunk_by(|a, b| a == b && a.1 == Turn::Plain)
        .enumerate()
    {
        if i > 0 {
            f.write_str(".")?;
        }
        let (t, turn) = alike[0];
        match turn {
            Turn::Plain => write!(f, "{t}x{}", alike.len()),
            Turn::Reads(back) => write!(f, "{t}r{back}"),
            Turn::Fails(back) => write!(f, "{t}f{back}"),
            Turn::Put(back) => write!(f, "{t}p{back}"),
            Turn::Wakes(other) => write!(f, "{t}w{other}"),
            Turn::TimesOut => write!(f, "{t}t"),
            Turn::Spurious => write!(f, "{t}s"),
        }?;
    }
    Ok(())
}

/// More steps than any execution has.
const MOST_STEPS: usize = 1_000_000;

impl FromStr for Schedule {
    type Err = NoSchedule;

    fn from_str(text: &str) -> Result<Self, NoSchedule> {
        let (turns, round) = text.split_once('~').unwrap_or((text, ""));
        let schedule = Self {
            turns: read_turns(turns)?,
            round: read_turns(round)?,
        };
        Ok(schedule)
    }
}

fn read_turns(text: &str) -> Result<Vec<(Tid, Turn)>, NoSchedule> {
    let mut turns = Vec::new();
    for part in text.split('.').filter(|_| !text.is_empty()) {
        let read = read_part(part).filter(|&(_, _, times)| turns.len() + times <= MOST_STEPS);
        let (t, turn, times) = read.ok_or_else(|| NoSchedule {
            part: part.to_owned(),
        })?;
        turns.extend(std::iter::repeat_n((t, turn), times));
    }
    Ok(turns)
}

/// Whose step, which way, and how often.
fn read_part(part: &str) -> Option<(Tid, Turn, usize)> {
    let letter = part.find(|c: char| !c.is_ascii_digit())?;
    let t = part[..letter].parse().ok()?;
    let (kind, number) = part[letter..].split_at_checked(1)?;
    let count = || {
        number
            .parse()
            .ok()
            .filter(|_| number.bytes().all(|b| b.is_ascii_digit()))
    };
    let turn = match kind {
        "x" => return Some((t, Turn::Plain, count()?)),
        "r" => Turn::Reads(count()?),
        "f" => Turn::Fails(count()?),
        "p" => Turn::Put(count()?),
        "w" => Turn::Wakes(count()?),
        "t" if number.is_empty() => Turn::TimesOut,
        "s" if number.is_empty() => Turn::Spurious,
        _ => return None,
    };
    Some((t, turn, 1))
}

impl State {
    /// How a schedule names that way of `t`'s next step. Stores are counted from the newest, for the oldest are forgotten
    /// sooner or later, by what else is known of the program.
    pub(crate) fn turn(&self, t: Tid, way: Way) -> Turn {
        if self.plain_way(t) == Some(way) {
            return Turn::Plain;
        }
        let back = |k: usize| self.stores_of(t) - 1 - k;
        match way {
            Way::Only => Turn::Plain,
            Way::Reads(k) => Turn::Reads(back(k)),
            Way::Fails(k) => Turn::Fails(back(k)),
            Way::Put(k) => Turn::Put(self.stores_of(t) - k),
            Way::Wakes(u) => Turn::Wakes(u),
            Way::TimesOut => Turn::TimesOut,
            Way::Spurious => Turn::Spurious,
        }
    }

    /// The way that a schedule names so, if there is one.
    pub(crate) fn way(&self, t: Tid, turn: Turn) -> Option<Way> {
        let at = |back: usize| self.stores_of(t).checked_sub(back + 1);
        match turn {
            Turn::Plain => self.plain_way(t),
            Turn::Reads(back) => at(back).map(Way::Reads),
            Turn::Fails(back) => at(back).map(Way::Fails),
            Turn::Put(back) => self.stores_of(t).checked_sub(back).map(Way::Put),
            Turn::Wakes(u) => Some(Way::Wakes(u)),
            Turn::TimesOut => Some(Way::TimesOut),
            Turn::Spurious => Some(Way::Spurious),
        }
    }

    /// How many stores there are of the atomic that `t` is about to access.
    fn stores_of(&self, t: Tid) -> usize {
        let x = match self.thread(t).op {
            Op::Store { x, .. } => Some(x),
            op => op.reads().map(|(x, _)| x),
        };
        x.map_or(0, |x| self.atomics[x].stores.len())
    }

    /// The way of a step in which nothing special happens. None if it takes luck, or a choice.
    pub(crate) fn plain_way(&self, t: Tid) -> Option<Way> {
        let thread = self.thread(t);
        let newest = self.stores_of(t).saturating_sub(1);
        match thread.op {
            Op::Load { .. } | Op::Rmw { .. } => Some(Way::Reads(newest)),
            Op::Store { .. } => Some(Way::Put(newest + 1)),
            Op::Cas { x, old, .. } => {
                let is_equal = self.atomics[x].stores[newest].val == old;
                Some(if is_equal {
                    Way::Reads(newest)
                } else {
                    Way::Fails(newest)
                })
            }
            Op::NotifyOne { v } => match *self.sleepers(v) {
                [] => Some(Way::Only),
                [sleeper] => Some(Way::Wakes(sleeper)),
                _ => None,
            },
            Op::Wait { .. } if thread.phase == Phase::Asleep => None,
            Op::Park { .. } if thread.token.is_none() => None,
            _ => Some(Way::Only),
        }
    }
}
