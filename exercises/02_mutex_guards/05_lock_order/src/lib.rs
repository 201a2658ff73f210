//! Two locks at a time: transfers between accounts, and philosophers at a round table.

use lanes_std::sync;

mod lock_order;
pub use lock_order::{Account, Table, TransferError, transfer, try_transfer};
