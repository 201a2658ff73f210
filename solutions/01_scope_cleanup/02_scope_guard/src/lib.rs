//! A value with an action that runs at the end of its scope, and spans built on it.

#![forbid(unsafe_code)] // Nothing in this chapter needs it.

mod scope_guard;
pub use scope_guard::{Event, Outcome, ScopeGuard, Span, Tracer};
