use std::panic::Location;

use crate::context;
use crate::step::{ObjectId, Op, Step};

/// Something that a report can show by a name.
pub trait Named {
    #[doc(hidden)]
    fn object(&self) -> Object;
}

/// The identity of a shared object within one execution.
#[doc(hidden)]
#[derive(Debug)]
pub struct Object(pub(crate) ObjectId);

/// Gives a shared object the name by which reports call it.
///
/// Reports guess names from the source: from `let ready = AtomicBool::new(…)`, from a struct's field
/// `ready: AtomicBool::new(…)`, else from where it is used, `self.ready.load(…)`. Name it yourself where
/// that is not enough, such as for the elements of an array.
///
/// # Examples
///
/// ```
/// use lanes::sync::{self, atomic::{AtomicBool, Ordering}, thread};
/// use std::sync::Arc;
///
/// lanes::model(|| {
///     let flags = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
///     sync::name(&flags[0], "left");
///     sync::name(&flags[1], "right");
///     let theirs = Arc::clone(&flags);
///     thread::spawn(move || theirs[0].store(true, Ordering::Release));
///     flags[0].load(Ordering::Acquire);
/// });
/// ```
pub fn name<T: Named + ?Sized>(object: &T, name: &'static str) {
    context::name_object(object.object().0, name);
}

/// A lock whose contents a report can show.
pub trait Shown {
    #[doc(hidden)]
    fn show(&self);
}

/// Shows in a report what is inside a lock whenever it is locked and unlocked, as its `Debug` has it. Without it, a report shows
/// numbers and flags, and nothing of what is larger.
///
/// It is a call, and not something that `Mutex::new` does: whether a type has a `Debug` cannot be asked where the type is a
/// parameter, as it is in most code under test. The `Debug` must use nothing of `crate::sync`'s.
///
/// # Examples
///
/// ```
/// use lanes::Kind;
/// use lanes::sync::{self, Mutex};
///
/// let report = lanes::expect_bug(Kind::Assertion, || {
///     let items = Mutex::new(vec![1]);
///     sync::show(&items);
///     items.lock().unwrap().push(2);
///     assert_eq!(items.lock().unwrap().len(), 1);
/// });
/// assert!(report.rows()[1].text.starts_with("unlock items: [1] → [1, 2]"));
/// ```
pub fn show<T: Shown + ?Sized>(lock: &T) {
    lock.show();
}

/// A row of the program's own in the table, for what no step says: `note("timed out")`. It is no step: no other thread can come
/// in between because of it.
#[track_caller]
pub fn note(words: &'static str) {
    if !context::unwinding() {
        context::record(Step::new(Op::Note(words), Location::caller()));
    }
}
