//! Go's `defer` as a value: closures that run when the scope ends, however it ends.

#![forbid(unsafe_code)] // Nothing in this chapter needs it.

mod defer_stack;
pub use defer_stack::DeferStack;
