use std::fmt;

/// Why not everything was explored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Limit {
    /// There are more states than the settings allow.
    States,
    /// The program was started more often than the settings allow.
    Executions,
    /// An execution takes more steps than are ever wanted.
    Steps,
    /// There are more threads than 64.
    Threads,
    /// There is no place left between two stores.
    Stores,
    /// There are too many states to look for circles among them.
    Circles,
    /// A loop that writes in each round goes on among SeqCst and weaker accesses, where no state is ever forgotten.
    WritingLoop,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Limit::States => "too many states",
            Limit::Executions => "what its threads do has no end",
            Limit::Steps => "too many steps in one execution",
            Limit::Threads => "too many threads",
            Limit::Stores => "too many stores between two others",
            Limit::Circles => "too many states to look for a livelock",
            Limit::WritingLoop => {
                "a loop that writes in each round, among SeqCst and weaker accesses"
            }
        })
    }
}
