use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::slice;

/// The bytes of a value, as they were. Some may never have been written: those between two fields.
pub(super) struct Snapshot(Box<[MaybeUninit<u8>]>);

unsafe extern "C" {
    /// The C library's. It reads bytes of which Rust must not speak.
    fn memcmp(one: *const c_void, other: *const c_void, count: usize) -> c_int;
}

impl Snapshot {
    /// Of what is there now.
    pub(super) fn of<T>(place: *const T) -> Self {
        // SAFETY: a lock owns its value, which is valid for reads of its size; and a byte that may be uninitialised may hold
        // anything.
        let bytes = unsafe { slice::from_raw_parts(place.cast(), size_of::<T>()) };
        Self(bytes.into())
    }

    /// Whether what is there now has the same bytes.
    pub(super) fn is_like<T>(&self, place: *const T) -> bool {
        // SAFETY: both are valid for reads of as many bytes, for the snapshot was made of the same type.
        unsafe { memcmp(self.0.as_ptr().cast(), place.cast(), self.0.len()) == 0 }
    }
}
