//! Atomic integers and flags, and fences.

use std::panic::Location;

use super::Named;
use crate::execution::{is_unwinding, me, step};
use crate::graph::Variant;
use crate::memory::ObjectId;
use crate::op::{Op, Site};

pub use std::sync::atomic::Ordering;

/// A fence.
#[track_caller]
pub fn fence(ordering: Ordering) {
    if is_unwinding() {
        return;
    }
    let site = Location::caller();
    step(Op::Fence(ordering), 0, site, |state, me, _| {
        let mind = &mut state.threads[me].mind;
        state.memory.fence(ordering, me, mind);
        state.remember(me, ());
        state.effect(format!("passes a fence ({ordering:?})"));
    });
}

/// What all atomics have in common; each keeps its values as `i128`.
struct Atomic {
    object: ObjectId,
    /// The value when the run is over, and threads unwind: not in order, but in range.
    initial: i128,
}

/// How a read-modify-write goes.
struct Exchange {
    call: String,
    success: Ordering,
    failure: Ordering,
    weak: bool,
}

impl Atomic {
    fn new(value: i128, is_bool: bool, site: Site) -> Self {
        let me = me();
        let mut state = me.execution.state();
        Self {
            object: state.add_atomic(value, is_bool, site, me.thread),
            initial: value,
        }
    }

    fn load(&self, ordering: Ordering, site: Site) -> i128 {
        if is_unwinding() {
            return self.initial;
        }
        let object = self.object;
        step(Op::Load(ordering), object, site, |state, me, variant| {
            let newest = state.memory.stores(object).len() - 1;
            let store = match variant {
                Variant::Reads(store) => store,
                _ => newest,
            };
            let thread = &mut state.threads[me];
            let value = state.memory.load(object, ordering, store, &mut thread.mind);
            thread.reads.push((object, store));
            thread.remember(value);
            let (name, seen) = (state.name(object), state.value_of(object, value));
            state.effect(match store == newest {
                true => format!("reads {seen} from `{name}`"),
                false => format!(
                    "reads {seen} from `{name}`, although it is {} by now",
                    state.value(object)
                ),
            });
            value
        })
    }

    fn store(&self, value: i128, words: String, ordering: Ordering, site: Site) {
        if is_unwinding() {
            return;
        }
        let object = self.object;
        let op = Op::Store(ordering, words.clone());
        step(op, object, site, |state, me, _| {
            let mind = &mut state.threads[me].mind;
            state.memory.store(object, ordering, value, false, me, mind);
            state.change(me);
            state.remember(me, ());
            state.effect(format!("stores {words} in `{}`", state.name(object)));
        });
    }

    /// The old value, as an error if `new` has none for it.
    fn exchange(
        &self,
        how: Exchange,
        site: Site,
        new: impl Fn(i128) -> Option<i128>,
    ) -> Result<i128, i128> {
        if is_unwinding() {
            return Err(self.initial);
        }
        let object = self.object;
        let op = Op::Exchange {
            call: how.call.clone(),
            ordering: how.success,
            weak: how.weak,
        };
        step(op, object, site, |state, me, variant| {
            let newest = state.memory.stores(object).len() - 1;
            let old = state.memory.newest(object);
            let spurious = variant == Variant::Spurious;
            let new = if spurious { None } else { new(old) };
            let ordering = new.map_or(how.failure, |_| how.success);
            let mind = &mut state.threads[me].mind;
            state.memory.load(object, ordering, newest, mind);
            let name = state.name(object);
            let words = |value| state.value_of(object, value);
            let said = match new {
                Some(new) if new == old => {
                    format!("finds {} in `{name}`, and leaves it", words(old))
                }
                Some(new) => format!("changes `{name}` from {} to {}", words(old), words(new)),
                None if spurious => format!("fails for no reason: `{name}` is {}", words(old)),
                None => format!("fails: `{name}` is {}", words(old)),
            };
            state.effect(said);
            if spurious {
                state.spurious_left -= 1;
            }
            if let Some(new) = new {
                let mind = &mut state.threads[me].mind;
                state.memory.store(object, ordering, new, true, me, mind);
            }
            if new.is_some_and(|new| new != old) {
                state.change(me);
            } else if !spurious {
                // It has only looked: whoever spins on it waits for another value.
                let looked_at = state.memory.stores(object).len() - 1;
                state.threads[me].reads.push((object, looked_at));
            }
            state.remember(me, (old, new));
            new.map(|_| old).ok_or(old)
        })
    }
}

