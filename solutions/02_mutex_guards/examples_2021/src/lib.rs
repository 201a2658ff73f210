//! For the examples of chapter 2 that show what an older edition did: they lie in `examples/`.
