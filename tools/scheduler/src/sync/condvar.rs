//! Waiting for others to say that something has changed.

use std::panic::Location;
use std::sync::LockResult;

use super::{MutexGuard, Named};
use crate::execution::{is_unwinding, me, step};
use crate::graph::Variant;
use crate::memory::ObjectId;
use crate::object::Kind;
use crate::op::{Op, Site};

/// [`std::sync::Condvar`]. A wait may end for no reason, as real ones may.
pub struct Condvar {
    object: ObjectId,
}

impl Condvar {
    /// Makes a condvar on which nobody sleeps.
    #[allow(clippy::new_without_default, reason = "the exercises do not use it")]
    #[track_caller]
    pub fn new() -> Self {
        let kind = Kind::Condvar {
            sleepers: Vec::new(),
        };
        Self {
            object: me().execution.state().add_object(kind, Location::caller()),
        }
    }

    /// Unlocks, sleeps until notified, or for no reason, and locks again.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        Ok(guard.sleep(self.object, Location::caller()))
    }

    /// Wakes one sleeper, if there is one.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Location::caller());
    }

    /// Wakes everybody who sleeps now.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Location::caller());
    }

    fn notify(&self, all: bool, site: Site) {
        if is_unwinding() {
            return;
        }
        step(
            Op::Notify { all },
            self.object,
            site,
            |state, me, variant| {
                state.change(me);
                state.remember(me, ());
                let sleepers = match &state.objects[self.object].kind {
                    Kind::Condvar { sleepers } => sleepers.clone(),
                    _ => Vec::new(),
                };
                let woken = match variant {
                    Variant::Wakes(one) => vec![one],
                    _ if all => sleepers,
                    _ => sleepers.into_iter().take(1).collect(),
                };
                for &sleeper in &woken {
                    state.wake(sleeper, self.object);
                }
                let name = state.name(self.object);
                state.effect(match woken.as_slice() {
                    [] => format!("notifies `{name}`, where nobody sleeps: it is lost"),
                    woken => format!("notifies `{name}`, and wakes {}", state.names(woken)),
                });
            },
        );
    }
}

impl Named for Condvar {
    fn object(&self) -> usize {
        self.object
    }
}
