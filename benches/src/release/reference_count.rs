use std::sync::Arc;

use super::Release;

/// A reference that is counted: by a clone of an [`Arc`], or by the two functions that count where there is no `Arc`.
///
/// It is `std`'s, as ours has no such functions. A hand needs them where a reference lives on the other side of a C
/// interface: what is held there is a pointer, and its count is a promise.
#[derive(Debug)]
pub struct ReferenceCount(Arc<()>);

/// A reference that was counted by hand. Only [`ReferenceCount::take`](Release::take) makes one.
#[derive(Debug)]
pub struct Counted(*const ());

impl Release for ReferenceCount {
    const NAME: &'static str = "reference count";

    type Taken<'a> = Counted;

    fn fresh() -> Self {
        Self(Arc::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        Arc::clone(&self.0)
    }

    #[inline]
    fn take(&self) -> Counted {
        let pointer = Arc::as_ptr(&self.0);
        // SAFETY: it is the pointer of an `Arc` that is alive.
        unsafe { Arc::increment_strong_count(pointer) };
        Counted(pointer)
    }

    #[inline]
    fn give_back(taken: Counted) {
        // SAFETY: it is the pointer of an `Arc`, and the count that goes is the one that `take` has added.
        unsafe { Arc::decrement_strong_count(taken.0) };
    }

    fn is_held(&self) -> bool {
        // One is ours.
        Arc::strong_count(&self.0) > 1
    }
}