macro_rules! atomics {
    ($($(#[$doc:meta])* $name:ident($value:ty, $is_bool:literal, $from:expr);)*) => {$(
        $(#[$doc])*
        pub struct $name(Atomic);

        impl $name {
            /// Makes one with that value.
            #[track_caller]
            pub fn new(value: $value) -> Self {
                Self(Atomic::new(value as i128, $is_bool, Location::caller()))
            }

            /// The value, or an older one that may still be seen.
            #[track_caller]
            pub fn load(&self, ordering: Ordering) -> $value {
                $from(self.0.load(ordering, Location::caller()))
            }

            /// Replaces the value.
            #[track_caller]
            pub fn store(&self, value: $value, ordering: Ordering) {
                self.0.store(value as i128, value.to_string(), ordering, Location::caller());
            }

            /// Replaces the value, and returns what it was.
            #[track_caller]
            pub fn swap(&self, value: $value, ordering: Ordering) -> $value {
                self.always(format!("swap({value})"), ordering, Location::caller(), |_| value)
            }

            /// Replaces the value if it is `current`.
            ///
            /// # Errors
            ///
            /// The value, if it is another.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let how = Exchange {
                    call: format!("compare_exchange({current}, {new})"),
                    success,
                    failure,
                    weak: false,
                };
                self.replace(how, Location::caller(), current, new)
            }

            /// As [`compare_exchange`](Self::compare_exchange), and may fail for no reason.
            ///
            /// # Errors
            ///
            /// The value, if it is another, or for no reason.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let how = Exchange {
                    call: format!("compare_exchange_weak({current}, {new})"),
                    success,
                    failure,
                    weak: true,
                };
                self.replace(how, Location::caller(), current, new)
            }

            fn replace(
                &self,
                how: Exchange,
                site: Site,
                current: $value,
                new: $value,
            ) -> Result<$value, $value> {
                let old = self.0.exchange(how, site, |old| {
                    ($from(old) == current).then_some(new as i128)
                });
                old.map($from).map_err($from)
            }

            fn always(
                &self,
                call: String,
                ordering: Ordering,
                site: Site,
                new: impl Fn($value) -> $value,
            ) -> $value {
                let how = Exchange {
                    call,
                    success: ordering,
                    failure: ordering,
                    weak: false,
                };
                let old = self.0.exchange(how, site, |old| Some(new($from(old)) as i128));
                $from(old.unwrap_or_else(|old| old))
            }
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(Default::default())
            }
        }

        impl Named for $name {
            fn object(&self) -> usize {
                self.0.object
            }
        }
    )*};
}

atomics! {
    /// [`std::sync::atomic::AtomicBool`].
    AtomicBool(bool, true, |value: i128| value != 0);
    /// [`std::sync::atomic::AtomicU32`].
    AtomicU32(u32, false, |value: i128| value as u32);
    /// [`std::sync::atomic::AtomicU64`].
    AtomicU64(u64, false, |value: i128| value as u64);
    /// [`std::sync::atomic::AtomicUsize`].
    AtomicUsize(usize, false, |value: i128| value as usize);
}

macro_rules! integers {
    ($($name:ident($value:ty))*) => {$(
        impl $name {
            /// Adds, wrapping around, and returns what it was.
            #[track_caller]
            pub fn fetch_add(&self, value: $value, ordering: Ordering) -> $value {
                let call = format!("fetch_add({value})");
                self.always(call, ordering, Location::caller(), |old| old.wrapping_add(value))
            }

            /// Subtracts, wrapping around, and returns what it was.
            #[track_caller]
            pub fn fetch_sub(&self, value: $value, ordering: Ordering) -> $value {
                let call = format!("fetch_sub({value})");
                self.always(call, ordering, Location::caller(), |old| old.wrapping_sub(value))
            }
        }
    )*};
}

integers! { AtomicU32(u32) AtomicU64(u64) AtomicUsize(usize) }
