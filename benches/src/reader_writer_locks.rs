//! Chapter 4: what many read and some write.

#[macro_use]
pub mod locks;
pub mod mix;
pub mod upgrade;
