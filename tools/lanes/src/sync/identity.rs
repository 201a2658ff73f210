use std::panic::Location;

use super::watched;
use crate::context;
use crate::source;
use crate::step::{ObjectId, ObjectKind, Site, Value};

/// Which object it is, and in which execution it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    id: ObjectId,
    execution: u32,
    made: Site,
}

impl Identity {
    /// Of an object that is about to be made, and that holds a `T`.
    ///
    /// # Panics
    ///
    /// Panics outside of a model.
    #[track_caller]
    pub(super) fn new<T: ?Sized>(kind: ObjectKind, initial: Value) -> Self {
        Self::at::<T>(kind, Location::caller(), initial)
    }

    /// As [`new`](Self::new), of an object that was made there.
    #[track_caller]
    pub(super) fn at<T: ?Sized>(kind: ObjectKind, made: Site, initial: Value) -> Self {
        expect_a_model();
        Self {
            id: context::new_object::<T>(kind, made, initial),
            execution: context::execution(),
            made,
        }
    }

    /// Whether it belongs to this execution.
    pub(super) fn is_of_now(&self) -> bool {
        self.execution == context::execution()
    }

    /// To be called before a step of the object is begun: it takes one of its own if the object lies in memory that is watched.
    /// The identity must be where the object is.
    ///
    /// # Panics
    ///
    /// Panics outside of a model, and if the object belongs to an execution before.
    #[track_caller]
    pub(super) fn reach(&self, site: Site) {
        expect_a_model();
        // First: in memory that was freed the rest may be anything.
        watched::reach(std::ptr::from_ref(self).addr(), site);
        if !self.is_of_now() {
            panic!(
                "this object was made by an execution before, in {}:{}: a model is run again and again, so make everything \
             inside its closure, or in a `LazyLock` of `crate::sync`",
                source::relative(self.made.file()),
                self.made.line()
            );
        }
    }
}

#[track_caller]
fn expect_a_model() {
    if !context::is_inside() {
        panic!(
            "the types of `lanes::sync` can be used only in a model: make everything inside the closure that is given to \
         `lanes::model`, and start threads by `crate::sync::thread`"
        );
    }
}

impl From<Identity> for ObjectId {
    fn from(identity: Identity) -> Self {
        identity.id
    }
}
