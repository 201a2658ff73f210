//! For the pages of chapter 3 that belong to no exercise. The examples lie in `examples/`, each with what it prints.
//!
//! Litmus tests, here, are the same source twice: explored by the [`model`], and counted on the [`machine`] that runs
//! them. The [`catalogue`] puts both beside what the language says.

pub mod catalogue;
pub mod machine;
pub mod model;
pub mod orders;
pub mod rules;
pub mod shutdown;
