//! The orderings that a litmus test is tried with.

use std::sync::atomic::Ordering;

/// The orderings of those accesses that a test is about.
pub trait Orders: 'static {
    /// What they are called.
    const NAME: &'static str;
    /// Of each store.
    const STORE: Ordering;
    /// Of each load.
    const LOAD: Ordering;
}

/// Nothing but the accesses themselves.
#[derive(Clone, Copy, Debug)]
pub struct Weak;

/// Stores publish, loads receive.
#[derive(Clone, Copy, Debug)]
pub struct Paired;

/// One order of all accesses, for all threads.
#[derive(Clone, Copy, Debug)]
pub struct Strong;

impl Orders for Weak {
    const NAME: &'static str = "Relaxed";
    const STORE: Ordering = Ordering::Relaxed;
    const LOAD: Ordering = Ordering::Relaxed;
}

impl Orders for Paired {
    const NAME: &'static str = "Release, Acquire";
    const STORE: Ordering = Ordering::Release;
    const LOAD: Ordering = Ordering::Acquire;
}

impl Orders for Strong {
    const NAME: &'static str = "SeqCst";
    const STORE: Ordering = Ordering::SeqCst;
    const LOAD: Ordering = Ordering::SeqCst;
}
