//! A lock whose readers take nothing and write nothing: they read first, and validate afterwards.

use lanes_std::sync;

mod seqlock;
pub use seqlock::{SeqLock, WriteGuard};
