//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;
mod sync;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();
