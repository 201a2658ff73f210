//! Depth first through all schedules: the program is run again for each, up to a choice that is new.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

use crate::execution::{Execution, Me, run};
use crate::graph::Graph;
use crate::source::Sources;
use crate::state::State;

/// How many waits of one run may end, and weak exchanges fail, for no reason.
const SPURIOUS: u32 = 1;
/// After how many runs an exploration gives up.
const MOST_RUNS: usize = 200_000;

/// Finds every schedule of `program`.
///
/// # Panics
///
/// Panics if the program does not do the same when it is run the same way, or has far too many schedules.
#[track_caller]
pub fn explore(program: impl Fn() + Sync) -> Graph {
    explore_named(&[], program)
}

/// As [`explore`], without merging equal states. Only to see that merging changes nothing.
#[doc(hidden)]
#[track_caller]
pub fn explore_tree(program: impl Fn() + Sync) -> Graph {
    explore_with(false, &[], program)
}

/// As [`explore`], with names for the objects that are made first.
#[track_caller]
pub(crate) fn explore_named(names: &'static [&'static str], program: impl Fn() + Sync) -> Graph {
    explore_with(true, names, program)
}

#[track_caller]
fn explore_with(merge: bool, names: &'static [&'static str], program: impl Fn() + Sync) -> Graph {
    let site = Location::caller();
    let mut graph = Graph::default();
    let mut sources = Sources::default();
    let mut script = Vec::new();
    loop {
        let mut state = State::new(script, SPURIOUS, graph, sources);
        state.merge = merge;
        state.names = names;
        state.add_thread(None, false, site);
        let execution = Execution::new(state);
        let main = Me {
            execution: execution.clone(),
            thread: 0,
        };
        std::thread::scope(|scope| {
            scope.spawn(|| run(main, &program));
        });
        loop {
            let started = std::mem::take(&mut execution.state().started);
            if started.is_empty() {
                break;
            }
            for thread in started {
                thread.join().expect("a thread of the explorer panicked");
            }
        }
        let mut state = execution.state();
        assert!(
            !state.has_changed,
            "the program did not do the same when it was run the same way"
        );
        let path = std::mem::take(&mut state.path);
        graph = std::mem::take(&mut state.graph);
        sources = std::mem::take(&mut state.sources);
        drop(state);
        graph.executions += 1;
        assert!(
            graph.executions < MOST_RUNS,
            "too many schedules: {MOST_RUNS} runs, and no end"
        );
        // The deepest choice on this path that leaves something untried.
        let untried = (0..path.len()).rev().find(|&depth| {
            let (node, edge) = path[depth];
            edge + 1 < graph.nodes[node].edges.len()
        });
        let Some(depth) = untried else {
            return graph;
        };
        script = path[..depth].iter().map(|&(_, edge)| edge).collect();
        script.push(path[depth].1 + 1);
    }
}

/// All values that `program` can end with.
///
/// # Panics
///
/// Panics as [`explore`], and if a schedule breaks the program.
#[track_caller]
pub fn outcomes<T: Ord + Send>(program: impl Fn() -> T + Sync) -> BTreeSet<T> {
    let found = Mutex::new(BTreeSet::new());
    let graph = explore(|| {
        let outcome = program();
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(outcome);
    });
    if let Some(broken) = graph.outcomes().find(|it| it.is_broken()) {
        panic!("the program breaks: {broken:?}");
    }
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
