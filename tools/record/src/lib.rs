//! What everything that is recorded carries, whichever program records it.

pub mod machine;
