//! What a program that is explored uses instead of `std::sync` and `std::thread`.
//!
//! The names and methods are those of `std`. Everything has to be made inside the program that is given to
//! [`explore`](crate::explore), and used there; elsewhere it panics. No `new` is `const`.

pub mod alloc;
mod arc;
pub mod atomic;
pub mod cell;
mod condvar;
pub mod hint;
mod mutex;
mod rwlock;
pub mod thread;

pub use arc::Arc;
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use std::sync::{LockResult, TryLockError, TryLockResult};

use crate::op::Content;

/// What is inside: a primitive, or an option of one, is compared by its value, anything else by what its writer had been
/// told.
fn content_of<T>(value: &T) -> Content {
    macro_rules! primitives {
        ($($primitive:ident)*) => {
            match std::any::type_name::<T>() {
                "()" => Content::Value(0),
                $(stringify!($primitive) => {
                    // SAFETY: only the primitive itself has this name: every other type's has a path.
                    let value = unsafe { *std::ptr::from_ref(value).cast::<$primitive>() };
                    Content::Value(value as u64 as u128)
                })*
                $(concat!("core::option::Option<", stringify!($primitive), ">") => {
                    // SAFETY: as above.
                    let value = unsafe { *std::ptr::from_ref(value).cast::<Option<$primitive>>() };
                    Content::Value(value.map_or(0, |value| 1 << 64 | value as u64 as u128))
                })*
                _ => Content::Told,
            }
        };
    }
    primitives!(bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize)
}
