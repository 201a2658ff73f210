use std::mem::ManuallyDrop;

use our_wait_group::Task;

use super::Release;

/// The wait group of chapter 2: a task is counted up, and counted down.
pub struct WaitGroup {
    group: our_wait_group::WaitGroup,
    /// Always there, so that no task counts down to zero and has to look for a waiter to wake: that is a call of the
    /// system, and would hide what we look for.
    _another: Task,
}

impl Release for WaitGroup {
    const NAME: &'static str = "wait group";

    type Taken<'a> = ManuallyDrop<Task>;

    fn fresh() -> Self {
        let group = our_wait_group::WaitGroup::new();
        let another = group.add();
        Self {
            group,
            _another: another,
        }
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.group.add()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.group.add())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        self.group.pending() > 1
    }
}
