//! A lock whose readers take nothing and write nothing: they read first, and ask afterwards whether they may.

use lanes_std::sync;

mod seqlock;
pub use seqlock::{SeqLock, WriteGuard};
