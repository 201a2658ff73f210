use crate::step::{Object, Step};

/// A failing execution, as it was at the moment of its panic.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    /// File, line and column of the panic. `None` if the program raised it by `resume_unwind`, which does not tell.
    pub(crate) place: Option<(String, u32, u32)>,
    /// Which model thread panicked; `None` if all had ended.
    pub(crate) thread: Option<usize>,
    /// Which execution it was, counted from 1.
    pub(crate) execution: usize,
    pub(crate) steps: Vec<Step>,
    /// Steps that have begun and not taken effect, at most one per thread.
    pub(crate) pending: Vec<Step>,
    pub(crate) objects: Vec<Object>,
    pub(crate) threads: Vec<String>,
    pub(crate) aftermath: Aftermath,
}

impl Failure {
    /// Whether the panic came from loom and not from the program.
    pub(crate) fn is_in_loom(&self) -> bool {
        let Some((file, ..)) = &self.place else {
            // Without a place, but in a thread: raised by `resume_unwind`, which only a program does.
            return self.thread.is_none();
        };
        let file = file.replace('\\', "/");
        ["/loom-0.", "/generator-0."]
            .iter()
            .any(|part| file.contains(part))
    }

    /// The access that loom found to race with an earlier one, if that is what failed.
    pub(crate) fn racing_step(&self) -> Option<Step> {
        let mut pending = self.pending.iter();
        pending
            .find(|step| Some(step.thread) == self.thread)
            .copied()
    }
}

/// What became of the thread while its panic unwound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Aftermath {
    #[default]
    Unwound,
    /// A destructor panicked, too. The thread has been left behind, for to go on would abort the process.
    PanickedAgain,
    /// The program caught it.
    Caught,
    /// A destructor took no step for seconds. The thread has been left behind.
    Stuck,
}

/// Where a model got stuck.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    /// The last step: file, line, column and thread.
    pub(crate) last_step: Option<(String, u32, u32, usize)>,
}
