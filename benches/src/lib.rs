//! What the chapters' benchmarks share.
