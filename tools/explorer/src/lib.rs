//! Explorer.

mod ending;
mod explore;
mod failure;
mod history;
mod key;
mod livelock;
mod lock;
mod memory;
mod op;
mod program;
mod reduce;
mod relation;
mod run;
mod search;
mod seq_cst;
mod state;
mod step;
mod survey;
pub mod sync;
mod view;
mod wait;
mod words;
mod world;

pub use explore::{Found, Settings, explore};
pub use failure::{Failure, Kind, Step};
