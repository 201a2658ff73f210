//! What was sampled, as `book/data/profiles/NAME.json` and `NAME.folded` have it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::directive::recorded::Origin;

/// What stands beside the stacks.
#[derive(Deserialize)]
pub(super) struct Profile {
    version: u32,
    pub(super) title: String,
    #[serde(flatten)]
    pub(super) origin: Origin,
    /// The command that takes it again.
    pub(super) command: String,
    /// Samples per second of processor time.
    pub(super) hertz: f64,
    /// How long it was looked at, on the clock.
    pub(super) seconds: f64,
}

impl Profile {
    pub(super) fn read(json: &str) -> Result<Self> {
        let profile: Self = serde_json::from_str(json)?;
        ensure!(profile.version == 1, "unknown version {}", profile.version);
        ensure!(
            profile.hertz > 0.0 && profile.seconds > 0.0,
            "not 0 < hertz and 0 < seconds"
        );
        Ok(profile)
    }

    /// How many processors were busy with it, on average.
    pub(super) fn busy(&self, samples: u64) -> f64 {
        samples as f64 / self.hertz / self.seconds
    }
}

/// A function as it was called from one place: a box of the drawing. The outermost is none.
#[derive(Default)]
pub(super) struct Call {
    /// Samples of it and of what it called.
    pub(super) total: u64,
    /// Samples of nothing but itself.
    pub(super) own: u64,
    /// By name: a flame graph has no order in time.
    pub(super) calls: BTreeMap<String, Call>,
}

impl Call {
    /// Reads folded stacks: a line for each, the frames from the outside in between semicolons, then how often it
    /// was seen.
    pub(super) fn read(folded: &str) -> Result<Self> {
        let mut all = Self::default();
        for (index, line) in folded.lines().enumerate() {
            let (stack, count) = stack_and_count(line)
                .with_context(|| format!("line {}: not `outer;inner COUNT`", index + 1))?;
            all.add(stack, count);
        }
        ensure!(all.total > 0, "there are no samples");
        Ok(all)
    }

    fn add(&mut self, stack: &str, count: u64) {
        let mut call = self;
        call.total += count;
        for name in stack.split(';') {
            call = call.calls.entry(name.to_owned()).or_default();
            call.total += count;
        }
        call.own += count;
    }

    /// How many boxes stand on each other.
    pub(super) fn height(&self) -> usize {
        let above = self.calls.values().map(|call| 1 + call.height());
        above.max().unwrap_or(0)
    }

    /// Every function once, wherever it was called from; the one with most samples of its own first.
    pub(super) fn functions(&self) -> Vec<Function<'_>> {
        let mut functions = BTreeMap::new();
        self.count(&mut BTreeSet::new(), &mut functions);
        let mut functions: Vec<Function<'_>> = functions.into_values().collect();
        functions.sort_by_key(|function| std::cmp::Reverse((function.own, function.total)));
        functions
    }

    /// `open` are the functions that this one stands on: what calls itself is counted once.
    fn count<'a>(
        &'a self,
        open: &mut BTreeSet<&'a str>,
        functions: &mut BTreeMap<&'a str, Function<'a>>,
    ) {
        for (name, call) in &self.calls {
            let is_first = open.insert(name);
            let function = functions.entry(name).or_insert(Function {
                name,
                own: 0,
                total: 0,
            });
            function.own += call.own;
            if is_first {
                function.total += call.total;
            }
            call.count(open, functions);
            if is_first {
                open.remove(name.as_str());
            }
        }
    }
}

/// Samples of a function, over all the places that call it.
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    pub(super) own: u64,
    pub(super) total: u64,
}

fn stack_and_count(line: &str) -> Option<(&str, u64)> {
    let (stack, count) = line.rsplit_once(' ')?;
    let is_sound = stack.split(';').all(|frame| !frame.trim().is_empty());
    let count = count.parse().ok().filter(|&count| count > 0)?;
    is_sound.then_some((stack, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STACKS: &str = "a;b 3\na;c;b 4\na 1\nd 2\na;b;a 5\n";

    #[test]
    fn stacks_become_boxes_on_boxes() {
        let all = Call::read(STACKS).unwrap();
        assert_eq!((all.total, all.own, all.height()), (15, 0, 3));
        let a = &all.calls["a"];
        assert_eq!((a.total, a.own), (13, 1));
        assert_eq!(a.calls["b"].total, 8);
    }

    #[test]
    fn a_function_is_counted_once_wherever_it_is_called_from() {
        let all = Call::read(STACKS).unwrap();
        let functions: Vec<_> = all
            .functions()
            .iter()
            .map(|f| (f.name, f.own, f.total))
            .collect();
        assert_eq!(
            functions,
            [("b", 7, 12), ("a", 6, 13), ("d", 2, 2), ("c", 0, 4)]
        );
    }

    #[test]
    fn stacks_that_cannot_be_are_refused() {
        let told = |folded: &str| format!("{:#}", Call::read(folded).err().unwrap());
        assert_eq!(told(""), "there are no samples");
        for line in ["a;b", "a;b 0", "a;;b 2", "a -1", " 4"] {
            let told = told(&format!("a 1\n{line}\n"));
            assert!(
                told.starts_with("line 2: not `outer;inner COUNT`"),
                "{line}: {told}"
            );
        }
    }

    #[test]
    fn processors_were_busy_for_as_long_as_they_were_seen_to_be() {
        let json = r#"{"version":1,"title":"T","recorded":"D","machine":{"cpu":"C","cores":2,"os":"O"},
            "command":"B","hertz":99,"seconds":10.0,"row":"more"}"#;
        let profile = Profile::read(json).unwrap();
        assert!((profile.busy(1485) - 1.5).abs() < 1e-9);
        let zero = json.replace("\"hertz\":99", "\"hertz\":0");
        assert!(Profile::read(&zero).is_err());
    }
}
