// The programs of the levels, each broken and fixed. They say `crate::sync` as the exercises do, and every
// crate that includes this file decides what that is.

pub mod aba;
pub mod early_unlock;
pub mod lost_update;
pub mod lost_wakeup;
pub mod opposite_order;
pub mod relaxed_unlock;
pub mod round_table;
pub mod spurious_wakeup;
pub mod stale_read;
pub mod starvation;
pub mod two_flags;
pub mod two_holders;
