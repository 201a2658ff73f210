//! One command a file: its arguments, what it does, and what it prints.

pub(crate) mod check;
pub(crate) mod demonstrate;
pub(crate) mod doctor;
pub(crate) mod hint;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod next;
pub(crate) mod pitfall;
pub(crate) mod reset;
pub(crate) mod soak;
pub(crate) mod trace;
pub(crate) mod verify;
pub(crate) mod watch;
pub(crate) mod weaken;
