//! A recorded stream: tens of thousands of changes, the same for the same seed, some of which get lost on the way.

use std::collections::BTreeMap;

use informer_store::{Change, Resource};

/// How many pods there can be, and on how many nodes.
pub(crate) const PODS: u64 = 200;
const NODES: u64 = 16;

/// A program that runs on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pod {
    pub(crate) name: u32,
    pub(crate) node: u32,
    /// In a log, the number of the line that says so.
    pub(crate) version: u32,
}

impl Resource for Pod {
    type Key = u32;
    type Group = u32;

    fn key(&self) -> u32 {
        self.name
    }

    fn group(&self) -> u32 {
        self.node
    }
}

/// One line of the log.
pub(crate) struct Line {
    pub(crate) change: Change<Pod>,
    /// It happened, and the store is not told.
    pub(crate) lost: bool,
}

/// What is true in the end, by one thread and without a store.
pub(crate) type Truth = BTreeMap<u32, Pod>;

/// A log of `lines` lines, and what is true after them.
///
/// One line in a thousand is a resync, which says all that is true then. Before the last of them, one line in twenty
/// is lost; after it, none.
pub(crate) fn record(seed: u64, lines: u32) -> (Vec<Line>, Truth) {
    let mut random = Random(seed);
    let mut truth = Truth::new();
    let mut log = Vec::new();
    for version in 1..=lines {
        let change = if version % 1_000 == 950 {
            Change::Resync(truth.values().cloned().collect())
        } else {
            any_change(&mut random, &truth, version)
        };
        match &change {
            Change::Added(pod) | Change::Updated(pod) => _ = truth.insert(pod.name, pod.clone()),
            Change::Deleted(name) => _ = truth.remove(name),
            Change::Resync(_) => {}
        }
        let is_resync = matches!(change, Change::Resync(_));
        let lost = !is_resync && random.below(20) == 0;
        log.push(Line { change, lost });
    }
    let last_resync = log
        .iter()
        .rposition(|line| matches!(line.change, Change::Resync(_)));
    for line in &mut log[last_resync.unwrap_or(0)..] {
        line.lost = false;
    }
    (log, truth)
}

/// Something that may happen to any pod: it comes, or it changes, or it goes.
fn any_change(random: &mut Random, truth: &Truth, version: u32) -> Change<Pod> {
    let name = random.below(PODS) as u32;
    let node = random.below(NODES) as u32;
    let pod = Pod {
        name,
        node,
        version,
    };
    match truth.contains_key(&name) {
        false => Change::Added(pod),
        true if random.below(4) == 0 => Change::Deleted(name),
        true => Change::Updated(pod),
    }
}

/// Numbers that look random, and are the same each time: Steele, Lea and Flood's `SplitMix64` (2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % end
    }
}
