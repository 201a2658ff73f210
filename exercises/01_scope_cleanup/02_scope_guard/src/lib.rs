//! A value with an action that runs at the end of its scope, and spans built on it.

mod scope_guard;
pub use scope_guard::{Event, Outcome, ScopeGuard, Span, Tracer};
