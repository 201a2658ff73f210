//! Chapter 1: what is taken and given back.

pub mod room;
