//! A transaction of steps, each with a compensation that undoes it, and payments built on it.

#![forbid(unsafe_code)] // Nothing in this chapter needs it.

use lanes_std::sync;

mod account;
mod rollback;
pub use account::{Account, Refused};
pub use rollback::{Aborted, Failure, NotUndone, Transaction, pay_all, transact};
