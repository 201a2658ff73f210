pub use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};

/// A value that a model expects to be dropped. Here it is a plain wrapper.
#[derive(Debug)]
#[repr(transparent)]
pub struct Track<T>(T);

impl<T> Track<T> {
    /// Watches a value, in a model.
    #[inline]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    #[inline]
    pub const fn get_ref(&self) -> &T {
        &self.0
    }

    /// The value, to change it.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value, watched no longer.
    #[inline]
    pub fn into_inner(self) -> T {
        self.0
    }
}
