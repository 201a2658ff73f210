//! Go's `defer` as a value: closures that run when the scope ends, however it ends.

mod defer_stack;
pub use defer_stack::DeferStack;
