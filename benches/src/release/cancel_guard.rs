use std::cell::RefCell;

use our_cancel_token::CancelToken;

use super::Release;

/// Work that a worker does for us, and that has to be stopped when we leave: a token of chapter 3 for each time,
/// which its guard cancels, or a line that says `cancel`.
///
/// Here even the hand's token is not a bare promise. Its memory is given back whatever happens, and all that can be
/// forgotten is to cancel it.
pub struct CancelGuard {
    all: CancelToken,
    /// What the worker looks at. It was told to stop before there was anything to do.
    worker: RefCell<CancelToken>,
}

impl CancelGuard {
    /// Starts a worker, so to speak, and returns what stops it.
    #[inline]
    fn start(&self) -> CancelToken {
        let token = self.all.child();
        *self.worker.borrow_mut() = token.clone();
        token
    }
}

impl Release for CancelGuard {
    const NAME: &'static str = "cancel guard";

    type Taken<'a> = CancelToken;

    fn fresh() -> Self {
        let all = CancelToken::new();
        let none = all.child();
        none.cancel("nothing to do");
        Self {
            all,
            worker: RefCell::new(none),
        }
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.start().drop_guard()
    }

    #[inline]
    fn take(&self) -> CancelToken {
        self.start()
    }

    #[inline]
    fn give_back(taken: CancelToken) {
        taken.cancel("we are leaving");
    }

    fn is_held(&self) -> bool {
        !self.worker.borrow().is_cancelled()
    }
}
